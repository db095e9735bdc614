"""What the console does by itself, now and then: publish, write again, draw second readings."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from aigc_guard.dashboard.console import Console
from aigc_guard.errors import GuardError
from aigc_guard.pipeline.approved import release_approved
from aigc_guard.pipeline.asked import write_asked
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.second import draw_samples

EVERY_SECONDS = 10.0
log = structlog.get_logger("aigc_guard.console")


def work_once(project: Project) -> None:
    """Publish what can't be undone any more, and do the rest; a part that fails stops no other."""
    parts: tuple[tuple[str, Callable[[Project], object]], ...] = (
        ("publish", _publish),
        ("write", write_asked),
        ("sample", draw_samples),
    )
    for name, part in parts:
        try:
            part(project)
        except GuardError as error:
            log.warning("work.refused", part=name, error=type(error).__name__)
        except Exception as error:
            # Its words might hold a draft's; the next round tries again.
            log.error("work.crashed", part=name, error=type(error).__name__)


def _publish(project: Project) -> None:
    done = release_approved(project)
    for release in done.released:
        log.info("release.published", release=release.release_id)
    for refused in done.refused:
        log.warning("release.refused", draft=refused.draft_id, error=type(refused.error).__name__)


class Worker:
    """A thread that works once every ``seconds`` until it is stopped."""

    def __init__(self, console: Console, seconds: float = EVERY_SECONDS) -> None:
        self._console = console
        self._seconds = seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="console-worker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is under way, and end."""
        self._stop.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            work_once(self._console.project)
            try:
                self._console.orders.clear()
            except Exception as error:
                log.error("work.crashed", part="orders", error=type(error).__name__)
