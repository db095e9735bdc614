"""Chinese terms in the other script, in halves and in pinyin, at their exact places."""

from __future__ import annotations

import pytest

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.terms import TermsCheck, TermsSettings
from aigc_guard.errors import ConfigError
from aigc_guard.records import Brief, Fact, sha256_text

BANNED = ("最低价", "免费", "银行", "满意", "合适", "國家級")


def found(text: str, brief: Brief | None = None, **more: object) -> list[tuple[str, str, float]]:
    check = TermsCheck(TermsSettings.model_validate({"banned": BANNED, **more}))
    (report,) = check.measure([Subject(text, sha256_text(text), "zh", brief=brief)], Context())
    return [(one.label, text[one.start : one.end], one.score) for one in report.findings]


@pytest.mark.parametrize(
    ("text", "place", "score"),
    [
        ("全網最低價！", "最低價", 1.0),
        ("国家级品牌", "国家级", 1.0),
        ("最亻氐亻介了", "最亻氐亻介", 0.9),
        ("最 亻氐 价", "最 亻氐 价", 0.9),
        ("滿意的客戶", "滿意", 1.0),
    ],
)
def test_the_other_script_and_halves(text: str, place: str, score: float) -> None:
    assert found(text) == [("banned", place, score)]


@pytest.mark.parametrize(
    "written",
    ["mianfei", "mian fei", "Miǎnfèi", "MIAN-FEI", "mian3fei4", "免fei", "mian費", "mian3 费"],
)
def test_pinyin_where_it_is_asked_for(written: str) -> None:
    text = f"今天{written}，请来。"
    assert found(text, pinyin=True) == [("banned", written, 0.9)]
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "He she it: no man is one.",  # he she is 合适 as well
        "mianfeixing, amianfei, mianf ei",  # whole words only, cut between syllables
        "面fei",  # another word with the same sound
        "The yin hangs; manyim.",
    ],
)
def test_what_only_looks_like_pinyin_is_left_alone(text: str) -> None:
    assert found(text, pinyin=True) == []


def test_a_swap_between_two_scripts_looks_at_the_script() -> None:
    text = "台灣、臺灣、台湾"
    swap = {"swap": {"台灣": "臺灣"}}
    assert found(text, **swap) == [("swap", "台灣", 1.0)]


def test_a_claim_is_borne_out_by_evidence_in_the_other_script() -> None:
    brief = Brief(id="b", kind="marketing", facts=(Fact("test", "經臨床驗證"),))
    assert found("临床验证", brief, claims=["临床验证"]) == [("supported_claim", "临床验证", 0.0)]


def test_pinyin_without_the_library_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aigc_guard.checks.terms.pinyin.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="needs pypinyin"):
        found("无", banned=["只在这里查的词"], pinyin=True)
