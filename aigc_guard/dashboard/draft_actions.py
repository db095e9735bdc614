"""What people do to a draft, once for the forms and the API: a name, a permission, a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from fastapi import HTTPException

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.visit import Visit
from aigc_guard.errors import ReviewError, Said, said
from aigc_guard.pipeline import desk
from aigc_guard.pipeline.editing import edit_draft
from aigc_guard.store import Item

Fields = Mapping[str, str]
SEEN = ("text_sha256", "policy_digest", "decision_digest")


@dataclass(frozen=True, slots=True)
class Action:
    """``run`` gets the visit, the draft and the fields; it returns the draft to look at next."""

    needs: Permission
    run: Callable[[Visit, str, Fields], str]
    done: Said
    next: str = ""


def act(visit: Visit, name: str, draft_id: str, fields: Fields) -> str:
    """Do it; raises HTTPException 404 for an unknown draft, a GuardError where it is refused."""
    if visit.store.draft(draft_id) is None:
        raise HTTPException(404)
    return ACTIONS[name].run(visit, draft_id, fields)


def seen_item(visit: Visit, draft_id: str, fields: Fields) -> Item:
    """What the person was shown when they decided. Raises ReviewError where that is not said."""
    item = visit.store.item_of(draft_id)
    if item is None or any(not fields.get(name) for name in SEEN):
        raise ReviewError(
            said("draft {draft_id} has changed since it was shown", draft_id=draft_id),
            hint=said("look at it again"),
        )
    return replace(
        item,
        text_sha256=fields["text_sha256"],
        policy_digest=fields["policy_digest"],
        decision_digest=fields["decision_digest"],
    )


def _claim(visit: Visit, draft_id: str, fields: Fields) -> str:
    return desk.claim(visit.project, visit.account, draft_id).draft_id


def _return(visit: Visit, draft_id: str, fields: Fields) -> str:
    desk.give_back(visit.project, visit.account, draft_id)
    return draft_id


def _skip(visit: Visit, draft_id: str, fields: Fields) -> str:
    desk.skip(visit.project, visit.account, draft_id, fields.get("reason", ""))
    return draft_id


def _approve(visit: Visit, draft_id: str, fields: Fields) -> str:
    seen = seen_item(visit, draft_id, fields)
    desk.approve_as(visit.project, visit.account, draft_id, fields.get("reason", ""), seen=seen)
    return draft_id


def _reject(visit: Visit, draft_id: str, fields: Fields) -> str:
    desk.reject_as(
        visit.project,
        visit.account,
        draft_id,
        fields.get("reason", ""),
        rule=fields.get("rule", ""),
        seen=seen_item(visit, draft_id, fields),
    )
    return draft_id


def _undo(visit: Visit, draft_id: str, fields: Fields) -> str:
    desk.undo_approval(visit.project, visit.account, draft_id)
    return draft_id


def _edit(visit: Visit, draft_id: str, fields: Fields) -> str:
    text, seen = fields.get("text", ""), fields.get("text_sha256", "")
    return edit_draft(visit.project, visit.account, draft_id, text, seen=seen).draft_id


def _comment(visit: Visit, draft_id: str, fields: Fields) -> str:
    desk.comment(visit.project, visit.account, draft_id, fields.get("text", ""))
    return draft_id


def _regenerate(visit: Visit, draft_id: str, fields: Fields) -> str:
    desk.ask(visit.project, visit.account, "regenerate", draft_id, fields.get("reason", ""))
    return draft_id


def _waiver(visit: Visit, draft_id: str, fields: Fields) -> str:
    rule = fields.get("rule", "")
    if rule not in desk.rules_for(visit.project, draft_id) or rule == desk.NO_RULE:
        raise ReviewError(
            said("a waiver is asked for one of the policy's rules"),
            hint=said("choose the rule that should let this stand"),
        )
    text = fields.get("reason", "")
    desk.ask(visit.project, visit.account, "waiver", draft_id, text, rule=rule)
    return draft_id


_P = Permission
ACTIONS: Mapping[str, Action] = {
    "claim": Action(_P.REVIEW, _claim, said("It is on your desk.")),
    "return": Action(_P.REVIEW, _return, said("It is given back to the queue.")),
    "skip": Action(_P.REVIEW, _skip, said("Skipped: it is others' now."), next="/queue"),
    "approve": Action(_P.REVIEW, _approve, said("Your approval is recorded.")),
    "reject": Action(_P.REVIEW, _reject, said("It is rejected.")),
    "undo": Action(_P.REVIEW, _undo, said("The approval is undone; the draft waits again.")),
    "edit": Action(_P.EDIT_TEXT, _edit, said("It is measured anew; its approval starts over.")),
    "comment": Action(_P.COMMENT, _comment, said("Your comment is kept.")),
    "regenerate": Action(_P.REVIEW, _regenerate, said("Another attempt is asked for.")),
    "waiver": Action(_P.ASK_WAIVER, _waiver, said("The waiver is asked for.")),
}
