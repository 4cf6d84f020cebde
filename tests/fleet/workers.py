"""A worker as a machine of a fleet runs it."""

import subprocess
import sys

from tests.crawl.home import ROOT, Home

Worker = subprocess.Popen[bytes]


def begin(home: Home, *words: str, **settings: str) -> Worker:
    """Begin a worker; its log is in its home: a pipe would be held by what it leaves behind."""
    with (home.path / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dateline", "worker", *words],
            env=home.environment(**settings),
            stdout=log,
            stderr=log,
            cwd=ROOT,
        )
