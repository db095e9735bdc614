"""``aigc-guard checks``: what can be measured, under which settings, and what it looks like."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aigc_guard.cli.commands import Commands
from aigc_guard.cli.console import Format, FormatOption, language, say, say_json, tell
from aigc_guard.i18n import pick

if TYPE_CHECKING:
    from pydantic import BaseModel

    from aigc_guard.checks.examples import Example
    from aigc_guard.checks.interface import Check

app = Commands()

_ABUSE = frozenset(("toxicity", "obscene", "threat", "insult", "identity_attack"))
_LATIN = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a check; ``default`` is JSON, empty where a value must be given."""

    name: str
    default: str
    description: str


@app.callback()
def checks() -> None:
    """What can be measured: checks, their labels and settings, with examples."""


@app.command("list")
def list_checks(format: FormatOption = Format.TEXT) -> None:
    """List the installed checks with their labels."""
    from aigc_guard.checks.catalogue import check_types

    kinds = list(check_types().values())
    if format is Format.JSON:
        say_json({"checks": [_facts(kind) for kind in kinds]})
        return
    for kind in kinds:
        _say_head(kind)


@app.command()
def show(
    check: Annotated[str, typer.Argument(help="a check's id from `checks list`")],
    format: FormatOption = Format.TEXT,
) -> None:
    """Show a check's settings and labels, and examples of what it finds and what it leaves alone.

    Of examples with offensive words only the labels are shown.
    """
    from aigc_guard.checks.catalogue import create_check
    from aigc_guard.checks.examples import examples_of

    kind = type(create_check(check))
    settings = list(_settings(kind.settings_type))
    examples = examples_of(kind)
    if format is Format.JSON:
        rows = [{"name": s.name, "default": s.default, "description": s.description}
                for s in settings]  # fmt: skip
        shown = [_example(one) for one in examples]
        say_json({**_facts(kind), "settings": rows, "examples": shown})
        return
    _say_head(kind)
    _say_settings(settings)
    _say_examples(tell("Finds nothing in:"), [one for one in examples if one.is_good])
    _say_examples(tell("Finds something in:"), [one for one in examples if not one.is_good])


def _facts(kind: type[Check]) -> dict[str, Any]:
    return {
        "id": kind.id,
        "version": kind.version,
        "summary": dict(kind.summary),
        "labels": list(kind.labels),
        "units": {label: dict(unit) for label, unit in kind.units.items()},
        "uses_model": kind.uses_model,
    }


def _say_head(kind: type[Check]) -> None:
    needs = tell("needs a model") if kind.uses_model else tell("needs no model")
    version = tell("version {version}", version=kind.version)
    say(f"{kind.id} ({version}, {needs})")
    say(f"  {pick(kind.summary, language())}")
    labels = [
        f"{label} ({pick(kind.units[label], language())})" if label in kind.units else label
        for label in kind.labels
    ]
    say("  " + tell("Labels: {labels}", labels=", ".join(labels)))


def _settings(form: type[BaseModel], before: str = "") -> Iterator[Setting]:
    """The fields of ``form``; those of a form inside it by their path (``files.banned``)."""
    from pydantic import BaseModel

    for name, field in form.model_fields.items():
        default = field.get_default(call_default_factory=True, validated_data={})
        if isinstance(default, BaseModel):
            yield from _settings(type(default), f"{before}{name}.")
            continue
        written = "" if field.is_required() else json.dumps(default, ensure_ascii=False)
        yield Setting(f"{before}{name}", written, field.description or "")


def _say_settings(settings: Sequence[Setting]) -> None:
    if not settings:
        say("\n" + tell("It has no settings."))
        return
    say("\n" + tell("Settings, written under `with:` in a rule:"))
    for one in settings:
        default = tell("default: {value}", value=one.default) if one.default else tell("required")
        say(f"  {one.name} ({default})")
        if one.description:
            say(f"      {tell(one.description)}")


def _say_examples(title: str, examples: Sequence[Example]) -> None:
    if examples:
        say(f"\n{title}")
    before: Mapping[str, Any] = {}
    for one in examples:
        if one.settings != before:
            say(f"  with: {json.dumps(dict(one.settings), ensure_ascii=False)}")
            before = one.settings
        text = tell("(offensive words, not shown)") if _is_offensive(one) else one.text
        say(f"  [{one.language}] {text}" + (f"  ({one.note})" if one.note else ""))
        for line in _brief(one):
            say("      " + tell("brief: {line}", line=line))
        for label, words in _found(one):
            say(f"      {label}" + (f": {words}" if words else ""))


def _example(one: Example) -> dict[str, Any]:
    return {
        "good": one.is_good,
        "language": one.language,
        "text": None if _is_offensive(one) else one.text,
        "findings": [{"label": label, "words": words} for label, words in _found(one)],
        "settings": dict(one.settings),
        "brief": _brief(one),
        "note": one.note,
    }


def _brief(one: Example) -> list[str]:
    """The facts and sources that the example's text is compared with."""
    if one.brief is None:
        return []
    facts = [f"{fact.name}: {fact.value}" for fact in one.brief.facts]
    return facts + [source.text for source in one.brief.sources]


def _found(one: Example) -> Iterator[tuple[str, str]]:
    """Each expected label with the words it stands at, where they may be shown."""
    hidden = _is_offensive(one)
    for label, words in one.expected:
        yield label, "" if hidden or not words else " ".join(words.split())


def _is_offensive(one: Example) -> bool:
    """Whether people should not have to read it: it shows abuse, or folds to a strong word."""
    from aigc_guard.spelling import is_strong
    from aigc_guard.text import fold

    if any(label in _ABUSE for label, _ in one.expected):
        return True
    return any(is_strong(word) for word in _LATIN.findall(fold(one.text).text))
