"""Briefs from unseen texts, written by the shipped generator, and what is wrong with the drafts.

Nothing here knows how the writer works: a brief goes through `TransformersGenerator.write` as in
a run, with the attempts the kind's policy allows, and the finished text is compared with the
brief.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from aigc_guard.generators.faithful import own_word_notes
from aigc_guard.generators.linearise import read_value
from aigc_guard.generators.transformers_lm import TransformersGenerator, limits_of
from aigc_guard.kinds import Kind
from aigc_guard.records import Brief, Draft, Fact
from aigc_guard.training.writers import pairs_legal, pairs_news
from aigc_guard.training.writers.bench_marketing import marketing_facts
from aigc_guard.training.writers.pairs import Pair

COUNTS = {"legal": 500, "news": 300, "marketing": 200}
ATTEMPTS = {"legal": 4, "news": 3, "marketing": 3}
"""Attempts that the shipped policies allow before a person decides."""
_BATCH = 100
_ODD = ("repetition", "garbled")
_NAMES = ("Amberline", "Corvane", "Dunmore Park", "Elstree", "Fenwick", "Garrick Hall")
_DATES = ("3 May 2027", "14 June 2027", "1 March 2028", "30 September 2026")


def held_out(kind: str, data: Path, count: int, split: str = "test", seed: int = 3) -> list[Brief]:
    """Make briefs of what the extractor found in texts of a split, at least two values each.

    Legal briefs come from contracts (CUAD) and, until there are `count`, from open templates;
    the variables of templates are filled with invented names, dates and figures. For marketing see
    `bench_marketing`.
    """
    draw = random.Random(seed)
    briefs: dict[str, Brief] = {}
    if kind == "marketing":
        made = {b.digest: b for b in map(brief_of, marketing_facts(data, split, draw))}
        chosen = draw.sample(sorted(made), min(count, len(made)))
        return [made[digest] for digest in sorted(chosen)]
    sources = (
        (pairs_news.news(data),)
        if kind == "news"
        else (pairs_legal.cuad(data), pairs_legal.templates(data), pairs_legal.accord(data))
    )
    for pairs in sources:
        found = {
            brief.digest: brief
            for brief in _briefs(pairs, split, draw)
            if brief.digest not in briefs
        }
        room = count - len(briefs)
        for digest in sorted(draw.sample(sorted(found), min(room, len(found)))):
            briefs[digest] = found[digest]
    return list(briefs.values())


def _briefs(pairs: Iterable[Pair], split: str, draw: random.Random) -> Iterable[Brief]:
    for pair in pairs:
        clean = not re.search(r">[\w<](?!r0)", pair.target)
        if pair.split == split and clean and sum(s.copied for s in pair.slots) >= 2:
            yield brief_of(_filled(pair, draw))


def _filled(pair: Pair, draw: random.Random) -> dict[str, str]:
    """Return a pair's facts by name; equal names are numbered, templates' variables filled."""
    facts = {"clause": pair.act} if pair.kind == "legal" else {}
    facts["kind"] = pair.kind
    for slot in pair.slots:
        name, number = slot.name, 2
        while name in facts:
            name, number = f"{slot.name} {number}", number + 1
        value = slot.value
        if pair.source == "accord":
            number_of = str(draw.randrange(2, 90))
            value = {"date": draw.choice(_DATES), "number": number_of}.get(
                slot.type, draw.choice(_NAMES)
            )
        facts[name] = value
    return facts


def brief_of(facts: dict[str, str]) -> Brief:
    """Make the brief of the facts; `kind` among them says for which kind."""
    rest = dict(facts)
    kind = rest.pop("kind")
    made = tuple(Fact(name, value) for name, value in rest.items())
    return Brief(id=Brief(id="", kind=kind, facts=made).digest[:12], kind=kind, facts=made)


def shipped_share(
    generator: TransformersGenerator,
    briefs: Sequence[Brief],
    *,
    attempts: int,
    seed: int = 1,
) -> dict[str, Any]:
    """Write each brief as in a run and count the drafts that are not faithful, by reason.

    A draft fails when the writer itself says so after the last attempt (it would go to review),
    or when the comparison of its text with the brief finds a value missing or invented that the
    writer did not (`silent`). Clumsy wording that alters no value is counted apart (`odd`).
    """
    drafts: dict[str, Draft] = {}
    first = 0
    for start in range(0, len(briefs), _BATCH):
        waiting = list(briefs[start : start + _BATCH])
        for attempt in range(1, attempts + 1):
            for draft in generator.write(waiting, seed=seed, attempt=attempt):
                drafts[draft.brief_id] = draft
            waiting = [b for b in waiting if not drafts[b.id].faithful]
            first += len(briefs[start : start + _BATCH]) - len(waiting) if attempt == 1 else 0
            if not waiting:
                break
    reasons: Counter[str] = Counter()
    failed = silent = odd = 0
    for brief in briefs:
        draft = drafts[brief.id]
        kind = generator.kinds[brief.kind]
        found = list(draft.notes) if not draft.faithful else text_faults(draft.text, brief, kind)
        reasons.update(found)
        if draft.faithful and all(one in _ODD for one in found):
            odd += bool(found)
            continue
        failed += 1
        silent += draft.faithful
    count = max(1, len(briefs))
    return {
        "briefs": len(briefs),
        "faithful": round(1 - failed / count, 4),
        "first_attempt": round(first / count, 4),
        "silent": silent,
        "odd": odd,
        "reasons": dict(reasons.most_common()),
    }


def text_faults(text: str, brief: Brief, kind: Kind) -> list[str]:
    """Compare a finished text with its brief: what is missing, and what stands there of its own."""
    rest = re.sub(r"\s+", " ", text).strip()
    faults = []
    for fact in sorted(brief.facts, key=lambda f: -len(f.value)):
        value = re.sub(r"\s+", " ", fact.value).strip()
        if fact.name == "clause":  # the heading; what follows it begins a sentence
            rest = re.sub(rf"^{re.escape(value)}", "", rest, count=1, flags=re.IGNORECASE).strip()
            continue
        whole = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)", re.IGNORECASE)
        if read_value(value) is None and not whole.search(text_of(text)):
            faults.append(f"missing:{fact.name}")
        # With the marks around a quotation, which would else quote what stands between two of them.
        marked = rf"[\"“”]?{whole.pattern}(?:(?P<stop>[.,!?]?)[\"“”])?"
        rest = re.sub(marked, _standing_in, rest, flags=re.IGNORECASE)
    limits = limits_of(kind)
    return faults + own_word_notes(rest, terms=limits.terms)


def _standing_in(match: re.Match[str]) -> str:
    """A word in a value's place, with the stop behind it; a quotation's own stop counts as one."""
    inside = re.search(r"([.!?])[\"”]$", match[0])
    return f" slota{match['stop'] or (inside[1] if inside else '')} "


def text_of(text: str) -> str:
    """The text with single blanks."""
    return re.sub(r"\s+", " ", text)
