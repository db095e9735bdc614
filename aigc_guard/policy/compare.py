"""What one policy says otherwise than another: rules added, removed, made stricter or looser."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from aigc_guard.i18n import both
from aigc_guard.policy.form import Action
from aigc_guard.policy.limits import (
    LabelLimits,
    Limits,
    PlacedLimits,
    ProvenanceLimits,
    ScoreLimits,
    ValueLimits,
)
from aigc_guard.policy.ruleset import Policy, Quoted, Rule

Words = Mapping[str, str]
_LISTS_REFUSED = ("refused_training",)  # a longer list is stricter; of all others it is looser
_STEPS = {
    Action.FLAG: 0,
    Action.REDACT: 1,
    Action.REGENERATE: 2,
    Action.REVIEW: 2,
    Action.BLOCK: 3,
}


class Way(StrEnum):
    """In which direction a change goes."""

    ADDED = "added"
    REMOVED = "removed"
    STRICTER = "stricter"
    LOOSER = "looser"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``rule`` is empty for what stands outside of rules."""

    way: Way
    rule: str
    words: Words


def compare(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Every difference between two policies, by rule in the new policy's order."""
    before = {rule.id: rule for rule in old.rules}
    after = {rule.id: rule for rule in new.rules}
    changes = list(_around(old, new))
    for name in before:
        if name not in after:
            words = both("the rule {rule} is gone", rule=name)
            changes.append(Change(Way.REMOVED, name, words))
    for name, rule in after.items():
        if name not in before:
            words = both("the rule {rule} is new ({action})", rule=name, action=rule.action.value)
            changes.append(Change(Way.ADDED, name, words))
        else:
            changes += (Change(way, name, words) for way, words in _rule(before[name], rule))
    return tuple(changes)


Difference = tuple[Way, Words]


def _around(old: Policy, new: Policy) -> Iterator[Change]:
    a, b = old.form, new.form
    if a.applies_to != b.applies_to:
        yield Change(Way.CHANGED, "", both("it serves other drafts (applies_to)"))
    if old.attempts != new.attempts:
        words = both("attempts: {old} -> {new}", old=old.attempts, new=new.attempts)
        yield Change(Way.CHANGED, "", words)
    if a.waivers != b.waivers:
        yield from _waivers(old, new)
    if a.batch != b.batch:
        yield Change(Way.CHANGED, "", both("what holds for a whole run (batch) differs"))
    if a.labels != b.labels:
        yield Change(Way.CHANGED, "", both("the notices on releases (labels) differ"))
    if a.marks != b.marks:
        yield Change(Way.CHANGED, "", both("the marks for machines (marks) differ"))
    if a.approvals != b.approvals:
        yield Change(Way.CHANGED, "", both("who decides (approvals) differs"))


def _waivers(old: Policy, new: Policy) -> Iterator[Change]:
    before = {one.id: one for one in old.form.waivers}
    after = {one.id: one for one in new.form.waivers}
    for name, one in before.items():
        if name not in after:
            words = both("the waiver {waiver} is gone", waiver=name)
            yield Change(Way.STRICTER, one.rule, words)
    for name, one in after.items():
        values = {"waiver": name, "expires": one.expires}
        if name not in before:
            words = both("the waiver {waiver} is new (until {expires})", **values)
            yield Change(Way.LOOSER, one.rule, words)
        elif one != before[name]:
            words = both("the waiver {waiver} differs (until {expires})", **values)
            yield Change(Way.CHANGED, one.rule, words)


def _rule(old: Rule, new: Rule) -> Iterator[Difference]:
    if old.request.check != new.request.check:
        words = both("check: {old} -> {new}", old=old.request.check, new=new.request.check)
        yield Way.CHANGED, words
    elif old.request.settings != new.request.settings:
        yield Way.CHANGED, both("the check measures under other settings (with)")
    yield from _action(old.action, new.action, quoted=False)
    yield from _limits(old.limits, new.limits, quoted=False)
    was, now = _quoted(old), _quoted(new)
    if old.when_quoted is not None or new.when_quoted is not None:
        yield from _action(was.action, now.action, quoted=True)
        yield from _limits(was.limits, now.limits, quoted=True)
    if old.shadow != new.shadow:
        yield (
            (Way.LOOSER, both("now on trial: changes nothing (shadow)"))
            if new.shadow
            else (Way.STRICTER, both("no longer on trial (shadow)"))
        )
    if old.required != new.required:
        yield (
            (Way.STRICTER, both("drafts the check can't judge are held (required)"))
            if new.required
            else (Way.LOOSER, both("drafts the check can't judge pass (required)"))
        )
    yield from _places(old, new)
    worded = ["message", "title", "why", "link", "replace"]
    if old.action is new.action:  # else severity may only follow the action
        worded.append("severity")
    if any(getattr(old, name) != getattr(new, name) for name in worded):
        yield Way.CHANGED, both("its wording or severity differs")


def _quoted(rule: Rule) -> Quoted:
    return rule.when_quoted or Quoted(rule.limits, rule.action)


def _action(old: Action, new: Action, *, quoted: bool) -> Iterator[Difference]:
    if old is new:
        return
    step = _STEPS[new] - _STEPS[old]
    way = Way.STRICTER if step > 0 else Way.LOOSER if step < 0 else Way.CHANGED
    values = {"old": old.value, "new": new.value}
    yield (
        way,
        (
            both("action in quotations: {old} -> {new}", **values)
            if quoted
            else both("action: {old} -> {new}", **values)
        ),
    )


def _limits(old: Limits, new: Limits, *, quoted: bool) -> Iterator[Difference]:
    for way, name, before, after in _limit_changes(old, new):
        values = {"name": name, "old": before or "–", "new": after or "–"}
        yield (
            way,
            (
                both("limit in quotations: {name}: {old} -> {new}", **values)
                if quoted
                else both("limit {name}: {old} -> {new}", **values)
            ),
        )


def _limit_changes(old: Limits, new: Limits) -> Iterator[tuple[Way, str, str, str]]:
    if isinstance(old, ProvenanceLimits) and isinstance(new, ProvenanceLimits):
        yield from _provenance(old, new)
        return
    if isinstance(old, ProvenanceLimits) or isinstance(new, ProvenanceLimits):
        yield Way.CHANGED, "limits", "", ""
        return
    if isinstance(old, ValueLimits) is not isinstance(new, ValueLimits):
        yield Way.CHANGED, "limits", "", ""  # a score and a value can't be compared
        return
    before, after = _by_label(old), _by_label(new)
    for label in dict.fromkeys((*before, *after)):
        was, now = before.get(label), after.get(label)
        if was != now:
            # No limit tolerates everything: the highest there is.
            stricter = (math.inf if now is None else now) < (math.inf if was is None else was)
            way = Way.STRICTER if stricter else Way.LOOSER
            yield way, label, _number(was), _number(now)
    spared, spares = _excepts(old), _excepts(new)
    if spared != spares:
        yield (Way.LOOSER if spares else Way.STRICTER), "except", spared, spares


def _by_label(limits: PlacedLimits) -> dict[str, float]:
    if isinstance(limits, ValueLimits):
        return dict(limits.values)
    if isinstance(limits, ScoreLimits):
        return dict(limits.root)
    return dict.fromkeys(limits.labels, limits.score)


def _excepts(limits: PlacedLimits) -> str:
    return ", ".join(limits.except_) if isinstance(limits, LabelLimits) else ""


def _number(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}"


def _provenance(
    old: ProvenanceLimits, new: ProvenanceLimits
) -> Iterator[tuple[Way, str, str, str]]:
    for name in ProvenanceLimits.model_fields:
        was, now = getattr(old, name), getattr(new, name)
        if was == now:
            continue
        yield _listed_way(name, was, now), name, _shown(was), _shown(now)


def _listed_way(name: str, was: object, now: object) -> Way:
    if was is None:
        return Way.STRICTER
    if now is None:
        return Way.LOOSER
    before, after = set(was), set(now)  # type: ignore[call-overload]
    if before < after:
        return Way.STRICTER if name in _LISTS_REFUSED else Way.LOOSER
    if after < before:
        return Way.LOOSER if name in _LISTS_REFUSED else Way.STRICTER
    return Way.CHANGED


def _shown(value: object) -> str:
    if value is None:
        return ""
    return "true" if value is True else ", ".join(value)  # type: ignore[arg-type]


def _places(old: Rule, new: Rule) -> Iterator[Difference]:
    was, now = set(old.jurisdictions), set(new.jurisdictions)
    if was == now:
        return
    wider = (not now and bool(was)) or (bool(was) and was < now)
    narrower = (not was and bool(now)) or (bool(now) and now < was)
    way = Way.STRICTER if wider else Way.LOOSER if narrower else Way.CHANGED
    yield (
        way,
        both(
            "places: {old} -> {new}",
            old=", ".join(sorted(was)) or "–",
            new=", ".join(sorted(now)) or "–",
        ),
    )
