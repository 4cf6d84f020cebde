#!/usr/bin/env python3
"""What a container runs: `contained.py COMMAND…` is `dateline COMMAND…`, with MongoDB's password.

`contained.py every SECONDS COMMAND…` runs it again and again, that long after it ended, or sooner
where it failed; SIGTERM ends it as it ends a run. COMMAND `weekly` is the backup that the
script of that name makes. This is no shell script: the child of a shell has for a moment the
shell's own handlers, and a signal that comes to it then is lost.
"""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
HERE = Path(__file__).resolve().parent
SOON = {69: 60, 75: 60}
"""Seconds after which it is tried again where there was no database, or another run."""
LATER = 3600
"""The same after any other failure: one week's backup is not left out over it."""
AGAIN = 20
"""Seconds after which who is to end is told again; the container is killed ten later."""


def main(words: list[str]) -> int:
    """Run what the words say; return the exit code, 0 where a signal ended a row of runs."""
    secret = Path(os.environ.get("MONGODB_PASSWORD_FILE", "/run/secrets/mongodb_password"))
    if not os.environ.get("MONGODB_URI") and os.access(secret, os.R_OK):
        # letters and digits, as compose.yaml says: nothing in it needs an escape
        user = f"dateline:{secret.read_text('utf-8').strip()}"
        os.environ["MONGODB_URI"] = f"mongodb://{user}@mongo:27017/?authSource=dateline"
    if not shutil.which("dateline"):
        sys.stderr.write("contained.py: no `dateline` in PATH; put the folder .venv/bin there\n")
        return 127
    if words[:1] != ["every"]:
        command = _command(words)
        os.execvp(command[0], command)
    pause = words[1] if len(words) > 2 else ""
    if not (pause.isascii() and pause.isdecimal() and len(pause) < 9):
        sys.stderr.write("contained.py: every SECONDS COMMAND…, as in: every 300 crawl\n")
        return 2
    _every(int(pause), words[2:])
    return 0


def _command(words: list[str]) -> list[str]:
    """Return what is to be run."""
    if words == ["weekly"]:
        return [str(HERE / "weekly"), str(HERE / "contained.py"), "backup"]
    return ["dateline", *words]


def _end(running: "list[subprocess.Popen[bytes]]") -> None:
    """Tell what runs to end, and tell it again where it does not."""
    for process in running:
        with suppress(ProcessLookupError):  # it has just ended
            os.killpg(process.pid, signal.SIGTERM)
    signal.alarm(AGAIN)  # a shell may have been told before it had begun what it was to run


def _rest(pause: int, code: int) -> int:
    """Return the seconds until the next run after one that ended with a code."""
    return min(pause, SOON.get(code, LATER)) if code else pause


def _every(pause: int, words: list[str]) -> None:
    """Run `dateline` again and again until a signal asks for an end."""
    came: list[int] = []
    running: list[subprocess.Popen[bytes]] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        if len(came) == 1:  # a second one would end a run at once
            _end(running)

    for number in STOPS:
        signal.signal(number, stop)
    signal.signal(signal.SIGALRM, lambda _number, _frame: _end(running))
    while not came:
        process = subprocess.Popen(_command(words), process_group=0)
        running.append(process)
        if came:  # before the run was known
            _end(running)
        code = process.wait()
        running.clear()
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        if came or signal.sigtimedwait(STOPS, _rest(pause, code)):
            return
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
