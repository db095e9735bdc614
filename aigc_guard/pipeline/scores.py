"""What was measured against what the policy tolerates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aigc_guard.checks.interface import Subject
from aigc_guard.policy import Policy
from aigc_guard.policy.limits import LabelLimits, Limits, ScoreLimits, ValueLimits
from aigc_guard.policy.ruleset import Rule
from aigc_guard.records import CheckReport


@dataclass(frozen=True, slots=True)
class Score:
    """The highest measure of one label beside its limit; ``most`` is the scale's end.

    ``nearness`` is the share of the limit that was reached: 1 and more trips the rule.
    """

    rule: str
    check: str
    label: str
    measured: float
    limit: float
    unit: str = ""

    @property
    def nearness(self) -> float:
        """Measured over limit."""
        return self.measured / self.limit if self.limit else 1.0

    @property
    def most(self) -> float:
        """Where the scale ends."""
        return 1.0 if not self.unit else max(self.measured, self.limit) * 1.1


def scores(
    policy: Policy | None, subject: Subject, reports: Sequence[CheckReport]
) -> tuple[Score, ...]:
    """Every limit of the policy with what was measured for it, the nearest first."""
    found = [
        score
        for rule in (policy.rules if policy else ())
        if rule.applies(subject.brief)
        for report in reports
        if report.check == rule.request.check
        and report.settings_digest == rule.request.settings_digest(subject)
        for score in _of(rule, report)
    ]
    return tuple(sorted(found, key=lambda one: (-one.nearness, one.rule, one.label)))


def _of(rule: Rule, report: CheckReport) -> Iterator[Score]:
    for label, limit in _limits(rule.limits):
        if isinstance(rule.limits, ValueLimits):
            values = [
                one for one in report.findings if one.label == label and one.value is not None
            ]
            if values:
                top = max(values, key=lambda one: one.value or 0.0)
                yield Score(rule.id, report.check, label, top.value or 0.0, limit, top.unit or "1")
        elif label in report.scores:
            yield Score(rule.id, report.check, label, report.scores[label], limit)


def _limits(limits: Limits) -> list[tuple[str, float]]:
    if isinstance(limits, ScoreLimits):
        return list(limits.root.items())
    if isinstance(limits, LabelLimits):
        return [(label, limits.score) for label in limits.labels]
    if isinstance(limits, ValueLimits):
        return list(limits.values.items())
    return []
