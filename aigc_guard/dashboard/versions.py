"""Attempts, redactions and edits of a draft, each compared with the version before it.

What is compared are the masked texts: a redacted value shows as its label, never as itself.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aigc_guard.audit.passages import visible, was_searched
from aigc_guard.records import CheckReport, Draft, Edit, Finding
from aigc_guard.redact import mask, personal_findings

Change = Literal["same", "added", "removed"]
_WORD = re.compile(r"\[[^\[\]\n]{1,40} · \d+\]|[\u3400-\u9fff]|\w+|\s+|[^\w\s]")
_MOST_WORDS = 6000
_KEPT = 160


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a comparison."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version with how it differs from ``before`` (a draft id, "" for the first).

    ``runs`` is None where a text is not shown, or too long to be compared word by word.
    """

    draft: Draft
    before: str
    runs: tuple[Run, ...] | None


def versions(
    drafts: Sequence[Draft],
    reports: Mapping[str, Sequence[CheckReport]],
    ledgers: Mapping[str, Sequence[Edit]],
) -> tuple[Version, ...]:
    """Every version in order; a redaction or edit follows its parent, an attempt the last one.

    What a redaction took out (its ledger) is masked in its parent, whatever it was.
    """
    taken_out = {one.parent: ledgers.get(one.draft_id, ()) for one in drafts if one.parent}
    texts = {
        one.draft_id: _masked(one, reports.get(one.draft_id, ()), taken_out.get(one.draft_id, ()))
        for one in drafts
    }
    made = []
    last_attempt = ""
    for one in drafts:
        before = one.parent or last_attempt
        if not one.parent:
            last_attempt = one.draft_id
        old, new = texts.get(before), texts[one.draft_id]
        runs = compare(old, new) if before and old is not None and new is not None else None
        made.append(Version(one, before, runs))
    return tuple(made)


def compare(old: str, new: str) -> tuple[Run, ...] | None:
    """Words added and removed; None when there are too many to compare."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    if len(a) + len(b) > _MOST_WORDS:
        return None
    runs: list[Run] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Run("same", _shortened("".join(a[i:j]))))
            continue
        if i < j:
            runs.append(Run("removed", visible("".join(a[i:j]))))
        if k < m:
            runs.append(Run("added", visible("".join(b[k:m]))))
    return tuple(runs)


def _masked(draft: Draft, reports: Sequence[CheckReport], taken_out: Sequence[Edit]) -> str | None:
    if not was_searched(draft.text, reports):
        return None
    places = [Finding("redaction", one.label, 1.0, one.start, one.end) for one in taken_out]
    return mask(draft.text, [*personal_findings(reports), *places]).text


def _shortened(text: str) -> str:
    if len(text) <= 2 * _KEPT:
        return visible(text)
    return f"{visible(text[:_KEPT])} … {visible(text[-_KEPT:])}"
