"""``aigc-guard serve``: the review console."""

from __future__ import annotations

from typing import Annotated

import typer

from aigc_guard.cli.console import project_config, remark, tell
from aigc_guard.errors import ConfigError, said


def serve(
    host: Annotated[str, typer.Option(help="address to listen at")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port to listen at", min=1, max=65535)] = 8642,
) -> None:
    """Serve the review console: queue, drafts, policies, trends, record and API."""
    try:
        from aigc_guard.dashboard.serve import serve as start
    except ModuleNotFoundError as error:
        raise ConfigError(
            said("the console needs {name}, which is not installed", name=error.name or "?"),
            hint=said("pip install 'aigc-guard[console]'"),
        ) from None
    from aigc_guard.pipeline.project import open_project

    project = open_project(project_config())
    if not project.store.has_accounts():
        remark(
            tell("Nobody has an account yet: aigc-guard accounts add NAME --role admin makes one.")
        )
    remark(tell("Console: {url}", url=f"http://{host}:{port}/"))
    start(project, host=host, port=port)
