"""What a policy's own tests show: each test judged, and which rules no test shows at work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from aigc_guard.i18n import both
from aigc_guard.policy.case import Case
from aigc_guard.policy.cases import CaseWork, PolicyCase
from aigc_guard.policy.deciding import decide, rule_reasons
from aigc_guard.policy.labels import Labels
from aigc_guard.policy.ruleset import CheckRequest, Policy, Rule, required_checks
from aigc_guard.records import CheckReport, Outcome, strictest

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One judged test. ``unread`` names checks that could not measure it: it proves nothing."""

    policy: str
    case: PolicyCase
    problems: tuple[Words, ...] = ()
    unread: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every check measured it and the policy said what was expected."""
        return not self.problems and not self.unread


def model_free(policy: Policy) -> Policy:
    """Only the rules that need no model, with their own tests: what can be tried anywhere.

    Tests of the whole policy go, too: they need every measurement.
    """
    rules = tuple(rule for rule in policy.rules if not rule.request.check_type.uses_model)
    names = {rule.id for rule in rules}
    cases = tuple(case for case in policy.cases if case.rule in names)
    return replace(policy, rules=rules, cases=cases)


def case_requests(policy: Policy, case: PolicyCase) -> tuple[CheckRequest, ...]:
    """The measurements a test needs: its rule's, or all of the policy's."""
    if not case.rule:
        return required_checks(policy)
    return tuple(rule.request for rule in policy.rules if rule.id == case.rule)


def judge_case(
    policy: Policy, case: PolicyCase, work: CaseWork, reports: Sequence[CheckReport]
) -> CaseResult:
    """What the rules say about a test draft, against what its author expects."""
    if not case.form.notices:
        policy = replace(policy, labels=Labels())
    day = getattr(case.form, "day", None) or ""
    seen = Case(policy, work.draft, work.brief, tuple(reports), day)
    asked = case_requests(policy, case)
    unread = tuple(dict.fromkeys(one.check for one in asked if seen.evidence(one).gap is not None))
    if unread:
        return CaseResult(policy.name, case, unread=unread)
    rules = {rule.id: rule for rule in policy.rules}
    problems = [
        *(
            both("the rule {rule} should trip and does not", rule=rule)
            for rule in case.trips
            if not _trips(rules[rule], seen)
        ),
        *(
            both("the rule {rule} trips and should not", rule=rule)
            for rule in case.passes
            if _trips(rules[rule], seen)
        ),
    ]
    expected = case.form.outcome
    found = _outcome(policy, case, seen)
    if expected is not None and found is not expected:
        problems.append(
            both(
                "the outcome is {found}, expected is {expected}",
                found=found.value,
                expected=expected.value,
            )
        )
    named = (*case.trips, *case.passes)
    unreached = tuple(rule for rule in named if not _reaches(rules[rule], seen))
    return CaseResult(policy.name, case, tuple(problems), unreached=unreached)


def _trips(rule: Rule, seen: Case) -> bool:
    return rule.applies(seen.brief) and bool(seen.trips(rule))


def _reaches(rule: Rule, seen: Case) -> bool:
    """Whether the rule looked at the draft at all."""
    return rule.applies(seen.brief) and seen.evidence(rule.request).applies


def _outcome(policy: Policy, case: PolicyCase, seen: Case) -> Outcome:
    """What the whole policy says; of a rule's own test, what that rule alone asks for."""
    if not case.rule:
        return decide(policy, seen.draft, seen.brief, seen.reports, at=seen.at).outcome
    rule = next(rule for rule in policy.rules if rule.id == case.rule)
    if not rule.applies(seen.brief):
        return Outcome.RELEASE
    return strictest(reason.outcome for reason in rule_reasons(rule, seen))


def uncovered(
    policy: Policy, results: Iterable[CaseResult]
) -> list[tuple[PolicyCase | Rule, Words]]:
    """Rules that no passing test trips or spares, and tests that never reach their rule."""
    own = [result for result in results if result.policy == policy.name]
    shown = [result for result in own if result.passed]
    tripped = {rule for one in shown for rule in one.case.trips if rule not in one.unreached}
    spared = {rule for one in shown for rule in one.case.passes if rule not in one.unreached}
    gaps: list[tuple[PolicyCase | Rule, Words]] = []
    for rule in policy.rules:
        if rule.id not in tripped:
            gaps.append((rule, both("no test trips the rule {rule}", rule=rule.id)))
        if rule.id not in spared:
            gaps.append((rule, both("no test passes the rule {rule}", rule=rule.id)))
    for one in own:
        for name in one.unreached:
            gaps.append((one.case, both("the test never reaches the rule {rule}", rule=name)))
    return gaps
