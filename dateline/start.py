"""The first of Dateline that runs: a Ctrl-C while the rest is being loaded leaves no trace."""

import signal

# until `main` can end a command in words, the signal itself ends it: 130 to a shell
signal.signal(signal.SIGINT, signal.SIG_DFL)


def main() -> None:
    """Run `dateline`."""
    from dateline.main import main as run  # noqa: PLC0415 only now is the signal in hand

    run()
