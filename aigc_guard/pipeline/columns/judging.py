"""Deciding whole columns: what ``decide`` says of each row, for its outcome and its rules.

Whatever many rows share is asked of the policy itself, once per setting; only scores are compared
here. Rows under a rule whose limits this code does not know are left to ``decide`` itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from aigc_guard.pipeline.columns.keeping import key_of
from aigc_guard.pipeline.columns.shape import MISSING, NO_GAP, Array, Cells, Segment
from aigc_guard.policy import Policy, Rule
from aigc_guard.policy.case import Case
from aigc_guard.policy.deciding import whole_draft
from aigc_guard.policy.form import Action
from aigc_guard.policy.limits import LabelLimits, Limits, Measure, ProvenanceLimits, ScoreLimits
from aigc_guard.policy.standing_form import WaiverForm
from aigc_guard.policy.waivers import Term, fits, term_of
from aigc_guard.records import Outcome

OUTCOMES = tuple(Outcome)
_REVIEW = Outcome.REVIEW.rank


@dataclass(frozen=True)
class Hits:
    """Rows that one rule gives a reason, how strict it is, and where in the text it stands."""

    rule: str
    rows: Array
    rank: Array
    place: Array


@dataclass
class Verdict:
    """What a policy says of a segment's rows. ``missing`` are rows a rule was not measured for."""

    size: int
    served: Array
    hits: list[Hits] = field(default_factory=list)
    missing: dict[str, Array] = field(default_factory=dict)
    unsettled: Array = field(default_factory=lambda: np.zeros(0, dtype=bool))

    @property
    def outcome(self) -> Array:
        """The rank of each row's outcome."""
        rank: Array = np.zeros(self.size, dtype=np.int8)
        for hit in self.hits:
            np.maximum.at(rank, hit.rows, hit.rank)
        return rank

    def responsible(self, rows: Array, outcome: Array) -> dict[int, tuple[str, ...]]:
        """The rules that give ``rows`` their outcome, in the order a decision lists them."""
        chosen = np.zeros(self.size, dtype=bool)
        chosen[rows] = True
        names = sorted({hit.rule for hit in self.hits})
        parts = []
        for hit in self.hits:
            own = chosen[hit.rows] & (hit.rank == outcome[hit.rows])
            name = np.full(int(own.sum()), names.index(hit.rule), dtype=np.int32)
            parts.append((hit.rows[own], hit.place[own], name))
        found: dict[int, tuple[str, ...]] = {}
        if not parts:
            return found
        row, place, name = (np.concatenate(some) for some in zip(*parts, strict=True))
        order = np.lexsort((name, place, row))
        for at, number in zip(row[order].tolist(), name[order].tolist(), strict=True):
            known = found.get(at, ())
            if names[number] not in known:
                found[at] = (*known, names[number])
        return found


def judge(policy: Policy, segment: Segment, chosen: Array, at: str) -> Verdict:
    """What ``policy`` says at the time ``at`` of the ``chosen`` rows; of the others nothing."""
    work = _Judge(policy, segment, chosen, at)
    for rule in policy.rules:
        if not rule.shadow:  # a rule on trial is only noted
            work.rule(rule)
    return work.verdict


def serving(policy: Policy, segment: Segment) -> Array:
    """Which rows the policy is for."""
    return segment.rows.of_settings(
        [
            policy.serves(kind=one.kind, channel=one.channel, language=one.language)
            for one in segment.rows.settings
        ]
    )


