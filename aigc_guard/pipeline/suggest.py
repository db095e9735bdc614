"""Gathers what reviewers decided about the drafts that a rule held; nothing is measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aigc_guard.audit.log import Kind
from aigc_guard.errors import ConfigError, said
from aigc_guard.pipeline.project import Project
from aigc_guard.policy import Policy, Rule
from aigc_guard.policy.suggest import Curve, Opinion, curves, limits_of, opinion
from aigc_guard.records import Decision, Review


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The trade-off of each limit of one rule."""

    policy: str
    rule: str
    curves: tuple[Curve, ...]


def suggest(project: Project, rule_id: str, policy: str = "") -> Suggestion:
    """What people's decisions say about the limits of a rule; ``policy`` where several have it.

    Raises ConfigError for a rule that nobody has, that several have, or that has no number.
    """
    owner, rule = _find(project, rule_id, policy)
    if not limits_of(rule):
        raise ConfigError(
            said("the rule {rule} has no limit that is a number", rule=rule_id),
            hint=said("its limits say what must be so: aigc-guard policy explain"),
        )
    return Suggestion(owner.name, rule.id, curves(rule, _opinions(project, owner, rule)))


def _find(project: Project, rule_id: str, named: str) -> tuple[Policy, Rule]:
    found = [
        (policy, rule)
        for policy in project.policies
        for rule in policy.rules
        if rule.id == rule_id and named in ("", policy.name)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ConfigError(
            said("there is no rule {rule}", rule=f"{rule_id!r}"),
            hint=said("aigc-guard policy explain POLICY lists the rules"),
        )
    names = ", ".join(policy.name for policy, _ in found)
    raise ConfigError(
        said("several policies have the rule {rule}: {names}", rule=f"{rule_id!r}", names=names),
        hint=said("say which: --policy NAME"),
    )


def _opinions(project: Project, policy: Policy, rule: Rule) -> Iterator[Opinion]:
    for review, decision in _reviewed(project):
        if decision.policy == policy.name and (one := opinion(rule, decision, review)):
            yield one


def _reviewed(project: Project) -> Iterator[tuple[Review, Decision]]:
    """Each reviewed draft once: the last word about it, and the decision that word answers."""
    store = project.store
    kinds = (Kind.REVIEW_APPROVED, Kind.REVIEW_REJECTED)
    names = [event.subject for kind in kinds for event in store.events(kind=kind)]
    for name in dict.fromkeys(names):
        review = store.reviews_of(name)[-1]
        answered = [
            decision
            for at, decision in store.decisions_of(name)
            if at <= review.at and decision.policy_digest == review.policy_digest
        ]
        if answered:
            yield review, answered[-1]
