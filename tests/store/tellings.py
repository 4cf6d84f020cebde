"""A run of its own that keeps its share of the race's articles, in an order of its own.

Run as ``python -m tests.store.tellings URI DATABASE NUMBER OF``.
"""

import sys
from random import Random
from typing import Any

from pymongo import MongoClient

from tests.store.test_copies import RACE, keep

AT_ONCE = 4


def main(uri: str, database: str, number: int, of: int) -> None:
    """Keep every article of which the place belongs to this run."""
    mine = RACE[number::of]
    Random(number).shuffle(mine)  # noqa: S311 no secret, but the same each time
    with MongoClient[dict[str, Any]](uri, w="majority", journal=True, tz_aware=True) as client:
        for at in range(0, len(mine), AT_ONCE):
            keep(client[database], mine[at : at + AT_ONCE], f"machine/{number}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
