"""The command `dateline`: runs a command's file, turns errors into a line and an exit code."""

import importlib
import io
import os
import pkgutil
import select
import sys
import traceback
from contextlib import suppress
from typing import TextIO

import click

from config.errors import ConfigError
from dateline import commands, remedies, signals
from dateline.exits import Code, Exit, code_of, is_told


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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is meant; of a name that is none click is told what is near."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(
                error.command_name, possibilities=self.list_commands(ctx), ctx=ctx
            ) from None


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dateline")
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
def dateline(debug: bool) -> None:
    """Collect regional news: from feeds to clean articles in MongoDB.

    Example: dateline crawl --region central-asia
    """


def main() -> None:
    """Run `dateline` and exit with its code (DESIGN 5)."""
    signals.heed()
    _open_streams()
    debug = "--debug" in sys.argv
    _keep_passwords(sys.argv)
    try:
        code = dateline.main(args=_without_debug(sys.argv[1:]), standalone_mode=False)
    except BaseException as error:  # noqa: BLE001 the front door: every error ends here, as words and a code
        if debug and not _is_no_error(error):
            _show_trace()
        code = _explain(error)
    _leave(code if isinstance(code, int) else Code.DONE)


def _keep_passwords(arguments: list[str]) -> None:
    """Have the password of an address that is given be shown nowhere: cron mails what is said."""
    if any("@" in argument for argument in arguments):
        from config.secrets import keep_passwords  # noqa: PLC0415 as below

        keep_passwords(arguments)


def _is_no_error(error: BaseException) -> bool:
    is_done = isinstance(error, Exit) and error.code is Code.DONE  # a reader that has seen enough
    return is_done or isinstance(error, click.exceptions.Exit)


def _open_streams() -> None:
    """Make stdin, stdout and stderr streams that take everything, closed ones too.

    Where one is closed (`>&-`) the next file or socket that is opened would get its number, and
    what is printed would go there.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, mode, encoding="utf-8"))
        elif isinstance(stream, io.TextIOWrapper):
            # a letter that the locale lacks, and input that is not as the locale has it
            stream.reconfigure(errors="backslashreplace" if mode == "w" else "surrogateescape")


def _show_trace() -> None:
    from config.secrets import redacted  # noqa: PLC0415 `--help` is quicker without them
    from dateline.screen import plain  # noqa: PLC0415

    with suppress(OSError):
        print(plain(redacted(traceback.format_exc())), file=sys.stderr)


def _without_debug(arguments: list[str]) -> list[str]:
    return [argument for argument in arguments if argument != "--debug"]


def _explain(error: BaseException) -> int:
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.ClickException():
            _say_usage(error)
            return Code.USAGE if isinstance(error, click.UsageError) else Code.LOOK
        case KeyboardInterrupt() | click.Abort():
            return Code.INTERRUPTED
        case SystemExit(code=int(code)) if code != 1:
            return code
        case SystemExit() | BrokenPipeError():  # click makes the first, with 1, of the second
            return _explain_pipe()
    _say(error)
    return code_of(error)


def _explain_pipe() -> Code:
    """A reader that has seen enough (`dateline … | head`) is no error; another's end is one."""
    if _nobody_reads():
        return Code.DONE
    _say(BrokenPipeError("another process went away in the middle of the work"))
    return Code.LOOK


def _nobody_reads() -> bool:
    poll = select.poll()
    try:
        poll.register(sys.stdout.fileno(), 0)
    except (OSError, ValueError):  # no stream of the system's: a test's
        return False
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def _say_usage(error: click.ClickException) -> None:
    from dateline.screen import one_line, say  # noqa: PLC0415 `--help` is quicker without rich

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        with suppress(OSError):
            error.show()
        return
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = f"\n`{context.command_path} --help` shows what it takes" if context else ""
    if "extra argument" in error.message:
        hint += "; what belongs together goes in quotes"
    say(f"{one_line(error.format_message())}{hint}")


def _say(error: BaseException) -> None:
    from dateline.screen import say  # noqa: PLC0415 `--help` is quicker without rich

    words = str(error)
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        remedy = remedies.of_error(error)
        todo = f"; {remedy}" if remedy else ""
        words = f"{place}{error.strerror}{todo} (--debug shows the trace)"
    elif not (isinstance(error, (Exit, ConfigError)) or is_told(error)):
        words = f"{type(error).__name__}: {words or 'no more is known'} (--debug shows the trace)"
    if words:
        say(words)


def _leave(code: int) -> None:
    """Exit; what could not be written (nobody reads, the disk is full) is no trace of Python's."""
    error = _drained(sys.stdout)
    if error and code == Code.DONE and not isinstance(error, BrokenPipeError):
        _say(error)
        code = Code.LOOK
    _drained(sys.stderr)
    signals.leave()
    sys.exit(int(code))


def _drained(stream: TextIO) -> OSError | None:
    """Return why a stream could not be emptied; what is left in it goes nowhere.

    Python would try once more as it ends, and end with 120 instead of our code.
    """
    try:
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return error
    return None
