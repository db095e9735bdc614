"""A policy in plain words: what is held, why, and who decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aigc_guard.i18n import pick, translate
from aigc_guard.policy.form import Action
from aigc_guard.policy.limits import (
    LabelLimits,
    Limits,
    ProvenanceLimits,
    ScoreLimits,
    ValueLimits,
)
from aigc_guard.policy.marks import marks_words
from aigc_guard.policy.model import BatchForm, ScopeForm, WaiverForm
from aigc_guard.policy.ruleset import Policy, Rule
from aigc_guard.records import Outcome

_STRICT_FIRST = (Action.BLOCK, Action.REVIEW, Action.REGENERATE, Action.REDACT, Action.FLAG)


def explain(policy: Policy, language: str) -> str:
    """The policy as Markdown in ``language`` (en or zh), strictest actions first."""
    lines = [f"# {policy.name} {policy.version}", "", *about(policy, language)]
    for action in _STRICT_FIRST:
        rules = [rule for rule in policy.rules if rule.action is action]
        if rules:
            lines += ["", f"## {action_words(action, policy, language)}", ""]
            for rule in rules:
                lines += _rule(rule, policy, language)
    if policy.form.waivers:
        title = translate("Exceptions for a while", language)
        lines += ["", f"## {title}", ""]
        for waiver in policy.form.waivers:
            lines += _waiver(waiver, language)
    if policy.form.batch is not None:
        title = translate("For a whole run", language)
        lines += ["", f"## {title}", ""]
        lines += [f"- {one}" for one in run_words(policy.form.batch, language)]
    lines += ["", f"## {translate('Always', language)}", ""]
    lines += [f"- {one}" for one in always(policy, language)]
    return "\n".join(lines) + "\n"


def action_words(action: Action, policy: Policy, language: str) -> str:
    """What becomes of a draft when a rule with this action trips."""
    if action is Action.BLOCK:
        return translate("Never published", language)
    if action is Action.REVIEW:
        return translate("A person decides", language)
    if action is Action.REGENERATE:
        return translate(
            "Written again, up to {count} attempts; then a person decides",
            language,
            count=policy.attempts,
        )
    if action is Action.REDACT:
        return translate("Words are replaced, and the new text is judged again", language)
    return translate("Only noted", language)


def limit_words(
    limits: Limits, language: str, units: Mapping[str, Mapping[str, str]] | None = None
) -> str:
    """When limits are reached, in words; ``units`` are those of the check, per label."""
    if isinstance(limits, ValueLimits):
        return joined(
            [
                translate(
                    "{label} from {limit} on",
                    language,
                    label=label,
                    limit=f"{limit:g} {pick((units or {}).get(label, {}), language)}".rstrip(),
                )
                for label, limit in limits.values.items()
            ],
            language,
        )
    if isinstance(limits, ScoreLimits):
        return joined(
            [
                translate("{label} from {limit} on", language, label=label, limit=f"{limit:g}")
                for label, limit in limits.root.items()
            ],
            language,
        )
    if isinstance(limits, LabelLimits):
        labels = joined(limits.labels, language)
        found = translate(
            "{label} from {limit} on", language, label=labels, limit=f"{limits.score:g}"
        )
        if "notices" in limits.except_:
            found += translate(", unless this policy has a notice for the place", language)
        if "may_publish" in limits.except_:
            found += translate(", unless the brief lists the value under may_publish", language)
        return found
    return joined(tuple(_required(limits, language)), language, strong=True)


def deciders(rule: Rule, policy: Policy) -> tuple[str, ...]:
    """The roles that decide about what this rule holds; empty if any reviewer may."""
    own = {entry.by for entry in policy.approvals if rule.id in entry.rules}
    general = {entry.by for entry in policy.approvals if not entry.rules}
    return tuple(sorted(own or general))


def about(policy: Policy, language: str) -> Iterator[str]:
    """Which drafts the policy is for, and who answers for it."""
    where = policy.form.applies_to
    every = translate("all", language)
    yield translate(
        "For {kinds}; channels: {channels}; languages: {languages}; places: {places}.",
        language,
        kinds=joined(where.kinds, language),
        channels=joined(where.channels, language) or every,
        languages=joined(where.languages, language),
        places=joined(where.jurisdictions, language) or every,
    )
    yield translate("Owner: {owner}.", language, owner=policy.owner)
    if policy.inherited is not None:
        yield translate("Extends {base}.", language, base=policy.inherited.base)


def _rule(rule: Rule, policy: Policy, language: str) -> Iterator[str]:
    yield f"- **{pick(rule.title, language)}** (`{rule.id}`): {pick(rule.message, language)}"
    units = rule.request.check_type.units
    when = limit_words(rule.limits, language, units)
    if isinstance(rule.limits, ProvenanceLimits):
        yield "  - " + translate("Required: {limits}.", language, limits=when)
    else:
        check = rule.request.check
        yield "  - " + translate(
            "When: {check} measures {limits}.", language, check=check, limits=when
        )
    if rule.when_quoted is not None:
        yield "  - " + translate(
            "In attributed quotations: {limits} – {action}.",
            language,
            limits=limit_words(rule.when_quoted.limits, language, units),
            action=action_words(rule.when_quoted.action, policy, language),
        )
    if rule.why:
        yield "  - " + translate("Why: {why}", language, why=pick(rule.why, language))
    quoted = rule.when_quoted.action if rule.when_quoted is not None else rule.action
    if Outcome.REVIEW in (rule.action.outcome, quoted.outcome):
        who = joined(deciders(rule, policy), language)
        yield "  - " + translate(
            "Who decides: {who}.", language, who=who or translate("any reviewer", language)
        )
    for note in notes(rule, policy, language):
        yield f"  - {note}"


def _waiver(waiver: WaiverForm, language: str) -> Iterator[str]:
    reason = pick(waiver.reason.as_dict(), language)
    yield f"- **{waiver.id}** (`{waiver.rule}`): {reason}"
    yield "  - " + translate(
        "From {since} to {expires} this rule only notes: {scope}.",
        language,
        since=waiver.since,
        expires=waiver.expires,
        scope=scope_words(waiver.scope, language),
    )
    yield "  - " + translate(
        "Asked for by {owner}, allowed by {approver}.",
        language,
        owner=waiver.owner,
        approver=waiver.approver,
    )


def scope_words(scope: ScopeForm, language: str) -> str:
    """Which drafts and findings a waiver is about."""
    names = {
        "briefs": translate("briefs", language),
        "kinds": translate("kinds", language),
        "channels": translate("channels", language),
        "languages": translate("languages", language),
        "jurisdictions": translate("places", language),
        "labels": translate("labels", language),
    }
    said = [
        f"{words} {joined(getattr(scope, name), language)}"
        for name, words in names.items()
        if getattr(scope, name)
    ]
    return joined(said, language, strong=True)


def run_words(batch: BatchForm, language: str) -> Iterator[str]:
    """What holds for all drafts of a run together."""
    if batch.stop_above is not None:
        yield translate(
            "If more than {share} of at least {count} drafts are blocked, nothing is released.",
            language,
            share=f"{batch.stop_above:.0%}",
            count=batch.at_least,
        )
    for channel, limit in batch.quota.items():
        yield translate(
            "At most {limit} releases for {channel}; the rest wait for a person.",
            language,
            limit=limit,
            channel=channel,
        )
    if batch.hold_run_on:
        yield translate(
            "One finding of {rules}, and nothing of the run is released.",
            language,
            rules=joined(batch.hold_run_on, language),
        )


def notes(rule: Rule, policy: Policy, language: str) -> Iterator[str]:
    """What else holds for a rule: on trial, required, for some places, inherited."""
    if rule.shadow:
        yield translate("On trial: counted, changes nothing.", language)
    if rule.required:
        yield translate("Drafts that the check can't judge are held, too.", language)
    if rule.jurisdictions:
        yield translate(
            "Only for briefs of: {places}.",
            language,
            places=joined(rule.jurisdictions, language),
        )
    taken = policy.inherited
    if taken is not None and rule.id in taken.rules:
        changed = taken.rules[rule.id]
        keys = joined(changed, language) or translate("nothing", language)
        yield translate(
            "Inherited from {base}; changed here: {keys}.", language, base=taken.base, keys=keys
        )


def always(policy: Policy, language: str) -> Iterator[str]:
    """What holds whatever the rules say, and the notices around every release."""
    yield translate("A draft that a check could not read to its end waits for review.", language)
    if policy.form.applies_to.jurisdictions:
        yield translate("A draft for another place waits for review.", language)
    for entry in policy.labels.entries:
        places = joined(entry.jurisdictions, language) or translate("all", language)
        text = pick(entry.text.as_dict(), language)
        yield translate(
            "Notice on every release (places: {places}): {text}",
            language,
            places=places,
            text=text,
        )
    yield from marks_words(policy.form, language)


def _required(limits: ProvenanceLimits, language: str) -> Iterator[str]:
    words = {
        "known_writer": translate("the writer stands in models.lock", language),
        "verifiable_writer": translate("the writer's files can be verified", language),
        "approved_kind": translate("the writer is approved for this kind of content", language),
        "known_training": translate("it is known what the writer was trained on", language),
        "licensed_sources": translate("every source names its licence", language),
        "attributed_sources": translate("every source has a title and an address", language),
        "declared_origin": translate("a supplied text says who or what wrote it", language),
        "same_brief": translate("the brief has not changed since", language),
        "faithful": translate("the draft carries the brief's values unaltered", language),
        "labelled": translate("there is a notice for each place of the brief", language),
        "approved_writers": translate("the writer is one of:", language),
        "approved_licences": translate("the writer's licence is one of:", language),
        "refused_training": translate("the writer was trained on none of:", language),
        "source_licences": translate("the sources' licences are among:", language),
    }
    for name in ProvenanceLimits.model_fields:
        value = getattr(limits, name)
        if value is True:
            yield words[name]
        elif value:
            yield f"{words[name]} {joined(value, language)}"


def joined(words: Sequence[str], language: str, *, strong: bool = False) -> str:
    """A list as one phrase."""
    if language.startswith("zh"):
        return ("；" if strong else "、").join(words)
    return ("; " if strong else ", ").join(words)
