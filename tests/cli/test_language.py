"""Help and mistyped command lines: in the person's language, in the project's own form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from aigc_guard.cli.app import app
from aigc_guard.cli.mistakes import mistake
from aigc_guard.i18n.update import used_messages

TYPERS_OWN = ("Usage:", "Options", "Commands", "Show this message", "[OPTIONS]", "[default")


def commands(command: Any) -> Iterator[Any]:
    yield command
    for name in command.list_commands(None) if hasattr(command, "list_commands") else ():
        yield from commands(command.get_command(None, name))


def test_every_help_text_is_in_the_catalogue() -> None:
    """What typer shows is what the catalogue collects from the source."""
    known = set(used_messages())
    shown = {command.help for command in commands(get_command(app))}
    shown |= {
        param.help
        for command in commands(get_command(app))
        for param in command.params
        if getattr(param, "help", None)
    }
    assert len(shown) > 50
    assert shown - known == set()


@pytest.mark.parametrize("words", [(), ("run",), ("review", "approve"), ("policy",)])
def test_help_is_in_english_by_default(call, words: tuple[str, ...]) -> None:
    result = call(*words, "--help")
    assert result.code == 0
    assert "Usage: aigc-guard" in result.out
    assert "Show this message and exit." in result.out
    assert not any("\u4e00" <= char <= "\u9fff" for char in result.out)


@pytest.mark.parametrize("words", [(), ("run",), ("review", "approve"), ("policy",)])
def test_help_follows_the_environment(call, words: tuple[str, ...], monkeypatch) -> None:
    monkeypatch.setenv("AIGC_GUARD_LANGUAGE", "zh")
    result = call(*words, "--help")
    assert result.code == 0
    assert "用法：" in result.out
    assert "选项" in result.out
    assert [word for word in TYPERS_OWN if word in result.out] == []


def test_help_follows_the_project_named_before_it(call, tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "aigc_guard.toml").write_text('language = "zh"\n', encoding="utf-8")
    assert "用法：" in call("-C", tmp_path / "desk", "--help").out
    assert "用法：" in call("-C", tmp_path / "desk", "doctor", "--help").out
    # And the next person's is English again.
    assert "Show this message" in call("doctor", "--help").out


def test_a_group_alone_shows_its_help_and_exits_2(call) -> None:
    result = call("policy")
    assert result.code == 2
    assert "lint" in result.out
    assert result.err == ""


MISTAKES = [
    (("run", "--sed", "1"), "there is no option --sed", "did you mean --seed?"),
    (("rnu",), "there is no command rnu", "did you mean run?"),
    (("run", "--seed", "-1"), "--seed: it must be at least 0", "aigc-guard run --help"),
    (("run", "--seed", "x"), "--seed: it must be a whole number", "aigc-guard run --help"),
    (("run", "--seed"), "the option --seed needs a value", "aigc-guard --help"),
    (("run", "--format", "xml"), "--format: it must be one of 'text', 'json'", "run --help"),
    (("doctor", "--quick=1"), "the option --quick takes no value", "--help"),
    (("doctor", "a", "b"), "more arguments than the command takes: a b", "doctor --help"),
    (("check",), "the argument files is missing", "aigc-guard check --help"),
    (("review", "reject", "x"), "the option --reason is missing", "review reject --help"),
]


@pytest.mark.parametrize(("words", "problem", "mend"), MISTAKES)
def test_a_mistyped_command_line_says_what_and_how(
    call, words: tuple[str, ...], problem: str, mend: str
) -> None:
    result = call(*words)
    assert result.code == 2
    first, second = result.err.splitlines()
    assert first == f"error: {problem}"
    assert mend in second
    assert result.out == ""


@pytest.mark.parametrize(("words", "problem", "_mend"), MISTAKES)
def test_mistakes_are_told_in_chinese(
    call, words: tuple[str, ...], problem: str, _mend: str, monkeypatch
) -> None:
    monkeypatch.setenv("AIGC_GUARD_LANGUAGE", "zh")
    result = call(*words)
    assert result.code == 2
    first, second = result.err.splitlines()
    assert first.startswith("错误：")
    assert problem not in first
    assert not {"there", "is", "missing", "must", "needs", "than", "takes"} & set(first.split())
    assert "shows" not in second
    assert "did you mean" not in second


def test_a_sentence_of_typers_that_nobody_knows_is_shown_as_it_is() -> None:
    error = mistake("Something new went wrong.", "aigc-guard run")
    assert error.message == "Something new went wrong."
    assert "aigc-guard run --help" in error.hint
