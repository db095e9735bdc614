"""Every route × every role, made from the table of routes: a route without a rule fails here."""

from __future__ import annotations

import re
from typing import Any

import pytest

from aigc_guard.accounts import Permission, may
from aigc_guard.dashboard.gate import Rule, refuse_ungated
from aigc_guard.dashboard.routes import all_rules
from aigc_guard.dashboard.table import PLACE, updated
from tests.dashboard.conftest import ROLES, OpenBrowser

RULES = [pytest.param(rule, id=f"{rule.method} {rule.path}") for rule in all_rules()]
REFUSED = (401, 403)


def filled(path: str) -> str:
    """The path with something in the place of each name."""
    return re.sub(r"\{[^}]+\}", "0" * 32, path)


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
def test_roles_pass_where_their_permissions_say_so(visit: OpenBrowser, role: str) -> None:
    somebody = visit(role)
    token = somebody.token()
    for rule in all_rules():
        if not isinstance(rule.needs, Permission) or rule.path == "/sign-out":
            continue
        path = filled(rule.path)
        if rule.method == "GET":
            status = somebody.get(path).status_code
        else:
            status = somebody.post(path, csrf=token).status_code
        allowed = may([role], rule.needs)
        assert (status not in REFUSED) is allowed, (rule, status)
        assert status < 500, (rule, status)
        # Without the form's token nobody changes anything, whatever the role.
        if rule.method != "GET":
            assert somebody.post(path, csrf="").status_code == 403, rule


def test_the_documented_table_is_the_real_one() -> None:
    text = PLACE.read_text(encoding="utf-8")
    assert text == updated(text), "run: python -m aigc_guard.dashboard.table"
