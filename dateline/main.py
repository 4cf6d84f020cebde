"""The command `dateline`: runs a command's file, turns errors into a line and an exit code."""

import importlib
import os
import pkgutil
import signal
import sys
import traceback

import click

from config.errors import ConfigError
from dateline import commands
from dateline.exits import Code, Exit


class Commands(click.Group):
    """One file a command in ``dateline/commands``; only the one that is asked for is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the files in ``dateline/commands``."""
        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the ``command`` of that file, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        found = importlib.import_module(f"dateline.commands.{cmd_name}").command
        assert isinstance(found, click.Command)
        return found


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dateline")
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
def dateline(debug: bool) -> None:
    """Collect regional news: from feeds to clean articles in MongoDB.

    Example: dateline crawl --region central-asia
    """


def main() -> None:
    """Run `dateline` and exit with its code (DESIGN 5)."""
    debug = "--debug" in sys.argv
    try:
        code = dateline.main(args=_without_debug(sys.argv[1:]), standalone_mode=False)
    except BaseException as error:  # noqa: BLE001 the front door: every error ends here, as words and a code
        if debug and not isinstance(error, click.exceptions.Exit):
            traceback.print_exc()
        code = _explain(error)
    _leave(code if isinstance(code, int) else Code.DONE)


def _without_debug(arguments: list[str]) -> list[str]:
    return [argument for argument in arguments if argument != "--debug"]


def _explain(error: BaseException) -> int:
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.ClickException():
            error.show()
            return Code.USAGE if isinstance(error, click.UsageError) else Code.LOOK
        case KeyboardInterrupt() | click.Abort():
            return Code.INTERRUPTED
        case SystemExit():
            return error.code if isinstance(error.code, int) else Code.LOOK
        case BrokenPipeError():
            return Code.DONE
    _say(error)
    return _code(error)


def _code(error: BaseException) -> Code:
    if isinstance(error, Exit):
        return error.code
    if isinstance(error, ConfigError):
        return Code.BAD_CONFIG
    # by name: `--help` must not import pymongo
    if any(kind.__name__ == "StoreError" for kind in type(error).__mro__):
        return Code.NO_DATABASE
    return Code.LOOK


def _say(error: BaseException) -> None:
    words = str(error) or type(error).__name__
    known = isinstance(error, (Exit, ConfigError)) or _code(error) == Code.NO_DATABASE
    if words and (known is False):
        words = f"{type(error).__name__}: {words} (--debug shows the trace)"
    if str(error) or not isinstance(error, Exit):
        click.echo(f"dateline: {words}", err=True)


def _leave(code: int) -> None:
    """Exit without Python complaining about a reader that has gone (`dateline … | head`)."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if code == Code.INTERRUPTED:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(int(code))
