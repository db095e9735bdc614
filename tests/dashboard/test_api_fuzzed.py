"""Whatever the API's description allows, and what it doesn't: never an answer of 500 and more."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from aigc_guard.accounts import add_account
from aigc_guard.accounts.signing_in import open_session
from aigc_guard.dashboard.app import create_app
from aigc_guard.dashboard.protection import POLICY
from aigc_guard.dashboard.visit import SESSION_COOKIE
from aigc_guard.pipeline.looking import look
from aigc_guard.pipeline.project import Project
from tests.dashboard.conftest import PASSWORD, open_test_project
from tests.dashboard.things import real_things

CASES, SOAK_CASES, SEED = 5, 250, 20261129


class Described:
    """The API of a project's console, one who may use all of it, and ids that lead somewhere."""

    def __init__(self, project: Project) -> None:
        import schemathesis

        self.app = create_app(project)
        # Files are looked at without the start of another process; none of them is a brief's.
        orders = self.app.state.console.orders
        orders._look = lambda path, _: look(project, [path], seed=0)
        account = add_account(
            project.store,
            "boss",
            roles=["lead", "admin"],
            password=PASSWORD,
            clock=project.clock,
        )
        self.things = real_things(project, account)
        session = open_session(project.store, account, clock=project.clock)
        self.cookies = {SESSION_COOKIE: session.token}
        self.headers = {
            "host": "localhost:8642",
            "x-csrf-token": self.app.state.console.csrf_token(session.token),
        }
        self.schema = schemathesis.openapi.from_dict(self.app.openapi())
        self.operations = [one.ok() for one in self.schema.get_all_operations()]

    def ask(self, case: Any) -> Any:
        """Send a case; half of a path's names are those of real things."""
        case.cookies = {**(case.cookies or {}), **self.cookies}
        kept = {
            name: value
            for name, value in (case.headers or {}).items()
            if name.lower() not in ("host", "origin", "authorization", "cookie", "content-length")
        }
        case.headers = {**kept, **self.headers}
        return case.call(app=self.app, base_url="http://localhost:8642")


@pytest.fixture
def described(produced: Path, tmp_path: Path) -> Described:
    return Described(open_test_project(Path(shutil.copytree(produced, tmp_path / "project"))))


def fuzz(described: Described, cases: int) -> dict[str, set[int]]:
    """Ask every operation ``cases`` times; which statuses it answered with."""
    return {one.label: fuzz_operation(described, one, cases) for one in described.operations}


def fuzz_operation(described: Described, operation: Any, cases: int) -> set[int]:
    statuses: set[int] = set()

    @seed(SEED)
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), is_known=st.booleans())
    def ask(case: Any, is_known: bool) -> None:
        if is_known and case.path_parameters:
            case.path_parameters = {
                name: described.things.get(name, value)
                for name, value in case.path_parameters.items()
            }
        answer = described.ask(case)
        assert answer.status_code < 500, (operation.label, answer.status_code)
        assert answer.headers["content-security-policy"] == [POLICY]
        statuses.add(answer.status_code)

    ask()
    return statuses


def test_no_operation_breaks(described: Described) -> None:
    found = fuzz(described, CASES)
    # It was really asked: most operations were got right at least once.
    assert len(found) > 25
    assert sum(200 in statuses for statuses in found.values()) > len(found) // 4
    assert not any(401 in statuses for statuses in found.values())


@pytest.mark.soak(cases=SOAK_CASES, seed=SEED)
def test_no_operation_breaks_however_often(described: Described) -> None:
    fuzz(described, SOAK_CASES)
