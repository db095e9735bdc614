"""One draft before one policy: what decisions and redactions both need to know about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from aigc_guard.checks.interface import Subject
from aigc_guard.policy.evidence import Evidence, gather
from aigc_guard.policy.form import Action
from aigc_guard.policy.limits import Circumstances, Limits, Measure
from aigc_guard.policy.may_publish import Allowed
from aigc_guard.policy.ruleset import CheckRequest, Policy, Rule
from aigc_guard.policy.waivers import find_waiver
from aigc_guard.quotes import Quotation, attributed, holds
from aigc_guard.records import Brief, CheckReport, Draft


@dataclass(frozen=True, slots=True)
class Trip:
    """A measured value that reaches a rule's limit, and the action that follows."""

    rule: Rule
    measure: Measure
    action: Action
    limit: str
    limits: Limits


@dataclass
class Case:
    """One draft before one policy, with what is worked out once for all rules.

    ``at`` is the time it is decided at (RFC 3339); without one no waiver holds.
    """

    policy: Policy
    draft: Draft
    brief: Brief | None
    reports: tuple[CheckReport, ...]
    at: str = ""
    _evidence: dict[int, Evidence] = field(default_factory=dict)

    @cached_property
    def text_sha256(self) -> str:
        """Digest of the text that reports must be about."""
        return self.draft.text_sha256

    @cached_property
    def subject(self) -> Subject:
        """The draft as checks see it."""
        draft = self.draft
        return Subject(draft.text, self.text_sha256, draft.language, draft, self.brief)

    @cached_property
    def circumstances(self) -> Circumstances:
        """What limits may ask about the draft."""
        return Circumstances(self.draft, self.brief, self._may_stand, self._has_labels_for)

    @cached_property
    def _allowed(self) -> Allowed:
        return Allowed.of(self.brief.may_publish if self.brief is not None else ())

    def _may_stand(self, start: int, end: int) -> bool:
        return start < end and self._allowed.has(self.draft.text[start:end])

    def _has_labels_for(self, jurisdiction: str) -> bool:
        return self.policy.labels.covers(
            jurisdiction, channel=self.draft.channel, language=self.draft.language
        )

    @cached_property
    def _quotations(self) -> tuple[Quotation, ...]:
        return attributed(self.draft.text, self.brief)

    def is_quoted(self, measure: Measure) -> bool:
        """Whether the whole finding lies inside one attributed quotation."""
        text = self.draft.text
        return any(holds(one, text, measure.start, measure.end) for one in self._quotations)

    def waiver(self, rule: Rule, label: str) -> str:
        """Id of the waiver that lets a finding of ``rule`` stand; empty if none does."""
        found = find_waiver(
            self.policy.form.waivers,
            rule=rule.id,
            label=label,
            draft=self.draft,
            brief=self.brief,
            at=self.at,
        )
        return found.id if found is not None else ""

    def evidence(self, request: CheckRequest) -> Evidence:
        """What ``request`` says about the draft, gathered once."""
        key = id(request)  # the policy keeps its requests alive
        if key not in self._evidence:
            self._evidence[key] = gather(
                request,
                self.reports,
                text_sha256=self.text_sha256,
                settings_digest=request.settings_digest(self.subject),
                length=len(self.draft.text),
            )
        return self._evidence[key]

    def trips(self, rule: Rule) -> list[Trip]:
        """Everything measured that reaches the limits of ``rule``."""
        found = []
        for measure in self.evidence(rule.request).measures:
            limits, action = rule.limits, rule.action
            if rule.when_quoted is not None and self.is_quoted(measure):
                limits, action = rule.when_quoted.limits, rule.when_quoted.action
            limit = limits.tripped(measure, self.circumstances)
            if limit:
                found.append(Trip(rule, measure, action, limit, limits))
        return found
