"""The records every room exchanges: frozen, serialisable, free of behaviour beyond their digests.

Spans are half-open character offsets into the exact stored draft text. Scores are 0-1, higher is
worse. No record but ``Brief``, ``Draft`` and what the outbox holds carries text.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Literal, TypeVar

import rfc8785

T = TypeVar("T")
LATER = "later"


def sha256_text(text: str) -> str:
    """Hex sha256 of the UTF-8 bytes of ``text``; lone surrogates are refused by the encoder."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def canonical(value: Any) -> bytes:
    """RFC 8785 canonical JSON; raises for NaN, integers beyond 2^53 and non-string keys."""
    return rfc8785.dumps(value)


def digest_of(value: Any) -> str:
    """Hex sha256 of the canonical JSON of ``value`` (records are dumped first)."""
    return hashlib.sha256(canonical(dump(value))).hexdigest()


def dump(value: Any) -> Any:
    """A record as plain JSON types."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        # A field that came later is left out while empty: earlier records keep their digests.
        return {
            f.name: dump(getattr(value, f.name))
            for f in dataclasses.fields(value)
            if getattr(value, f.name) or not f.metadata.get(LATER)
        }
    if isinstance(value, Mapping):
        return {str(key): dump(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [dump(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    return value


def load(cls: type[T], data: Any) -> T:
    """A record from plain JSON types; raises pydantic.ValidationError on a wrong shape."""
    key: Any = cls
    result: T = _adapter(key).validate_python(data)
    return result


@cache
def _adapter(cls: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(cls)


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


class Status(StrEnum):
    """How a measurement went; everything but the first and last holds the draft."""

    OK = "ok"
    FAILED = "failed"
    INCOMPLETE = "incomplete"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of a brief under the name its team gives it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Source:
    """Something a draft may rely on and quote from."""

    title: str
    url: str = ""
    licence: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """One order for one draft, or (with ``text``) a finished text to be judged.

    ``may_publish`` lists personal values that may stand. ``origin`` is what a text's supplier
    declares about how it was made (keys such as ``writer``, ``licence``, ``declared_by``).
    """

    id: str
    kind: str
    language: str = "en"
    channel: str = "web"
    jurisdictions: tuple[str, ...] = ()
    audience: str = ""
    tone: str = ""
    facts: tuple[Fact, ...] = ()
    sources: tuple[Source, ...] = ()
    required_terms: tuple[str, ...] = ()
    may_publish: tuple[str, ...] = ()
    text: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Hex sha256 over everything in the brief."""
        return digest_of(self)


@dataclass(frozen=True, slots=True)
class Draft:
    """One written text. ``draft_id`` is a digest of what made it, so equal work has one identity.

    ``parent`` names the draft this one was redacted or edited from. ``faithful`` is False when
    the writer itself found that no candidate carried the brief's values unaltered; ``notes``
    are machine-readable reasons such as ``missing:price``.
    """

    draft_id: str
    brief_id: str
    brief_digest: str
    kind: str
    language: str
    channel: str
    text: str
    writer: str
    model_digest: str
    settings_digest: str
    seed: int
    attempt: int
    faithful: bool = True
    notes: tuple[str, ...] = ()
    parent: str = ""
    made_by: Literal["model", "supplied", "redaction", "editor"] = "model"

    @property
    def text_sha256(self) -> str:
        """Hex sha256 of the exact text."""
        return sha256_text(self.text)


def draft_id_of(
    brief: Brief, *, writer: str, model_digest: str, settings_digest: str, seed: int, attempt: int
) -> str:
    """Identity of the work: the same order to the same writer is the same draft."""
    return digest_of(
        {
            "brief": brief.digest,
            "writer": writer,
            "model": model_digest,
            "settings": settings_digest,
            "seed": str(seed),
            "attempt": attempt,
        }
    )[:32]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open character range ``[start, end)``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check saw, at one place. ``detail`` never holds matched text.

    A finding about the whole draft (or about its origin) has ``start == end == 0``.
    ``value`` and ``unit`` carry a check's own measure (grade 12.3, run of 25 tokens).
    """

    check: str
    label: str
    score: float
    start: int = 0
    end: int = 0
    value: float | None = None
    unit: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What one check measured on one text, and which characters it really read.

    Stored under ``key``: another policy with the same settings needs no new measurement.
    ``scores`` holds the maximum per label, also for labels without a finding.
    """

    check: str
    version: str
    text_sha256: str
    model_digest: str
    settings_digest: str
    status: Status
    findings: tuple[Finding, ...] = ()
    coverage: tuple[Span, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    error: str = ""

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """Identity of the measurement."""
        return (
            self.text_sha256,
            self.check,
            self.version,
            self.model_digest,
            self.settings_digest,
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a draft has its outcome: the rule, and the finding that tripped it.

    ``message`` is per language ("en", "zh"). For a check that could not read the draft, ``rule``
    is ``unverified:<check>``. ``waiver`` names the waiver that lets it stand, in ``noted`` only.
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
