"""Runs many commands of `dateline` in one process; reads them from stdin as JSON."""

import json
import sys

from dateline.main import main


def each() -> None:
    """Run each; what it exits with is no matter, what it writes goes to our streams."""
    for words in json.load(sys.stdin):
        sys.argv = ["dateline", *words]
        try:
            main()
        except SystemExit:
            continue


if __name__ == "__main__":
    each()
