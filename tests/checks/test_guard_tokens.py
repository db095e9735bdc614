"""Tokens of a part are those that the tokenizer gives for the part alone, or are not told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

from aigc_guard.checks import guard_tokens
from aigc_guard.checks.guard_folder import count_tokens, fresh_detoxify
from aigc_guard.checks.guard_rows import Rows
from aigc_guard.checks.guard_tokens import forget_tokens, recall, remember, tokens_of
from aigc_guard.checks.guard_windows import forget_windows, guard_windows
from aigc_guard.records import Span
from aigc_guard.testing.tiny_guard import write_fake_guard
from aigc_guard.text import unbroken

SIGNS = "abe idiot are you. !?\n\t,'-\u00a0éÉ\u0301你好。！”（[SEP][MASK] 12…😀\u200b"


class Reader:
    """What windows are cut for."""

    window = 12

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("guard")
    return fresh_detoxify(write_fake_guard(folder)).tokenizer


@given(text=st.text(SIGNS, max_size=120))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_windows_are_read_as_the_tokenizer_alone_would(text: str, tokenizer: Any) -> None:
    forget_windows()
    (windows,) = guard_windows([text], lambda _: Reader(tokenizer))
    parts = list(dict.fromkeys(text[span.start : span.end] for span, _ in windows))
    rows = Rows(tokenizer, parts, places=True)
    for part in parts:
        wanted = tokenizer([part], return_offsets_mapping=True)
        found = rows.padded([part])["input_ids"].tolist()
        assert found == wanted["input_ids"]
        assert rows.places([part], len(found[0])) == wanted["offset_mapping"]


@given(text=st.text(SIGNS, max_size=80), data=st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_part_has_its_own_tokens_or_none(
    text: str, data: st.DataObject, tokenizer: Any
) -> None:
    start, end = sorted(data.draw(st.integers(0, len(text))) for _ in range(2))
    range_ = tokens_of(tokenizer, [text])[text].within(Span(start, end))
    if range_:
        ids = tokens_of(tokenizer, [text])[text].ids[slice(*range_)]
        assert ids == tokenizer(text[start:end], add_special_tokens=False)["input_ids"]


def test_a_plain_text_is_tokenised_once(tokenizer: Any) -> None:
    text = "you are here. i am there, too. 你好。好的。"
    forget_windows()
    (windows,) = guard_windows([text], lambda _: Reader(tokenizer))
    assert len(windows) > 1
    assert all(recall(tokenizer, text[span.start : span.end]) for span, _ in windows)
    own = tokens_of(tokenizer, [text])[text]
    sizes = []
    for span in unbroken(text):
        range_ = own.within(span)
        assert range_
        sizes.append(range_[1] - range_[0])
    assert sizes == count_tokens(tokenizer, [text[s.start : s.end] for s in unbroken(text)])
    forget_tokens()
    assert recall(tokenizer, text) is None


def test_inside_a_word_nothing_is_told(tokenizer: Any) -> None:
    own = tokens_of(tokenizer, ["you are"])["you are"]
    assert own.within(Span(0, 4)) is not None
    assert own.within(Span(0, 2)) is None
    assert own.within(Span(5, 7)) is None


def test_other_tokenizers_and_long_texts_are_asked_each_time(
    tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tokens_of(object(), ["a"]) == {}
    assert tokens_of(tokenizer, ["a " * guard_tokens.SHORT]) == {}
    tokenizer(["a a a"], truncation=True, max_length=4, padding=True)
    assert tokens_of(tokenizer, ["a"]) == {}
    tokenizer(["a"], truncation=False, padding=False)
    assert list(tokens_of(tokenizer, ["a"])) == ["a"]


def test_only_so_many_rows_are_kept(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_tokens, "_REMEMBERED", 2)
    forget_tokens()
    own = tokens_of(tokenizer, ["a b a"])["a b a"]
    remember(tokenizer, own, [Span(0, 2), Span(2, 4), Span(4, 5)])
    assert [bool(recall(tokenizer, text)) for text in ("a ", "b ", "a")] == [False, True, True]
