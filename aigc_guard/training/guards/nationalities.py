"""Words for where people are from: written with a capital, and names of nobody."""

from __future__ import annotations

_WORDS = (
    "Italian Greek American Brazilian Russian Korean Kenyan Thai Czech Polish Swedish Danish "
    "Dutch Finnish Norwegian Hungarian Croatian Slovenian Estonian German French Spanish "
    "Portuguese British English Irish Scottish Canadian Australian Indian Chinese Japanese "
    "Mexican Turkish Egyptian Moroccan Nigerian Israeli Iranian Ukrainian Romanian Bulgarian "
    "Belgian Swiss Cuban"
)
NATIONALITIES = _WORDS.split()
