"""What the words of a visible notice must hold, per place; policies' notices are held to the same.

China: GB 45438-2025, clause 5.1, asks for an AI element and an element of generating or
synthesising, with no fixed wording. EU: AI Act, Art. 50(4), asks that readers are told of the AI.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

AI = "ai"
MADE = "made"

_PATTERNS = {
    AI: re.compile(r"人工智能|(?<![A-Za-z])AI(?![A-Za-z])|artificial intelligence", re.IGNORECASE),
    MADE: re.compile(r"生成|合成|generat|synthesi", re.IGNORECASE),
}
_ASKED: Mapping[str, tuple[str, ...]] = {"CN": (AI, MADE), "EU": (AI,)}


def lacking(words: str, jurisdiction: str) -> tuple[str, ...]:
    """The elements a notice of these words lacks for a place; elsewhere nothing is prescribed."""
    asked = _ASKED.get(jurisdiction.upper().partition("-")[0], ())
    return tuple(name for name in asked if not _PATTERNS[name].search(words))
