"""What no commit may hold: `python .ci/hook.py FILE...`; exits with 1 and a line for each fault."""

import sys
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

LARGEST = 200_000
TEXT = {".py", ".md", ".yaml", ".toml", ".txt", ".cfg", ".service", ".timer", ""}


def faults(path: Path) -> Iterator[str]:
    """Yield what is wrong with a file."""
    body = path.read_bytes()
    # a lock is long because every package of it has its hashes
    if len(body) > LARGEST and path.suffix != ".lock":
        yield f"{len(body)} bytes; at most {LARGEST}"
    if path.suffix in TEXT and body and (body[-1:] != b"\n" or body[-2:] == b"\n\n"):
        yield "has to end with one line break"
    if path.suffix == ".yaml":
        try:
            list(YAML(typ="safe").load_all(path))
        except YAMLError as error:
            yield f"not YAML: {' '.join(str(error).split())}"


def main() -> None:
    """Look at the files that are named."""
    found = [f"{name}: {fault}" for name in sys.argv[1:] for fault in faults(Path(name))]
    sys.exit("\n".join(found) or 0)


if __name__ == "__main__":
    main()
