"""``aigc-guard serve``: the console under uvicorn, one process."""

from __future__ import annotations

import logging
import sys

import structlog

from aigc_guard.dashboard.app import create_app
from aigc_guard.pipeline.project import Project

GRACE_SECONDS = 10


def serve(project: Project, *, host: str, port: int) -> None:
    """Answer until the process is told to stop; requests under way are finished first.

    Only proxies that the configuration names are believed about where a request came from.
    """
    import uvicorn

    configure_logs()
    proxies = project.config.console.proxies
    uvicorn.run(
        create_app(project),
        host=host,
        port=port,
        access_log=False,  # an address and a query are personal: requests are logged by route
        log_config=None,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def configure_logs() -> None:
    """One JSON object a line on standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    # uvicorn's own lines say where it listens; what it says of exceptions would quote them.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
