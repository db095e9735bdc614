"""Marketing briefs from unseen product texts, with facts of the sort that such texts leave out.

The texts name products, parts, materials, colours and uses as their authors wrote them; prices,
measures, offers and contacts, which they hardly ever have, are drawn from the lists here. No
sentence of the training has any of these values.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from aigc_guard.training.writers.pairs_marketing import product_values
from aigc_guard.training.writers.sources import read_records, tidy
from aigc_guard.training.writers.splits import split_of

_MOST = {"feature": 3, "use": 1, "material": 1, "colour": 1, "audience": 1}
_DATES = ("3 May 2027", "14 June 2027", "1 March 2028", "30 September 2026")
_DRAWN: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...] = (
    (("price", ("$12.50", "£349", "€1,290", "from $20", "$7 a month")),),
    (("weight", ("480 g", "1.2 kg", "about 3 kg")),),
    (("size", ("30 by 40 cm", "180 cm", "12 x 8 x 3 in", "one size")),),
    (("capacity", ("1.5 litres", "350 ml", "two people")),),
    (("battery", ("18 hours", "up to 10 hours", "5000 mAh")),),
    (("warranty", ("3-year warranty", "2 years", "a lifetime warranty")),),
    (("offer", ("15% off", "free delivery", "a second one at half price")), ("offer date", _DATES)),
    (("available", (*_DATES, "from April")),),
    (("where", ("in all our shops", "Harlow Market", "the museum shop")),),
    (("feature", ("folds flat", "saves an hour a day", "dishwasher safe", "easy to clean")),),
    (("brand", ("Amberline", "Corvane & Sons", "Elstree Works")),),
    (("quote", ("I would buy it again", "It does what it says.")), ("speaker", ("Mira Holt",))),
    (("contact", ("Dana Whitlock",)), ("phone", ("+1 202 555 0143",))),
    (("email", ("shop@example.org",)), ("website", ("shop.example.org",))),
    (("machine washable", ("yes", "no")),),
)
"""Facts that go together, each with values of several forms."""


def marketing_facts(data: Path, split: str, draw: random.Random) -> Iterator[dict[str, str]]:
    """Yield the facts of one brief per product of the split, by name, in the order of the text."""
    for record in read_records(data / "gen_marketing_products" / "data.jsonl.gz"):
        brief = record["brief"]
        product = str(brief.get("product", ""))
        if not product or split_of(f"product:{product.lower()}") != split:
            continue
        category = str(brief.get("style") or brief.get("category") or "")
        text = tidy(record["text"]).replace("\n", " ")
        facts = {"kind": "marketing", "product": product}
        if category:
            facts["category"] = category
        found: dict[str, list[str]] = {}
        for value in product_values(text, product, category):
            name = "feature" if value.name == "benefit" else value.name
            words = text[value.start : value.end]
            if len(found.get(name, ())) < _MOST.get(name, 0) and words not in facts.values():
                found.setdefault(name, []).append(words)
        for name, values in found.items():
            _add(facts, name, values)
        for group in draw.sample(_DRAWN, 3):
            for name, choices in group:
                _add(facts, name, [draw.choice(choices)])
        yield facts


def _add(facts: dict[str, str], name: str, values: list[str]) -> None:
    """Add values under a name, numbered from the second on."""
    taken = sum(key == name or key.startswith(f"{name} ") for key in facts)
    for number, value in enumerate(values, taken + 1):
        facts[name if number == 1 else f"{name} {number}"] = value
