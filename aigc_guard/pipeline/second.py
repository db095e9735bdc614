"""Second readings: a blind look at what was released, and how often the rules miss something.

A sample is drawn once for every release, by chance that nobody can foresee: of those just under a
limit more, of all a few. Golden drafts, whose right verdict is known, are mixed in.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aigc_guard.accounts import Permission, refuse_without
from aigc_guard.audit.log import Kind
from aigc_guard.errors import ReviewError, said
from aigc_guard.intervals import wilson
from aigc_guard.pipeline.desk import note, rules_for
from aigc_guard.pipeline.measuring import subject_of
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.scores import scores
from aigc_guard.records import digest_of, sha256_text
from aigc_guard.review import Case, show
from aigc_guard.store import Account
from aigc_guard.store.samples import GOLDEN, Sample, Verdict, VerdictCount

NEAR, RANDOM = "near", "random"
FINE, HOLD = "fine", "hold"
_NEAR_SHARE_OF_LIMIT = 0.7
_AT_ONCE = 200
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``total`` with the 95 % Wilson interval."""

    hits: int
    total: int

    @property
    def share(self) -> float:
        """Hits over total, 0 for nothing."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies, 0-1."""
        return wilson(self.hits, self.total)


@dataclass(frozen=True, slots=True)
class MissRate:
    """How often a released draft should have been held by a rule, as second readers say."""

    policy: str
    rule: str
    stratum: str
    missed: Share


@dataclass(frozen=True, slots=True)
class Results:
    """What second readings show: agreement with the releases, misses, and golden drafts hit."""

    agreement: Share
    golden: Share
    misses: tuple[MissRate, ...]


def draw_samples(project: Project) -> int:
    """Draw from the releases since the last time; returns how many samples were made."""
    store = project.store
    mark = store.drawn_to()
    events = store.events(kind=Kind.RELEASE_PUBLISHED, after=mark, limit=_AT_ONCE)
    if not events:
        return 0
    at = project.clock()
    drawn = [one for event in events for one in _draw(project, event.subject, at)]
    with store.transaction() as tx:
        if tx.drawn_to() != mark:
            return 0  # another process has drawn meanwhile
        tx.put_samples(drawn, drawn_to=events[-1].seq)
    return len(drawn)


def _draw(project: Project, draft_id: str, at: str) -> list[Sample]:
    times = project.config.review
    if _by_chance(times.second_random):
        return [_sample(draft_id, RANDOM, "", at)]
    rule = _nearest(project, show(project.store, draft_id)) if times.second_near else ""
    if rule and _by_chance(times.second_near):
        return [_sample(draft_id, NEAR, rule, at)]
    return []


def _by_chance(share: float) -> bool:
    return secrets.randbelow(_MILLION) < round(share * _MILLION)


def _sample(draft_id: str, stratum: str, rule: str, at: str, expected: str = "") -> Sample:
    named = digest_of([draft_id, stratum, secrets.token_hex(8)])[:32]
    return Sample(named, draft_id, stratum, rule, at, expected)


def _nearest(project: Project, case: Case) -> str:
    """The rule whose limit the draft came nearest to without reaching it; "" for none near."""
    decision = case.decision
    policy = project.policies.named(decision.policy) if decision else None
    found = scores(policy, subject_of(case.draft, case.brief), case.reports)
    near = [one.rule for one in found if _NEAR_SHARE_OF_LIMIT <= one.nearness < 1]
    return near[0] if near else ""


def keep_golden(
    project: Project, who: Account, draft_id: str, expected: str, *, rule: str = ""
) -> Sample:
    """Mix a draft in whose right verdict ``who`` knows: ``fine``, or ``hold`` by ``rule``."""
    refuse_without(who, Permission.KEEP_GOLDEN)
    _refuse_verdict(project, draft_id, expected, rule)
    at = project.clock()
    made = _sample(draft_id, GOLDEN, rule if expected == HOLD else "", at, expected)
    with project.store.transaction() as tx:
        tx.put_samples([made])
        body = {"sample": made.sample_id, "expected": expected, "rule": made.rule}
        tx.append_event(Kind.GOLDEN_KEPT, draft_id, body=body, at=at, actor=who.account_id)
    return made


