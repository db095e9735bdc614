"""What every flow's own command needs: an API to talk to, and errors without tracebacks."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

from aigc_guard.config import Config, load_config
from aigc_guard.errors import GuardError
from flows.server import LocalServer

HEAVY = ("pandas", "great_expectations", "torch", "transformers", "presidio_analyzer")


class _MessageOnly(logging.Filter):
    """Shows a GuardError as its message and mend; other exceptions keep their traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, GuardError):
            record.msg, record.args = str(error), ()
            record.exc_info, record.exc_text = None, None
        return True


class _NoNoise(logging.Filter):
    """Drops what says nothing to a person at a terminal: links into a server that ends with its
    run and has no pages, and that prefect is still sending its last events at exit."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith(("View at ", "Still processing items"))


def quiet_guard_errors() -> None:
    """Makes a flow's log show the package's own lines, and its errors as people's language."""
    logging.getLogger("aigc_guard").setLevel(logging.INFO)
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    _add_filter(_MessageOnly)


def _add_filter(kind: type[logging.Filter]) -> None:
    """Puts a filter on every handler that shows or sends a flow's log; safe to repeat."""
    for name in (None, "prefect.flow_runs", "prefect.task_runs", "prefect.extra", "aigc_guard"):
        for handler in logging.getLogger(name).handlers:
            if not any(isinstance(item, kind) for item in handler.filters):
                handler.addFilter(kind())


def state_folder(config: Config) -> Path:
    """Where a run's own Prefect server keeps its database and log."""
    return config.root / "state" / "prefect"


@contextmanager
def prefect_api(config: Config, *, need: Sequence[str] = ()) -> Iterator[str]:
    """The configured Prefect API, or a server of our own for as long as this process lives.

    While our own starts, the packages in ``need`` are imported: both take about ten seconds.
    """
    configured = get_current_settings().api.url
    if configured:
        yield configured
        return
    server = LocalServer(state_folder(config))
    server.start()
    for package in need:
        if importlib.util.find_spec(package) is not None:
            importlib.import_module(package)
    url = server.wait()
    _add_filter(_NoNoise)
    with temporary_settings({PREFECT_API_URL: url}):
        yield url


def command(run: Callable[[Sequence[str]], int]) -> None:
    """Runs a flow's command line: a GuardError becomes its message, its mend and its exit code."""
    quiet_guard_errors()
    try:
        code = run(sys.argv[1:])
    except GuardError as error:
        print(f"error: {error}", file=sys.stderr)
        code = error.exit_code
    except httpx.ConnectError:
        url = get_current_settings().api.url
        print(f"error: no Prefect server answers at {url}", file=sys.stderr)
        print("  mend: prefect server start, or unset PREFECT_API_URL", file=sys.stderr)
        code = 2
    except KeyboardInterrupt:
        print("stopped; the same command goes on where this run stood", file=sys.stderr)
        code = 130
    sys.exit(code)


def config_of(folder: Path | None) -> Config:
    """The configuration of ``folder``, or of the project folder the process works in."""
    return load_config(folder)
