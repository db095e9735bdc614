"""What the store returns besides the records every room shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aigc_guard.records import Decision, Draft, Outcome, digest_of

ReportKey = tuple[str, str, str, str, str]


class State(StrEnum):
    """Where an item (one order to one writer, whatever its attempts) stands."""

    PASSED = "passed"
    TRANSIT = "transit"
    WAITING = "waiting"
    BLOCKED = "blocked"
    APPROVED = "approved"
    REJECTED = "rejected"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its content (policy digests, brief digests, seed), when it began and ended."""

    run_id: str
    body: Mapping[str, Any]
    started_at: str
    finished_at: str = ""
    summary: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunDraft:
    """Which draft a run used for which brief, at which attempt."""

    draft_id: str
    brief_digest: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Item:
    """The draft and decision that stand for one order now; ``since`` is when it got its state.

    ``risk`` orders the queue: a thousand per step of severity, up to a thousand for the score.
    """

    work_id: str
    draft_id: str
    attempt: int
    depth: int
    text_sha256: str
    policy: str
    policy_digest: str
    decision_digest: str
    outcome: Outcome
    unverified: bool
    brief_id: str
    kind: str
    language: str
    channel: str
    state: State
    since: str
    risk: int = 0


@dataclass(frozen=True, slots=True)
class Intent:
    """A publication that was begun: its full record, so that a second try gives equal bytes."""

    release_id: str
    work_id: str
    draft_id: str
    body: Mapping[str, Any]
    at: str


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be appended: digests, labels and spans, never text."""

    kind: str
    subject: str
    body: Mapping[str, Any]
    at: str
    actor: str = "aigc_guard"


def work_id_of(draft: Draft) -> str:
    """Identity of the order a draft answers: all attempts and versions of it share one.

    One item is released at most once, whichever attempt or version of it passes. Another seed is
    another order to a model, but a supplied text stays the same text.
    """
    return digest_of(
        {
            "brief": draft.brief_digest,
            "writer": draft.writer,
            "model": draft.model_digest,
            "settings": draft.settings_digest,
            "seed": "" if draft.made_by == "supplied" else str(draft.seed),
        }
    )[:32]


def needs_person(decision: Decision, made_by: str) -> bool:
    """Whether only a person's approval can release this text.

    A text that was redacted and would have to be redacted again is a person's case: the policy's
    own mend did not suffice. So is one that a person wrote: what an editor changed is read by
    somebody, whatever the checks find.
    """
    if decision.outcome is Outcome.REVIEW:
        return True
    if made_by == "editor":
        return decision.outcome is not Outcome.BLOCK
    return decision.outcome is Outcome.REDACT and made_by == "redaction"


def state_of(decision: Decision, made_by: str) -> State:
    """The state a decision gives an item before anybody reviews or publishes it."""
    if needs_person(decision, made_by):
        return State.WAITING
    return {
        Outcome.RELEASE: State.PASSED,
        Outcome.REDACT: State.TRANSIT,
        Outcome.BLOCK: State.BLOCKED,
    }[decision.outcome]
