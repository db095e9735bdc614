"""How a brief becomes the passes of a draft: a few facts at a time, in the kind's order.

A small model writes three facts well and ten badly, so the kind's ``[[prompt.pass]]`` tables say
which facts go together; what belongs to no pass goes into one of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from aigc_guard.generators.linearise import GIVES_A_REASON, Slot, slot_of, value_type
from aigc_guard.generators.prompts import Pass, PromptFormat
from aigc_guard.records import Brief


@dataclass(frozen=True, slots=True)
class Section:
    """One pass over some facts: what the model is asked, and where its sentence goes."""

    act: str
    slots: tuple[Slot, ...]
    paragraph: bool = False


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """The heading of a draft and its sections in order; ``unsaid`` names facts that have none."""

    heading: str
    sections: tuple[Section, ...] = field(default=())
    unsaid: tuple[str, ...] = ()

    def is_plural(self, name: str) -> bool:
        """Whether the fact called `name` is in the plural, so that what follows says `they`."""
        return _is_plural([slot for section in self.sections for slot in section.slots], name)


def _is_plural(slots: Sequence[Slot], name: str) -> bool:
    return any(slot.name == name and slot.type == "plural" for slot in slots)


def named_slots(brief: Brief, form: PromptFormat) -> list[Slot]:
    """Return a brief's facts under the names the writer knows.

    A second `party a` is taken for `party b` when there is none; `quote 2` keeps its number
    behind a bar, so that it stays with `speaker 2`.
    """
    slots: list[Slot] = []
    synonyms = {**form.synonyms, **form.roles.get(_topic(brief, form), {})}
    for fact in brief.facts:
        if not fact.value.strip():
            continue
        name = _plain_name(fact.name)
        base, number = _numbered(name)
        known = synonyms.get(name) or synonyms.get(base) or ""
        slot = slot_of(known or base, fact.value)
        if known in form.repeatable:  # a party may be called No
            slot = Slot(known, fact.value.strip(), value_type(known, fact.value))
        if not known and slot.type in form.unknown:
            slot = Slot(form.unknown[slot.type], slot.value, slot.type)
        taken = {s.name for s in slots}
        if slot.name == "party a" and "party a" in taken and "party b" not in taken:
            slot = Slot("party b", slot.value, slot.type)
        slots.append(Slot(slot.name + (f"|{number}" if number else ""), slot.value, slot.type))
    return slots


def _topic(brief: Brief, form: PromptFormat) -> str:
    """The act that a brief asks for: the value of the fact that the kind's `act_from` names."""
    named = ((form.synonyms.get(_plain_name(f.name), ""), f.value) for f in brief.facts)
    return next((value.strip().lower() for name, value in named if name == form.act_from), "")


def _plain_name(name: str) -> str:
    return re.sub(r"[_\s]+", " ", name.strip().lower())


def _numbered(name: str) -> tuple[str, str]:
    match = re.fullmatch(r"(.*\D) ?(\d+)", name)
    return (match[1].strip(), match[2]) if match else (name, "")


def plan_draft(brief: Brief, form: PromptFormat) -> DraftPlan:
    """Group a brief's facts into the passes that will write them, each fact once.

    A fact of `said_once` is left out where another fact says it. One whose name the kind does not
    know is `unsaid`: the writer would make a statement of it that nobody gave. So is the act itself
    where the kind has none of that name.
    """
    rest = named_slots(brief, form)
    if _is_plural(rest, form.plural_of):
        # "They folds flat": what one thing does stands by itself where there are several.
        rest = [Slot(s.name, s.value, "clause") if s.type == "verb" else s for s in rest]
    every = list(rest)
    heading = [s.value for name in form.heading for s in rest if s.name == name]
    topic = _topic(brief, form)
    rest = [s for s in rest if s.name not in form.heading and s.name != form.act_from]
    rest = [s for s in rest if not (_base(s) in form.said_once and _is_said(s, rest))]
    unsaid = [_base(s) for s in rest if _base(s) not in form.known]
    rest = [s for s in rest if _base(s) in form.known]
    sections: list[Section] = []
    for step in form.passes:
        of_topic = step.act == "{topic}"
        if of_topic and topic not in form.taught:
            unsaid.append(form.act_from)
            continue
        take = form.acts.get(topic, step.take) if of_topic else step.take
        act = topic if of_topic else step.act
        for group in _groups(rest, take, step):
            rest = [s for s in rest if s not in group]
            along = [s for s in every if s.name in step.along and s not in group]
            sections.append(Section(act, _plain_names([*group, *along]), step.paragraph))
    for slot in rest:
        sections.append(Section("more", _plain_names([slot])))
    return DraftPlan(" – ".join(heading), tuple(sections), tuple(dict.fromkeys(unsaid)))


def _base(slot: Slot) -> str:
    """The slot's name without the number that tells it from its equals."""
    return slot.name.partition("|")[0]


def _is_said(slot: Slot, others: Sequence[Slot]) -> bool:
    """Whether another fact's words hold the slot's: "counted 212 otters" says "212 otters"."""
    own = re.compile(rf"(?<!\w){re.escape(slot.value)}(?!\w)")
    return any(o.copied and o.value != slot.value and own.search(o.value) for o in others)


def _groups(rest: Sequence[Slot], take: Sequence[str], step: Pass) -> Iterator[list[Slot]]:
    """Cut the facts a pass takes into groups of at most `most`.

    One that lacks what the pass needs is left to later passes. What has the same number is a group
    of its own ("quote 2", "speaker 2"), where the pass does not take all together.
    """
    fitting = [
        s for s in rest
        if (name := _base(s)) in take
        and (name not in step.joined or GIVES_A_REASON.match(s.value))
    ]  # fmt: skip
    fitting.sort(key=lambda s: take.index(_base(s)))
    numbered = [("" if step.together else s.name.partition("|")[2], s) for s in fitting]
    for number in dict.fromkeys(number for number, _ in numbered):
        group = [s for own, s in numbered if own == number]
        for start in range(0, len(group), step.most):
            part = group[start : start + step.most]
            if {*step.needs} <= {_base(s) for s in part}:
                yield part


def _plain_names(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    return tuple(Slot(_base(s), s.value, s.type) for s in slots)
