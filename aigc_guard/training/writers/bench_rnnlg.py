"""RNNLG: slot error and BLEU-4 as its own evaluation counts them."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from aigc_guard.generators.decode import Decoding
from aigc_guard.generators.linearise import Slot
from aigc_guard.generators.post import MARK
from aigc_guard.generators.transformers_lm import LoadedModel
from aigc_guard.training.writers import pairs_d2t
from aigc_guard.training.writers.bench_writing import Case, agreed, write_cases
from aigc_guard.training.writers.sources import read_records

_LITERAL = re.compile(r"\b\d[\d.]*\b|\bdollars?\b|\bgb\b|\binch\b|\bwatts?\b")


def rnnlg(
    loaded: LoadedModel, data: Path, domain: str, decoding: Decoding, split: str = "test"
) -> dict[str, Any]:
    """Return slot error and BLEU-4 on a domain's split, grouped as RNNLG's evaluation does."""
    records = [
        r for r in read_records(data / "d2t_rnnlg" / "data.jsonl.gz")
        if r["domain"] == domain and r["split"] == split
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
    best: dict[str, str] = {}
    for case in cases:
        if case.prompt not in best:
            best[case.prompt] = agreed(written[case.prompt], _counting(case))
    patterns = [best[case.prompt] for case in cases]
    hypotheses = [bench(p, c.slots) for p, c in zip(patterns, cases, strict=True)]
    if domain == "tv":
        hypotheses = [pairs_d2t.attached(text) for text in hypotheses]
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


def _counting(case: Case) -> Callable[[str], int]:
    return lambda pattern: sum(rnnlg_errors(pattern, case.slots).values())


def bleu4(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Corpus BLEU-4 (0-1) over ready tokens, several references each, closest length."""
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
