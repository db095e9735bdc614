"""One linear form of a brief for the embedded writers, the same in training and in use.

A value that must come out exactly is *copied*: the model sees and writes only a placeholder and
the value's type. A yes/no value is *read*: the model sees its words and puts them into its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aigc_guard.generators.features import feature_type
from aigc_guard.generators.slots import BOS, SEP, TYPE_NAMES, placeholder, type_token

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven"
    r"|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)\b"
)
_UNIT_OF_TIME = r"(?:second|minute|hour|day|week|month|year|business day|calendar day)s?"
_WORDED = rf"{_NUMBER_WORD}(?:-{_NUMBER_WORD}|(?: and | )(?-i:{_NUMBER_WORD}))*"
_COUNT = rf"(?:\d[\d,.]*|{_WORDED}(?: ?\(\d+\))?)"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("email", r"^\S+@\S+\.\w+$"),
        ("url", r"^(?:https?://|www\.)\S+$|^[\w-]+(?:\.[\w-]+)*\.(?:org|com|net|gov|example)\S*$"),
        ("phone", r"^(?:tel\.? )?\+?[\d(][\d ().-]{6,}\d(?: ?(?:x|ext\.?) ?\d+)?$"),
        ("percent", rf"^(?:about |up to )?{_COUNT} ?(?:%|per ?cent)(?: \(\d+ ?%\))?(?: off)?$"),
        (
            "money",
            r"^(?:\w+ ){0,2}(?:us|usd|eur|gbp|cny)? ?[$£€¥]\s?\d[\d,.]*(?: ?(?:k|m|bn|million"
            r"|billion|thousand))?(?: .{0,24})?$|^\d[\d,.]* ?(?:dollars?|euros?|pounds?|usd|eur)$",
        ),
        (
            "time",
            rf"^(?:on|in|at|from|by|since|until|near|across|outside|during|between|this|next|last"
            rf"|today|yesterday|tomorrow|early|earlier|late)\b.*$|^{_DAY}(?: (?:morning|afternoon"
            rf"|evening|night))?$",
        ),
        (
            "date",
            rf"^(?:{_DAY},? )?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}\b.{{0,12}}$"
            rf"|^(?:{_DAY},? )?{_MONTH}\.? \d{{1,4}}(?:st|nd|rd|th)?(?:,? \d{{4}})?$"
            r"|^\d{4}-\d\d-\d\d$|^(?:19|20)\d\d$|^\d{1,2}/\d{1,2}/\d{2,4}$",
        ),
        ("duration", rf"^(?:\w+ ){{0,2}}{_COUNT}[ -](?:\w+ )?{_UNIT_OF_TIME}$"),
        ("number", rf"^{_COUNT}(?:[ -]?[\w%/²³°\"']+)?$"),
    )
)
_DETERMINER = re.compile(r"^(?:an?|the|its|our|their|his|her|your|this|these|more than)\s", re.I)
_VERB_START = re.compile(
    r"^(?:will|would|has|have|had|is|are|was|were|plans?|can|could|may|must|should|won|began|begins"
    r"|opens?|launch(?:es)?|offers?|holds?|held|took|takes?|made|makes?|gave|gives?|set|sets|cut"
    r"|cuts|put|puts|said|says|told|sold|sells?|bought|buys?|built|builds?|found|finds?|led|leads?"
    r"|met|meets?|rose|rises?|fell|falls?|grew|grows?|sent|sends?|kept|keeps?|lost|loses?|paid|pays"
    r"|ran|runs?|saw|sees?|shut|shuts|spent|spends?|stood|won|wins?|wrote|writes?|joins?|wants?"
    r"|voted?|votes|agrees?|expects?|hopes?|comes?|came|goes|went|became|becomes|received?|receives"
    r"|\w{3,}ed(?= (?:(?:an?|the|to|by|in|for|on|at|its|their|that|more|from)\b|\d|[A-Z])))\b"
)
_IRREGULAR = """
became began bent bet bought bound broke brought broadcast built burnt came caught chose cost crept
cut dealt did drank drew drove dug ate fed fell felt fled flew forgot fought found froze gave got
grew ground had heard held hid hit hung hurt kept knew laid lay led left lent let lit lost made
meant met outbid overcame overtook paid put quit ran rang reached read rebuilt resold rode rose
sang sank sat saw sent set shook shot shut slid sold sought spent split spoke spread sprang stole
stood stuck struck swam swept swore swung taught thought threw told took tore underwent undertook
upheld wept withdrew withheld woke won wore wrote
"""
_DOES = re.compile(
    rf"^\w{{3,}}s(?= (?:an?|the|its|their|his|her|more|new|\d[\d,.]*|{_NUMBER_WORD})\b)"
)
_DID = re.compile(
    rf"^(?:{'|'.join(_IRREGULAR.split())}|\w+[^\We]ed|(?:dis)?agreed|freed|guaranteed)\b"
)
"""How what somebody did begins: read of the fact `what` alone, where "moved into a larger hall" and
"ordered two boats" are no things."""
GIVES_A_REASON = re.compile(
    r"(?:to|because|so|as|for|since|after|before|by|due|owing|in order|amid|despite|following"
    r"|thanks|when|while|if)\b",
    re.IGNORECASE,
)
"""How a reason begins that stands right behind what somebody did."""
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|must|should|said|says|does|did"
    r"|\w{3,}ed|costs?|opens?|takes?|runs?|comes?|makes?|needs?|serves?)\b"
)
_HAPPENS = re.compile(
    r"^(?:(?:the|an?|its|their|both) |[A-Z])\S+(?: \S+){0,4}"
    r" (?:votes|meets|decides|begins|starts|ends|opens|closes|follows|hears|expects|plans|returns"
    r"|moves|publishes|presents|appeals|continues|resumes|goes|comes|leaves|arrives|remains|stays"
    r"|takes|holds|sits|rules|(?<=s )(?:vote|meet|decide|begin|start|return|move|hold|go|come))"
    r" (?:in|on|at|by|from|until|again|to|over|about|next|this|for|its|the|an?|after|before)\b"
)
"""How a sentence about what comes next goes: "the board votes in May"."""
_YES_NO = {
    "yes": "yes", "true": "yes", "no": "no", "false": "no", "none": "none", "": "any",
    "dontcare": "any", "dont_care": "any", "?": "which",
}  # fmt: skip


NAMING = frozenset({"product", "name", "brand", "developer", "processor", "platform", "speaker"})
"""Attributes whose values are names even when they are written in lower case."""
_CALLED = frozenset({"product", "brand", "speaker"})
"""Attributes of which a value that begins with a capital is a name, however it goes on."""
_PARTIES = frozenset({"party a", "party b"})
_FOR_WHAT = frozenset({"use", "audience"})
"""Attributes that stand behind "for": "on-the-go dining" is no time there."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One value for the writer; ``type`` is empty when the value is read instead of copied."""

    name: str
    value: str
    type: str = ""

    @property
    def copied(self) -> bool:
        """Whether the value must appear in the draft character for character."""
        return self.type != ""


