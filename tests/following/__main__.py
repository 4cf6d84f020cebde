"""Following under fire: `python -m tests.following --changes 20000 --kills 50 --json`.

Articles change without end while the consumer is killed again and again, and the writer too; by the
change stream and by ``changed_at`` alone. Exits with 1 where a change was missed, or one of an
article came before an earlier one.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from pipelines.store import server
from tests.following.fire import Fire, follow, write

ROLES = {"follow": follow, "write": write}


def main() -> None:
    """Print what was seen, or play a role."""
    if sys.argv[1:2] and sys.argv[1] in ROLES:
        ROLES[sys.argv[1]](*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="python -m tests.following", description=__doc__)
    parser.add_argument("--changes", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dateline-following-") as folder:
        uri = server.ensure(Path(folder)).uri
        try:
            found = [
                Fire(uri, Path(folder), way, given.seed).run(given.changes, given.kills)
                for way in ("stream", "time")
            ]
        finally:
            server.stop(Path(folder))
    for one in found:
        print(json.dumps(asdict(one)) if given.json else one)
    sys.exit(not all(one.is_well for one in found))


if __name__ == "__main__":
    main()
