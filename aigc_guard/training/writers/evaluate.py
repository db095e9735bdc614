"""Measures a writer: RNNLG slot error and BLEU-4, ViGGO slot error, faithful share per kind."""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aigc_guard.generators.decode import Decoding, Request, sample
from aigc_guard.generators.faithful import pattern_notes
from aigc_guard.generators.linearise import Slot, prompt_of
from aigc_guard.generators.post import MARK, realise
from aigc_guard.generators.slot_writing import pattern_text
from aigc_guard.generators.transformers_lm import LoadedModel
from aigc_guard.training.writers import pairs_d2t, pairs_legal, pairs_news, viggo_aligner
from aigc_guard.training.writers.pairs import Pair
from aigc_guard.training.writers.sources import read_records

BENCH = Decoding(candidates=5, temperature=0.5, top_p=0.9, max_new_tokens=90, batch=128)
_LITERAL = re.compile(r"\b\d[\d.]*\b|\bdollars?\b|\bgb\b|\binch\b|\bwatts?\b")


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to write: its slots in the order of the prompt."""

    kind: str
    act: str
    slots: tuple[Slot, ...]

    @property
    def prompt(self) -> str:
        """The linear form."""
        return prompt_of(self.kind, self.act, self.slots)


def write_cases(
    loaded: LoadedModel, cases: Sequence[Case], decoding: Decoding, seed: int = 1
) -> dict[str, list[tuple[str, float, bool]]]:
    """Sample the candidates of every distinct prompt: pattern, score, finished."""
    distinct = {case.prompt: case for case in cases}
    marks = loaded.vocabulary.placeholders
    free = replace(loaded.vocabulary, banned=_always_banned(loaded))
    requests = []
    for prompt, case in distinct.items():
        copied = sum(s.copied for s in case.slots)
        again = frozenset(
            marks[i]
            for i, s in enumerate([s for s in case.slots if s.copied])
            if case.kind == "legal" and s.name.startswith("party")
        )
        ids = tuple(loaded.tokenizer.encode(prompt, add_special_tokens=False))
        requests.append(Request(ids, marks[:copied], again))
    drawn = sample(loaded.model, requests, free, decoding, seed)
    return {
        prompt: [
            (pattern_text(loaded.tokenizer, c.ids, case.slots), c.score, c.finished)
            for c in candidates
        ]
        for (prompt, case), candidates in zip(distinct.items(), drawn, strict=True)
    }


def _always_banned(loaded: LoadedModel) -> tuple[int, ...]:
    """Control tokens only: ViGGO's and RNNLG's texts may hold figures and the plural mark."""
    known = loaded.tokenizer.get_vocab()
    marks = set(loaded.vocabulary.placeholders)
    keep = {known[pairs_d2t.PLURAL_MARK], loaded.vocabulary.end}
    return tuple(
        i for t, i in known.items()
        if t.startswith("<") and t.endswith(">") and i not in marks and i not in keep
    )  # fmt: skip


# --- RNNLG -----------------------------------------------------------------------------------


def rnnlg(loaded: LoadedModel, data: Path, domain: str, decoding: Decoding) -> dict[str, Any]:
    """Return slot error and BLEU-4 on a domain's test set, grouped as RNNLG's evaluation does."""
    records = [
        r for r in read_records(data / "d2t_rnnlg" / "data.jsonl.gz")
        if r["domain"] == domain and r["split"] == "test"
    ]  # fmt: skip
    groups: dict[tuple[Any, ...], list[tuple[list[Slot], str]]] = defaultdict(list)
    for record in records:
        slots = pairs_d2t.rnnlg_slots(record)
        shape = sorted((s.name, "" if s.copied else s.value) for s in slots)
        groups[(record["act"], *shape)].append((slots, record["text"]))
    cases: list[Case] = []
    references: list[list[str]] = []
    for (act, *_), members in groups.items():
        shown = {tuple(s.value for s in slots): slots for slots, _ in members}
        for slots in shown.values():
            cases.append(Case("marketing", str(act).lstrip("?").replace("_", " "), tuple(slots)))
            references.append(list(dict.fromkeys(_relexed(m, t, slots) for m, t in members)))
    written = write_cases(loaded, cases, decoding)
    patterns = [_best_rnnlg(case, written[case.prompt]) for case in cases]
    hypotheses = [bench(p, c.slots) for p, c in zip(patterns, cases, strict=True)]
    wrong = [rnnlg_errors(p, c.slots) for p, c in zip(patterns, cases, strict=True)]
    total = sum(len(c.slots) for c in cases)
    return {
        "acts": len(cases),
        "groups": len(groups),
        "slots": total,
        "missing": sum(w["missing"] for w in wrong),
        "repeated": sum(w["repeated"] for w in wrong),
        "invented": sum(w["invented"] for w in wrong),
        "slot_error": round(sum(sum(w.values()) for w in wrong) / total, 5),
        "bleu4": round(bleu4(hypotheses, references), 4),
    }


def _relexed(member_slots: list[Slot], text: str, slots: list[Slot]) -> str:
    """Give a reference of the same group the values of the act at hand."""
    text = re.sub(r"\s+", " ", text).strip().removesuffix(" .")
    theirs = sorted((s for s in member_slots if s.copied), key=lambda s: s.name)
    ours = sorted((s for s in slots if s.copied), key=lambda s: s.name)
    marked = f" {text} "
    for i, slot in sorted(enumerate(theirs), key=lambda p: -len(p[1].value)):
        marked = re.sub(rf"(?<= ){re.escape(slot.value)}(?= )", f"\x00{i}\x00", marked)
    return MARK.sub(lambda m: ours[int(m[1])].value, marked).strip()


def bench(pattern: str, slots: Sequence[Slot]) -> str:
    """Put the values in and give the text the benchmark's own tokens, without the last stop."""
    own = re.sub(r"\b[Aa]n? (?=\x00)", lambda m: m[0], pattern)
    text = MARK.sub(lambda m: f"\x01{m[1]}\x01", own)
    text = pairs_d2t.bench_text(text)
    text = re.sub("\x01(\\d+)\x01", lambda m: f" {slots[int(m[1])].value} ", text)
    return re.sub(r"\s+", " ", text).strip().removesuffix(" .")


