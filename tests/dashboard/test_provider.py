"""Signing in through a provider: a real one, on loopback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import HTTPRedirectHandler as Redirects
from urllib.request import Request, build_opener

import pytest
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from aigc_guard.accounts import add_account
from aigc_guard.dashboard.app import create_app
from aigc_guard.pipeline.project import Project, utc_now
from tests.dashboard.conftest import Browser, open_test_project
from tests.dashboard.provider import Provider, provider


@pytest.fixture
def there() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture
def project(produced: Path, tmp_path: Path, there: Provider) -> Project:
    folder = Path(shutil.copytree(produced, tmp_path / "project"))
    (folder / "secret").write_text(there.secret + "\n", encoding="utf-8")
    config = folder / "aigc_guard.toml"
    added = (
        f'\n[console]\noidc_issuer = "{there.issuer}"\n'
        'oidc_client = "console"\noidc_secret = "secret"\n'
    )
    config.write_text(config.read_text(encoding="utf-8") + added, encoding="utf-8")
    made = open_test_project(folder)
    object.__setattr__(made, "clock", utc_now)
    return made


@pytest.fixture
def browser(project: Project) -> Iterator[Browser]:
    client = TestClient(create_app(project), base_url="http://localhost:8642")
    yield Browser(client)
    client.close()


def account(project: Project, name: str, issuer: str) -> None:
    add_account(project.store, name, roles=["reviewer"], clock=project.clock, issuer=issuer)


class _Stay(Redirects):
    def redirect_request(self, *_: Any) -> None:
        return None


def go_through(browser: Browser) -> Any:
    """To the provider and back, as a browser would."""
    sent = browser.get("/sign-in/oidc?next=%2Fqueue").headers["location"]
    try:
        build_opener(_Stay).open(Request(sent))
    except OSError as answer:
        back = answer.headers["location"]  # type: ignore[attr-defined]
    assert back.startswith("http://localhost:8642/sign-in/oidc/back?code=")
    return browser.get(back)


def test_who_the_provider_vouches_for_signs_in(
    browser: Browser, project: Project, there: Provider
) -> None:
    account(project, "ann-1", there.issuer)
    assert "/sign-in/oidc" in browser.get("/sign-in").text
    answer = go_through(browser)
    assert answer.headers["location"] == "/queue"
    assert "ann-1" in browser.get("/queue").text
    found = project.store.account_by_subject(there.issuer, "subject-of-ann-1")
    assert found is not None
    # The subject is what counts from now on, whatever name the provider gives.
    there.claims = {"preferred_username": "somebody-else"}
    assert go_through(browser).status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "another-client"},
        {"iss": "http://127.0.0.1:1"},
        {"exp": 1_000_000_000},
        {"sub": "another", "preferred_username": "bo-2"},
        {"sub": "another", "preferred_username": "local-3"},
        {"sub": "another", "preferred_username": ""},
    ],
)
def test_what_can_not_be_believed_is_refused(
    browser: Browser, project: Project, there: Provider, claims: dict[str, Any]
) -> None:
    account(project, "ann-1", there.issuer)
    add_account(
        project.store, "local-3", roles=["admin"], clock=project.clock, password="four calm words"
    )
    there.claims = claims
    answer = go_through(browser)
    assert answer.status_code == 401
    assert "aigc_guard_session" not in browser.client.cookies


def test_a_foreign_key_a_foreign_state_and_a_second_use_are_refused(
    browser: Browser, project: Project, there: Provider
) -> None:
    account(project, "ann-1", there.issuer)
    own = there.signer
    there.signer = RSAKey.generate_key(2048, parameters={"kid": "one"})
    assert go_through(browser).status_code == 401
    there.signer = own
    browser.get("/sign-in/oidc")
    assert browser.get("/sign-in/oidc/back?code=code-0&state=guessed").status_code == 401
    browser.client.cookies.set("aigc_guard_errand", "W10=.0000")
    assert browser.get("/sign-in/oidc/back?code=x&state=y").status_code == 401
    browser.client.cookies.delete("aigc_guard_errand")
    assert go_through(browser).status_code == 303


def test_a_host_that_is_not_allowed_is_not_called(project: Project) -> None:
    from dataclasses import replace

    config = project.config
    console = replace(config.console, oidc_issuer="https://login.example.com")
    object.__setattr__(project, "config", replace(config, console=console))
    client = TestClient(create_app(project), base_url="http://localhost:8642")
    answer = client.get("/sign-in/oidc", follow_redirects=False)
    assert answer.status_code == 503
    assert "login.example.com" in answer.text
