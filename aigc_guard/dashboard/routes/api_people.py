"""Second readings and accounts as JSON: the same functions as the pages."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field

from aigc_guard.accounts import (
    Permission,
    add_account,
    change_roles,
    close_account,
    set_password,
    unlock_account,
)
from aigc_guard.dashboard.draft_view import DraftView
from aigc_guard.dashboard.fields import Name, Text, Whole
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.visit import Here, Visit
from aigc_guard.pipeline.desk import rules_for
from aigc_guard.pipeline.second import Share, give_verdict, next_reading, reading, results
from aigc_guard.store import Account

gate = Gate(api=True)
Names = Annotated[list[Name], Field(max_length=100)]
Password = Annotated[Whole, Field(max_length=1000)]


class ShareAnswer(BaseModel):
    """``hits`` of ``total``, with the 95 % Wilson interval ``low`` to ``high``."""

    hits: int
    total: int
    low: float
    high: float


class MissAnswer(BaseModel):
    """How often a rule missed something; only the stratum ``random`` speaks for all releases."""

    policy: str
    rule: str
    stratum: str
    missed: ShareAnswer


class SecondAnswer(BaseModel):
    """What second readings show; ``next`` is the own next one, or null."""

    agreement: ShareAnswer
    golden: ShareAnswer
    misses: list[MissAnswer]
    next: str | None


class ReadingAnswer(BaseModel):
    """A draft to be read again, blind."""

    sample_id: str
    text: str | None
    facts: list[dict[str, str]]
    rules: list[str]


class VerdictBody(BaseModel):
    """``fine``, or ``hold`` with a rule and a reason."""

    model_config = ConfigDict(extra="forbid")

    verdict: Name
    rule: Name = ""
    reason: Text = ""


class AccountAnswer(BaseModel):
    """An account, without its secrets."""

    account_id: str
    login: str
    name: str
    roles: list[str]
    policy_roles: list[str]
    active: bool
    locked_until: str
    issuer: str


class NewAccount(BaseModel):
    """An account to be made."""

    model_config = ConfigDict(extra="forbid")

    login: Name
    name: Name = ""
    roles: Names
    policy_roles: Names = []
    password: Password


class AccountChange(BaseModel):
    """What changes of an account; what is null stays."""

    model_config = ConfigDict(extra="forbid")

    roles: Names | None = None
    policy_roles: Names | None = None
    password: Password | None = None
    active: bool | None = None
    unlock: bool = False


@gate.get("/api/v1/second", Permission.SECOND_READING)
def second(visit: Here) -> SecondAnswer:
    """What second readings show."""
    found, own = results(visit.project), next_reading(visit.project, visit.account)
    return SecondAnswer(
        agreement=_share(found.agreement),
        golden=_share(found.golden),
        misses=[
            MissAnswer(
                policy=one.policy, rule=one.rule, stratum=one.stratum, missed=_share(one.missed)
            )
            for one in found.misses
        ],
        next=own.sample_id if own else None,
    )


@gate.get("/api/v1/second/{sample_id}", Permission.SECOND_READING)
def read(visit: Here, sample_id: str) -> ReadingAnswer:
    """One draft without anything that was said of it."""
    case = reading(visit.project, visit.account, sample_id)
    view = DraftView(visit, case)
    return ReadingAnswer(
        sample_id=sample_id,
        text=view.masked_text,
        facts=[{"name": one.name, "value": one.value} for one in view.material],
        rules=sorted(rules_for(visit.project, case.draft.draft_id)),
    )


@gate.post("/api/v1/second/{sample_id}", Permission.SECOND_READING)
def judge(visit: Here, sample_id: str, body: VerdictBody) -> dict[str, str]:
    """Keep a verdict."""
    give_verdict(
        visit.project,
        visit.account,
        sample_id,
        body.verdict,
        rule=body.rule,
        reason=body.reason,
    )
    return {"sample_id": sample_id}


@gate.get("/api/v1/people", Permission.MANAGE)
def people(visit: Here) -> list[AccountAnswer]:
    """Every account."""
    return [_account(one) for one in visit.store.accounts()]


@gate.post("/api/v1/people", Permission.MANAGE)
def add(visit: Here, body: NewAccount) -> AccountAnswer:
    """Make an account."""
    made = add_account(
        visit.store,
        body.login,
        name=body.name,
        roles=body.roles,
        policy_roles=body.policy_roles,
        password=body.password,
        clock=visit.console.opened.clock,
        by=visit.account.account_id,
    )
    return _account(made)


@gate.get("/api/v1/people/{account_id}", Permission.MANAGE)
def person(visit: Here, account_id: str) -> AccountAnswer:
    """One account."""
    return _account(_known(visit, account_id))


@gate.post("/api/v1/people/{account_id}", Permission.MANAGE)
def change(visit: Here, account_id: str, body: AccountChange) -> AccountAnswer:
    """Change an account, all of what is named or nothing."""
    account = _known(visit, account_id)
    how: dict[str, Any] = {
        "clock": visit.console.opened.clock,
        "by": visit.account.account_id,
    }
    with visit.store.transaction():
        if body.roles is not None or body.policy_roles is not None:
            change_roles(
                visit.store,
                account,
                roles=account.roles if body.roles is None else body.roles,
                policy_roles=(
                    account.policy_roles if body.policy_roles is None else body.policy_roles
                ),
                **how,
            )
        if body.password is not None:
            set_password(visit.store, account, body.password, **how)
        if body.unlock:
            unlock_account(visit.store, account, **how)
        if body.active is not None:
            close_account(visit.store, account, active=body.active, **how)
    return _account(_known(visit, account_id))


def _known(visit: Visit, account_id: str) -> Account:
    found = visit.store.account(account_id)
    if found is None:
        raise HTTPException(404)
    return found


def _account(account: Account) -> AccountAnswer:
    return AccountAnswer(
        account_id=account.account_id,
        login=account.login,
        name=account.name,
        roles=list(account.roles),
        policy_roles=list(account.policy_roles),
        active=account.active,
        locked_until=account.locked_until,
        issuer=account.issuer,
    )


def _share(share: Share) -> ShareAnswer:
    low, high = share.interval
    return ShareAnswer(hits=share.hits, total=share.total, low=low, high=high)