def rnnlg_errors(pattern: str, slots: Sequence[Slot]) -> dict[str, int]:
    """Count missing, repeated and invented slots of one text."""
    counts = Counter(int(m) for m in MARK.findall(pattern))
    own = MARK.sub(" ", pattern).lower()
    missing = sum(s.copied and not counts[i] for i, s in enumerate(slots))
    for slot in slots:
        word = {"business computing": "business", "usb port": "usb"}.get(slot.name)
        missing += bool(word and not slot.copied and word not in own)
    repeated = sum(max(0, n - 1) for n in counts.values())
    invented = len(_LITERAL.findall(own))
    for word in ("business computing", "usb"):
        if word in own and not any(
            s.name.startswith(word[:8]) or s.name == "usb port" for s in slots
        ):
            invented += 1
    return {"missing": missing, "repeated": repeated, "invented": invented}


def _best_rnnlg(case: Case, candidates: list[tuple[str, float, bool]]) -> str:
    def rank(candidate: tuple[str, float, bool]) -> tuple[int, float]:
        pattern, score, finished = candidate
        return (sum(rnnlg_errors(pattern, case.slots).values()) + (not finished), -score)

    return min(candidates, key=rank)[0]


def bleu4(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Corpus BLEU-4 (0-1) over ready tokens, several references each, closest length."""
    import math

    clipped, totals = [0] * 4, [0] * 4
    length = closest = 0
    for hypothesis, refs in zip(hypotheses, references, strict=True):
        words = hypothesis.split()
        ref_words = [r.split() for r in refs]
        length += len(words)
        closest += min((abs(len(r) - len(words)), len(r)) for r in ref_words)[1]
        for n in range(1, 5):
            grams = Counter(zip(*(words[i:] for i in range(n)), strict=False))
            most: Counter[Any] = Counter()
            for r in ref_words:
                most |= Counter(zip(*(r[i:] for i in range(n)), strict=False))
            clipped[n - 1] += sum(min(c, most[g]) for g, c in grams.items())
            totals[n - 1] += sum(grams.values())
    if not all(clipped):
        return 0.0
    brevity = 1.0 if length > closest else math.exp(1 - closest / max(1, length))
    return brevity * math.exp(
        sum(math.log(c / t) for c, t in zip(clipped, totals, strict=True)) / 4
    )


# --- ViGGO -----------------------------------------------------------------------------------


def viggo(loaded: LoadedModel, data: Path, decoding: Decoding) -> dict[str, Any]:
    """Return ViGGO's slot error on the test set beside the aligner's error on people's texts."""
    records = [
        r for r in read_records(data / "d2t_viggo" / "data.jsonl.gz") if r["split"] == "test"
    ]
    cases = [
        Case("data", r["act"].replace("_", " "), tuple(pairs_d2t.viggo_slots(r))) for r in records
    ]
    written = write_cases(loaded, cases, decoding)
    distinct: dict[str, tuple[Case, str]] = {}
    human = human_items = 0
    for case, record in zip(cases, records, strict=True):
        human += len(viggo_aligner.missing_attributes(case.slots, record["text"]))
        human_items += viggo_aligner.count_items(case.slots)
        identity = case.prompt + "|".join(s.value for s in case.slots)
        if identity not in distinct:
            distinct[identity] = (case, _best_viggo(case, written[case.prompt]))
    errors = sum(len(_viggo_errors(c, t)) for c, t in distinct.values())
    items = sum(viggo_aligner.count_items(c.slots) for c, _ in distinct.values())
    return {
        "acts": len(distinct),
        "items": items,
        "slot_error": round(errors / items, 5),
        "aligner_error_on_people": round(human / human_items, 5),
    }


def _viggo_errors(case: Case, pattern: str) -> list[str]:
    wrong = viggo_aligner.missing_attributes(case.slots, realise(pattern, case.slots))
    counts = Counter(MARK.findall(pattern))
    wrong += ["repeated"] * sum(max(0, n - 1) for n in counts.values())
    wrong += ["invented"] * len(
        viggo_aligner.invented_attributes(case.slots, MARK.sub(" ", pattern))
    )
    return wrong


def _best_viggo(case: Case, candidates: list[tuple[str, float, bool]]) -> str:
    return min(candidates, key=lambda c: (len(_viggo_errors(case, c[0])) + (not c[2]), -c[1]))[0]


# --- legal and news --------------------------------------------------------------------------


def held_out(pairs: Iterator[Pair], count: int, seed: int = 3) -> list[Case]:
    """Draw briefs that the extractor made from unseen texts, at least two values each."""
    pool = {
        p.prompt + "".join(s.value for s in p.slots): p
        for p in pairs
        if p.split == "test" and sum(s.copied for s in p.slots) >= 2
        and not re.search(r">[\w<](?!r0)", p.target)
    }  # fmt: skip
    picked = random.Random(seed).sample(sorted(pool), min(count, len(pool)))
    return [Case(pool[k].kind, pool[k].act, pool[k].slots) for k in picked]


def faithful_share(
    loaded: LoadedModel, cases: Sequence[Case], terms: Sequence[str], decoding: Decoding
) -> dict[str, Any]:
    """Write each brief as shipped and count what is not faithful, by reason."""
    written = write_cases(loaded, cases, decoding)
    reasons: Counter[str] = Counter()
    failed = 0
    for case in cases:
        again = [i for i, s in enumerate(case.slots) if s.name.startswith("party")]
        notes = min(
            (
                pattern_notes(p, case.slots, repeatable=again, terms=terms)
                + (() if finished else ("unfinished",))
                for p, _, finished in written[case.prompt]
            ),
            key=len,
        )
        failed += bool(notes)
        reasons.update(note.partition(":")[0] + ":" + note.partition(":")[2][:8] for note in notes)
    share = 1 - failed / max(1, len(cases))
    return {"briefs": len(cases), "faithful": round(share, 4), "reasons": dict(reasons)}


def main() -> None:
    """Measure a model folder and print compact JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--terms", type=Path, required=True, help="kinds/legal/terms.txt")
    parser.add_argument("--parts", default="laptop,tv,viggo,legal,news")
    parser.add_argument("--candidates", type=int, default=5)
    options = parser.parse_args()
    loaded = LoadedModel(options.model)
    decoding = replace(BENCH, candidates=options.candidates)
    terms = options.terms.read_text("utf-8").split() if options.terms.is_file() else []
    for part in options.parts.split(","):
        if part in ("laptop", "tv"):
            figures = rnnlg(loaded, options.data, part, decoding)
        elif part == "viggo":
            figures = viggo(loaded, options.data, decoding)
        elif part == "legal":
            cases = held_out(pairs_legal.cuad(options.data), 500)
            figures = faithful_share(loaded, cases, terms, decoding)
        else:
            figures = faithful_share(
                loaded, held_out(pairs_news.news(options.data), 300), (), decoding
            )
        print(json.dumps({part: figures}), flush=True)


if __name__ == "__main__":
    main()
