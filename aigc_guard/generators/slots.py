"""The slot alphabet of the embedded writers: placeholders, value types and control tokens."""

from __future__ import annotations

MAX_SLOTS = 16
"""Most values one pass may carry; longer briefs are written in several passes."""

KIND_TOKENS = ("<marketing>", "<news>", "<legal>", "<data>")
TYPE_NAMES = (
    "name",
    "phrase",
    "plural",
    "verb",
    "clause",
    "adjective",
    "number",
    "money",
    "percent",
    "date",
    "time",
    "duration",
    "quote",
    "list",
    "law",
    "email",
    "phone",
    "url",
    "bare",
)
PAD, BOS, EOS, SEP = "<pad>", "<bos>", "<eos>", "<sep>"
SPARE_TOKENS = tuple(f"<r{i}>" for i in range(16))


def placeholder(index: int) -> str:
    """Return the token that stands for value number `index`, counted from 1."""
    return f"<v{index}>"


def type_token(name: str) -> str:
    """Return the token that tells the model what sort of words a value is made of."""
    return f"<t:{name}>"


PLACEHOLDERS = tuple(placeholder(i) for i in range(1, 25))
SPECIAL_TOKENS = (
    PAD,
    BOS,
    EOS,
    SEP,
    *KIND_TOKENS,
    *PLACEHOLDERS,
    *(type_token(name) for name in TYPE_NAMES),
    *SPARE_TOKENS,
)