def read_value(value: str) -> str | None:
    """Return the word for a yes/no-like value, or None when the value must be copied."""
    return _YES_NO.get(value.strip().lower())


def value_type(name: str, value: str) -> str:
    """Guess what sort of words `value` is made of; one of `TYPE_NAMES`.

    The type tells the writer which words fit around the placeholder, so it looks at the form of
    the value first and at its name only where the form leaves it open.
    """
    text = value.strip()
    if (name in _CALLED and text[:1].isupper()) or (name in _PARTIES and _is_proper(text)):
        return "name"
    by_form = feature_type(text) if name == "feature" else None
    if by_form:  # "charges in 2 hours" is no period
        return by_form
    if name in _FOR_WHAT:
        guess = _words_type(text)
        return guess if guess in ("list", "phrase", "plural", "adjective") else "bare"
    if name == "price" and text.startswith("from "):  # prices start from it
        return "time"
    for label, marker in (("quote", "quot"), ("law", "law"), ("clause", "background")):
        if marker in name.lower():
            return label
    for label, pattern in _PATTERNS:
        if pattern.match(text):
            return label
    if (name == "what" and _DID.match(text)) or (name in ("what", "feature") and _DOES.match(text)):
        return "verb"
    guess = _words_type(text)
    if name == "next" and guess in ("phrase", "bare", "plural") and _HAPPENS.match(text):
        return "clause"
    if name in NAMING and guess in ("bare", "adjective", "verb", "plural", "clause"):
        return "name"
    if name == "category" and guess in ("adjective", "verb"):
        return "bare"
    return guess


def _is_proper(text: str) -> bool:
    """Whether every word but the small ones ("of", "and") begins with a capital: "On Cloud Ltd"."""
    return text[:1].isupper() and all(w[:1].isupper() or len(w) < 4 for w in text.split())


def _words_type(text: str) -> str:
    words = text.split()
    small = [w for w in words if w[:1].islower() and len(w) > 3]
    if _VERB_START.match(text):
        return "verb"
    if len(words) >= 5 and _FINITE.search(" ".join(words[1:])):
        return "clause"
    if words and not small and words[0][:1].isupper():
        return "name"
    if ", " in text:
        return "list"
    if _DETERMINER.match(text):
        return "phrase"
    head = re.split(r" (?:of|for|with|in|from|that|to|on) ", text)[0].split()
    if head and re.search(r"[^s]s$", head[-1]) and len(head[-1]) > 3:
        return "plural"
    return "bare" if len(words) > 1 else "adjective"


def slot_of(name: str, value: str) -> Slot:
    """Make the slot of one fact: read when it is yes/no-like, else copied with its type."""
    word = read_value(value)
    if word is not None:
        return Slot(name, word)
    return Slot(name, value.strip(), value_type(name, value))


def prompt_of(kind: str, act: str, slots: Sequence[Slot]) -> str:
    """Return the linear form; copied slots are numbered from 1 in the order given."""
    parts = [f"{BOS}<{kind}>{_plain(act)}"]
    number = 0
    for slot in slots:
        if slot.copied:
            number += 1
            if slot.type not in TYPE_NAMES:
                raise ValueError(f"unknown slot type {slot.type!r}")
            parts.append(f"; {_plain(slot.name)}{placeholder(number)}{type_token(slot.type)}")
        else:
            parts.append(f"; {_plain(slot.name)}: {_plain(slot.value)}")
    return "".join(parts) + SEP


def _plain(words: str) -> str:
    """Take away what a control token could be made of; facts are data, never control."""
    return re.sub(r"[<>;]", " ", words).strip()
