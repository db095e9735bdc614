"""Writing with a slot-trained model: plan, sample each pass once for all, keep the faithful."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from aigc_guard.generators.consensus import agreement
from aigc_guard.generators.decode import Candidate, Decoding, Request, sample
from aigc_guard.generators.faithful import pattern_notes, read_notes
from aigc_guard.generators.linearise import Slot, prompt_of
from aigc_guard.generators.plan import DraftPlan, Section, plan_draft
from aigc_guard.generators.post import realise, spaced, with_plural_subject
from aigc_guard.generators.prompts import PromptFormat
from aigc_guard.generators.slots import PLACEHOLDERS
from aigc_guard.records import Brief

if TYPE_CHECKING:
    from aigc_guard.generators.transformers_lm import LoadedModel

LEAST_SCORE = -2.0
VARIETY = 0.08


@dataclass(frozen=True, slots=True)
class Limits:
    """What a kind allows its writer: `[decoding]` of kind.toml and `terms.txt`.

    `against` names, per act, words that say the opposite of what is asked ("non-exclusive" in an
    exclusivity clause).

    Below `least_score` (mean log-probability of its tokens) a sentence is one that the model
    itself finds unlikely; it is not called faithful.

    Faithful candidates whose agreement with the others is within `variety` (0-1) of the best one's
    are equally good; which of them a brief gets is drawn by its id, so that a batch does not read
    the same everywhere.
    """

    terms: Collection[str] = ()
    leaks: Collection[str] = ()
    belongs: Mapping[str, Collection[str]] = field(default_factory=dict)
    misplaced: Mapping[str, Collection[str]] = field(default_factory=dict)
    closes: Collection[str] = ()
    against: Mapping[str, Collection[str]] = field(default_factory=dict)
    least_score: float = LEAST_SCORE
    variety: float = VARIETY


@dataclass(frozen=True, slots=True)
class Pattern:
    """A candidate sentence group with marks for its slots, its score and what is wrong with it.

    ``agreement`` (0-1) is how far it says what the other faithful candidates say.
    """

    text: str
    score: float
    notes: tuple[str, ...]
    agreement: float = 0.0


def write_with_slots(
    loaded: LoadedModel,
    kind: str,
    form: PromptFormat,
    briefs: Sequence[Brief],
    decoding: Decoding,
    *,
    seed: int,
    attempt: int,
    limits: Limits,
) -> list[tuple[str, tuple[str, ...]]]:
    """Return each brief's text and notes; a text with notes is not faithful.

    Values are not in the prompts, so equal passes of different briefs are one prompt and are
    sampled once; each brief then takes its own among the faithful candidates.
    """
    plans = [plan_draft(brief, form) for brief in briefs]
    prompts: dict[str, Section] = {}
    for plan in plans:
        for section in plan.sections:
            prompts.setdefault(prompt_of(kind, section.act, section.slots), section)
    patterns = _sampled(loaded, prompts, form, decoding, seed, limits)
    return [
        _assembled(kind, plan, patterns, f"{brief.id}/{attempt}", form, limits)
        for brief, plan in zip(briefs, plans, strict=True)
    ]


def _sampled(
    loaded: LoadedModel,
    prompts: dict[str, Section],
    form: PromptFormat,
    decoding: Decoding,
    seed: int,
    limits: Limits,
) -> dict[str, list[Pattern]]:
    marks = loaded.vocabulary.placeholders
    requests = []
    whole = {p: s for p, s in prompts.items() if _is_sentence(s, form)}
    asked = {p: s for p, s in prompts.items() if p not in whole}
    for prompt, section in asked.items():
        copied = [s for s in section.slots if s.copied]
        again = [marks[i] for i, s in enumerate(copied) if s.name in form.repeatable]
        ids = tuple(loaded.tokenizer.encode(prompt, add_special_tokens=False))
        requests.append(Request(ids, marks[: len(copied)], frozenset(again)))
    drawn = sample(loaded.model, requests, loaded.vocabulary, decoding, seed)
    found = {prompt: [Pattern("\x000\x00.", 0.0, ())] for prompt in whole}
    for (prompt, section), candidates in zip(asked.items(), drawn, strict=True):
        # Equal candidates, which are common, are judged once and each has its vote.
        judged = {c: _pattern(loaded.tokenizer, c, section, form, limits) for c in set(candidates)}
        found[prompt] = ranked([judged[c] for c in candidates])
    return found


def ranked(candidates: Sequence[Pattern]) -> list[Pattern]:
    """Order candidates: fewest notes first, then what agrees most with its equals."""
    least = min(len(c.notes) for c in candidates)
    voters = [c for c in candidates if len(c.notes) == least]
    told = agreement([c.text for c in voters])
    best = [replace(c, agreement=share) for c, share in zip(voters, told, strict=True)]
    rest = [c for c in candidates if len(c.notes) > least]
    return sorted([*best, *rest], key=lambda c: (len(c.notes), -c.agreement, -c.score))


def _is_sentence(section: Section, form: PromptFormat) -> bool:
    """Whether a pass holds one fact that is a whole sentence: it stands as its author wrote it."""
    if len(section.slots) != 1 or not section.slots[0].copied:
        return False
    return section.slots[0].type == "clause" or section.slots[0].name in form.verbatim


def pattern_text(tokenizer: Any, ids: Sequence[int], slots: Sequence[Slot]) -> str:
    """Decode token ids to a pattern: placeholders become marks that name their slot."""
    copied = [i for i, slot in enumerate(slots) if slot.copied]
    known = {tokenizer.convert_tokens_to_ids(t): n for n, t in enumerate(PLACEHOLDERS)}
    pieces: list[str] = []
    plain: list[int] = []
    for token in [*ids, -1]:
        if token in known or token == -1:
            if plain:
                pieces.append(tokenizer.decode(plain, clean_up_tokenization_spaces=False))
                plain = []
            if token in known and known[token] < len(copied):
                pieces.append(f"\x00{copied[known[token]]}\x00")
        else:
            plain.append(token)
    return spaced(pieces)


def _pattern(
    tokenizer: Any,
    candidate: Candidate,
    section: Section,
    form: PromptFormat,
    limits: Limits,
) -> Pattern:
    slots = section.slots
    text = pattern_text(tokenizer, candidate.ids, slots)
    again = [i for i, s in enumerate(slots) if s.name in form.repeatable]
    notes = pattern_notes(
        text,
        slots,
        repeatable=again,
        terms=limits.terms,
        leaks=limits.leaks,
        belongs=limits.belongs,
        misplaced=limits.misplaced,
        closes=limits.closes,
    )
    notes += read_notes(text, slots, form.reads)
    if not candidate.finished and "unfinished" not in notes:
        notes = (*notes, "unfinished")
    if any(words in text.lower() for words in limits.against.get(section.act, ())):
        notes = (*notes, "contradiction")
    if candidate.score < limits.least_score:
        notes = (*notes, "unsure")
    return Pattern(text, candidate.score, notes)


def _assembled(
    kind: str,
    plan: DraftPlan,
    patterns: dict[str, list[Pattern]],
    identity: str,
    form: PromptFormat,
    limits: Limits,
) -> tuple[str, tuple[str, ...]]:
    """Put a draft together from the passes' sentences; notes of the chosen ones are its notes."""
    paragraphs: list[list[str]] = [[]]
    notes = [f"missing:{name}" for name in plan.unsaid]
    used: set[str] = set()
    for number, section in enumerate(plan.sections):
        found = patterns[prompt_of(kind, section.act, section.slots)]
        pattern = choose(found, used, f"{identity}/{number}", limits.variety)
        used.add(pattern.text)
        notes.extend(pattern.notes)
        plural = number > 0 and plan.is_plural(form.plural_of)
        text = with_plural_subject(pattern.text) if plural else pattern.text
        sentence = realise(text, section.slots)
        if section.paragraph and paragraphs[-1]:
            paragraphs.append([])
        paragraphs[-1].append(sentence)
    body = "\n\n".join(" ".join(sentences) for sentences in paragraphs if sentences)
    if not body:
        notes.append("missing:facts")
    text = f"{plan.heading}\n\n{body}".strip()
    return text, tuple(dict.fromkeys(notes))


def choose(patterns: list[Pattern], used: set[str], identity: str, variety: float) -> Pattern:
    """Take one of the best candidates, by the brief's identity; prefer an unused wording."""
    faithful = [p for p in patterns if not p.notes] or patterns[:1]
    fresh = [p for p in faithful if p.text not in used] or faithful
    best = max(p.agreement for p in fresh)
    good = list({p.text: p for p in fresh if p.agreement >= best - variety}.values())
    return good[int(hashlib.sha256(identity.encode()).hexdigest()[:8], 16) % len(good)]