class _Judge:
    def __init__(self, policy: Policy, segment: Segment, chosen: Array, at: str) -> None:
        self.policy, self.segment, self.rows = policy, segment, segment.rows
        self.cases = [Case(policy, draft, brief, (), at) for draft, brief in segment.places]
        served = serving(policy, segment)
        self.here = chosen & served
        self.waivers = [one for one in policy.form.waivers if term_of(one, at) is Term.HOLDS]
        self.verdict = Verdict(len(self.rows), served)
        self.verdict.unsettled = np.zeros(len(self.rows), dtype=bool)
        self.hit("no-policy", chosen & ~served)
        for name, rows in self.whole_draft().items():
            self.hit(name, self.here & rows)

    def whole_draft(self) -> Mapping[str, Array]:
        """Rows with a reason that no rule has to spell out, by that reason's name."""
        said = [{reason.rule for reason in whole_draft(case)} for case in self.cases]
        names = set().union(*said) if said else set()
        return {name: self.rows.of_settings([name in one for one in said]) for name in names}

    def hit(self, rule: str, rows: Array) -> None:
        """Review, for the whole draft."""
        self.add(rule, np.flatnonzero(rows), _REVIEW, 0)

    def add(self, rule: str, rows: Array, rank: Array | int, place: Array | int) -> None:
        if len(rows):
            ranks = np.broadcast_to(np.asarray(rank, dtype=np.int8), rows.shape)
            places = np.broadcast_to(np.asarray(place, dtype=np.int64), rows.shape)
            self.verdict.hits.append(Hits(rule, rows, ranks, places))

    def rule(self, rule: Rule) -> None:
        applies = [rule.applies(case.brief) for case in self.cases]
        here = self.here & self.rows.of_settings(applies)
        if not here.any():
            return
        cells = self.segment.cells[key_of(rule.request)]
        gap = here & (cells.gap != NO_GAP)
        self.verdict.missing[rule.id] = here & (cells.gap == MISSING)
        self.hit(f"unverified:{rule.request.check}", gap)
        if rule.required:
            idle = here & ~gap & ~cells.applies
            self.hit(rule.id, idle & ~self.waived(rule, "not_applicable", None))
        every = [rule.limits] + ([rule.when_quoted.limits] if rule.when_quoted else [])
        actions = [rule.action] + ([rule.when_quoted.action] if rule.when_quoted else [])
        if all(action is Action.FLAG for action in actions):
            return  # changes no outcome, whatever its limits are
        if not all(isinstance(one, ScoreLimits | LabelLimits | ProvenanceLimits) for one in every):
            self.verdict.unsettled |= here
            return
        for label, at in cells.values():
            self.label(rule, cells, label, at, here)

    def label(self, rule: Rule, cells: Cells, label: str, at: slice, here: Array) -> None:
        """What the values of one label trip."""
        quoted = rule.when_quoted
        trips = self.tripped(rule.limits, cells, label, at)
        rank = np.full(at.stop - at.start, rule.action.outcome.rank, dtype=np.int8)
        redacts = np.full(at.stop - at.start, rule.action is Action.REDACT)
        if quoted is not None:
            inside = cells.m_quoted[at]
            trips = np.where(inside, self.tripped(quoted.limits, cells, label, at), trips)
            rank[inside] = quoted.action.outcome.rank
            redacts[inside] = quoted.action is Action.REDACT
        found = np.flatnonzero(trips & (rank > Outcome.RELEASE.rank) & here[cells.m_row[at]])
        if not len(found):
            return
        columns = (cells.m_row, cells.m_start, cells.m_end)
        rows, start, end = (column[at][found] for column in columns)
        redacted = self.rows.of_settings([one.redacted for one in self.rows.settings])
        # Redacting needs a place, and is tried once.
        in_vain = redacts[found] & ((start >= end) | redacted[rows])
        ranks = np.where(in_vain, _REVIEW, rank[found])
        left = ~self.waived(rule, label, rows)
        place = (start.astype(np.int64) << 32) | end.astype(np.int64)
        self.add(rule.id, rows[left], ranks[left], place[left])

    def waived(self, rule: Rule, label: str, rows: Array | None) -> Array:
        """Which rows a waiver lets such a finding of the rule stand in."""
        found = np.zeros(len(self.rows), dtype=bool)
        for waiver in self.waivers:
            if waiver.rule == rule.id:
                found |= self._waives(waiver, label)
        return found if rows is None else found[rows]

    def _waives(self, waiver: WaiverForm, label: str) -> Array:
        scope = waiver.scope.model_copy(update={"briefs": ()})
        answers = [fits(scope, label, case.draft, case.brief) for case in self.cases]
        where = self.rows.of_settings(answers)
        if waiver.scope.briefs:
            named = [brief in waiver.scope.briefs for brief in self.rows.briefs]
            where &= np.array(named, dtype=bool)[self.rows.brief]
        return where

    def tripped(self, limits: Limits, cells: Cells, label: str, at: slice) -> Array:
        """Which values of a label reach the limits."""
        none: Array = np.zeros(at.stop - at.start, dtype=bool)
        if isinstance(limits, ScoreLimits):
            limit = limits.root.get(label)
            return none if limit is None else cells.m_score[at] >= limit
        if isinstance(limits, LabelLimits):
            if label not in limits.labels:
                return none
            over: Array = cells.m_score[at] >= limits.score
            if "may_publish" in limits.except_:
                over = over & ~cells.m_stands[at]
            return over & self._broken(limits, cells, label, at) if limits.except_ else over
        assert isinstance(limits, ProvenanceLimits)  # rows under any other limits are unsettled
        return self._broken(limits, cells, label, at)

    def _broken(
        self, limits: ProvenanceLimits | LabelLimits, cells: Cells, label: str, at: slice
    ) -> Array:
        """Facts have no score: each is asked about once per setting it was found in."""
        count = len(self.cases)
        which = cells.m_detail[at].astype(np.int64) * count + self.rows.where[cells.m_row[at]]
        present = np.flatnonzero(np.bincount(which, minlength=1))
        answer = np.zeros(int(present[-1]) + 1 if len(present) else 1, dtype=bool)
        for one in present.tolist():
            detail = cells.details[one // count]
            measure = Measure(label, 1.0, 0, 0, detail)
            around = self.cases[one % count].circumstances
            answer[one] = bool(limits.tripped(measure, around))
        return answer[which]
