"""What a source marks as a name becomes what the check would give: one span, one label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aigc_guard.checks.pii.extent import Marked, extents, is_written_as, joined, label_of
from aigc_guard.records import Span

_PERSON = "PER person politician writer musicalartist scientist researcher NAME DOCTOR CLIENT_NAME"
LABELS: Mapping[str, str] = {
    **dict.fromkeys(("PERSON " + _PERSON).split(), "PERSON"),
    **dict.fromkeys(["LOC", "LOCATION", "location", "country", "GPE", "CITY", "STATE"], "LOCATION"),
    **dict.fromkeys(
        (
            *("ORG", "ORGANIZATION", "organisation", "politicalparty", "university", "band"),
            *("corporation", "group", "COMPANY", "SCHOOL", "UNIVERSITY", "UNIVERSITY_NAME"),
            *("HOSPITAL", "BANK", "INSURER", "COURT"),
        ),
        "ORGANIZATION",
    ),
    **dict.fromkeys(["ADDRESS", "STREET_ADDRESS", "ZIP_CODE"], "ADDRESS"),
}


def marked(text: str, names: Iterable[Marked]) -> tuple[Marked, ...]:
    """``names`` by the check's own rules of where one begins and ends and what it is.

    One half of a set marks "580", "60 Balsham Road" and "Paris" apart, the other half the whole
    line; one marks postal codes everywhere, the other only behind a street. A code that stands by
    itself counts where the text calls it one. A set of tweets marks the "@" of a handle for itself.
    """
    out = []
    named = [one for one in names if any(map(str.isalnum, text[one[0] : one[1]]))]
    for start, end, label in joined(text, named):
        for part in extents(label, text, Span(start, end)):
            value = text[part.start : part.end]
            bare = label == "ADDRESS" and not any(char.isalpha() for char in value)
            if not bare or is_written_as(label, text, part):
                out.append((part.start, part.end, label_of(label, value)))
    return tuple(joined(text, out))


def marked_in(row: Mapping[str, Any]) -> tuple[Marked, ...]:
    """The names of a record ``{text, spans}``."""
    names = [
        (s["start"], s["end"], LABELS[s["label"]]) for s in row["spans"] if s["label"] in LABELS
    ]
    return marked(row["text"], names)


def skeleton(text: str, names: Sequence[tuple[int, int]]) -> str:
    """What is left of a filled template without its values: equal for copies of one template."""
    out, at = [], 0
    for start, end in sorted(names):
        out.append(text[at:start])
        at = max(at, end)
    out.append(text[at:])
    return re.sub(r"[\W\d_]+", "", "".join(out).lower())
