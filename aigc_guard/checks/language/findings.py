"""Passages in another language or script than the one asked for, as findings."""

from __future__ import annotations

from collections.abc import Iterator

from aigc_guard.checks.language.labels import PASSAGE, PERCENT, WHOLE
from aigc_guard.checks.language.passages import Reading, can_judge, read_passages
from aigc_guard.checks.language.scripts import written_in
from aigc_guard.records import Finding, Span
from aigc_guard.text import Folded, reveal, sentences


def foreign(text: str, asked: str, chinese: str) -> list[Finding] | None:
    """The findings about ``text``; None where the language asked for is not known."""
    if not can_judge(asked):
        return None
    plain = reveal(text)
    return [*_passages(plain, read_passages(plain.text, asked)), *_scripts(plain, asked, chinese)]


def _scripts(plain: Folded, asked: str, wanted: str) -> Iterator[Finding]:
    """Sentences in the other Chinese script."""
    if asked != "zh" or wanted == "any":
        return
    runs: list[Span] = []
    for span in sentences(plain.text):
        if written_in(plain.text, span) in ("", wanted):
            continue
        if runs and runs[-1].end == span.start:
            runs[-1] = Span(runs[-1].start, span.end)
        else:
            runs.append(span)
    other = "traditional_script" if wanted == "simplified" else "simplified_script"
    for run in runs:
        end = run.start + len(plain.text[run.start : run.end].rstrip())
        place = plain.to_original(run.start, end)
        yield Finding("language", other, 1.0, place.start, place.end)


def _passages(plain: Folded, reading: Reading) -> Iterator[Finding]:
    for one in reading.passages:
        place = plain.to_original(one.start, one.end)
        detail = {"found": one.found}
        yield Finding(
            "language", PASSAGE, round(one.score, 2), place.start, place.end, detail=detail
        )
    if reading.passages:
        share = min(1.0, reading.share)
        most = max(reading.passages, key=lambda one: one.weight)
        yield Finding(
            "language",
            WHOLE,
            round(share, 4),
            value=round(100 * share, 1),
            unit=PERCENT["en"],
            detail={"found": most.found},
        )
