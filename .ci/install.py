"""Make the private environment: `python3 .ci/install.py .venv requirements.lock [moved]`.

With `moved` an environment that is there is made anew.
Runs on any Python 3, to say what is missing.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)


def main():
    """Install the locked packages and Dateline itself, or exit with what to do."""
    where, lock, *moved = sys.argv[1:]
    if sys.version_info < OLDEST:
        version = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit(
            "Dateline needs Python 3.11 or newer; %s is %s. Name another: make PYTHON=python3.12"
            % (sys.executable, version)
        )
    try:
        import ensurepip  # noqa: F401 Debian splits it off, and venv then fails half-way
        import venv
    except ImportError:
        sys.exit("Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv")
    python = os.path.join(where, "bin", "python")
    if moved or not os.path.exists(python):
        print("making %s ..." % where, flush=True)
        venv.create(where, with_pip=True, clear=True)
    print(
        "installing the packages of %s (once; some minutes on a slow line) ..." % lock, flush=True
    )
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for arguments in (
        # the lock names everything: left to resolve, pip stumbles over `coverage[toml]` as soon as
        # a newer coverage than the locked one is published
        ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", lock],
        ["--no-deps", "--no-build-isolation", "-e", "."],
    ):
        if subprocess.call(pip + arguments):
            sys.exit("pip could not install the packages: mend what it says, and repeat.")


main()
