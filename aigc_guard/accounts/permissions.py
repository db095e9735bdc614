"""The permissions table: what each role may do, for pages, the API and the command line alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Role(StrEnum):
    """The console's roles; an account may hold several."""

    READER = "reader"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    LEAD = "lead"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Permission(StrEnum):
    """Everything that not everybody may do."""

    SIGNED_IN = "signed-in"
    SEE = "see"
    COMMENT = "comment"
    REVEAL = "reveal"
    REVIEW = "review"
    EDIT_TEXT = "edit-text"
    ASK_WAIVER = "ask-waiver"
    SECOND_READING = "second-reading"
    KEEP_GOLDEN = "keep-golden"
    EDIT_POLICY = "edit-policy"
    DECIDE_POLICY = "decide-policy"
    START_RUN = "start-run"
    CHECK_TEXT = "check-text"
    SEE_TRENDS = "see-trends"
    SEE_RECORD = "see-record"
    EXPORT = "export"
    TAKE_BACK = "take-back"
    MANAGE = "manage"


_R, _E, _V, _L, _U, _A = Role
_EVERYBODY = frozenset(Role)

GRANTS: Mapping[Permission, frozenset[Role]] = {
    Permission.SIGNED_IN: _EVERYBODY,
    Permission.SEE: _EVERYBODY,
    Permission.COMMENT: frozenset({_E, _V, _L, _U}),
    # Whoever decides about a personal value, or looks into how that was done, may see it.
    Permission.REVEAL: frozenset({_E, _V, _L, _U}),
    Permission.REVIEW: frozenset({_V, _L}),
    Permission.EDIT_TEXT: frozenset({_E, _V, _L}),
    Permission.ASK_WAIVER: frozenset({_E, _V, _L}),
    Permission.SECOND_READING: frozenset({_V, _L}),
    Permission.KEEP_GOLDEN: frozenset({_L}),
    Permission.EDIT_POLICY: frozenset({_E, _L}),
    Permission.DECIDE_POLICY: frozenset({_L}),
    Permission.START_RUN: frozenset({_E, _L}),
    Permission.CHECK_TEXT: frozenset({_E, _V, _L}),
    Permission.SEE_TRENDS: frozenset({_L, _U, _A}),
    Permission.SEE_RECORD: frozenset({_L, _U, _A}),
    Permission.EXPORT: frozenset({_L, _U}),
    # Revoking a release, erasing what is kept of an order.
    Permission.TAKE_BACK: frozenset({_L}),
    # Who gives out accounts decides nothing about content: no approval, no policy.
    Permission.MANAGE: frozenset({_A}),
}


def may(roles: Iterable[str], permission: Permission) -> bool:
    """Whether somebody with these roles has the permission; an unknown role grants nothing."""
    return not GRANTS[permission].isdisjoint(roles)
