"""Marketing pairs: features, materials, colours and uses are cut out of product texts as slots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from aigc_guard.generators.extract import Value, names, sentences, values
from aigc_guard.generators.linearise import value_type
from aigc_guard.training.writers.pairs import Pair, cut_values, renumbered
from aigc_guard.training.writers.sources import read_records, tidy
from aigc_guard.training.writers.splits import split_of

_END = r"(?=[,.;:!—]| and | that | which | while | whether | for | to | as | with | from |$)"
_COLOUR = (
    r"(?:(?:deep|pale|soft|bright|light|dark|vibrant|rich|matte|warm) )?(?:red|blue|green|yellow"
    r"|orange|purple|pink|black|white|grey|gray|brown|beige|turquoise|teal|navy|gold|silver|cream"
    r"|lavender|burgundy|ivory|tan)\b(?:(?: and |, )(?:red|blue|green|yellow|orange|purple|pink"
    r"|black|white|grey|gray|brown|beige|gold|silver)\b)*"
)
_MATERIAL = (
    r"(?:\w+[- ])?(?:leather|cotton|wool|steel|wood|oak|walnut|porcelain|ceramic|glass|linen|silk"
    r"|denim|canvas|velvet|suede|bamboo|aluminum|aluminium|brass|copper|marble|nylon|polyester"
    r"|rubber|plastic|fleece|cashmere|wicker|rattan|mahogany|pine)\b"
)
_CUTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("use", r"(?:perfect|ideal|great|suitable|essential|designed|excellent) for "
                rf"([^,.;]{{4,60}}?){_END}"),
        ("material", r"(?:made|crafted|constructed|built) (?:of|from|with|in) "
                     rf"([^,.;]{{4,50}}?){_END}"),
        ("feature", r"\b(?:featuring|features?|boasts|offers|offering|includes|including|has|have"
                    r"|with"
                    rf"|incorporates|combines) ((?:an?|its|the|our)? ?[^,.;\"]{{5,60}}?){_END}"),
        ("benefit", rf"\b(?:provides|providing|delivers|ensures|ensuring|adds|brings|keeps|creates"
                    rf"|creating|making|makes) ([^,.;\"]{{5,60}}?){_END}"),
        ("audience", r"\bfor ((?:\w+ )?(?:lovers|enthusiasts|families|beginners|professionals|kids"
                     r"|women"
                     r"|men|travelers|athletes|adventurers|students|cooks|gardeners))\b"),
        ("material", rf"\b({_MATERIAL})"),
        ("colour", rf"\b({_COLOUR})"),
    )
)  # fmt: skip


def product_values(text: str, product: str, category: str) -> list[Value]:
    """Find a product text's slots; the product's own name first."""
    found: list[Value] = []

    def add(start: int, end: int, name: str, kind: str) -> None:
        if end > start and not any(v.start < end and start < v.end for v in found):
            found.append(Value(start, end, name, kind))

    for match in re.finditer(re.escape(product), text, re.IGNORECASE):
        add(*match.span(), "product", "name")
    for value in values(text):
        add(value.start, value.end, value.name, value.type)
    for name, pattern in _CUTS:
        for match in pattern.finditer(text):
            words = match.group(1).strip()
            start = match.start(1) + len(match.group(1)) - len(match.group(1).lstrip())
            if len(words.split()) <= 9:
                add(start, start + len(words), name, value_type(name, words))
    if category:
        stem = category.rstrip("s")
        for match in re.finditer(rf"\b{re.escape(stem)}s?\b", text, re.IGNORECASE):
            add(*match.span(), "category", value_type("category", match.group()))
    return found


def products(data: Path) -> Iterator[Pair]:
    """Yield whole descriptions and single sentences; nothing with a name that is no slot."""
    for record in read_records(data / "gen_marketing_products" / "data.jsonl.gz"):
        brief = record["brief"]
        product = str(brief.get("product", ""))
        split = split_of(f"product:{product.lower()}")
        text = tidy(record["text"]).replace("\n", " ")
        category = str(brief.get("style") or brief.get("category") or "")
        if not product:
            continue
        for number, piece in enumerate([text, *sentences(text)]):
            marked, slots = cut_values(piece, product_values(piece, product, category))
            whole = number == 0
            first = whole or number == 1
            if not slots or (first and all(s.name != "product" for s in slots)):
                continue
            if list(names(marked)) or len(marked) > 420 or _bare(marked) > (26 if whole else 11):
                continue
            act = "describe" if whole else ("inform" if first else "more")
            yield renumbered("products", "marketing", act, slots, marked, split)


def _bare(marked: str) -> int:
    """Count the words that are the text's own, to leave out texts full of unasked claims."""
    return len(re.sub(r"\x00\d+\x00", " ", marked).split())
