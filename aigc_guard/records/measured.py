"""What checks report: findings with spans, and which characters were really read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """How a measurement went; everything but the first and last holds the draft."""

    OK = "ok"
    FAILED = "failed"
    INCOMPLETE = "incomplete"
    NOT_APPLICABLE = "not_applicable"


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
