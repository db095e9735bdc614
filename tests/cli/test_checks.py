"""``checks list`` and ``checks show``: what is measured, in the person's language, fit to read."""

from __future__ import annotations

import json

import pytest

from aigc_guard.checks.catalogue import check_types
from aigc_guard.checks.examples import examples_of
from aigc_guard.cli.checks import _is_offensive
from aigc_guard.spelling import is_strong
from aigc_guard.text import fold


def test_the_list_has_every_check_with_its_labels(call) -> None:
    result = call("checks", "list")
    assert result.code == 0
    for check_id, kind in check_types().items():
        assert f"{check_id} (version {kind.version}, " in result.out
        assert kind.summary["en"] in result.out
        assert all(label in result.out for label in kind.labels)
    listed = json.loads(call("checks", "list", "--format", "json").out)["checks"]
    assert [one["id"] for one in listed] == list(check_types())
    assert listed[0]["summary"]["zh"]


def test_summaries_follow_the_language(call, monkeypatch) -> None:
    monkeypatch.setenv("AIGC_GUARD_LANGUAGE", "zh")
    assert check_types()["terms"].summary["zh"] in call("checks", "list").out


def test_terms_are_shown_with_settings_and_examples(call) -> None:
    result = call("checks", "show", "terms")
    assert result.code == 0
    good, _, bad = result.out.partition("Finds something in:")
    assert "  banned (default: [])\n      Terms that must not occur.\n" in good
    assert "  files.banned (default: null)\n      File of banned terms.\n" in good
    assert "[zh] 本产品价格公道，适用条款。" in good
    assert "[zh] 全网最低价，适用条款。\n      banned: 最低价\n" in bad
    assert "[en] A fair offer.\n      missing_term\n" in bad
    assert "brief: study: clinically proven in a trial of 212 people\n" in bad
    assert bad.count("  with: {") == 2


def test_json_holds_the_same(call) -> None:
    told = json.loads(call("checks", "show", "grounding", "--format", "json").out)
    assert [one["name"] for one in told["settings"]] == ["floor"]
    assert len(told["examples"]) == len(examples_of(check_types()["grounding"]))
    lamp = next(one for one in told["examples"] if "price: 49" in one["brief"] and not one["good"])
    assert lamp["findings"] == [{"label": "FIGURE", "words": "$59"}]


@pytest.mark.parametrize("check_id", list(check_types()))
def test_nobody_has_to_read_abuse(call, check_id: str) -> None:
    for form in ("text", "json"):
        shown = call("checks", "show", check_id, "--format", form).out
        assert check_id in shown
        assert not any(is_strong(word) for word in fold(shown).text.split())
        for one in examples_of(check_types()[check_id]):
            hidden = check_id == "toxicity" and not one.is_good
            assert _is_offensive(one) is hidden
            assert (one.text in shown or json.dumps(one.text, ensure_ascii=False) in shown) is (
                not hidden
            )


def test_an_unknown_check_is_told_with_the_nearest(call) -> None:
    result = call("checks", "show", "term")
    assert result.code == 2
    assert "did you mean `terms`?" in result.err
    assert result.out == ""
