"""Content kinds are folders of data: ``kinds/<kind>/kind.toml`` and an intake suite, no Python."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from aigc_guard.config.locate import key_lines, line_of
from aigc_guard.errors import KindError, said
from aigc_guard.kind_tables import check_tables

FORMATS = ("html", "md", "txt", "docx", "pdf")
TABLES = ("title", "formats", "intake", "prompt", "decoding", "post", "facts")
INTAKE_KEYS = ("suite", "languages")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_ROW_WISE = ("expect_column_values_", "expect_column_value_lengths_", "expect_column_pair_values_")
"""Suites judge rows. Aggregates (means, most common values) would print values of briefs."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One great-expectations expectation over the brief table.

    ``problem`` and ``mend`` are what a person is told about a row that fails it, per language;
    ``column`` is where the person has to look.
    """

    type: str
    kwargs: Mapping[str, Any]
    column: str
    problem: Mapping[str, str] = field(default_factory=dict)
    mend: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IntakeRules:
    """What a kind accepts: its languages and the suite its table of briefs must pass."""

    languages: tuple[str, ...]
    suite: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A content kind. ``formats`` maps a channel to a file form (``FORMATS``).

    ``prompt``, ``decoding``, ``post`` and ``facts`` are the tables of kind.toml as they are
    written there: the generators read them, `kind_tables` has checked their form.
    """

    name: str
    title: Mapping[str, str]
    folder: Path
    intake: IntakeRules
    formats: Mapping[str, str]
    prompt: Mapping[str, Any] = field(default_factory=dict)
    decoding: Mapping[str, Any] = field(default_factory=dict)
    post: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


def load_kinds(folder: Path) -> dict[str, Kind]:
    """Every kind under ``folder`` by name, sorted; raises KindError with file and line."""
    if not folder.is_dir():
        raise KindError(
            said("there is no such folder"),
            path=folder,
            hint=said("point the setting `kinds` at a folder with one folder per content kind"),
        )
    found = {
        path.name: load_kind(path)
        for path in sorted(folder.iterdir())
        if path.is_dir() and not path.name.startswith((".", "_"))
    }
    if not found:
        raise KindError(
            said("the folder holds no content kind"),
            path=folder,
            hint=said("add a folder such as kinds/news with kind.toml and intake.json"),
        )
    return found


def load_kind(folder: Path) -> Kind:
    """The kind described in ``folder``; raises KindError with file and line."""
    path = folder / "kind.toml"
    text = _text(path, hint="each folder under kinds/ needs a kind.toml and an intake suite")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        raise KindError(
            said("not valid TOML: {error}", error=error),
            path=path,
            line=int(place.group(1)) if place else None,
            hint=said("mend the TOML at that place"),
        ) from None
    reader = _Reader(path, key_lines(text), data)
    reader.refuse_unknown(data, (*TABLES, "schema"), "")
    if not _NAME.fullmatch(folder.name):
        raise reader.error(
            "", said("{name} is no kind name", name=folder.name), said("use a-z, 0-9, - and _")
        )
    check_tables(path, text, data)
    intake = reader.table("intake")
    reader.refuse_unknown(intake, INTAKE_KEYS, "intake")
    return Kind(
        name=folder.name,
        title=_title(reader),
        folder=folder,
        intake=IntakeRules(
            languages=_languages(reader, intake),
            suite=load_suite(folder / str(intake.get("suite", "intake.json"))),
        ),
        formats=_formats(reader),
        **{name: data.get(name, {}) for name in ("prompt", "decoding", "post", "facts")},
    )


def load_suite(path: Path) -> tuple[Expectation, ...]:
    """A great-expectations suite in its own JSON form; raises KindError with file and line."""
    text = _text(path, hint="write the suite, or copy that of another kind and adapt it")
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise KindError(
            said("not valid JSON"), path=path, line=line, hint=said("mend the JSON at that place")
        ) from None
    entries = data.get("expectations") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        raise KindError(
            said("no list `expectations`"),
            path=path,
            line=1,
            hint=said('a suite is {"name": ..., "expectations": [{"type", "kwargs", "meta"}]}'),
        )
    lines = [n for n, line in enumerate(text.splitlines(), 1) if '"type": "expect_' in line]
    return tuple(
        _expectation(entry, path, lines[n] if n < len(lines) else None)
        for n, entry in enumerate(entries)
    )


