"""The command line: data on stdout, messages on stderr, and exit codes that mean something.

0 releasable, 1 held or blocked, 2 usage, 3 policy invalid, 4 a check could not run (wins over 1).
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import TYPE_CHECKING

from aigc_guard.errors import GuardError

if TYPE_CHECKING:
    from typer.exceptions import TyperException

INTERRUPTED = 130
YOUNG = 200_000
"""New objects before the collector looks for cycles: modules and forms make none, and looking
through them 170 times over was an eighth of ``policy lint``."""


def main() -> None:
    """Entry point: a foreseeable failure is a message with its mend, never a traceback."""
    gc.set_threshold(YOUNG)
    atexit.register(
        gc.freeze
    )  # the process ends: what is left need not be looked through once more
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else it asks every package
    from typer import Abort
    from typer.exceptions import TyperException

    from aigc_guard.cli.app import app
    from aigc_guard.cli.console import print_error

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        sys.exit(app(prog_name="aigc-guard", standalone_mode=False))
    except GuardError as error:
        print_error(error)
        sys.exit(error.exit_code)
    except TyperException as error:
        _say_mistake(error)
        sys.exit(error.exit_code)
    except (Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read us has gone: say nothing, also not at interpreter exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _say_mistake(error: TyperException) -> None:
    """Typer's message in the project's own form; a bare group's help is on the screen already."""
    from aigc_guard.cli.console import print_error
    from aigc_guard.cli.mistakes import mistake

    if message := error.format_message().strip():
        context = getattr(error, "ctx", None)
        print_error(mistake(message, context.command_path if context else "aigc-guard"))
