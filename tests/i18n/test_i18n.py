"""The catalogue: nothing used in code is left untranslated, and the compiled file is current."""

from __future__ import annotations

import string

import pytest

from aigc_guard.i18n import both, normalise, pick, translate
from aigc_guard.i18n.update import compiled, po_path, untranslated, used_messages


def test_every_message_used_has_a_chinese_text() -> None:
    assert untranslated("zh") == []


def test_the_compiled_catalogue_is_current() -> None:
    stored = po_path("zh").with_suffix(".mo").read_bytes()
    assert stored == compiled("zh"), "run: python -m aigc_guard.i18n.update"


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("message", sorted(used_messages()))
def test_translations_fill_the_same_places(message: str) -> None:
    assert places(translate(message, "zh")) <= places(message)


def test_missing_texts_stay_english_and_tags_are_understood() -> None:
    assert translate("Not in the catalogue: {n}", "zh", n=3) == "Not in the catalogue: 3"
    assert translate("Licence", "zh-CN") == "许可证"
    assert translate("Licence", "fr") == "Licence"
    assert normalise("zh_Hans_CN") == "zh"
    assert both("Licence") == {"en": "Licence", "zh": "许可证"}
    assert pick({"zh": "x"}, "en") == "x"
    assert pick({}, "en") == ""
