"""One message catalogue for everything people read: the message id is the English sentence.

The catalogue is kept with Babel (``python -m aigc_guard.i18n.update``) and read with the standard
library's gettext, so that a command line start pays nothing for it.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from aigc_guard.errors import Said

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = ("en", "zh")
DOMAIN = "messages"


def normalise(language: str) -> str:
    """The catalogue language for a language tag: ``zh-CN`` and ``zh_Hans`` are ``zh``, others
    without a catalogue are ``en``."""
    short = language.replace("_", "-").split("-")[0].lower()
    return short if short in LANGUAGES else "en"


def translate(message: str, language: str = "en", /, **values: object) -> str:
    """``message`` in ``language`` with ``{name}`` places filled from ``values``.

    A message without a translation stays English: a missing line never hides a reason.
    """
    text = _catalogue(normalise(language)).gettext(message) if message else ""
    return text.format(**values) if values else text


def spoken(text: str, language: str) -> str:
    """``text`` in ``language`` if it is Said (as errors are), with what it quotes."""
    if not isinstance(text, Said):
        return text
    if text.texts:
        return pick(text.texts, language)
    values = {
        name: spoken(value, language) if isinstance(value, str) else value
        for name, value in text.values.items()
    }
    return translate(text.id, language, **values)


def both(message: str, /, **values: object) -> dict[str, str]:
    """``message`` in every catalogue language, for records that keep ``{en, zh}``."""
    return {language: translate(message, language, **values) for language in LANGUAGES}


def pick(texts: Mapping[str, str], language: str) -> str:
    """The entry of ``{en, zh}`` texts for ``language``; English, then any, when it is missing."""
    wanted = normalise(language)
    return texts.get(wanted) or texts.get("en") or next(iter(texts.values()), "")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    path = LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)
