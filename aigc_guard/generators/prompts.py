"""How a kind asks the embedded writers: ``[prompt]`` and ``[facts]`` of its kind.toml, checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aigc_guard.errors import KindError
from aigc_guard.generators.slots import MAX_SLOTS
from aigc_guard.kinds import Kind


@dataclass(frozen=True, slots=True)
class Pass:
    """One ``[[prompt.pass]]``. ``along`` are facts that come along though already written.

    ``joined`` are reasons that it takes only where they begin as one ("to …", "because …").
    ``together`` says that numbered facts ("feature 2") are more of the same and no other groups.
    """

    act: str
    take: tuple[str, ...]
    most: int = 4
    needs: tuple[str, ...] = ()
    along: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    paragraph: bool = False
    together: bool = False


@dataclass(frozen=True, slots=True)
class PromptFormat:
    """A kind's ``[prompt]`` and ``[facts]``, checked."""

    heading: tuple[str, ...]
    act_from: str
    passes: tuple[Pass, ...]
    acts: Mapping[str, tuple[str, ...]]
    unknown: Mapping[str, str]
    synonyms: Mapping[str, str]
    repeatable: tuple[str, ...]
    instruction: str
    taught: frozenset[str] = frozenset()
    """The acts that the kind names: those that the writer can be asked for."""
    roles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Per act, the facts' names that mean another party there: who pays is not who is paid."""
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facts whose yes or no the writer words itself, and what words speak of them."""
    verbatim: tuple[str, ...] = ()
    """Facts that are sentences of their own, as their author wrote them."""
    known: frozenset[str] = frozenset()
    """Names of the facts that the writer has learnt to speak of."""
    plural_of: str = ""
    """The fact whose plural makes the thing that is spoken of "they"."""
    said_once: tuple[str, ...] = ()
    """Facts without a sentence of their own where another fact's value holds theirs already."""


def prompt_format(kind: Kind) -> PromptFormat:
    """Read a kind's prompt tables; raises KindError with the key that is wrong."""
    table = kind.prompt
    passes = tuple(_passes(kind))
    synonyms = {name.lower(): name for name in kind.facts} | _known_as(kind, kind.facts, "facts")
    by_form = {str(key): str(value) for key, value in table.get("unknown", {}).items()}
    asked = {name for step in passes for name in (*step.take, *step.along)}
    return PromptFormat(
        heading=_words(kind, table.get("heading", []), "heading"),
        act_from=str(table.get("act_from", "")),
        passes=passes,
        acts=_lists(kind, "acts"),
        unknown=by_form,
        synonyms=synonyms,
        repeatable=_words(kind, table.get("repeatable", []), "repeatable"),
        instruction=str(table.get("instruction", "")),
        taught=frozenset({*table.get("acts", {}), *(step.act for step in passes)} - {"{topic}"}),
        verbatim=_words(kind, table.get("verbatim", []), "verbatim"),
        known=frozenset({*asked, *synonyms.values(), *by_form.values()}),
        reads=_lists(kind, "reads"),
        plural_of=str(kind.post.get("plural_of", "")),
        said_once=_words(kind, table.get("said_once", []), "said_once"),
        roles={
            str(act): _known_as(kind, own, f"roles.{act}")
            for act, own in table.get("roles", {}).items()
        },
    )


def _words(kind: Kind, value: Any, key: str) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise KindError(
        f"{key} must be a list of fact names",
        path=kind.folder / "kind.toml",
        hint=f'write {key} = ["product", "price"]',
    )


def _lists(kind: Kind, key: str) -> dict[str, tuple[str, ...]]:
    """A table of lists of words."""
    table = kind.prompt.get(key, {})
    return {str(name): _words(kind, value, f"{key}.{name}") for name, value in table.items()}


def _known_as(kind: Kind, others: Mapping[str, Any], key: str) -> dict[str, str]:
    """From what a fact may be called to its name."""
    return {
        other.lower(): name
        for name, given in others.items()
        for other in _words(kind, given, f"{key}.{name}")
    }


def _passes(kind: Kind) -> Iterator[Pass]:
    for entry in kind.prompt.get("pass", []):
        yield Pass(
            act=str(entry.get("act", "more")),
            take=_words(kind, entry.get("take", []), "take"),
            most=min(int(entry.get("most", 4)), MAX_SLOTS),
            needs=_words(kind, entry.get("needs", []), "needs"),
            along=_words(kind, entry.get("along", []), "along"),
            joined=_words(kind, entry.get("joined", []), "joined"),
            paragraph=bool(entry.get("paragraph", False)),
            together=bool(entry.get("together", False)),
        )
