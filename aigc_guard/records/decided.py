"""What policies and people decide, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from aigc_guard.records.digests import LATER


class Outcome(StrEnum):
    """What happens to a draft, from mild to strict; the strictest reason wins."""

    RELEASE = "release"
    REDACT = "redact"
    REVIEW = "review"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        """0 for release up to 3 for block."""
        return list(Outcome).index(self)


def strictest(outcomes: Iterable[Outcome]) -> Outcome:
    """The strictest of ``outcomes``; release when there are none."""
    return max(outcomes, key=lambda outcome: outcome.rank, default=Outcome.RELEASE)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a draft has its outcome: the rule, and the finding that tripped it.

    ``message`` is per language ("en", "zh"). For a check that could not read the draft, ``rule``
    is ``unverified:<check>``. ``waiver`` names the waiver that lets it stand, in ``noted`` only.
    ``value`` is the finding's own measure where the limit is one, in the unit that ``limit`` names.
    """

    rule: str
    check: str
    outcome: Outcome
    message: Mapping[str, str]
    label: str = ""
    score: float = 0.0
    start: int = 0
    end: int = 0
    limit: str = ""
    severity: str = ""
    action: str = ""
    shadow: bool = False
    waiver: str = field(default="", metadata={LATER: True})
    value: float | None = field(default=None, metadata={LATER: True})


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy says about one text. ``noted`` (flags, shadow rules) holds nothing back."""

    draft_id: str
    text_sha256: str
    policy: str
    policy_digest: str
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    noted: tuple[Reason, ...] = ()
    regenerate: bool = False

    @property
    def unverified(self) -> bool:
        """Whether some check did not read the whole draft: it can't be approved as it is."""
        return any(reason.rule.startswith("unverified:") for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of the edit ledger: what stood at ``[start, end)`` of the parent's text.

    ``before`` is encrypted under the installation's key; ``after`` is the policy's wording.
    """

    rule: str
    label: str
    start: int
    end: int
    before_encrypted: str
    after: str


@dataclass(frozen=True, slots=True)
class Review:
    """What a person decided about exact bytes under an exact policy, and the roles they held."""

    review_id: str
    draft_id: str
    text_sha256: str
    policy_digest: str
    action: Literal["approve", "reject"]
    actor: str
    authenticated: bool
    reason: str
    at: str
    rule: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """Something published: which bytes, under which policy, where.

    ``folder`` is relative to the project's outbox; a whole path where it was published elsewhere.
    """

    release_id: str
    draft_id: str
    brief_id: str
    text_sha256: str
    policy: str
    policy_digest: str
    folder: str
    at: str
    files: Mapping[str, str] = field(default_factory=dict)
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row of a brief file that can't become a brief. ``value_digest``, never the value."""

    file: str
    row: int
    column: str
    problem: Mapping[str, str]
    mend: Mapping[str, str]
    value_digest: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the append-only record: digests, labels and spans, never text."""

    seq: int
    at: str
    kind: str
    subject: str
    actor: str
    body: Mapping[str, Any]
