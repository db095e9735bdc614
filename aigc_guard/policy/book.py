"""The rule book: everything a policy says, rule by rule, for people who never open the file.

Markdown for a handbook or wiki, or one HTML page that needs nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aigc_guard.i18n import normalise, pick, translate
from aigc_guard.policy.explain import (
    about,
    action_words,
    always,
    deciders,
    joined,
    limit_words,
    notes,
    run_words,
    scope_words,
)
from aigc_guard.policy.form import Action, Severity
from aigc_guard.policy.ruleset import Policy, Rule
from aigc_guard.policy.standing_form import WaiverForm
from aigc_guard.records import Outcome


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about a rule: its name, and words or an address."""

    name: str
    words: str
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule. ``lead`` is what reviewers read when it trips."""

    id: str
    title: str
    lead: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One policy: what it is for, its rules, and what holds beside them."""

    name: str
    version: str
    digest: str
    about: tuple[str, ...]
    entries: tuple[Entry, ...]
    others: tuple[tuple[str, tuple[str, ...]], ...]


def chapter(policy: Policy, language: str) -> Chapter:
    """The policy's chapter; rules stand in the order of the file."""
    others = [(translate("Always", language), tuple(always(policy, language)))]
    if policy.form.batch is not None:
        words = tuple(run_words(policy.form.batch, language))
        others.insert(0, (translate("For a whole run", language), words))
    return Chapter(
        name=policy.name,
        version=policy.version,
        digest=policy.digest,
        about=tuple(about(policy, language)),
        entries=tuple(_entry(rule, policy, language) for rule in policy.rules),
        others=tuple(others),
    )


def _entry(rule: Rule, policy: Policy, language: str) -> Entry:
    return Entry(
        id=rule.id,
        title=pick(rule.title, language) or rule.id,
        lead=pick(rule.message, language),
        facts=tuple(_facts(rule, policy, language)),
    )


def _facts(rule: Rule, policy: Policy, language: str) -> Iterator[Fact]:
    yield Fact(translate("Measured", language), _measured(rule, policy, language))
    units = rule.request.check_type.units
    yield Fact(translate("Limits", language), limit_words(rule.limits, language, units))
    yield Fact(translate("Action", language), action_words(rule.action, policy, language))
    actions = {rule.action}
    if rule.when_quoted is not None:
        actions.add(rule.when_quoted.action)
        words = (
            limit_words(rule.when_quoted.limits, language, units),
            action_words(rule.when_quoted.action, policy, language),
        )
        name = translate("In attributed quotations", language)
        yield Fact(name, joined(words, language, strong=True))
    if any(action.outcome is Outcome.REVIEW for action in actions):
        yield Fact(translate("Who decides", language), _who(rule, policy, language))
    elif Action.BLOCK in actions:
        yield Fact(translate("Who decides", language), translate("nobody: it is final", language))
    yield Fact(translate("Severity", language), _severity(rule.severity, language))
    places = joined(rule.jurisdictions, language) or translate("all", language)
    yield Fact(translate("Places", language), places)
    if rule.why:
        yield Fact(translate("Reason", language), pick(rule.why, language))
    if rule.link:
        yield Fact(translate("Guideline", language), rule.link, is_link=True)
    for waiver in policy.form.waivers:
        if waiver.rule == rule.id:
            yield Fact(translate("Waiver", language), _waiver(waiver, language))
    for note in notes(rule, policy, language):
        yield Fact(translate("Note", language), note)


def _measured(rule: Rule, policy: Policy, language: str) -> str:
    """The check, and the settings the file gives it: with them, its words and lists."""
    given: Mapping[str, Any] = next(
        (form.with_ for form in policy.form.rules if form.id == rule.id), {}
    )
    parts = [f"{name}: {_value(value, language)}" for name, value in given.items()]
    return joined([rule.request.check, *parts], language, strong=True)


def _value(value: Any, language: str) -> str:
    if isinstance(value, Mapping):
        return joined([f"{key} = {_value(one, language)}" for key, one in value.items()], language)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return joined([_value(one, language) for one in value], language)
    return str(value)


def _who(rule: Rule, policy: Policy, language: str) -> str:
    """The roles, and where one of them needs two people."""
    pairs = {entry.by for entry in policy.approvals if entry.people > 1}
    roles = [
        translate("{role} (two people)", language, role=role) if role in pairs else role
        for role in deciders(rule, policy)
    ]
    return joined(roles, language) or translate("any reviewer", language)


def _severity(severity: Severity, language: str) -> str:
    words = {
        Severity.NOTE: translate("note", language),
        Severity.MINOR: translate("minor", language),
        Severity.MAJOR: translate("major", language),
        Severity.CRITICAL: translate("critical", language),
    }
    return words[severity]


def _waiver(waiver: WaiverForm, language: str) -> str:
    return joined(
        (
            f"{waiver.id} ({waiver.since} – {waiver.expires})",
            scope_words(waiver.scope, language),
            pick(waiver.reason.as_dict(), language),
            translate(
                "Asked for by {owner}, allowed by {approver}.",
                language,
                owner=waiver.owner,
                approver=waiver.approver,
            ),
        ),
        language,
        strong=True,
    )


def as_markdown(policies: Sequence[Policy], language: str) -> str:
    """The book as Markdown; what editors wrote is shown as they wrote it."""
    colon = "：" if normalise(language) == "zh" else ": "
    title = translate("Rule book", language)
    lines = [f"# {title}"]
    for one in (chapter(policy, language) for policy in policies):
        lines += ["", f"## {_plain(one.name)} {_plain(one.version)}", ""]
        lines += [*map(_plain, one.about), "", f"`{one.digest}`"]
        for entry in one.entries:
            lines += ["", f"### {_plain(entry.title)} (`{entry.id}`)", "", _plain(entry.lead), ""]
            for fact in entry.facts:
                words = f"<{_address(fact.words)}>" if fact.is_link else _plain(fact.words)
                lines.append(f"- **{fact.name}**{colon}{words}")
        for heading, beside in one.others:
            lines += ["", f"### {heading}", "", *(f"- {_plain(line)}" for line in beside)]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """One line in which no sign is read as Markdown."""
    return re.sub(r"([\\`*_<>\[\]#|~&])", r"\\\1", " ".join(text.split()))


def _address(url: str) -> str:
    return url.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")


def as_html(policies: Sequence[Policy], language: str) -> str:
    """The book as one page without scripts, fonts or pictures from elsewhere."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("aigc_guard.policy"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("book.html").render(
        chapters=[chapter(policy, language) for policy in policies],
        title=translate("Rule book", language),
        contents=translate("Contents", language),
        lang="zh-Hans" if normalise(language) == "zh" else "en",
    )
