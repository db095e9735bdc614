"""A console over a small project: recorded drafts that wait, and one account per role."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from aigc_guard.accounts import Role, add_account
from aigc_guard.config import load_config
from aigc_guard.dashboard.app import create_app
from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project
from aigc_guard.store import Account
from aigc_guard.testing import FixedClock, RecordedGenerator
from tests.pipeline.conftest import CONFIG, POLICY, ROOT, FakeCheckTypes, FakeWords

PASSWORD = "four calm words here"
HELD = {
    "a": "A rumour says so.",
    "b": "A rumour, too, and a second rumour.",
    "c": "Plain words.",
    "d": "An insult.",
}


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr("aigc_guard.accounts.passwords._hasher", lambda: quick)


@pytest.fixture(scope="session")
def produced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's folder after a run; each test has a copy."""
    folder = tmp_path_factory.mktemp("console") / "project"
    (folder / "policies").mkdir(parents=True)
    (folder / "models").mkdir()
    shutil.copytree(ROOT / "kinds", folder / "kinds")
    (folder / "policies" / "news.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "aigc_guard.toml").write_text(CONFIG, encoding="utf-8")
    rows = [news_brief(name) for name in HELD]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "briefs.jsonl").write_text(lines, encoding="utf-8")
    made = open_test_project(folder)
    produce(made, [folder / "briefs.jsonl"])
    made.store.close()
    return folder


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A richer project's folder after a run (newsroom.py); each test has a copy."""
    from tests.dashboard.newsroom import make_newsroom

    return make_newsroom(tmp_path_factory.mktemp("newsroom") / "project")


def news_brief(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "kind": "news",
        "language": "en",
        "channel": "wire",
        "jurisdictions": ["US"],
        "facts": [{"name": "headline", "value": f"Bridge {name} opens"}],
    }


def open_test_project(folder: Path, drafts: Mapping[str, Any] = HELD) -> Project:
    """The project with a writer that wrote ``drafts`` and a clock that stands still."""
    return Project(
        config=load_config(folder, {}),
        clock=FixedClock(),
        writers={"recorded": RecordedGenerator(drafts, name="recorded")},
        checks=FakeCheckTypes({"words": FakeWords}),
    )


@pytest.fixture
def project(produced: Path, tmp_path: Path) -> Project:
    return open_test_project(Path(shutil.copytree(produced, tmp_path / "project")))


@dataclass
class Browser:
    """Somebody at the console: forms are sent with the token of the page they stand on."""

    client: TestClient
    account: Account | None = None

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(path, follow_redirects=False, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        token = options.pop("csrf", None)
        token = self.token() if token is None else token
        sent = {"csrf": token, **(data or {})}
        headers = {"x-csrf-token": token, **options.pop("headers", {})}
        return self.client.post(path, data=sent, headers=headers, follow_redirects=False, **options)

    def token(self) -> str:
        page = self.get("/me" if self.account else "/sign-in").text
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
        assert found is not None, page[:500]
        return found.group(1)

    def sign_in(self, login: str, password: str = PASSWORD, **data: str) -> Any:
        return self.post("/sign-in", {"login": login, "password": password, **data})


@pytest.fixture
def app(project: Project) -> Any:
    return create_app(project)


OpenBrowser = Callable[..., Browser]


@pytest.fixture
def visit(app: Any) -> Iterator[OpenBrowser]:
    """``visit()`` is a stranger, ``visit("reviewer")`` somebody signed in with that role."""
    project: Project = app.state.console.opened
    opened: list[TestClient] = []

    def make(*roles: str, name: str = "", policy_roles: tuple[str, ...] = ()) -> Browser:
        client = TestClient(app, base_url="http://localhost:8642", raise_server_exceptions=False)
        opened.append(client)
        if not roles:
            return Browser(client)
        login = name or f"{roles[0]}-1"
        account = project.store.account_by_login(login)
        if account is None:
            account = add_account(
                project.store,
                login,
                roles=roles,
                password=PASSWORD,
                clock=project.clock,
                policy_roles=policy_roles,
            )
        somebody = Browser(client)
        assert somebody.sign_in(login).status_code == 303
        somebody.account = account
        return somebody

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def clock(project: Project) -> FixedClock:
    assert isinstance(project.clock, FixedClock)
    return project.clock


ROLES = tuple(role.value for role in Role)