def next_reading(project: Project, who: Account) -> Sample | None:
    """The next draft for ``who`` to read a second time, or None."""
    refuse_without(who, Permission.SECOND_READING)
    found = project.store.unread(who.account_id, limit=1)
    return found[0] if found else None


def reading(project: Project, who: Account, sample_id: str) -> Case:
    """The draft of a sample that ``who`` may read. Raises ReviewError for any other."""
    refuse_without(who, Permission.SECOND_READING)
    sample = project.store.sample(sample_id)
    if sample is None or not _may_read(project, who, sample):
        raise ReviewError(
            said("this is not for you to read a second time"),
            hint=said("it is read already, or you decided about it yourself"),
        )
    return show(project.store, sample.draft_id)


def give_verdict(
    project: Project, who: Account, sample_id: str, verdict: str, *, rule: str, reason: str
) -> None:
    """Keep what ``who`` says; nothing happens to the release by itself.

    ``hold`` needs a rule and a reason. Raises ReviewError otherwise, and for a sample that is not
    ``who``'s to read.
    """
    case = reading(project, who, sample_id)
    _refuse_verdict(project, case.draft.draft_id, verdict, rule)
    words = note(reason) if verdict == HOLD else reason.strip()
    named = rule if verdict == HOLD else ""
    at = project.clock()
    with project.store.transaction() as tx:
        reading(project, who, sample_id)
        if tx.put_verdict(Verdict(sample_id, who.account_id, verdict, named, words, at)):
            body = {
                "sample": sample_id,
                "verdict": verdict,
                "rule": named,
                "reason_sha256": sha256_text(words),
            }
            tx.append_event(
                Kind.SECOND_READ, case.draft.draft_id, body=body, at=at, actor=who.account_id
            )


def results(project: Project) -> Results:
    """Agreement, misses of every rule in force, and golden drafts hit."""
    counts = project.store.count_verdicts()
    golden = [one for one in counts if one.stratum == GOLDEN]
    blind = [one for one in counts if one.stratum != GOLDEN]
    right = sum(one.count for one in golden if one.verdict == one.expected)
    agreed = sum(one.count for one in blind if one.verdict == FINE)
    rules = {(one.name, rule.id) for one in project.policies for rule in one.rules}
    return Results(
        agreement=Share(agreed, _total(blind)),
        golden=Share(right, _total(golden)),
        misses=tuple(_misses(blind, rules)),
    )


def _misses(counts: Sequence[VerdictCount], rules: Iterable[tuple[str, str]]) -> list[MissRate]:
    """Among random drafts any rule of the policy may have missed; near ones tell of their own."""
    totals: Counter[tuple[str, str, str]] = Counter()
    missed: Counter[tuple[str, str, str]] = Counter()
    for one in counts:
        totals[one.policy, one.stratum, one.rule] += one.count
        if one.verdict == HOLD and one.named and one.rule in ("", one.named):
            missed[one.policy, one.stratum, one.named] += one.count
    named = {(policy, rule) for policy, _, rule in missed}
    rates = []
    for policy, rule in sorted({*rules, *named}):
        for stratum, drawn in ((RANDOM, ""), (NEAR, rule)):
            if total := totals[policy, stratum, drawn]:
                share = Share(missed[policy, stratum, rule], total)
                rates.append(MissRate(policy, rule, stratum, share))
    return rates


def _total(counts: Iterable[VerdictCount]) -> int:
    return sum(one.count for one in counts)


def _may_read(project: Project, who: Account, sample: Sample) -> bool:
    return project.store.may_read(who.account_id, sample.sample_id)


def _refuse_verdict(project: Project, draft_id: str, verdict: str, rule: str) -> None:
    if verdict not in (FINE, HOLD):
        raise ReviewError(
            said("a second reading says fine or hold"), hint=said("choose one of them")
        )
    if verdict == HOLD and rule not in rules_for(project, draft_id):
        raise ReviewError(
            said("a rejection names the rule that the draft breaks"),
            hint=said("choose one of its policy's rules, or `none-of-these`"),
        )
