from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from aigc_guard.checks.interface import Check
from aigc_guard.errors import PolicyError, UnknownCheck
from aigc_guard.policy import Policy, lint, load_folder, load_policy, parse_policy, policy_errors

SOUND = (Path(__file__).parents[1] / "data/policies/sound.yaml").read_text(encoding="utf-8")
Types = Mapping[str, type[Check]]


def test_the_sound_file_is_sound(parse: Callable[[str], Policy]) -> None:
    policy = parse(SOUND)
    assert [rule.id for rule in policy.rules] == ["no-abuse", "contact"]
    assert policy.attempts == 2
    assert policy.serves(kind="news", channel="anything", language="zh-CN")
    assert not policy.serves(kind="legal", channel="web", language="en")


def test_unknown_check_is_its_own_error(types: Types) -> None:
    with pytest.raises(UnknownCheck):
        parse_policy(SOUND.replace("check: pii", "check: piii"), types)


def test_every_mistake_is_reported_in_order(tmp_path: Path, types: Types) -> None:
    path = tmp_path / "p.yaml"
    text = SOUND.replace("insult: 0.6", "insult: 6").replace("[no-abuse]", "[x]")
    path.write_text(text.replace("except: [may_publish]", "except: [no]"), encoding="utf-8")
    lines = [error.line for error in policy_errors(path, types)]
    assert lines == [13, 18, 26]


def test_place_that_no_label_covers(types: Types) -> None:
    text = SOUND.replace("languages: [en, zh]}", "languages: [en, zh], jurisdictions: [CN]}")
    assert parse_policy(text, types).labels.covers("CN", channel="web", language="en")
    with pytest.raises(PolicyError, match="no label for CN, language en") as caught:
        parse_policy(text.replace("AI 生成 (AI-generated)", "{en: With AI, zh: AI 生成}"), types)
    assert caught.value.line == 21


def test_rule_for_a_place_the_policy_does_not_serve(types: Types) -> None:
    text = SOUND.replace("languages: [en, zh]}", "languages: [en, zh], jurisdictions: [EU]}")
    with pytest.raises(PolicyError, match="can never fire"):
        parse_policy(text.replace("action: block", "action: block\n    jurisdictions: [US]"), types)


def test_digest_is_of_the_content_not_the_layout(types: Types) -> None:
    one = parse_policy(SOUND, types)
    laid_out = SOUND.replace(
        "limits: {insult: 0.6, toxicity: 0.7}",
        ("limits: # tried in June\n      toxicity: 0.70\n      insult: 0.6"),
    )
    assert parse_policy("# comment\n" + laid_out, types).digest == one.digest
    assert parse_policy(SOUND.replace("0.7}", "0.71}"), types).digest != one.digest


def test_not_utf8_names_line_and_column(tmp_path: Path, types: Types) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(SOUND.encode().replace(b"owner: desk", "owner: désk".encode("latin-1")))
    with pytest.raises(PolicyError, match="not UTF-8") as caught:
        load_policy(path, types)
    assert (caught.value.line, caught.value.column) == (3, 9)


def test_byte_order_mark_and_windows_lines_are_fine(tmp_path: Path, types: Types) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode())
    assert load_policy(path, types).digest == parse_policy(SOUND, types).digest


@pytest.mark.parametrize("text", ["", "   \n", "# only a comment\n", "- a\n", "text"])
def test_a_file_that_is_no_mapping(text: str, types: Types) -> None:
    with pytest.raises(PolicyError, match="starts with keys"):
        parse_policy(text, types)


@pytest.mark.parametrize(
    "text", ["[" * 5000, "a: " * 500, "a: {" * 400 + "}" * 400, "a: 0x" + "9" * 9999]
)
def test_hostile_files_are_refused_without_a_traceback(text: str, types: Types) -> None:
    with pytest.raises(PolicyError):
        parse_policy(text, types)


def test_folder_with_overlap_names_both(tmp_path: Path, types: Types) -> None:
    (tmp_path / "a.yaml").write_text(SOUND, encoding="utf-8")
    other = SOUND.replace("policy: news", "policy: wire").replace(
        "kinds: [news]", "kinds: [legal, news], channels: [web]"
    )
    (tmp_path / "b.yaml").write_text(other, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"`wire` and `news`.*both serve news / web / en"):
        load_folder(tmp_path, types)
    (tmp_path / "b.yaml").write_text(other.replace("[legal, news]", "[legal]"), encoding="utf-8")
    chosen = load_folder(tmp_path, types)
    assert chosen.select(kind="legal", channel="web", language="en").name == "wire"  # type: ignore[union-attr]
    assert chosen.select(kind="legal", channel="letter", language="en") is None


def test_two_policies_of_one_name(tmp_path: Path, types: Types) -> None:
    for name, kind in (("a", "news"), ("b", "legal")):
        text = SOUND.replace("kinds: [news]", f"kinds: [{kind}]")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert ["is taken by" in error.message for error in lint([tmp_path], types)] == [True]


def test_missing_folder_and_empty_folder(tmp_path: Path, types: Types) -> None:
    with pytest.raises(PolicyError, match="no policy here"):
        load_folder(tmp_path, types)
    with pytest.raises(PolicyError, match="can't be read"):
        load_folder(tmp_path / "nowhere", types)
    with pytest.raises(PolicyError, match="can't be read"):
        load_policy(tmp_path / "nowhere.yaml", types)
