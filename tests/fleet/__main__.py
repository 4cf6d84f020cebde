"""The table of kills: `python -m tests.fleet --seeds 5 --kills 6 --json`.

A newsroom is collected by three workers over RabbitMQ and a replica set of three, while workers,
the broker and the primary are killed at random and begun again. Needs Debian's rabbitmq-server.
Exits with 1 where something is not as an undisturbed crawl leaves it.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.fleet import broker as brokers
from tests.fleet.kills import Scene, play, undisturbed
from tests.fleet.members import members


def main() -> None:
    """Play each seed."""
    asked = argparse.ArgumentParser(prog="python -m tests.fleet", description=__doc__)
    asked.add_argument("--seeds", type=int, default=5)
    asked.add_argument("--seed", type=int, action="append", help="only these, in place of --seeds")
    asked.add_argument("--kills", type=int, default=6)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    if not brokers.is_there():
        sys.exit("no rabbitmq-server is installed")
    played = []
    with tempfile.TemporaryDirectory(prefix="fleet") as name:
        folder = Path(name)
        with members(folder / "mongo") as servers, brokers.broker(folder / "rabbit") as broker:
            scene = Scene(folder, servers, broker, undisturbed(folder, servers.uri))
            for seed in options.seed or range(options.seeds):
                one = play(scene, seed, options.kills)
                played.append(one)
                said = {**asdict(one), "is_well": one.is_well}
                sys.stdout.write(f"{json.dumps(said) if options.json else one}\n")
                sys.stdout.flush()
    sys.exit(0 if all(one.is_well for one in played) else 1)


if __name__ == "__main__":
    main()
