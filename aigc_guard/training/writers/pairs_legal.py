"""Legal pairs: parties, dates, amounts, periods and law cut out of contract clauses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from aigc_guard.generators.extract import COMMON_OPENERS, NAME, Value, names, sentences, values
from aigc_guard.training.writers.pairs import Pair, cut_values, renumbered
from aigc_guard.training.writers.sources import read_records, tidy
from aigc_guard.training.writers.splits import split_of

ROLES_WORDS = """
Licensor Licensee Company Distributor Supplier Customer Client Contractor Consultant
Franchisee Franchisor Buyer Seller Purchaser Vendor Provider Manufacturer Owner Agent Reseller
Sponsor Publisher Developer Recipient Discloser Employee Employer Lessor Lessee Landlord
Tenant Lender Borrower Subscriber Affiliate Promoter Producer Marketer Transporter Shipper
Receiver Operator Investor Assignor Assignee Integrator Network Team Grantor Grantee Guarantor
Host Partner User Dealer Retailer Participant Endorser Talent Artist Importer Exporter
Contributor You
"""
PUBLISHERS = re.compile(r"\b(?:GitHub|Basecamp|Automattic|37signals|WordPress\.com|HEY)\b")
"""Who published the templates: the writer drafts in nobody's name."""
ROLES = frozenset(ROLES_WORDS.split())
_LAW = re.compile(
    r"(?:laws? of|law in|jurisdiction of|courts? (?:of|in|located in)|statutes of) "
    r"((?:the )?(?:State|Commonwealth|Province|Republic|Kingdom|Federal Republic)"
    rf" of {NAME}|(?:the )?{NAME}"
    r"(?:, (?:USA|U\.S\.A|United States(?: of America)?))?)"
)
_PARTY = re.compile(
    rf"\b(?:the )?({'|'.join(sorted(ROLES))})\b(?! (?:Agreement|Products?|Marks?|Data|Materials?))"
)
_FIRM = re.compile(
    r"\b([A-Z][A-Za-z&]+(?: [A-Z][A-Za-z&.]+){0,3},? "
    r"(?:Inc|LLC|Ltd|Corp|Corporation|Limited|GmbH|L\.P|Company)\b\.?)"
)
_REFERENCE = re.compile(
    r",? ?(?:\(?(?:pursuant to|under|as set forth in|set forth in|as provided in|described in"
    r"|in accordance with|subject to|as defined in|referred to in|specified in|of|in) "
    r"(?:this |the )?(?:Section|Article|Clause|Paragraph|Exhibit|Schedule|Annex|Appendix)s? "
    r"[\dA-Z][\d.]*(?:\([a-zA-Z0-9]+\))*(?:(?: and | or |, )[\d.]+(?:\([a-z0-9]+\))*)*"
    r"(?: (?:of this Agreement|hereof|above|below|herein|hereto))?\)?),?"
)
_NUMBERING = re.compile(
    r"^\s*(?:\(?[a-zA-Z0-9]{1,4}[.)]|\d+(?:\.\d+)+\.?|Section [\d.]+|ARTICLE \w+)\s+"
)
_UGLY = re.compile(
    r"\[|\*\*|<omitted>|_{2,}|…|\b(?:Section|Exhibit|Article|Schedule)\b|\(i+v?\)|\([a-e]\)|\|"
)
_CONTEXT = (
    ("notice period", r"notice|prior written"),
    ("payment period", r"pay|invoice|receipt"),
    ("warranty period", r"warrant"),
    ("renewal term", r"renew|successive|additional"),
    ("cure period", r"cure|breach|remed"),
    ("retention period", r"records|retain|audit|inspect"),
    ("term", r"term\b|effect|period"),
)


def terms_of_art(data: Path, contracts: int = 10) -> frozenset[str]:
    """Return the capitalised words that clauses of at least `contracts` contracts use.

    They are the vocabulary of contracts ("Agreement", "Effective Date"); any other capitalised
    word names somebody or something and is cut out as a slot.
    """
    seen: dict[str, set[str]] = {}
    for record in read_records(data / "gen_legal_cuad" / "clauses.jsonl.gz"):
        for word in set(re.findall(r"(?<![.:;] )\b[A-Z][a-z]{2,}\b", tidy(record["text"]))):
            seen.setdefault(word, set()).add(record["contract"])
    return frozenset(word for word, where in seen.items() if len(where) >= contracts) - ROLES


