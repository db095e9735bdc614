"""What is wrong between parts of a policy: repeated names, contradictions, missing notices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from aigc_guard.errors import PolicyError, said
from aigc_guard.policy.labels import ELEMENT_NAMES, Labels
from aigc_guard.policy.messages import listed, meant
from aigc_guard.policy.model import PolicyForm
from aigc_guard.policy.ruleset import Rule
from aigc_guard.policy.source import Source


def across_errors(
    source: Source, form: PolicyForm, rules: Sequence[Rule | None]
) -> Iterator[PolicyError]:
    """Everything of the kind; a rule that could not be resolved is None."""
    yield from _ids(source, form)
    yield from _contradictions(source, rules)
    yield from _labels(source, form)


def _ids(source: Source, form: PolicyForm) -> Iterator[PolicyError]:
    seen: dict[str, int] = {}
    for index, rule in enumerate(form.rules):
        if rule.id in seen:
            first = source.place_of(("rules", seen[rule.id]))[1]
            yield source.error(
                ("rules", index, "id"),
                said(
                    "a second rule `{rule}` (the first is in line {line})", rule=rule.id, line=first
                ),
                hint=said("give each rule its own id"),
            )
        seen.setdefault(rule.id, index)


def _contradictions(source: Source, rules: Sequence[Rule | None]) -> Iterator[PolicyError]:
    """Two rules that trip on the same values can't ask for different things."""
    seen: dict[Any, Rule] = {}
    for index, rule in enumerate(rules):
        if rule is None or rule.shadow:
            continue
        key = (
            rule.request.check,
            repr(rule.request.settings),
            repr(rule.limits),
            rule.jurisdictions,
        )
        if key in seen:
            other = seen[key]
            message = (
                said("`{rule}` repeats `{other}`: same check and limits",
                     rule=rule.id, other=other.id)
                if other.action is rule.action
                else said("`{rule}` contradicts `{other}`: same check and limits, another action",
                          rule=rule.id, other=other.id)
            )  # fmt: skip
            yield source.error(("rules", index, "id"), message, hint=said("keep one of them"))
        seen.setdefault(key, rule)


def _labels(source: Source, form: PolicyForm) -> Iterator[PolicyError]:
    """Where a policy says which places it is for, each gets a notice that suits it."""
    seen: set[str] = set()
    for index, entry in enumerate(form.labels):
        if entry.id in seen:
            yield source.error(
                ("labels", index, "id"),
                said("a second label `{label}`", label=entry.id),
                hint=said("give each label its own id"),
            )
        seen.add(entry.id)
    bare = next(_bare(form), None) if form.labels else None
    if bare is not None:
        place, language, channel = bare
        told = said("no label for {place}, language {language}, channel {channel}",
                    place=place, language=language, channel=channel) if channel else said(
                    "no label for {place}, language {language}", place=place, language=language
        )  # fmt: skip
        names = ELEMENT_NAMES.get(place, "AI")
        hint = said("add one whose text names {elements}", elements=names)
        yield source.error(("labels",), told, hint=hint, at_key=True)


def _bare(form: PolicyForm) -> Iterator[tuple[str, str, str]]:
    """Place, language and channel without a notice."""
    where, labels = form.applies_to, Labels(form.labels)
    for place in where.jurisdictions:
        for language in where.languages:
            for channel in where.channels or ("",):
                if not labels.covers(place, channel=channel, language=language):
                    yield place, language, channel


def approval_errors(source: Source, form: PolicyForm) -> Iterator[PolicyError]:
    """Approvals of rules that are not there."""
    ids = [rule.id for rule in form.rules]
    for index, entry in enumerate(form.approvals):
        for at, rule in enumerate(entry.rules):
            if rule not in ids:
                yield source.error(
                    ("approvals", index, "rules", at),
                    said("there is no rule `{rule}`", rule=rule),
                    hint=meant(rule, ids) or said("rules: {known}", known=listed(ids)),
                )
