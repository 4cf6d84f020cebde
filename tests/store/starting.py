"""A process that ensures the server of a home at each line it is given, and prints what it got."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from pipelines.store import server


def main(home: str) -> None:
    """Say ready, then answer each line on stdin with one object on stdout."""
    print("ready", flush=True)  # noqa: T201 that is what it is for
    for _ in sys.stdin:
        print(json.dumps(asdict(server.ensure(Path(home)))), flush=True)  # noqa: T201 as above


if __name__ == "__main__":
    main(*sys.argv[1:])