def _expectation(entry: Any, path: Path, line: int | None) -> Expectation:
    def wrong(message: str, hint: str) -> KindError:
        return KindError(message, path=path, line=line, hint=hint)

    if not isinstance(entry, dict) or not isinstance(entry.get("kwargs"), dict):
        raise wrong(
            said("an expectation is an object with type and kwargs"), said("see the other kinds")
        )
    kind = str(entry.get("type", ""))
    if not kind.startswith(_ROW_WISE):
        raise wrong(
            said("{expectation} does not judge single rows", expectation=kind or "-"),
            said(
                "use expect_column_values_..., expect_column_value_lengths_... or "
                "expect_column_pair_values_...: others would print values of briefs"
            ),
        )
    kwargs, meta = entry["kwargs"], entry.get("meta") or {}
    column = meta.get("column") or kwargs.get("column") or kwargs.get("column_B")
    if not isinstance(column, str):
        raise wrong(
            said("{expectation} names no column", expectation=kind), said("add kwargs.column")
        )
    texts = {}
    for name in ("problem", "mend"):
        value = meta.get(name)
        if not isinstance(value, dict) or not isinstance(value.get("en"), str):
            raise wrong(
                said("{expectation} does not say its {part}", expectation=kind, part=name),
                said(
                    'add "meta": {{"{part}": {{"en": "...", "zh": "..."}}}}: it is shown to '
                    "whoever sent the row",
                    part=name,
                ),
            )
        texts[name] = {"en": value["en"], "zh": str(value.get("zh", value["en"]))}
    return Expectation(kind, kwargs, column, texts["problem"], texts["mend"])


def _text(path: Path, *, hint: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KindError(said("the file is missing"), path=path, hint=hint) from None
    except (OSError, UnicodeDecodeError) as error:
        raise KindError(
            said("the file can't be read ({name})", name=type(error).__name__),
            path=path,
            hint=said("save it as UTF-8"),
        ) from None


@dataclass(frozen=True, slots=True)
class _Reader:
    """kind.toml with the lines of its keys."""

    path: Path
    lines: dict[str, int]
    data: dict[str, Any]

    def error(self, name: str, message: str, hint: str) -> KindError:
        return KindError(
            message, path=self.path, line=line_of(self.lines, name) if name else 1, hint=hint
        )

    def table(self, name: str) -> dict[str, Any]:
        value = self.data.get(name)
        if not isinstance(value, dict):
            raise self.error(
                name,
                said("the table [{name}] is missing", name=name),
                said("add {this}", this=f"[{name}]"),
            )
        return value

    def refuse_unknown(self, table: Mapping[str, Any], known: tuple[str, ...], under: str) -> None:
        for key in table:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                raise self.error(
                    f"{under}.{key}".strip("."),
                    said("unknown key {key}", key=key),
                    said("did you mean {name}?", name=near[0])
                    if near
                    else said("known keys: {listed}", listed=", ".join(known)),
                )


def _title(reader: _Reader) -> dict[str, str]:
    title = reader.table("title")
    if not isinstance(title.get("en"), str):
        raise reader.error(
            "title", said("the title has no `en`"), said("add {this}", this='en = "…", zh = "…"')
        )
    return {"en": title["en"], "zh": str(title.get("zh", title["en"]))}


def _languages(reader: _Reader, intake: Mapping[str, Any]) -> tuple[str, ...]:
    languages = intake.get("languages")
    if not isinstance(languages, list) or not languages or set(languages) - {"en", "zh"}:
        raise reader.error(
            "intake.languages", said("languages must list en, zh or both"), 'languages = ["en"]'
        )
    return tuple(languages)


def _formats(reader: _Reader) -> dict[str, str]:
    formats = reader.table("formats")
    for channel, form in formats.items():
        if form not in FORMATS:
            raise reader.error(
                f"formats.{channel}",
                said("{form} is no release format", form=form),
                said("use one of {names}", names=", ".join(FORMATS)),
            )
    if not formats:
        raise reader.error(
            "formats", said("no channel has a format"), said("add {this}", this='web = "html"')
        )
    return dict(formats)
