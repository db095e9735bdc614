"""Recall and precision of identifiers: made values in carrier sentences, and the PII corpora."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from aigc_guard.checks.pii import checksums
from aigc_guard.checks.pii.check import settle, values_in
from aigc_guard.checks.pii.lean import LeanAnalyzer
from aigc_guard.text import reveal
from aigc_guard.training.guards.figures import overlap_counts
from aigc_guard.training.guards.records import read_lines

_CARRIERS = (
    "Please use {} for this order.", "My details: {}", "{}", "She wrote {} on the form, twice.",
    "Reference {}, as agreed on 12 May 2024.", "Send it to {} before Friday (room 204).",
)  # fmt: skip
_CARRIERS_ZH = ("我的号码是{}。", "请核对{}，谢谢", "资料：{}（2024年5月12日）", "{}")
_CODES = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _with_check(make: Callable[[str], bool], stem: str, alphabet: str) -> str:
    return next(stem + char for char in alphabet if make(stem + char))


def _resident(rng: random.Random) -> str:
    region = rng.choice(("110105", "310115", "440305", "510104", "330106"))
    born = f"{rng.randint(1950, 2010)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    return _with_check(
        checksums.resident_id, f"{region}{born}{rng.randint(0, 999):03}", "0123456789X"
    )


def _credit(rng: random.Random) -> str:
    stem = "9" + rng.choice("123") + rng.choice(("110105", "310115", "440305"))
    stem += "".join(rng.choice(_CODES) for _ in range(9))
    return _with_check(checksums.credit_code, stem, _CODES)


def _bank_card(rng: random.Random) -> str:
    stem = "62" + "".join(rng.choice(string.digits) for _ in range(rng.choice((13, 16))))
    return _with_check(checksums.luhn, stem, string.digits)


def made(seed: int, each: int) -> Iterator[tuple[str, str, str]]:
    """(text, value, label) with values from Faker and from the checksums' own rules."""
    from faker import Faker

    faker = Faker(["en_US", "en_GB", "de_DE"])
    chinese = Faker("zh_CN")
    Faker.seed(seed)
    rng = random.Random(seed)
    makers: dict[str, tuple[Callable[[], str], tuple[str, ...]]] = {
        "CREDIT_CARD": (lambda: faker.credit_card_number(
            rng.choice(("visa16", "mastercard", "amex", "discover"))), _CARRIERS),
        "IBAN_CODE": (lambda: faker.iban(), _CARRIERS),
        "US_SSN": (lambda: faker["en_US"].ssn(), _CARRIERS),
        "EMAIL_ADDRESS": (lambda: faker.email(), (*_CARRIERS, *_CARRIERS_ZH)),
        "IP_ADDRESS": (lambda: rng.choice((faker.ipv4, faker.ipv6))(), _CARRIERS),
        "PHONE_NUMBER": (lambda: faker["en_US"].phone_number(), _CARRIERS),
        "CN_RESIDENT_ID": (lambda: _resident(rng), (*_CARRIERS, *_CARRIERS_ZH)),
        "CN_CREDIT_CODE": (lambda: _credit(rng), (*_CARRIERS, *_CARRIERS_ZH)),
        "CN_BANK_CARD": (lambda: _bank_card(rng), (*_CARRIERS, *_CARRIERS_ZH)),
        "PHONE_NUMBER_CN": (lambda: chinese.phone_number(), _CARRIERS_ZH),
    }  # fmt: skip
    for label, (make, carriers) in makers.items():
        for _ in range(each):
            value = make()
            yield rng.choice(carriers).format(value), value, label.removesuffix("_CN")


def decoys(seed: int, count: int) -> Iterator[str]:
    """Numbers that are no identifiers: what precision is lost on."""
    rng = random.Random(seed)
    for _ in range(count):
        digits = "".join(rng.choice(string.digits) for _ in range(rng.choice((6, 8, 12, 16, 18))))
        day = f"2024-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}"
        price = f"{rng.randint(1, 9)},{rng.randint(100, 999)}.50"
        sentences = (
            f"Order {digits} shipped on {day}.",
            f"Version {rng.randint(1, 9)}.{rng.randint(0, 99)} costs {price} dollars.",
            f"Section {rng.randint(1, 99)}-{rng.randint(100, 999)} of the 2019-2024 plan.",
            f"第{rng.randint(1, 99)}条，2024年{rng.randint(1, 12)}月，编号{digits}。",
        )
        yield rng.choice(sentences)


_CORPUS = {
    "CREDIT_CARD": "CREDIT_CARD", "PHONE_NUMBER": "PHONE_NUMBER", "EMAIL_ADDRESS": "EMAIL_ADDRESS",
    "US_SSN": "US_SSN", "IBAN_CODE": "IBAN_CODE", "IP_ADDRESS": "IP_ADDRESS",
    "EMAIL": "EMAIL_ADDRESS", "PHONE": "PHONE_NUMBER",
}  # fmt: skip


def _is_value(text: str) -> bool:
    """Placeholders such as ``[PHONE_1]`` are marked in the corpora but hide nothing."""
    return not text.startswith("[") and (sum(c.isdigit() for c in text) >= 6 or "@" in text)


def _corpora(data: Path) -> Iterator[tuple[str, str, list[tuple[int, int, str]]]]:
    for name in ("pii_presidio_synth", "pii_contextual_docs"):
        for row in read_lines(data, f"{name}/data.jsonl.gz"):
            spans = [
                (s["start"], s["end"], _CORPUS[s["label"]])
                for s in row["spans"]
                if s["label"] in _CORPUS and _is_value(row["text"][s["start"] : s["end"]])
            ]
            yield name, row["text"], spans


def evaluate_identifiers(
    lean: LeanAnalyzer, data: Path, *, each: int = 200, limit: int = 1500
) -> dict[str, Any]:
    """Per source and label: recall (the value is touched) and precision (what was said is one)."""
    texts: list[tuple[str, str, list[tuple[int, int, str]]]] = []
    for text, value, label in made(5, each):
        at = text.index(value)
        texts.append(("made", text, [(at, at + len(value), label)]))
    texts += [("made", text, []) for text in decoys(6, 2 * each)]
    corpora = list(_corpora(data))
    random.Random(4).shuffle(corpora)
    texts += corpora[:limit]
    labels = sorted({s[2] for _, _, spans in texts for s in spans})
    counts: dict[tuple[str, str], list[int]] = {}
    for source, text, spans in texts:
        found = find(lean, text, labels)
        for label in labels:
            own = overlap_counts(
                [f for f in found if f[2] == label], [s for s in spans if s[2] == label]
            )
            old = counts.setdefault((source, label), [0, 0, 0, 0])
            counts[source, label] = [a + b for a, b in zip(old, own, strict=True)]
    out: dict[str, Any] = {}
    for (source, label), (right, said, reached, true) in sorted(counts.items()):
        if true:
            out.setdefault(source, {})[label] = {
                "recall": round(reached / true, 4),
                "precision": round(right / max(1, said), 4),
                "n": true,
            }
    return out


def find(
    lean: LeanAnalyzer, text: str, labels: list[str], floor: float = 0.4
) -> list[tuple[int, int, str]]:
    """What the check would report under ``labels``."""
    findings = [one for one in values_in(text, reveal(text), lean, labels) if one.score >= floor]
    return [(f.start, f.end, f.label) for f in settle(findings)]
