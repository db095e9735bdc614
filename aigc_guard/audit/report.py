"""What a run leaves for people: the records of a report, and writing it as HTML and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aigc_guard.audit.wordings import TrueWording
from aigc_guard.policy.waivers import WaiverUse
from aigc_guard.records import (
    Brief,
    CheckReport,
    Decision,
    Draft,
    Edit,
    Outcome,
    Quarantined,
    Release,
)

State = str
"""``released``, ``already released``, ``waiting`` (review), ``blocked`` or ``held``."""


@dataclass(frozen=True, slots=True)
class RuleNote:
    """What a policy says about one of its rules, per language."""

    title: Mapping[str, str] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)
    link: str = ""


@dataclass(frozen=True, slots=True)
class ModelNote:
    """One model the run used; ``digest`` is empty for a remote one."""

    name: str
    digest: str
    licence: str = ""
    remote: bool = False


@dataclass(frozen=True, slots=True)
class DraftReport:
    """One brief's last draft and all that is known about it.

    For a draft decided ``redact``, ``draft`` is the original and ``redacted`` the version that
    replaced it, measured and decided again; ``edits`` is the ledger between the two.
    ``wordings`` are what quotations that the draft altered really say, masked.
    ``held`` says per language why what may be released could not be.
    """

    draft: Draft
    brief: Brief
    decision: Decision
    reports: tuple[CheckReport, ...]
    attempts: int = 1
    release: Release | None = None
    released_before: bool = False
    redacted: DraftReport | None = None
    edits: tuple[Edit, ...] = ()
    wordings: tuple[TrueWording, ...] = ()
    held: Mapping[str, str] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """The draft's outcome: ``redact`` when the redacted version may go, else the strictest."""
        first = self.decision.outcome
        if self.redacted is None or self.redacted.decision.outcome is Outcome.RELEASE:
            return first
        return max(first, self.redacted.decision.outcome, key=lambda outcome: outcome.rank)

    @property
    def state(self) -> State:
        """What became of it."""
        if self.release is not None:
            return "already released" if self.released_before else "released"
        return {Outcome.REVIEW: "waiting", Outcome.BLOCK: "blocked"}.get(self.outcome, "held")

    @property
    def last(self) -> DraftReport:
        """The version that counts: the redacted one where there is one."""
        return self.redacted or self


@dataclass(frozen=True, slots=True)
class RunReport:
    """A finished run. ``rules`` is keyed ``policy/rule``; times are RFC 3339.

    ``waivers`` holds every waiver of the policies, used or not: an exception nobody needs any more
    is seen as well as one that lets much stand.
    """

    run: str
    started_at: str
    finished_at: str
    seed: int
    drafts: tuple[DraftReport, ...]
    quarantined: tuple[Quarantined, ...] = ()
    duplicates: int = 0
    models: tuple[ModelNote, ...] = ()
    policies: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, RuleNote] = field(default_factory=dict)
    waivers: tuple[WaiverUse, ...] = ()
    docs: Path | None = None
    quarantine_file: Path | None = None
    outbox: Path | None = None

    @property
    def outcomes(self) -> dict[str, int]:
        """Number of drafts per outcome, every outcome listed."""
        counts = {outcome.value: 0 for outcome in Outcome}
        for item in self.drafts:
            counts[item.outcome.value] += 1
        return counts

    @property
    def unverified(self) -> bool:
        """Whether some check could not read some draft."""
        return any(item.last.decision.unverified for item in self.drafts)


def write_report(report: RunReport, folder: Path, language: str = "en") -> Path:
    """Writes ``report.html`` and ``report.json`` into ``folder``; returns the HTML's path.

    Each file appears whole or not at all.
    """
    from aigc_guard.audit.report_html import render_html
    from aigc_guard.audit.report_json import to_json

    folder.mkdir(parents=True, exist_ok=True)
    data = json.dumps(to_json(report, folder), indent=2, ensure_ascii=False, allow_nan=False)
    _write(folder / "report.json", data + "\n")
    html = folder / "report.html"
    _write(html, render_html(report, language, folder))
    return html


def _write(path: Path, text: str) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
