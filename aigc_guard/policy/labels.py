"""Visible notices: which stand around a release, and whether they suit a place.

China (GB 45438) wants an AI element and a generation element in the words; for the EU (AI Act
Art. 50) readers must be told that AI wrote the text. Nothing here is legal advice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aigc_guard.checks.disclosure.elements import lacking
from aigc_guard.policy.model import LabelForm

ELEMENT_NAMES = {"CN": "AI/人工智能 and generated/生成/合成", "EU": "AI/人工智能"}


@dataclass(frozen=True, slots=True)
class Notices:
    """The lines to put before and after a text, in order."""

    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Labels:
    """All notices of a policy."""

    entries: tuple[LabelForm, ...] = ()

    def notices(self, *, jurisdictions: Sequence[str], channel: str, language: str) -> Notices:
        """The notices for one release.

        Notices for the brief's places stand where there are any; general ones stand for every
        place (or for no stated place) that has none of its own. Equal lines stand once.
        """
        found = self._entries_for(jurisdictions, channel)
        return Notices(
            head=_lines(found, "head", language),
            tail=_lines(found, "tail", language),
        )

    def without(self, ids: Sequence[str]) -> Labels:
        """The labels but those: an editor's approval lifted them."""
        return Labels(tuple(entry for entry in self.entries if entry.id not in ids))

    def covers(self, jurisdiction: str, *, channel: str, language: str) -> bool:
        """Whether a release there carries a notice that holds what the place asks for."""
        places = (jurisdiction,) if jurisdiction else ()
        return any(
            not lacking(_words(entry, language), jurisdiction)
            for entry in self._entries_for(places, channel)
        )

    def _entries_for(self, jurisdictions: Sequence[str], channel: str) -> list[LabelForm]:
        here = [entry for entry in self.entries if not entry.channels or channel in entry.channels]
        general = [entry for entry in here if not entry.jurisdictions]
        wanted = {place.upper() for place in jurisdictions}
        own = {place for entry in here for place in entry.jurisdictions} & wanted
        chosen = [entry for entry in here if own.intersection(entry.jurisdictions)]
        return [*chosen, *general] if not wanted or wanted - own else chosen


def _lines(entries: Iterable[LabelForm], position: str, language: str) -> tuple[str, ...]:
    lines = [_words(entry, language) for entry in entries if position in entry.positions]
    return tuple(dict.fromkeys(lines))


def _words(entry: LabelForm, language: str) -> str:
    return entry.text.zh if language.lower().startswith("zh") else entry.text.en
