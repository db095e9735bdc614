"""Where a draft comes from: its writer, the writer's licence and lineage, its sources, its brief.

Findings are facts with labels; what is tolerated stands in the policy. Nothing here carries text,
names of people or addresses: sources are numbered, declared writers stand as digests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.records import (
    Brief,
    CheckReport,
    Draft,
    Finding,
    Source,
    Status,
    digest_of,
    sha256_text,
)

_ORIGIN_KEYS = ("writer", "made_by", "declared_by")
_FACTS_READ = ("licence", "approved_for", "remote", "trained_on", "digest")
_MAX_DETAIL = 80


class ProvenanceCheck(Check):
    """Compares a draft and its brief with ``models.lock``; needs no model and reads no text."""

    id = "provenance"
    version = "1"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "Where the draft comes from: writer, licences, sources, brief, notices",
        "zh": "稿件来源：写作模型、许可证、资料来源、任务单与标识",
    }
    labels = (
        "approved_kind",
        "brief",
        "brief_mismatch",
        "kind_not_approved",
        "needs_label",
        "remote_writer",
        "source",
        "source_licence",
        "source_without_attribution",
        "source_without_licence",
        "training_unknown",
        "undeclared_origin",
        "unfaithful",
        "unknown_writer",
        "writer",
        "writer_licence",
        "writer_training",
    )

    def model_digest(self, context: Context) -> str:
        """Digest of what the lock says: a corrected licence makes a new measurement."""
        return digest_of(
            {
                name: {key: _plain(facts.get(key)) for key in _FACTS_READ}
                for name, facts in context.models.items()
            }
        )

    def subject_digest(self, subject: Subject) -> str:
        """Digest of what is read of the draft and its brief."""
        draft, brief = subject.draft, subject.brief
        read: dict[str, Any] = {}
        if draft is not None:
            read["draft"] = [draft.writer, draft.model_digest, draft.made_by, draft.kind,
                             draft.channel, draft.brief_digest, draft.faithful]  # fmt: skip
        if brief is not None:
            read["brief"] = brief.digest
        return digest_of(read) if read else ""

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; not applicable without a draft and a brief to look at."""
        return [self._measure(subject, context) for subject in subjects]

    def _measure(self, subject: Subject, context: Context) -> CheckReport:
        draft, brief = subject.draft, subject.brief
        if draft is None and brief is None:
            return self.report(subject, context, status=Status.NOT_APPLICABLE)
        findings: list[Finding] = []
        if draft is not None:
            findings += _about_writer(draft, brief, context)
            if not draft.faithful:
                findings.append(_finding("unfaithful", 1.0))
        if brief is not None:
            findings += _about_brief(brief, draft)
        scores: dict[str, float] = {}
        for finding in findings:
            scores[finding.label] = max(finding.score, scores.get(finding.label, 0.0))
        return self.report(subject, context, findings=findings, scores=scores)


def _finding(label: str, score: float = 0.0, **detail: str) -> Finding:
    """Score 1 is something missing or contradictory, 0 a fact that a policy may care about."""
    short = {key: value[:_MAX_DETAIL] for key, value in detail.items() if value}
    return Finding("provenance", label, score, detail=short)


def _about_writer(draft: Draft, brief: Brief | None, context: Context) -> Iterator[Finding]:
    """A supplied text is judged by what its supplier declares, any other by the lock."""
    if draft.made_by == "supplied" or (brief is not None and brief.text):
        yield from _declared(brief)
        return
    facts = context.models.get(draft.writer)
    if facts is None or (draft.model_digest and facts.get("digest") != draft.model_digest):
        # Known by name with other files is unknown, too: the lock names bytes.
        yield _finding("unknown_writer", 1.0, writer=draft.writer, model_digest=draft.model_digest)
        yield _finding("writer", writer=draft.writer)
        return
    yield _finding("writer", writer=draft.writer, model_digest=draft.model_digest)
    if facts.get("remote"):
        yield _finding("remote_writer", 1.0, writer=draft.writer)
    yield _finding("writer_licence", licence=_licence(facts.get("licence")))
    approved = draft.kind in (facts.get("approved_for") or ())
    label, score = ("approved_kind", 0.0) if approved else ("kind_not_approved", 1.0)
    yield _finding(label, score, kind=draft.kind, writer=draft.writer)
    lineage = facts.get("trained_on") or ()
    for entry in lineage:
        name = entry.get("name", "") if isinstance(entry, Mapping) else entry
        licence = entry.get("licence", "") if isinstance(entry, Mapping) else ""
        yield _finding("writer_training", source=str(name), licence=str(licence))
    if not lineage:
        yield _finding("training_unknown", 1.0, writer=draft.writer)


def _declared(brief: Brief | None) -> Iterator[Finding]:
    origin = dict(brief.origin) if brief is not None else {}
    if not any(origin.get(key, "").strip() for key in _ORIGIN_KEYS):
        yield _finding("undeclared_origin", 1.0)
        return
    writer = origin.get("writer", "").strip()
    yield _finding("writer", basis="declared", writer_sha256=_name_digest(writer))
    yield _finding("writer_licence", basis="declared", licence=_licence(origin.get("licence")))


def _about_brief(brief: Brief, draft: Draft | None) -> Iterator[Finding]:
    digest = brief.digest
    yield _finding("brief", brief_sha256=digest)
    if draft is not None and draft.brief_digest != digest:
        yield _finding("brief_mismatch", 1.0)
    for number, source in enumerate(brief.sources, start=1):
        yield from _about_source(source, str(number))
    channel = draft.channel if draft is not None else brief.channel
    for place in brief.jurisdictions or ("",):
        yield _finding("needs_label", jurisdiction=place.upper(), channel=channel)


def _about_source(source: Source, number: str) -> Iterator[Finding]:
    yield _finding("source", source=number, source_sha256=digest_of(source))
    if source.licence.strip():
        yield _finding("source_licence", source=number, licence=_licence(source.licence))
    else:
        yield _finding("source_without_licence", 1.0, source=number)
    missing = [name for name in ("title", "url") if not getattr(source, name).strip()]
    if missing:
        yield _finding("source_without_attribution", 1.0, source=number, missing=",".join(missing))


def _name_digest(name: str) -> str:
    """A declared name as policies compare it, without case and surplus space; empty if none."""
    plain = " ".join(name.split()).casefold()
    return sha256_text(plain) if plain else ""


def _licence(value: object) -> str:
    return " ".join(str(value or "").split()) or "none"


def _plain(value: Any) -> Any:
    """Lock facts as JSON types whatever they were read as."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | bool | None) else str(value)