def clause_values(text: str, vocabulary: frozenset[str] = frozenset()) -> list[Value]:
    """Find a clause's parties, law, dates, amounts, periods and percentages.

    With a `vocabulary` every capitalised name outside it is taken for a party.
    """
    found: list[Value] = []

    def add(start: int, end: int, name: str, kind: str) -> None:
        if not any(v.start < end and start < v.end for v in found):
            found.append(Value(start, end, name, kind))

    for match in _LAW.finditer(text):
        name = "venue" if "court" in match.group().split(" ", 2)[0] else "governing law"
        add(*match.span(1), name, "law" if name == "governing law" else "name")
    firms = [m.span(1) for m in _FIRM.finditer(text)]
    roles = [m.span(1) for m in _PARTY.finditer(text)]
    if vocabulary:
        roles += [
            (n.start, n.end) for n in names(text) if not _is_term(text[n.start : n.end], vocabulary)
        ]
        roles += _opening_name(text, vocabulary)
        roles = _apart(roles, firms)
    order = Counter[str]()
    for start, end in sorted([*firms, *roles]):
        order[text[start:end]] += 1
    letters = {word: f"party {'abcdefgh'[i]}" for i, word in enumerate(list(order)[:8])}
    for start, end in [*firms, *roles]:
        if text[start:end] in letters:
            lead = 4 if text[:start].lower().endswith("the ") else 0
            add(start - lead, end, letters[text[start:end]], "name")
    for value in values(text):
        if value.type != "quote":
            add(value.start, value.end, _context(text, value), value.type)
    return found


def _is_term(words: str, vocabulary: frozenset[str]) -> bool:
    small = ("of", "the", "and", "for")
    return all(w in vocabulary or w in small or w.rstrip("s") in vocabulary for w in words.split())


def _opening_name(text: str, vocabulary: frozenset[str]) -> list[tuple[int, int]]:
    """A clause often opens with a party's short name, which `names` can't tell from a word."""
    match = re.match(
        r"([A-Z][A-Za-z]+) (?:shall|will|may|agrees|hereby|grants|has|is|must|acknowledges)\b", text
    )
    if match and match[1] not in vocabulary and match[1] not in COMMON_OPENERS:
        return [match.span(1)]
    return []


def _apart(spans: list[tuple[int, int]], taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spans), key=lambda s: (s[0], -s[1])):
        if not any(start < e and s < end for s, e in [*kept, *taken]):
            kept.append((start, end))
    return kept


def _context(text: str, value: Value) -> str:
    """Name a period or date by the words around it."""
    around = text[max(0, value.start - 60) : value.end + 60].lower()
    if value.type == "duration":
        return next((name for name, words in _CONTEXT if re.search(words, around)), "period")
    if value.type == "date":
        before = text[max(0, value.start - 60) : value.start].lower()
        if re.search(r"until|through|expire|terminat|end", before):
            return "end date"
        return (
            "effective date"
            if re.search(r"effective|commenc|begin|from|as of|dated", before)
            else "date"
        )
    return value.name


def clean_clause(text: str) -> str:
    """Take away numbering and cross references, which would be figures without a source."""
    text = _NUMBERING.sub("", tidy(text).replace("\n", " "))
    text = _REFERENCE.sub(" ", text)
    return re.sub(r"\s+([,.;])", r"\1", re.sub(r" {2,}", " ", text)).strip()


def cuad(data: Path) -> Iterator[Pair]:
    """Yield clauses and their sentences; the clause's label is the act."""
    vocabulary = terms_of_art(data)
    for record in read_records(data / "gen_legal_cuad" / "clauses.jsonl.gz"):
        split = split_of(f"contract:{record['contract']}")
        text = clean_clause(record["text"])
        if _shouting(text):
            continue
        act = record["brief"]["clause"].lower()
        pieces = sentences(text)
        options = [text] if len(pieces) == 1 else [text, *pieces[:3]]
        for piece in options:
            yield from clause_pair("cuad", act, piece, split, vocabulary)


