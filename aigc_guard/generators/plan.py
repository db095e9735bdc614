"""How a brief becomes the passes of a draft: a few facts at a time, in the kind's order.

A small model writes three facts well and ten badly, so the kind's ``[[prompt.pass]]`` tables say
which facts go together; what belongs to no pass goes into one of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aigc_guard.errors import KindError
from aigc_guard.generators.linearise import Slot, slot_of
from aigc_guard.generators.slots import MAX_SLOTS
from aigc_guard.kinds import Kind
from aigc_guard.records import Brief

_PASS_KEYS = {"act", "take", "most", "needs", "along", "paragraph", "when"}


@dataclass(frozen=True, slots=True)
class Pass:
    """One ``[[prompt.pass]]``. ``along`` are facts that come along though already written."""

    act: str
    take: tuple[str, ...]
    most: int = 4
    needs: tuple[str, ...] = ()
    along: tuple[str, ...] = ()
    paragraph: bool = False


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


@dataclass(frozen=True, slots=True)
class Section:
    """One pass over some facts: what the model is asked, and where its sentence goes."""

    act: str
    slots: tuple[Slot, ...]
    paragraph: bool = False


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """The heading of a draft and its sections in order."""

    heading: str
    sections: tuple[Section, ...] = field(default=())

    def is_plural(self, name: str) -> bool:
        """Whether the fact called `name` is in the plural, so that what follows says `they`."""
        slots = [slot for section in self.sections for slot in section.slots]
        return any(slot.name == name and slot.type == "plural" for slot in slots)


def prompt_format(kind: Kind) -> PromptFormat:
    """Read a kind's prompt tables; raises KindError with the key that is wrong."""
    table = kind.prompt

    def words(value: Any, key: str) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise KindError(
            f"{key} must be a list of fact names",
            path=kind.folder / "kind.toml",
            hint=f'write {key} = ["product", "price"]',
        )

    passes = []
    for entry in table.get("pass", []):
        unknown = set(entry) - _PASS_KEYS
        if unknown:
            raise KindError(
                f"unknown key {sorted(unknown)[0]!r} in [[prompt.pass]]",
                path=kind.folder / "kind.toml",
                hint=f"known: {', '.join(sorted(_PASS_KEYS))}",
            )
        passes.append(
            Pass(
                act=str(entry.get("act", "more")),
                take=words(entry.get("take", []), "take"),
                most=min(int(entry.get("most", 4)), MAX_SLOTS),
                needs=words(entry.get("needs", []), "needs"),
                along=words(entry.get("along", []), "along"),
                paragraph=bool(entry.get("paragraph", False)),
            )
        )
    synonyms = {}
    for name, others in kind.facts.items():
        for other in (name, *words(others, f"facts.{name}")):
            synonyms[other.lower()] = name
    return PromptFormat(
        heading=words(table.get("heading", []), "heading"),
        act_from=str(table.get("act_from", "")),
        passes=tuple(passes),
        acts={k: words(v, f"acts.{k}") for k, v in table.get("acts", {}).items()},
        unknown={str(k): str(v) for k, v in table.get("unknown", {}).items()},
        synonyms=synonyms,
        repeatable=words(table.get("repeatable", []), "repeatable"),
        instruction=str(table.get("instruction", "")),
    )


def named_slots(brief: Brief, form: PromptFormat) -> list[Slot]:
    """Return a brief's facts under the names the writer knows.

    A second `party a` is taken for `party b` when there is none; `quote 2` keeps its number
    behind a bar, so that it stays with `speaker 2`.
    """
    slots: list[Slot] = []
    for fact in brief.facts:
        if not fact.value.strip():
            continue
        name = re.sub(r"[_\s]+", " ", fact.name.strip().lower())
        base, number = _numbered(name)
        known = form.synonyms.get(name) or form.synonyms.get(base) or ""
        slot = slot_of(known or base, fact.value)
        if not known and slot.type in form.unknown:
            slot = Slot(form.unknown[slot.type], slot.value, slot.type)
        taken = {s.name for s in slots}
        if slot.name == "party a" and "party a" in taken and "party b" not in taken:
            slot = Slot("party b", slot.value, slot.type)
        slots.append(Slot(slot.name + (f"|{number}" if number else ""), slot.value, slot.type))
    return slots


def _numbered(name: str) -> tuple[str, str]:
    match = re.fullmatch(r"(.*\D) ?(\d+)", name)
    return (match[1].strip(), match[2]) if match else (name, "")


def plan_draft(brief: Brief, form: PromptFormat) -> DraftPlan:
    """Group a brief's facts into the passes that will write them, each fact once."""
    rest = named_slots(brief, form)
    every = list(rest)
    heading = [s.value for name in form.heading for s in rest if s.name == name]
    topic = next((s.value.lower() for s in rest if s.name == form.act_from), "")
    rest = [s for s in rest if s.name not in form.heading and s.name != form.act_from]
    sections: list[Section] = []
    for step in form.passes:
        take = form.acts.get(topic, step.take) if step.act == "{topic}" else step.take
        act = topic if step.act == "{topic}" else step.act
        for group in _groups(rest, take, step):
            rest = [s for s in rest if s not in group]
            along = [s for s in every if s.name in step.along and s not in group]
            sections.append(Section(act, _plain_names([*group, *along]), step.paragraph))
    for slot in rest:
        sections.append(Section("more", _plain_names([slot])))
    return DraftPlan(" – ".join(heading), tuple(sections))


def _groups(rest: Sequence[Slot], take: Sequence[str], step: Pass) -> Iterator[list[Slot]]:
    """Cut the facts a pass takes into groups of at most `most`; numbered facts stay together."""
    fitting = [s for s in rest if s.name.partition("|")[0] in take]
    fitting.sort(key=lambda s: take.index(s.name.partition("|")[0]))
    numbers = list(dict.fromkeys(s.name.partition("|")[2] for s in fitting))
    for number in numbers:
        group = [s for s in fitting if s.name.partition("|")[2] == number]
        names = {s.name.partition("|")[0] for s in group}
        if any(name not in names for name in step.needs):
            continue
        for start in range(0, len(group), step.most):
            yield group[start : start + step.most]


def _plain_names(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    return tuple(Slot(s.name.partition("|")[0], s.value, s.type) for s in slots)
