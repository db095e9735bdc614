"""Keeps the catalogue complete: ``python -m aigc_guard.i18n.update`` after changing a message.

Collects every ``translate("...")``, ``both("...")``, ``said("...")`` and template ``_("...")``,
the help of the command line and what settings of checks are for, adds new ids to each
``messages.po``, drops those no longer used, and writes the ``messages.mo`` beside it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aigc_guard.i18n import DOMAIN, LANGUAGES, LOCALES
from aigc_guard.i18n.help_texts import help_texts
from aigc_guard.i18n.setting_texts import setting_texts

PACKAGE = Path(__file__).parents[1]
KEYWORDS = {"translate": None, "both": None, "_": None, "tell": None, "said": None}


def used_messages(package: Path = PACKAGE) -> dict[str, list[str]]:
    """Every message id used in code and templates, with the places it is used in."""
    found: dict[str, list[str]] = {}
    shown = (*help_texts(package / "cli"), *setting_texts(package / "checks"))
    for path, message in (*_messages(package), *shown):
        place = path.relative_to(package.parent).as_posix()
        places = found.setdefault(message, [])
        if place not in places:
            places.append(place)
    return found


def untranslated(language: str) -> list[str]:
    """The used message ids that have no text in ``language``."""
    catalogue = _read(language)
    return [
        message
        for message in used_messages()
        if not ((entry := catalogue.get(message)) and entry.string)
    ]


def compiled(language: str) -> bytes:
    """The ``.mo`` bytes for the committed ``.po`` of ``language``."""
    from babel.messages.mofile import write_mo

    buffer = io.BytesIO()
    write_mo(buffer, _read(language))
    return buffer.getvalue()


def update(language: str) -> list[str]:
    """Brings ``.po`` and ``.mo`` up to the code; returns the ids that still want a translation."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    old = _read(language)
    new = Catalog(
        locale=language, domain=DOMAIN, project="aigc_guard", charset="utf-8", fuzzy=False
    )
    new.last_translator = new.language_team = "aigc_guard contributors"
    new.msgid_bugs_address = "the project's issue tracker"
    new.version = "1"
    new.header_comment = "# Message catalogue of aigc_guard; ids are the English sentences."
    new.creation_date = old.creation_date
    new.revision_date = old.revision_date
    for message, places in sorted(used_messages().items()):
        entry = old.get(message)
        text = entry.string if entry is not None else ""
        new.add(message, text, locations=[(place, None) for place in sorted(places)])  # type: ignore[misc]
    with po_path(language).open("wb") as file:
        write_po(file, new, width=100, ignore_obsolete=True)
    po_path(language).with_suffix(".mo").write_bytes(compiled(language))
    return untranslated(language)


def po_path(language: str) -> Path:
    """Where the translations of ``language`` are written by hand."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _messages(package: Path) -> Iterator[tuple[Path, str]]:
    for path, method in _sources(package):
        with path.open("rb") as file:
            for _line, message in _extract(method, file):
                yield path, message


def _sources(package: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(package.rglob("*.py")):
        if path.parent.name != "i18n":
            yield path, "python"
    for path in sorted(package.rglob("*.html")):
        yield path, "jinja2"


def _extract(method: str, file: io.BufferedReader) -> Iterator[tuple[int, str]]:
    from babel.messages.extract import extract
    from jinja2.ext import babel_extract

    extractor: Any = babel_extract if method == "jinja2" else "python"
    for line, message, _comments, _context in extract(extractor, file, keywords=KEYWORDS):
        text = message[0] if isinstance(message, tuple) else message
        if text:
            yield line, text


def _read(language: str):  # type: ignore[no-untyped-def]  # Babel's Catalog is imported lazily
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, domain=DOMAIN)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


if __name__ == "__main__":
    for code in LANGUAGES[1:]:
        missing = update(code)
        sys.stdout.writelines(f"{code}: no text for: {text}\n" for text in missing)