def _shouting(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return sum(c.isupper() for c in letters) > 0.3 * max(1, len(letters))


def clause_pair(
    source: str, act: str, piece: str, split: str, vocabulary: frozenset[str]
) -> Iterator[Pair]:
    """Yield the pair of one clause if it is a sentence of usable length without loose ends."""
    if not 50 < len(piece) < 520 or _UGLY.search(piece) or not re.match(r"[A-Z]", piece):
        return
    if not piece.endswith((".", ";")):
        return
    piece = piece.rstrip(";.") + "."
    found = clause_values(piece, vocabulary)
    marked, slots = cut_values(piece, found)
    if not slots:
        return
    merged = [s for s in slots if s.name.startswith("party")]
    if len({s.name for s in merged}) == len(merged) <= 4 and len(slots) <= 8:
        yield renumbered(source, "legal", act, slots, marked, split)


_TOPICS = (
    ("governing law", r"governed by|laws of"),
    ("confidentiality", r"confidential"),
    ("payment", r"\b(?:pay|payment|invoice|fees?)\b"),
    ("termination", r"terminat"),
    ("cap on liability", r"liab"),
    ("warranty", r"warrant"),
    ("notices", r"\bnotices?\b"),
    ("data protection", r"personal (?:data|information)"),
    ("ip ownership assignment", r"intellectual property|copyright"),
    ("indemnity", r"indemnif"),
    ("general", r"."),
)


def templates(data: Path) -> Iterator[Pair]:
    """Yield sentences of the open templates, filed under the topic their words name."""
    vocabulary = terms_of_art(data, contracts=4)
    for record in read_records(data / "gen_legal_templates" / "documents.jsonl.gz"):
        split = split_of(f"document:{record['path']}")
        text = PUBLISHERS.sub("Company", record["text"])
        for paragraph in tidy(text).split("\n"):
            for piece in sentences(clean_clause(paragraph))[:5]:
                topic = next(name for name, words in _TOPICS if re.search(words, piece.lower()))
                if topic != "general":
                    yield from clause_pair("templates", topic, piece, split, vocabulary)


def accord(data: Path) -> Iterator[Pair]:
    """Yield the sentences of the Accord templates with their variables as slots."""
    for record in read_records(data / "gen_legal_templates" / "accord_templates.jsonl.gz"):
        split = split_of(f"template:{record['id']}")
        if re.search(r"[^\x00-\x7f“”’]", record["template"][:300]):
            continue
        text = re.sub(r"\{\{[#/^][^}]*\}\}", " ", record["template"])
        for paragraph in re.split(r"\n\s*\n", text):
            paragraph = re.sub(r"\s+", " ", tidy(paragraph))
            for piece in sentences(paragraph):
                yield from _accord_piece(record["id"], piece, split)


def _accord_piece(name: str, piece: str, split: str) -> Iterator[Pair]:
    from aigc_guard.generators.linearise import Slot

    slots: list[Slot] = []
    index: dict[str, int] = {}

    def mark(match: re.Match[str]) -> str:
        words = re.sub(r"([a-z])([A-Z])", r"\1 \2", match[1]).lower()
        if words not in index:
            index[words] = len(slots)
            kind = (
                "date"
                if "date" in words
                else "number"
                if re.search("number|amount|percent|days", words)
                else "name"
            )
            slots.append(Slot(words, words, kind))
        return f"\x00{index[words]}\x00"

    marked = re.sub(r"\"?\{\{(\w+)(?: as \"[^\"]*\")?\}\}\"?", mark, piece)
    if (
        slots
        and "{{" not in marked
        and 40 < len(marked) < 450
        and len(slots) <= 6
        and not re.search(r"[#\\*]", marked)
    ):
        yield renumbered("accord", "legal", name.replace("-", " "), slots, marked, split)
