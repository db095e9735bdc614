"""Names that never run out: fresh values in templates, and in sentences people wrote."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from aigc_guard.training.guards.name_sources import held_out_skeletons
from aigc_guard.training.guards.name_spans import marked
from aigc_guard.training.guards.nationalities import NATIONALITIES
from aigc_guard.training.guards.records import TaggedText

FRAMES = Path(__file__).with_name("name_frames.txt")
"""Sentences written for this project: a set of a hundred templates teaches those hundred."""
LOCALES = (
    "en_US", "en_GB", "en_IN", "en_AU", "en_CA", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL",
    "pt_BR", "sv_SE", "da_DK", "fi_FI", "pl_PL", "cs_CZ", "hu_HU", "el_GR", "hr_HR", "et_EE",
)  # fmt: skip
_TITLES = ("Mr.", "Mrs.", "Ms.", "Miss", "Dr.", "Prof.", "Mr", "Mrs", "Dr")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_QUOTES = (
    "we did not see it coming", "this will take years", "nobody asked us", "it was worth the wait",
    "I would do it again", "the numbers speak for themselves", "that is all I can say",
)  # fmt: skip
_SYLLABLES_WORDS = (
    "ac al an ar av bel bio bra cal can car clo cor da del dex dyn eco en ev fin flo fu gen gra "
    "hel in ka kin lan lex li lo lum ma mer min mo na neo nex no om on op or pa pan per pix pro "
    "qua ra red ri sal sen sol spe stra sun syn tal tech ter tri ur va ven ver vi vo wa xen xo "
    "yel za zen"
)
_SYLLABLES = _SYLLABLES_WORDS.split()
_ENDINGS = (
    "ix", "ia", "io", "ly", "ify", "soft", "data", "list", "med", "tech", "point", "lab", "base",
    "hub", "wise", "works", "trix", "gen", "net", "link", "cast", "os", "us", "a", "o", "on", "is",
)  # fmt: skip
_FORMS = (
    "Inc.", "LLC", "Ltd", "Ltd.", "Group", "Corporation", "& Co.", "Systems", "Software", "Labs",
    "Analytics", "Solutions", "Partners", "Consulting", "Holdings", "Bank", "Media", "Energy",
    "Insurance", "Foods", "Records", "Pictures", "Airlines", "University", "Institute", "Hospital",
    "Foundation", "Museum", "GmbH", "AS", "S.A.", "plc",
)  # fmt: skip


class Refiller:
    """Fresh values (Faker's, other records', made ones) where the training may look.

    Half of the texts fill a template, of the public set as far as it is not held out or of this
    project; in the other half every name of a record becomes another one.
    """

    _FIELDS: ClassVar[dict[str, str]] = {
        "person": "PERSON", "name": "PERSON", "name_male": "PERSON", "name_female": "PERSON",
        "first_name": "PERSON", "last_name": "PERSON", "first_name_male": "PERSON",
        "first_name_female": "PERSON", "first_name_nonbinary": "PERSON", "last_name_male": "PERSON",
        "last_name_female": "PERSON", "city": "LOCATION", "country": "LOCATION",
        "organization": "ORGANIZATION", "company": "ORGANIZATION", "address": "ADDRESS",
        "street_address": "ADDRESS", "zipcode": "ADDRESS", "secondary_address": "ADDRESS",
        "street_name": "ADDRESS", "building_number": "ADDRESS", "postcode": "ADDRESS",
        "state_abbr": "LOCATION",
    }  # fmt: skip
    _EXCHANGED: ClassVar[tuple[str, ...]] = ("synth", "synth", "wikigold", "crossner", "docs")

    def __init__(self, data: Path, records: Sequence[TaggedText], seed: int) -> None:
        from faker import Faker

        own = [r for r in records if r.split == "train" and r.spans and len(r.text) < 500]
        self._train = {s: [r for r in own if r.source == s] for s in set(self._EXCHANGED)}
        self._pool: dict[str, list[str]] = {}
        for source in ("synth", "docs", "wikigold", "crossner", "btc"):
            values = {
                (label, record.text[start:end])
                for record in records
                if record.source == source and record.split == "train"
                for start, end, label in record.spans
            }
            for label, value in sorted(values):
                if value[0].isalnum():  # no handles, no hash tags
                    self._pool.setdefault(label, []).append(value)
        self._faker = {name: Faker(name) for name in LOCALES}
        for number, faker in enumerate(self._faker.values()):
            faker.seed_instance(seed + number)
        self._templates = public_templates(data)
        self._frames = FRAMES.read_text(encoding="utf-8").splitlines()

    def draw(self, rng: random.Random) -> TaggedText:
        """A filled template, or a sentence in which every name is another one."""
        if rng.random() < 0.6:
            return self._filled(rng)
        source = rng.choice(self._EXCHANGED)
        return self._exchanged(rng.choice(self._train[source] or self._train["synth"]), rng)

    def _exchanged(self, record: TaggedText, rng: random.Random) -> TaggedText:
        out, spans, at, length = [], [], 0, 0
        moved: list[tuple[int, int]] = []
        for start, end, label in sorted(record.spans):
            value = self._another(label, rng)
            moved += _between(record.unmarked, at, start, length - at)
            length += start - at
            out += [record.text[at:start], value]
            spans.append((length, length + len(value), label))
            length, at = length + len(value), end
        out.append(record.text[at:])
        text = "".join(out)
        moved += _between(record.unmarked, at, len(record.text), length - at)
        names = marked(text, spans)
        return TaggedText(text, names, "exchanged", "train", record.unsure, tuple(moved))

    def _another(self, label: str, rng: random.Random) -> str:
        if rng.random() < 0.5 and self._pool.get(label):
            return rng.choice(self._pool[label])
        faker: Any = self._faker[rng.choice(LOCALES)]
        makers: dict[str, Sequence[Callable[[], str]]] = {
            "PERSON": (faker.name, faker.first_name, faker.last_name),
            "LOCATION": (faker.city, faker.country),
            "ORGANIZATION": (faker.company, lambda: made_organization(rng)),
            "ADDRESS": (faker.address, faker.street_address),
        }
        return str(rng.choice(makers[label])()).replace("\n", rng.choice([", ", "\n", " "]))

    def _filled(self, rng: random.Random) -> TaggedText:
        lines = self._templates if rng.random() < 0.45 else self._frames
        template = rng.choice(lines).replace("\\n", "\n")
        faker = self._faker[rng.choice(LOCALES)]
        out, spans, length = [], [], 0
        for part in re.split(r"({{\w+}})", template):
            field = part[2:-2] if part.startswith("{{") else ""
            value = self._value(faker, field, rng) if field else part
            if label := self._FIELDS.get(field):
                spans.append((length, length + len(value), label))
            out.append(value)
            length += len(value)
        text = "".join(out)
        if rng.random() < 0.08:  # careless writing: an address then needs no capitals
            text = text.lower() if len(text.lower()) == len(text) else text
        return TaggedText(text, marked(text, spans), "refilled", "train")

    def _value(self, faker: object, field: str, rng: random.Random) -> str:
        label = self._FIELDS.get(field, "")
        if label == "ORGANIZATION" or (label == "LOCATION" and rng.random() < 0.3):
            return self._another(label, rng)
        own: dict[str, Sequence[str]] = {
            "title": _TITLES, "day": _DAYS, "quote": _QUOTES,
            "language": NATIONALITIES, "nationality": NATIONALITIES,
        }  # fmt: skip
        if field in own:
            return rng.choice(own[field])
        if field.startswith("nation"):
            return rng.choice(NATIONALITIES) + "s" * (field == "nation_plural")
        names = {
            "person": "name", "ip_address": "ipv4", "phone": "phone_number",
            "credit_card": "credit_card_number",
        }  # fmt: skip
        make = getattr(faker, names.get(field, field), None)
        if make is None:
            return str(rng.randint(1, 99))
        return str(make()).replace("\n", rng.choice([", ", "\n"]))


def _between(
    places: Sequence[tuple[int, int]], start: int, end: int, by: int
) -> list[tuple[int, int]]:
    """Those of ``places`` from ``start`` to ``end``, moved ``by`` characters."""
    return [(a + by, b + by) for a, b in places if start <= a and b <= end]


def made_organization(rng: random.Random) -> str:
    """A name that no list has: "Lumatrix Energy", "Calven & Co.", "NVRA"."""
    kind = rng.random()
    if kind < 0.15:
        return "".join(rng.choice("ABCDEFGHIKLMNOPRSTUVW") for _ in range(rng.choice((3, 3, 4))))
    word = "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((1, 2, 2, 3))))
    word = (word + rng.choice(_ENDINGS)).capitalize()
    return word if kind < 0.55 else f"{word} {rng.choice(_FORMS)}"


def public_templates(data: Path) -> list[str]:
    """The public set's templates, without those that a test or development record fills."""
    held = held_out_skeletons(data, ("test", "dev"))
    path = data / "pii_presidio_synth/templates.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    bare = [re.sub(r"[\W\d_]+", "", re.sub(r"{{\w+}}", "", line).lower()) for line in lines]
    return [line for line, rest in zip(lines, bare, strict=True) if line and rest not in held]
