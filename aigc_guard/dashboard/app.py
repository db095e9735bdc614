"""The console as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from aigc_guard import __version__
from aigc_guard.dashboard.console import Console
from aigc_guard.dashboard.failures import Contained, handle_failures
from aigc_guard.dashboard.gate import STATIC, refuse_ungated
from aigc_guard.dashboard.observed import Metrics, Observed
from aigc_guard.dashboard.protection import Protection
from aigc_guard.dashboard.routes import all_rules, gates
from aigc_guard.dashboard.worker import EVERY_SECONDS, Worker
from aigc_guard.pipeline.project import Project

UPLOADS = ("/runs/start", "/api/v1/runs")
_MIB = 1024 * 1024


def create_app(project: Project) -> FastAPI:
    """The console of a project. Raises RuntimeError for a route without a rule."""
    app = FastAPI(
        title="aigc_guard",
        version=__version__,
        openapi_url=None,  # served by a route of our own, behind the gate
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.console = Console(project)
    app.state.stopping = False
    app.state.metrics = Metrics()
    app.state.work_seconds = EVERY_SECONDS
    for gate in gates().values():
        # Not include_router: the routes are to be counted one by one (refuse_ungated).
        app.router.routes.extend(gate.router.routes)
    app.mount(STATIC, StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    refuse_ungated(app, all_rules())
    handle_failures(app)
    config = project.config
    app.add_middleware(Contained)
    app.add_middleware(
        Protection,
        hosts=config.console.hosts,
        # A text in a form: up to three bytes a character, each written as %XX.
        most=9 * config.limits.max_text_chars + _MIB,
        uploads=UPLOADS,
        most_upload=config.console.upload_mib * _MIB,
        small=[rule.path for rule in all_rules() if rule.needs == "open"],
    )
    app.add_middleware(Observed, metrics=app.state.metrics)  # outermost: it sees refusals, too
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    worker = Worker(app.state.console, app.state.work_seconds)
    worker.start()
    try:
        yield
    finally:
        app.state.stopping = True
        worker.stop()
