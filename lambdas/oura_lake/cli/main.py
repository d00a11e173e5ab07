"""The `oura-lake` command: every public module of this folder defines a subcommand named `command`."""

import signal
import sys
import threading
from typing import TYPE_CHECKING, NoReturn

import click

from oura_lake.cli._commands import CommandsOfAFolder
from oura_lake.cli._complaints import complain
from oura_lake.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_WRONG_INPUT, OuraLakeError, SettingsWrong

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

AGAIN_AFTER_S = 0.05  # by then a finalizer is done
EPILOG = "Exit codes: 0 done, 1 failed (the last line says what to do), 2 wrong usage or setting, 130 interrupted."


@click.group(
    cls=CommandsOfAFolder,
    package="oura_lake.cli",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
)
@click.version_option(package_name="oura-lake")
def oura_lake() -> None:
    """Every record of your Oura ring in your own lake, on this machine or in your AWS account."""


def main() -> None:
    """Run the command; an expected error ends it with one sentence on stderr and a documented exit code."""
    sys.unraisablehook = _interrupt_again
    try:
        sys.exit(oura_lake(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        _end("Interrupted; nothing is half-written, run it again.", EXIT_INTERRUPTED)
    except SettingsWrong as error:
        _end(str(error), EXIT_WRONG_INPUT)
    except OuraLakeError as error:
        _end(str(error), EXIT_FAILED)


def _interrupt_again(lost: "UnraisableHookArgs") -> None:
    """Send a Ctrl-C again that came during a finalizer, where Python drops every exception."""
    if lost.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(lost)
        return
    main_thread = threading.main_thread().ident
    threading.Timer(AGAIN_AFTER_S, signal.pthread_kill, (main_thread, signal.SIGINT)).start()


def _end(sentence: str, code: int) -> NoReturn:
    """Print the reason and exit."""
    complain(sentence)
    sys.exit(code)


if __name__ == "__main__":
    main()
