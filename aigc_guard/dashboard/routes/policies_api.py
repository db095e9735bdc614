"""Policies for programs: the files, trials of a text, proposals, waivers."""

from __future__ import annotations

from typing import Any

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.fields import Whole
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.policy_view import (
    error_json,
    policy_files_shown,
    proposal_json,
    trial_json,
    waivers_shown,
)
from aigc_guard.dashboard.visit import Here
from aigc_guard.errors import GuardError
from aigc_guard.pipeline.proposing import files, read_file, try_text
from aigc_guard.policy.source import MAX_BYTES
from aigc_guard.records import sha256_text

gate = Gate(api=True)
MOST = 1000


class PolicyText(BaseModel):
    """A text in the place of a policy file."""

    model_config = ConfigDict(extra="forbid")
    text: Whole = Field(max_length=MAX_BYTES)


@gate.get("/api/v1/policies", Permission.SEE, scope="read")
def policies(visit: Here) -> dict[str, list[dict[str, Any]]]:
    """The policy files, with what is activated and what is wrong."""
    return {
        "policies": [
            {
                "file": one.file,
                "policy": one.policy.name if one.policy else "",
                "version": one.policy.version if one.policy else "",
                "policy_digest": one.policy.digest if one.policy else "",
                "activated": one.is_activated,
                "open_proposals": one.open_proposals,
                "errors": [error_json(visit, error) for error in one.errors],
            }
            for one in policy_files_shown(visit)
        ]
    }


@gate.get("/api/v1/policies/waivers", Permission.SEE, scope="read")
def waivers(visit: Here) -> dict[str, list[dict[str, Any]]]:
    """Every waiver with its end."""
    return {
        "waivers": [
            {
                "policy": one.policy,
                "waiver": one.form.id,
                "rule": one.form.rule,
                "since": one.form.since,
                "expires": one.form.expires,
                "term": one.term,
                "days_left": one.days_left,
            }
            for one in waivers_shown(visit)
        ]
    }


@gate.get("/api/v1/policies/proposals", Permission.SEE, scope="read")
def proposals(visit: Here) -> dict[str, list[dict[str, Any]]]:
    """The newest thousand proposals."""
    return {"proposals": [proposal_json(one) for one in visit.store.proposals(limit=MOST)]}


@gate.get("/api/v1/policies/{file}", Permission.SEE, scope="read")
def policy(visit: Here, file: str) -> dict[str, str]:
    """One file's text."""
    text = _text(visit, file)
    return {"file": file, "text": text, "sha256": sha256_text(text)}


@gate.post("/api/v1/policies/{file}/try", Permission.EDIT_POLICY, scope="read")
def try_policy(visit: Here, file: str, form: PolicyText) -> dict[str, Any]:
    """What the loader says of a text in the place of a file; nothing is changed."""
    _text(visit, file)
    try:
        return trial_json(visit, try_text(visit.project, file, form.text))
    except GuardError as error:
        raise HTTPException(422, error.message) from None


def _text(visit: Here, file: str) -> str:
    if file not in files(visit.project):
        raise HTTPException(404)
    return read_file(visit.project, file)
