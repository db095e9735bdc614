"""Windows of a batch are those of each text alone, and are known again."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("torch")

from aigc_guard.checks import guard_windows as module
from aigc_guard.checks.guard_folder import count_tokens, fresh_detoxify
from aigc_guard.checks.guard_windows import forget_windows, guard_windows
from aigc_guard.testing.tiny_guard import write_fake_guard
from aigc_guard.text import is_complete

TEXTS = [
    "one is here. two are there, and more. three. four of them go on and on. " * 3,
    "你好世界。这是一个测试句子。" * 9,
    "short. 你好。",
    "",
]


@pytest.fixture
def reader(tmp_path: Path) -> Any:
    forget_windows()
    tokenizer = fresh_detoxify(write_fake_guard(tmp_path)).tokenizer
    return SimpleNamespace(tokenizer=tokenizer, window=46)


def test_a_batch_is_cut_as_each_text_alone_and_every_window_fits(reader: Any) -> None:
    together = guard_windows(TEXTS, lambda _: reader)
    forget_windows()
    alone = [guard_windows([text], lambda _: reader)[0] for text in TEXTS]
    assert together == alone
    for text, own in zip(TEXTS, together, strict=True):
        assert is_complete([span for span, _ in own], len(text))
        parts = [text[span.start : span.end] for span, _ in own]
        assert all(size <= reader.window for size in count_tokens(reader.tokenizer, parts))
    assert [{tuple(who) for _, who in own} for own in together] == [
        {("en",)}, {("zh",)}, {("en", "zh")}, set(),
    ]  # fmt: skip


def test_windows_of_a_short_text_are_known_again_and_of_a_long_one_are_not(
    reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "a sentence of its own. " * 300
    first = guard_windows([TEXTS[0], long], lambda _: reader)
    cut: list[str] = []
    own = module.windows
    monkeypatch.setattr(module, "windows", lambda text, *rest: cut.append(text) or own(text, *rest))
    assert guard_windows([TEXTS[0], long], lambda _: reader) == first
    assert cut == [long]


def test_what_is_kept_is_bounded(reader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 2)
    guard_windows(["a.", "b.", "c."], lambda _: reader)
    assert [text for text, _, _ in module._kept] == ["b.", "c."]
