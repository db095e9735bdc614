"""The seam between checks and everything that uses them.

A check measures a batch of subjects and returns one report per subject, in order. It raises only
when it can't measure at all (the runner turns that into ``failed`` reports, which hold drafts).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from aigc_guard.records import Brief, CheckReport, Draft, Finding, Span, Status, digest_of

if TYPE_CHECKING:
    from aigc_guard.checks.originality.releases import Releases


class Settings(BaseModel):
    """Base of a check's settings (a rule's ``with:``): part of a measurement's identity."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: a text in a language, with its draft and brief where they exist."""

    text: str
    text_sha256: str
    language: str = "en"
    draft: Draft | None = None
    brief: Brief | None = None


@dataclass(frozen=True)
class Batch:
    """All drafts that a run may release, one per brief, in the order of the run."""

    subjects: tuple[Subject, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Hex sha256 over the texts and their briefs in any order; empty for no batch."""
        read = sorted(
            [one.text_sha256, one.brief.digest if one.brief is not None else ""]
            for one in self.subjects
        )
        return digest_of(read) if read else ""

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What comparing checks worked out over the whole batch, so that they do it once."""
        return {}


@dataclass(frozen=True, slots=True)
class Context:
    """What the pipeline lends to checks, so that no check opens the store.

    ``models`` maps a lock entry's name to its facts (licence, approved kinds, digest, ``remote``,
    ``trained_on``); ``folder_of(name)`` gives the verified folder of a model's files.
    ``trusted`` maps a check's id to the identities (``Check.identity``) the nightly canary has
    accepted; a check that is not listed has not been measured by a canary yet.
    ``batch`` is what the draft is compared with in its run. ``releases`` are texts that were
    released before its run was first started; None where nobody looked. ``lists`` is the folder of
    the files that rules name (authorities, terms); their digests belong to a measurement's
    identity.
    """

    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    model_loader: Any = None
    trusted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    batch: Batch = field(default_factory=Batch)
    releases: Releases | None = None
    lists: Path | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A text that shows a check at work: a test and a page of documentation at once."""

    text: str
    labels: tuple[str, ...]
    language: str = "en"
    spans: tuple[str, ...] = ()
    note: str = ""


class Check(ABC):
    """One kind of measurement. Constructors are cheap; models load at the first measurement."""

    id: ClassVar[str]
    version: ClassVar[str]
    summary: ClassVar[Mapping[str, str]]
    labels: ClassVar[tuple[str, ...]] = ()
    settings_type: ClassVar[type[Settings]] = Settings
    units: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """Labels whose findings carry a ``value``, and its unit in words (``unit`` is the English).

    A policy can limit these by ``limits: {values: {label: 25}}``.
    """
    examples: ClassVar[tuple[Example, ...]] = ()
    uses_model: ClassVar[bool] = False
    compares: ClassVar[bool] = False
    """Whether it compares a draft with the others of its run: measured when all are written."""
    reads_releases: ClassVar[bool] = False
    """Whether it compares a draft with what was released before: ``Context.releases``."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings if settings is not None else self.settings_type()

    @cached_property
    def settings_digest(self) -> str:
        """Digest of the settings as JSON; they never change."""
        return digest_of(self.settings.model_dump(mode="json"))

    def model_digest(self, context: Context) -> str:
        """Digest of the model files a measurement depends on; empty without a model."""
        return ""

    @property
    def reads_with(self) -> str:
        """The model that it shares with other checks, which then run one after the other."""
        return ""

    def identity(self, context: Context) -> str:
        """What trust in this check hangs on: its version and its model's digest."""
        return f"{self.version}:{self.model_digest(context)}"

    def batch_digest(self, context: Context) -> str:
        """Digest of the drafts that a comparing check reads beside its subject; else empty."""
        return context.batch.digest if self.compares else ""

    def basis_digest(self, context: Context) -> str:
        """What a measurement rests on beside its subject: the model, and the batch it saw.

        It stands in a report where the model's digest does, because a policy, which knows neither,
        has to recognise the settings digest.
        """
        model, batch = self.model_digest(context), self.batch_digest(context)
        return digest_of([model, batch]) if model and batch else model or batch

    def is_held_back(self, context: Context) -> bool:
        """Whether its model changed since the canary accepted one: it can't be believed yet."""
        accepted = context.trusted.get(self.id)
        if accepted is None or not self.uses_model:
            return False
        return self.identity(context) not in accepted

    def subject_digest(self, subject: Subject) -> str:
        """What besides the text this check reads of a subject (brief, origin); empty if nothing.

        A check that compares the text with its brief returns a digest of what it reads there.
        """
        return ""

    def report_settings_digest(self, subject: Subject) -> str:
        """Settings digest of one report: the settings and what was read besides the text."""
        other = self.subject_digest(subject)
        return digest_of([self.settings_digest, other]) if other else self.settings_digest

    @abstractmethod
    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject, in order. Reads every text to its end or says what it read."""

    def report(
        self,
        subject: Subject,
        context: Context,
        *,
        findings: Sequence[Finding] = (),
        coverage: Sequence[Span] | None = None,
        scores: Mapping[str, float] | None = None,
        status: Status = Status.OK,
        error: str = "",
    ) -> CheckReport:
        """A report about ``subject``; coverage defaults to the whole text for status ok."""
        whole = (Span(0, len(subject.text)),) if subject.text and status is Status.OK else ()
        return CheckReport(
            check=self.id,
            version=self.version,
            text_sha256=subject.text_sha256,
            model_digest=self.basis_digest(context),
            settings_digest=self.report_settings_digest(subject),
            status=status,
            findings=tuple(findings),
            coverage=tuple(coverage) if coverage is not None else whole,
            scores=dict(scores or {}),
            error=error,
        )
