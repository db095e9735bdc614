"""Terms: every disguise of the attack suite, exact places, long lists, lists in files."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigc_guard.checks.catalogue import create_check
from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.lists import FOLDER, list_digests, read_list
from aigc_guard.checks.terms import TermsCheck, TermsSettings
from aigc_guard.records import Brief, CheckReport, Span, sha256_text
from aigc_guard.training.guards.term_attacks import lost_terms

SEED = 20261124


def measure(check: TermsCheck, text: str, brief: Brief | None = None) -> CheckReport:
    subject = Subject(text, sha256_text(text), brief=brief)
    (report,) = check.measure([subject], Context())
    return report


def found(check: TermsCheck, text: str) -> list[tuple[str, str]]:
    report = measure(check, text)
    assert report.coverage == ((Span(0, len(text)),) if text else ())
    return [(one.label, text[one.start : one.end]) for one in report.findings]


def banning(*terms: str, **more: object) -> TermsCheck:
    return TermsCheck(TermsSettings.model_validate({"banned": terms, **more}))


def test_every_disguise_of_the_attack_suite_is_found() -> None:
    tried, lost = lost_terms(6)
    assert sum(tried.values()) > 500
    assert min(tried.values()) > 20
    assert lost == []


@pytest.mark.soak(seed=SEED)
def test_every_disguise_is_found_in_large_numbers(
    record_property: Callable[[str, object], None],
) -> None:
    tried, lost = lost_terms(200)
    record_property("cases", sum(tried.values()))
    assert sum(tried.values()) > 15_000
    assert lost == []


@pytest.mark.parametrize(
    "text",
    [
        "We'll see, but he'll be off in the long run.",
        "It takes 10s on iOS, 5 of 100 in the 1990s.",
        "The chap has a cheaper chapel; the cheapest was not there.",
        "The therapist saw the rapid river.",
        "Prices are the lower bound. Most guarantee it.",
        "Visit https://example.org/low-est or mail c.heap@example.org.",
    ],
)
def test_ordinary_words_are_no_disguise(text: str) -> None:
    check = banning("well", "hell", "iOS", "cheap", "rapist", "lowest", "guaranteed", "away")
    assert [pair for pair in found(check, text) if pair != ("banned", "iOS")] == []


def test_a_term_ends_where_its_word_ends_in_latin_script_only() -> None:
    check = banning("ad", "最佳", "A股")
    assert found(check, "He had an ad, badly.") == [("banned", "ad")]
    assert found(check, "这是最佳选择，买A股吧。") == [("banned", "最佳"), ("banned", "A股")]


def test_one_of_two_terms_inside_each_other_is_shown_and_allowed_phrases_stand() -> None:
    check = banning("price", "best price", allow=["price list"])
    assert found(check, "The best price is in the price list.") == [("banned", "best price")]


def test_the_words_to_say_instead_may_hold_the_word_not_to_say() -> None:
    check = TermsCheck(TermsSettings.model_validate({"swap": {"phone": "mobile phone"}}))
    report = measure(check, "A phone is a mobile phone.")
    assert [(one.start, one.end, one.detail["say"]) for one in report.findings] == [
        (2, 7, "mobile phone")
    ]


def test_a_hundred_thousand_terms_in_a_long_text() -> None:
    rng = random.Random(SEED)
    letters = "abcdefghijklmnopqrstuvwxyz"
    terms = ["".join(rng.choices(letters, k=rng.randint(6, 12))) for _ in range(100_000)]
    line = "The council met on Monday and approved the plan for the new library.\n"
    text = line * 3000 + f"In the end it was {terms[77_777].upper()}."
    assert found(banning(*terms, mistyped=False), text) == [("banned", terms[77_777].upper())]


def test_the_last_words_of_a_long_draft_are_read() -> None:
    text = "会议顺利结束。The plan was approved.\n" * 6000 + "It is r i s k - free 最低价"
    shown = found(banning("risk-free", "最低价"), text)
    assert ("banned", "最低价") in shown


def test_the_brief_says_what_must_occur_and_what_is_proven() -> None:
    check = TermsCheck(TermsSettings.model_validate({"claims": ["waterproof"]}))
    plain = Brief(id="b", kind="marketing", required_terms=("Model X", "保修"))
    report = measure(check, "The model x is waterproof.", plain)
    labels = [(one.label, dict(one.detail)) for one in report.findings]
    assert labels == [("missing_term", {"brief_term": "2"}), ("claim", {})]
    other = Subject("x", sha256_text("x"), brief=Brief(id="b", kind="marketing"))
    here = Subject("x", sha256_text("x"), brief=plain)
    assert check.subject_digest(here) != check.subject_digest(other)


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("It is is fine in the\nthe end.", ["the"]),
        ("The the lamp", ["the"]),
        ("Baden Baden, had had, that that", []),
        ("他是是非非，实实在在，的的确确", []),
        ("产品的的价格在在这里", ["的", "在"]),
        ("the theatre, a-a, he he's", []),
    ],
)
def test_repeated_words(text: str, again: list[str]) -> None:
    check = TermsCheck(TermsSettings(repeated_words=True))
    assert [words for _, words in found(check, text)] == again


def test_lists_in_a_file_beside_the_policy(tmp_path: Path) -> None:
    (tmp_path / "terms.txt").write_text("# ours\ncheap\n\n免费\n", encoding="utf-8")
    (tmp_path / "swap.txt").write_text("utilise => use\n登陆\t登录\n", encoding="utf-8")
    raw = {"files": {"banned": "terms.txt", "swap": "swap.txt"}}
    own = TermsSettings.model_validate(raw, context={FOLDER: tmp_path})
    shown = found(TermsCheck(own), "Utilise the ch3ap one, 免费登陆。")
    assert shown == [
        ("swap", "Utilise"), ("banned", "ch3ap"), ("banned", "免费"), ("swap", "登陆")
    ]  # fmt: skip
    assert len(list_digests(own)) == 2
    before = TermsCheck(own).settings_digest
    assert TermsCheck(own).settings.model_dump(mode="json")["files"]["banned"]["file"]
    (tmp_path / "terms.txt").write_text("dear\n", encoding="utf-8")
    changed = TermsSettings.model_validate(raw, context={FOLDER: tmp_path})
    assert TermsCheck(changed).settings_digest != before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("no.txt", None, "can't be read"),
        ("empty.txt", b"# nothing\n", "holds no entry"),
        ("latin.txt", b"caf\xe9\n", "is not UTF-8"),
    ],
)
def test_a_list_that_is_no_list_is_refused(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=said):
        TermsSettings.model_validate({"files": {"banned": name}}, context={FOLDER: tmp_path})
    with pytest.raises(ValueError, match=said):
        read_list(tmp_path / name, name)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_a_planted_term_is_found_in_any_text(before: str, after: str) -> None:
    text = f"{before}\n\nzyntrix\n\n{after}"
    if any(0xD800 <= ord(char) < 0xE000 for char in text):
        return
    assert ("banned", "zyntrix") in found(banning("Zyntrix"), text)


def test_settings_are_checked() -> None:
    with pytest.raises(Exception, match="settings of the check terms"):
        create_check("terms", {"baned": ["x"]})
