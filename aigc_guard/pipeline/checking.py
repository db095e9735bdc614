"""Finished texts, judged or only measured: nothing is stored and nothing is published."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from aigc_guard.audit.wordings import TrueWording
from aigc_guard.checks.catalogue import create_check
from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.checks.runner import measure_all
from aigc_guard.errors import BriefError, said
from aigc_guard.pipeline.measuring import (
    MemoryArchive,
    coverage_share,
    measure_subjects,
    subject_of,
)
from aigc_guard.pipeline.wordings import true_wordings
from aigc_guard.policy import Policy, decide, no_policy_decision
from aigc_guard.records import (
    Brief,
    CheckReport,
    Decision,
    Draft,
    digest_of,
    sha256_text,
)

_HAN = re.compile(r"[\u3400-\u9fff]")
_MOSTLY_CHINESE = 0.2


@dataclass(frozen=True)
class Judgement:
    """One judged text: the draft it was read as, what was measured, what the policy says.

    ``wordings`` are what its altered quotations really say, personal values masked.
    """

    draft: Draft
    reports: tuple[CheckReport, ...]
    decision: Decision
    wordings: tuple[TrueWording, ...] = ()

    @property
    def coverage(self) -> float:
        """The smallest share of the text that any check read, 0-1; 0 when none ran."""
        length = len(self.draft.text)
        shares = [coverage_share(report, length) for report in self.reports if _reads_text(report)]
        return min(shares, default=0.0)


def _reads_text(report: CheckReport) -> bool:
    return report.status.value != "not_applicable"


def supplied_draft(brief: Brief) -> Draft:
    """A finished text as a draft, so that it is judged as any other."""
    return Draft(
        draft_id=digest_of(["supplied", brief.digest])[:32],
        brief_id=brief.id,
        brief_digest=brief.digest,
        kind=brief.kind,
        language=brief.language,
        channel=brief.channel,
        text=brief.text,
        writer=brief.origin.get("writer", "supplied"),
        model_digest="",
        settings_digest="",
        seed=0,
        attempt=1,
        made_by="supplied",
    )


def check_texts(
    briefs: Sequence[Brief],
    policies: Sequence[Policy | None],
    context: Context,
    *,
    seconds: float,
    at: str = "",
) -> list[Judgement]:
    """Judge finished texts (``brief.text``), each under its policy; None means review.

    ``at`` is the time they are judged at, for waivers.
    """
    drafts = [supplied_draft(brief) for brief in briefs]
    work = [
        (subject_of(draft, brief), policy)
        for draft, brief, policy in zip(drafts, briefs, policies, strict=True)
    ]
    reports = measure_subjects(work, context, MemoryArchive(), seconds=seconds)
    judged = []
    for draft, brief, policy, found in zip(drafts, briefs, policies, reports, strict=True):
        made = decide(policy, draft, brief, found, at=at) if policy else no_policy_decision(draft)
        wordings = true_wordings(context, policy, (brief, found, (made,)), seconds=seconds)
        judged.append(Judgement(draft, found, made, wordings))
    return judged


def measure_stream(
    lines: Iterable[str],
    checks: Sequence[str],
    context: Context,
    *,
    seconds: float,
    batch_size: int = 256,
    path: str = "-",
) -> Iterator[dict[str, Any]]:
    """Raw measurements of ``{"id", "text", "language"?}`` lines, one answer per line, in order.

    A line without a language is read in the one its text is mostly written in. Memory holds one
    batch. Raises BriefError with the line number for a line of another shape, after the answers to
    all lines before it.
    """
    instances = [create_check(check, None) for check in checks]
    numbered = enumerate(lines, start=1)
    while batch := list(islice(numbered, batch_size)):
        rows, error = _rows(batch, path)
        if rows:
            yield from _answers(rows, instances, context, seconds)
        if error is not None:
            raise error


def _rows(
    batch: Sequence[tuple[int, str]], path: str
) -> tuple[list[Mapping[str, Any]], BriefError | None]:
    """The rows up to the first line of another shape, and what is wrong with that one.

    What stands before it is measured first: nobody loses an answer to a later line.
    """
    rows: list[Mapping[str, Any]] = []
    for number, line in batch:
        if line.strip():
            try:
                rows.append(_row(line, number, path))
            except BriefError as error:
                return rows, error
    return rows, None


def _answers(
    rows: Sequence[Mapping[str, Any]], checks: Sequence[Check], context: Context, seconds: float
) -> Iterator[dict[str, Any]]:
    subjects = [
        Subject(
            text=row["text"],
            text_sha256=sha256_text(row["text"]),
            language=row.get("language") or language_of(row["text"]),
        )
        for row in rows
    ]
    measured = measure_all([(check, subjects) for check in checks], context, seconds=seconds)
    for position, row in enumerate(rows):
        length = len(row["text"])
        yield {
            "id": row["id"],
            "reports": {m.check.id: _answer(m.reports[position], length) for m in measured},
        }


def _row(line: str, number: int, path: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BriefError(
            said("this line is not JSON"),
            path=path,
            line=number,
            hint=said('write {"id": …, "text": …}'),
        ) from error
    texts = isinstance(row, dict) and isinstance(row.get("text"), str)
    if not texts or not isinstance(row.get("id"), str | int):
        raise BriefError(
            said("this line lacks an id or a text"),
            path=path,
            line=number,
            hint=said('write {"id": …, "text": …}'),
        )
    if not isinstance(row.get("language", "en"), str | None):
        raise BriefError(
            said("language is not a text"), path=path, line=number, hint=said('"en" or "zh"')
        )
    if any("\ud800" <= char <= "\udfff" for char in row["text"]):
        raise BriefError(
            said("the text holds half of a character (a lone surrogate)"),
            path=path,
            line=number,
            hint=said("write the character whole, or leave it out"),
        )
    checked: Mapping[str, Any] = row
    return checked


def language_of(text: str) -> str:
    """``zh`` for a text a fifth or more of whose letters are Chinese characters, else ``en``."""
    letters = sum(char.isalpha() for char in text) or 1
    return "zh" if len(_HAN.findall(text)) / letters >= _MOSTLY_CHINESE else "en"


def _answer(report: CheckReport, length: int) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "status": report.status.value,
        "coverage": coverage_share(report, length),
        "scores": dict(report.scores),
        "findings": [
            {"label": f.label, "score": f.score, "start": f.start, "end": f.end}
            for f in report.findings
        ],
    }
    if report.error:
        answer["error"] = report.error
    return answer
