"""Renders a run's report as one self-contained HTML file: no script, nothing fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from aigc_guard import __version__
from aigc_guard.audit.histogram import histograms
from aigc_guard.audit.passages import Piece, passages, visible
from aigc_guard.audit.report import DraftReport, RuleNote, RunReport
from aigc_guard.audit.report_json import (
    all_reasons,
    coverage,
    relative,
    release_folder,
    wording_of,
)
from aigc_guard.i18n import normalise, pick, translate
from aigc_guard.policy.waivers import Term
from aigc_guard.records import Outcome, Reason

# Colour is never the only sign: every outcome has a mark and a word.
MARKS = {"release": "✓", "redact": "✎", "review": "◔", "block": "✕"}


@dataclass(frozen=True, slots=True)
class Held:
    """A held draft as the template shows it."""

    item: DraftReport
    pieces: list[Piece] | None
    reasons: tuple[Reason, ...]
    coverage: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often a rule spoke in this run."""

    policy: str
    rule: str
    check: str
    action: str
    note: RuleNote
    drafts: int
    noted: int


def render_html(report: RunReport, language: str = "en", folder: Path | None = None) -> str:
    """The whole report in ``language``; links are relative to ``folder``."""
    lang = normalise(language)

    def say(message: str, **values: Any) -> str:
        return translate(message, lang, **values)

    environment = _environment()
    environment.globals.update(
        _=say,
        pick=lambda texts: pick(texts, lang),
        outcome_name=lambda name: _outcome_name(name, lang),
        state_name=lambda name: _state_name(name, lang),
        term_name=lambda term: _term_name(term, lang),
        part_name=lambda part: part_name(part, lang),
        file_name=lambda path: Path(path).name,
    )
    return str(
        environment.get_template("report.html").render(
            **_contents(report, folder), lang="zh-Hans" if lang == "zh" else "en"
        )
    )


def _contents(report: RunReport, folder: Path | None) -> dict[str, Any]:
    return {
        "css": Markup(_style()),  # noqa: S704  # a file of this package
        "report": report,
        "version": __version__,
        "marks": MARKS,
        "outcomes": [outcome.value for outcome in Outcome],
        "kinds": _by_kind(report),
        "held": _held(report),
        "not_released": [item for item in report.drafts if item.held],
        "redacted": [item for item in report.drafts if item.edits],
        "rules": _rule_counts(report),
        "charts": histograms(report.drafts),
        "note_of": lambda item, reason: note_of(report, item, reason),
        "visible": visible,
        "wording_of": wording_of,
        "link": lambda path: relative(path, folder),
        "release_link": lambda item: relative(release_folder(item, report), folder),
    }


def _outcome_name(name: str, language: str) -> str:
    names = {
        "release": translate("Release", language),
        "redact": translate("Redact", language),
        "review": translate("Review", language),
        "block": translate("Block", language),
    }
    return names[name]


def _state_name(name: str, language: str) -> str:
    names = {
        "released": translate("released", language),
        "already released": translate("already released", language),
        "waiting": translate("waits for review", language),
        "blocked": translate("blocked", language),
        "held": translate("not released", language),
    }
    return names[name]


def _term_name(term: Term, language: str) -> str:
    names = {
        Term.NOT_YET: translate("not yet", language),
        Term.HOLDS: translate("holds", language),
        Term.EXPIRED: translate("expired", language),
    }
    return names[term]


def part_name(part: str, language: str) -> str:
    """A part of a brief as people call it."""
    names = {
        "fact": translate("fact", language),
        "title": translate("title of source", language),
        "source": translate("source", language),
        "term": translate("term", language),
    }
    return names[part]


@cache
def _style() -> str:
    return (Path(__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")


def note_of(report: RunReport, item: DraftReport, reason: Reason) -> RuleNote:
    """What the draft's policy says about the rule; empty for rules that are not a policy's."""
    return report.rules.get(f"{item.decision.policy}/{reason.rule}", RuleNote())


def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("aigc_guard.audit"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _by_kind(report: RunReport) -> dict[str, Counter[str]]:
    kinds: dict[str, Counter[str]] = {}
    for item in report.drafts:
        kinds.setdefault(item.draft.kind, Counter())[item.outcome.value] += 1
    return dict(sorted(kinds.items()))


def _held(report: RunReport) -> list[Held]:
    items = [item for item in report.drafts if item.outcome in (Outcome.REVIEW, Outcome.BLOCK)]
    items.sort(key=lambda item: (-item.outcome.rank, item.draft.kind, item.brief.id))
    return [_show(item) for item in items]


def _show(item: DraftReport) -> Held:
    """A redacted version that is held again is shown itself: its spans count in its own text."""
    last = item.last
    own = last.decision.reasons
    others = tuple(reason for reason in all_reasons(item) if reason not in own)
    reasons = (*own, *others)
    pieces = passages(last.draft.text, last.reports, own)
    return Held(item, pieces, reasons, coverage(last))


def _rule_counts(report: RunReport) -> Sequence[RuleCount]:
    tripped: Counter[tuple[str, str]] = Counter()
    noted: Counter[tuple[str, str]] = Counter()
    about: dict[tuple[str, str], Reason] = {}
    for item in report.drafts:
        policy = item.decision.policy
        for counter, reasons in ((tripped, all_reasons(item)), (noted, item.decision.noted)):
            keys = {(policy, reason.rule): reason for reason in reasons}
            counter.update(keys.keys())
            about.update(keys)
    counts = [
        RuleCount(
            policy=key[0],
            rule=key[1],
            check=reason.check,
            action=reason.action,
            note=report.rules.get("/".join(key), RuleNote()),
            drafts=tripped[key],
            noted=noted[key],
        )
        for key, reason in about.items()
    ]
    return sorted(counts, key=lambda count: (count.policy, -count.drafts, -count.noted, count.rule))
