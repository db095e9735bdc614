"""What can be wrong with waivers and with the rules for a whole run: each with place and mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aigc_guard.errors import PolicyError, said
from aigc_guard.policy.form import SEVERITY_OF
from aigc_guard.policy.limits import ProvenanceLimits
from aigc_guard.policy.messages import did_you_mean, listed, meant
from aigc_guard.policy.model import PolicyForm, WaiverForm
from aigc_guard.policy.ruleset import Rule
from aigc_guard.policy.source import Loc, Source
from aigc_guard.policy.waivers import LONGEST, days_of
from aigc_guard.records import Outcome

RUN_CHECK = "consistency"  # the check that compares drafts of one run with each other


def standing_errors(
    source: Source, form: PolicyForm, rules: Mapping[str, Rule]
) -> Iterator[PolicyError]:
    """What is wrong with ``waivers``, ``retired``, ``batch``; ``rules``: the sound ones by id."""
    seen: set[str] = set()
    hint: str
    ids = [rule.id for rule in form.rules]
    for index, waiver in enumerate(form.waivers):
        loc: Loc = ("waivers", index)
        if waiver.id in seen:
            message = said("a second waiver `{waiver}`", waiver=waiver.id)
            hint = said("give each waiver its own id")
            yield source.error((*loc, "id"), message, hint=hint)
        seen.add(waiver.id)
        if waiver.rule not in ids:
            hint = meant(waiver.rule, ids) or said("rules: {known}", known=listed(ids))
            message = said("there is no rule `{rule}`", rule=waiver.rule)
            yield source.error((*loc, "rule"), message, hint=hint)
        elif waiver.rule in rules:
            yield from _against_rule(source, waiver, rules[waiver.rule], loc)
        yield from _people_and_days(source, waiver, loc)
        yield from _scope(source, form, waiver, loc)
    for index, gone in enumerate(form.retired):
        if gone.id in ids:
            message = said("the rule `{rule}` is called retired and is still here", rule=gone.id)
            hint = said("remove the rule, or this entry")
            yield source.error(("retired", index, "id"), message, hint=hint)
    yield from _batch(source, form, rules)


def _against_rule(
    source: Source, waiver: WaiverForm, rule: Rule, loc: Loc
) -> Iterator[PolicyError]:
    actions = [rule.action] + ([rule.when_quoted.action] if rule.when_quoted else [])
    if rule.shadow or all(action.outcome is Outcome.RELEASE for action in actions):
        message = said("`{rule}` holds nothing back: there is nothing to waive", rule=rule.id)
        yield source.error((*loc, "rule"), message, hint=said("remove the waiver"))
    severities = [rule.severity, *(SEVERITY_OF[action] for action in actions[1:])]
    severity = max(severities, key=list(LONGEST).index)
    longest, days = LONGEST[severity], days_of(waiver)
    if days > longest:
        message = said(
            "{days} days are too long for a rule of severity {severity}",
            days=days,
            severity=severity.value,
        )
        hint = said("at most {days} days after `since`; ask again when they are over", days=longest)
        yield source.error((*loc, "expires"), message, hint=hint)
    limits = [rule.limits] + ([rule.when_quoted.limits] if rule.when_quoted else [])
    known = [
        label for one in limits if not isinstance(one, ProvenanceLimits) for label in one.labels
    ]
    for at, label in enumerate(waiver.scope.labels):
        if known and label not in known:
            message = said("`{rule}` never trips on `{label}`", rule=rule.id, label=label)
            hint = said(
                "{near}its labels: {known}",
                near=did_you_mean(label, known),
                known=listed(dict.fromkeys(known)),
            )
            yield source.error((*loc, "scope", "labels", at), message, hint=hint)


def _people_and_days(source: Source, waiver: WaiverForm, loc: Loc) -> Iterator[PolicyError]:
    if _plain(waiver.owner) == _plain(waiver.approver):
        message = said("a waiver can't be approved by its owner")
        yield source.error((*loc, "approver"), message, hint=said("name somebody else as approver"))
    if waiver.expires < waiver.since:
        message = said("the waiver ends before it begins")
        yield source.error((*loc, "expires"), message, hint=said("write a day after `since`"))


def _scope(source: Source, form: PolicyForm, waiver: WaiverForm, loc: Loc) -> Iterator[PolicyError]:
    scope, where = waiver.scope, form.applies_to
    if not any(getattr(scope, name) for name in type(scope).model_fields):
        message = said("`scope` says nothing: the waiver would be about every draft")
        hint = said("name briefs, channels, languages, places or labels")
        yield source.error((*loc, "scope"), message, hint=hint)
    served: Mapping[str, tuple[str, ...]] = {
        "kinds": where.kinds,
        "channels": where.channels,
        "languages": where.languages,
        "jurisdictions": where.jurisdictions,
    }
    for key, known in served.items():
        for at, value in enumerate(getattr(scope, key)):
            if known and value not in known:
                message = said("the policy does not serve `{value}`", value=value)
                hint = said(
                    "{near}it serves: {known}",
                    near=did_you_mean(value, known),
                    known=listed(known),
                )
                yield source.error((*loc, "scope", key, at), message, hint=hint)


def _batch(source: Source, form: PolicyForm, rules: Mapping[str, Rule]) -> Iterator[PolicyError]:
    batch = form.batch
    if batch is None:
        return
    if batch.stop_above is None and not batch.quota and not batch.hold_run_on:
        message = said("`batch` says nothing")
        hint = said("give it stop_above, quota or hold_run_on")
        yield source.error(("batch",), message, hint=hint, at_key=True)
    if "at_least" in batch.model_fields_set and batch.stop_above is None:
        message = said("`at_least` without `stop_above` does nothing")
        hint = said("add stop_above: 0.2")
        yield source.error(("batch", "at_least"), message, hint=hint, at_key=True)
    channels = form.applies_to.channels
    for channel in batch.quota:
        if channels and channel not in channels:
            message = said("the policy does not serve the channel `{value}`", value=channel)
            hint = said(
                "{near}it serves: {known}",
                near=did_you_mean(channel, channels),
                known=listed(channels),
            )
            yield source.error(("batch", "quota", channel), message, hint=hint, at_key=True)
    mend: str
    ids = [rule.id for rule in form.rules]
    for at, name in enumerate(batch.hold_run_on):
        loc: Loc = ("batch", "hold_run_on", at)
        if name not in ids:
            mend = meant(name, ids) or said("rules: {known}", known=listed(ids))
            message = said("there is no rule `{rule}`", rule=name)
            yield source.error(loc, message, hint=mend)
        elif name in rules and rules[name].request.check != RUN_CHECK:
            message = said(
                "`{rule}` looks at single drafts; only rules of {check} can hold a run",
                rule=name,
                check=RUN_CHECK,
            )
            yield source.error(loc, message, hint=said("use `action: block` for a single draft"))
        elif name in rules and rules[name].shadow:
            message = said("`{rule}` is on trial (shadow) and can't hold a run", rule=name)
            yield source.error(loc, message, hint=said("remove it here, or `shadow` there"))


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
