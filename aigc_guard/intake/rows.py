"""One raw row to a brief, or to the list of what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from aigc_guard.i18n import both
from aigc_guard.intake import cells
from aigc_guard.intake.cells import CellError
from aigc_guard.intake.columns import COLUMNS, LISTS
from aigc_guard.intake.encoding import lost_characters
from aigc_guard.intake.reading import Problem, RawRow
from aigc_guard.kinds import Kind
from aigc_guard.records import Brief

WritersFor = Callable[[str, str], bool]
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LETTER = re.compile(r"[^\W\d_]")
_WORDS_OF_LANGUAGES = {"english": "en", "chinese": "zh", "英文": "en", "中文": "zh"}


@dataclass(slots=True)
class Entry:
    """A row on its way: ``table`` is what the suite sees of it, None where it must not look."""

    raw: RawRow
    kind: str = ""
    table: dict[str, str | None] | None = None
    brief: Brief | None = None
    problems: list[Problem] = field(default_factory=list)

    def add(self, column: str, problem: Mapping[str, str], mend: Mapping[str, str]) -> None:
        """Keeps one problem per column: the first found is the most exact one."""
        if all(known.column != column for known in self.problems):
            self.problems.append(Problem(column, problem, mend))


def read_row(
    raw: RawRow, kinds: Mapping[str, Kind], *, max_cell_chars: int, writers_for: WritersFor
) -> Entry:
    """The entry of ``raw``; its brief is set when nothing was found wrong with it."""
    entry = Entry(raw, problems=list(raw.problems))
    if entry.problems or not _sound(entry, max_cell_chars):
        return entry
    values = {name: _value(entry, name, raw.cells.get(name)) for name in COLUMNS}
    kind = _kind(entry, values, kinds)
    if kind is None:
        return entry
    entry.kind = kind.name
    if not values["channel"] and not entry.problems:
        values["channel"] = "web" if "web" in kind.formats else next(iter(kind.formats))
    values["language"] = _language(str(values["language"]))
    malformed = {problem.column for problem in entry.problems}
    entry.table = {
        name: _shown(name, values[name]) or (name in malformed and _raw(raw, name)) or None
        for name in COLUMNS
    }
    if not entry.problems:
        entry.brief = Brief(**values)
        _judge(entry, entry.brief, kind, writers_for)
    return entry


def _sound(entry: Entry, max_cell_chars: int) -> bool:
    """Whether every cell is text that may be looked at: short enough and free of damage."""
    for column, value in entry.raw.cells.items():
        text = cells.render_raw(value)
        name = column if column in COLUMNS else ""
        if len(text) > max_cell_chars:
            entry.add(
                name,
                both(
                    "This cell has {count} characters; {limit} are allowed.",
                    count=len(text),
                    limit=max_cell_chars,
                ),
                both("Shorten it, or raise limits.max_cell_chars in aigc_guard.toml."),
            )
        elif lost_characters(text):
            entry.add(
                name,
                both("This cell holds bytes that are not in the file's encoding."),
                both(
                    "Check the characters with accents or in Chinese, and save the file as UTF-8."
                ),
            )
        elif _CONTROL.search(text):
            entry.add(
                name,
                both("This cell holds a control character such as NUL."),
                both("Type the cell anew, or remove the invisible character."),
            )
    return not entry.problems


def _value(entry: Entry, column: str, value: Any) -> Any:
    """The value of a column; a malformed one leaves a problem and an empty value."""
    try:
        if column in LISTS:
            values = cells.items(value)
            return tuple(v.upper() for v in values) if column == "jurisdictions" else values
        if column in _STRUCTURED:
            return _STRUCTURED[column](value)
        return cells.scalar(value)
    except CellError as error:
        entry.add(column, error.problem, error.mend)
        return () if column != "origin" else {}


_STRUCTURED: Mapping[str, Callable[[Any], Any]] = {
    "facts": cells.facts,
    "sources": cells.sources,
    "origin": cells.origin,
}


def _kind(entry: Entry, values: dict[str, Any], kinds: Mapping[str, Kind]) -> Kind | None:
    for name in ("kind", "channel"):  # scalars whose problem is already noted have an empty tuple
        values[name] = str(values[name] or "").lower()
    if found := kinds.get(values["kind"]):
        return found
    known = ", ".join(sorted(kinds))
    near = get_close_matches(values["kind"], list(kinds), n=1)
    problem = both("The kind is none of: {known}.", known=known)
    if not values["kind"]:
        problem = both("The kind is empty.")
    mend = both("Write one of: {known}.", known=known)
    entry.add("kind", problem, both("Did you mean {name}?", name=near[0]) if near else mend)
    return None


def _language(value: str) -> str:
    """The primary part of a language tag; English when nothing is said."""
    short = value.strip().lower().replace("_", "-").split("-")[0] if value else "en"
    return _WORDS_OF_LANGUAGES.get(short, short)


def _shown(column: str, value: Any) -> str | None:
    """A column as the suite sees it: its value in written form, None where empty."""
    if not value:
        return None
    if column == "facts":
        return cells.render_pairs((fact.name, fact.value) for fact in value)
    if column == "origin":
        return cells.render_pairs(value.items())
    if column == "sources":
        return cells.render_sources(value)
    return cells.render_items(value) if column in LISTS else str(value)


def _raw(row: RawRow, column: str) -> str:
    """A malformed cell as it came: the suite must not take it for an empty one."""
    return cells.render_raw(row.cells.get(column)).strip()


def _judge(entry: Entry, brief: Brief, kind: Kind, writers_for: WritersFor) -> None:
    """What only the whole brief shows."""
    if brief.language not in kind.intake.languages:
        return  # the suite says which languages there are
    if brief.text:
        _judge_script(entry, brief)
    elif not writers_for(brief.kind, brief.language):
        entry.add(
            "text",
            both(
                "There is no finished text, and no writer for this kind in {written_in}.",
                written_in=brief.language,
            ),
            both(
                "Give the finished text in the column text and its origin, or name a writer under "
                "[writers.{kind}] in aigc_guard.toml.",
                kind=brief.kind,
            ),
        )


def _judge_script(entry: Entry, brief: Brief) -> None:
    """A Chinese text under ``en`` would be read by the wrong guard."""
    han, letters = len(_HAN.findall(brief.text)), len(_LETTER.findall(brief.text))
    if brief.language == "en" and han * 2 > letters:
        entry.add(
            "language",
            both("The language is en, but the text is mostly Chinese."),
            both("Write zh as the language of this row."),
        )
    elif brief.language == "zh" and letters and not han:
        entry.add(
            "language",
            both("The language is zh, but the text has no Chinese character."),
            both("Write en as the language of this row."),
        )
