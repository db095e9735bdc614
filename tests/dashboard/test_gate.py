"""Every route × every role, made from the table of routes: a route without a rule fails here."""

from __future__ import annotations

import re
from typing import Any

import pytest

from aigc_guard.accounts import Permission, may
from aigc_guard.accounts.keys import SCOPES, add_key
from aigc_guard.dashboard.gate import Rule, refuse_ungated
from aigc_guard.dashboard.routes import all_rules
from aigc_guard.dashboard.table import PLACE, updated
from aigc_guard.pipeline.project import Project
from tests.dashboard.conftest import ROLES, OpenBrowser
from tests.dashboard.things import real_things

RULES = [pytest.param(rule, id=f"{rule.method} {rule.path}") for rule in all_rules()]
REFUSED = (401, 403)


def filled(path: str, known: dict[str, str] | None = None) -> str:
    """The path with something in the place of each name; a name without an id fails."""
    return re.sub(r"\{(\w+)\}", lambda name: known[name[1]] if known else "0" * 32, path)


@pytest.fixture
def known(visit: OpenBrowser, project: Project) -> dict[str, str]:
    """The id of something real for each name in a route's path; all of it is somebody else's."""
    return real_things(project, visit("lead", "admin", name="owner-1").account)


def test_each_route_has_a_rule(app: Any) -> None:
    rules = all_rules()
    refuse_ungated(app, rules)
    assert len({(rule.method, rule.path) for rule in rules}) == len(rules)
    known = {getattr(route, "path", "") for route in app.routes}
    assert {rule.path for rule in rules} <= known
    for rule in rules:
        with pytest.raises(RuntimeError, match="no rule"):
            refuse_ungated(app, [one for one in rules if one != rule])


def test_a_route_beside_the_gate_stops_the_start(app: Any) -> None:
    app.add_api_route("/beside", lambda: "hello", methods=["GET"])
    with pytest.raises(RuntimeError, match="no rule for GET /beside"):
        refuse_ungated(app, all_rules())


@pytest.mark.parametrize("rule", RULES)
def test_nobody_gets_past_a_rule_without_signing_in(visit: OpenBrowser, rule: Rule) -> None:
    stranger = visit()
    answer = stranger.client.request(rule.method, filled(rule.path), follow_redirects=False)
    if rule.needs == "open":
        assert answer.status_code not in (401, 500)
    elif rule.method == "GET" and not rule.path.startswith(("/api/", "/metrics")):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize("role", ROLES)
def test_roles_pass_where_their_permissions_say_so(
    visit: OpenBrowser, project: Project, known: dict[str, str], role: str
) -> None:
    somebody = visit(role)
    token = somebody.token()
    for rule in all_rules():
        if not isinstance(rule.needs, Permission) or rule.path == "/sign-out":
            continue
        allowed, before = may([role], rule.needs), project.store.log_size()
        path = filled(rule.path, known)
        if rule.method == "GET":
            status = somebody.get(path).status_code
            # What is really there: a page that isn't found would show nothing of the rule.
            assert status in (200, 303) if allowed else status == 403, (rule, status)
        else:
            # Nobody who may not gets at what is really there; who may is not asked to change it.
            status = somebody.post(filled(path if not allowed else rule.path), csrf=token)
            assert (status.status_code not in REFUSED) is allowed, (rule, status.status_code)
            assert status.status_code < 500, (rule, status.status_code)
            # Without the form's token nobody changes anything, whatever the role.
            assert somebody.post(path, csrf="").status_code == 403, rule
        assert allowed or project.store.log_size() == before, rule


def test_keys_pass_where_their_scope_says_so(
    visit: OpenBrowser, project: Project, known: dict[str, str]
) -> None:
    owner = visit("lead", name="cms-owner")
    assert owner.account is not None
    keys = {
        scope: add_key(
            project.store,
            owner.account,
            scope,
            scopes=[scope],
            per_minute=10_000,
            clock=project.clock,
        ).token
        for scope in SCOPES
    }
    for rule in all_rules():
        for scope, token in keys.items():
            headers = {"authorization": f"Bearer {token}"}
            client = visit().client
            answer = client.request(
                rule.method, filled(rule.path, known), headers=headers, follow_redirects=False
            )
            if rule.needs == "open":
                continue
            if rule.path.startswith("/api/") or rule.path == "/metrics":
                passes = rule.scope == scope and may(["lead"], rule.needs)
                assert (answer.status_code not in REFUSED) is passes, (rule, scope)
            else:
                # Pages know no keys.
                assert answer.status_code in (303, 401), (rule, scope)


def test_the_documented_table_is_the_real_one() -> None:
    text = PLACE.read_text(encoding="utf-8")
    assert text == updated(text), "run: python -m aigc_guard.dashboard.table"
