"""One Prefect server for all flow tests, and the pipeline tests' small project."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from ..pipeline.conftest import briefs, make_project

__all__ = ["briefs", "make_project", "prefect_server"]


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[str]:
    """A Prefect server with a database of its own; starting it takes about fifteen seconds."""
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    import flows  # noqa: F401 - sets what must stand before prefect is imported

    assert "PREFECT_API_URL" not in os.environ
    with prefect_test_harness(server_startup_timeout=None):
        yield str(PREFECT_API_URL.value())
