"""The command line: data on stdout, messages on stderr, and exit codes that mean something.

0 releasable, 1 held or blocked, 2 usage, 3 policy invalid, 4 a check could not run (wins over 1).
"""

from __future__ import annotations

import os
import sys

from aigc_guard.errors import GuardError

INTERRUPTED = 130


def main() -> None:
    """Entry point: a foreseeable failure is a message with its mend, never a traceback."""
    from aigc_guard.cli.app import app
    from aigc_guard.cli.console import print_error

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except GuardError as error:
        print_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read us has gone: say nothing, also not at interpreter exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
