"""Writers from model folders: batched, seeded, held to their slots, honest about the rest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from aigc_guard.errors import GenerationError, ModelUnavailable
from aigc_guard.generators.decode import Decoding, Request, sample
from aigc_guard.generators.gpt2_runtime import Gpt2Runtime
from aigc_guard.generators.runtime import runtime_name, runtime_of
from aigc_guard.generators.transformers_lm import (
    LoadedModel,
    TransformersGenerator,
    no_bars_in_logs,
)
from aigc_guard.kinds import load_kinds
from aigc_guard.records import Brief, Fact
from tests.generators.conftest import plain_model

KINDS = load_kinds(Path(__file__).parents[2] / "kinds")


def brief(number: int, kind: str = "news") -> Brief:
    facts = {
        "news": (("headline", "Hall opens"), ("who", "The museum"), ("what", "opened a hall")),
        "marketing": (("product", f"Lamp {number}"), ("price", "$20")),
    }[kind]
    return Brief(id=f"b-{number}", kind=kind, facts=tuple(Fact(*f) for f in facts))


def writer(folder: Path) -> TransformersGenerator:
    return TransformersGenerator("tiny", folder, KINDS, model_digest="d" * 64)


def test_one_draft_per_brief_in_order_with_every_value(slot_model: Path) -> None:
    briefs = [brief(1), brief(2, "marketing"), brief(3)]
    drafts = writer(slot_model).write(briefs, seed=3, attempt=1)
    assert [d.brief_id for d in drafts] == ["b-1", "b-2", "b-3"]
    for draft in drafts:
        assert draft.faithful == (not draft.notes)
        if not any(note.startswith("missing") for note in draft.notes):
            assert "opened a hall" in draft.text or "Lamp 2" in draft.text


def test_equal_batches_are_equal_and_seeds_matter(slot_model: Path) -> None:
    briefs = [brief(n) for n in range(3)]
    first = writer(slot_model).write(briefs, seed=3, attempt=1)
    again = writer(slot_model).write(briefs, seed=3, attempt=1)
    other = writer(slot_model).write(briefs, seed=4, attempt=1)
    assert [d.text for d in first] == [d.text for d in again]
    assert [d.draft_id for d in first] != [d.draft_id for d in other]


def test_nonsense_is_never_called_faithful(slot_model: Path) -> None:
    """A random model invents and repeats; what it writes must go to review, not out."""
    drafts = writer(slot_model).write([brief(n) for n in range(4)], seed=1, attempt=1)
    assert all(d.notes for d in drafts if not d.faithful)
    assert any(not d.faithful for d in drafts)


def test_the_decoder_writes_each_required_slot_once(slot_model: Path) -> None:
    loaded = LoadedModel(slot_model)
    marks = loaded.vocabulary.placeholders
    request = Request(tuple(loaded.tokenizer.encode("<bos><news>lead<sep>")), marks[:3])
    decoding = Decoding(candidates=6, max_new_tokens=200, temperature=1.5)
    (candidates,) = sample(loaded.model, [request], loaded.vocabulary, decoding, seed=5)
    assert len(candidates) == 6
    for candidate in candidates:
        written = [i for i in candidate.ids if i in marks]
        assert len(written) == len(set(written))
        assert set(written) <= set(marks[:3])
        if candidate.finished:
            assert set(written) == set(marks[:3])
        assert loaded.vocabulary.end not in candidate.ids


def test_batch_size_does_not_change_a_greedy_text(slot_model: Path) -> None:
    loaded = LoadedModel(slot_model)
    requests = [
        Request(tuple(loaded.tokenizer.encode(p)))
        for p in ("<bos>The museum", "<bos>It", "<bos>It is made of steel and", "<bos>said")
    ]
    one = Decoding(candidates=1, max_new_tokens=12, batch=1)
    four = Decoding(candidates=1, max_new_tokens=12, batch=4)
    alone = sample(loaded.model, requests, loaded.vocabulary, one, seed=1)
    together = sample(loaded.model, requests, loaded.vocabulary, four, seed=1)
    assert [c[0].ids for c in alone] == [c[0].ids for c in together]


@pytest.mark.parametrize("family", ["llama", "qwen"])
def test_any_causal_lm_writes_and_is_compared_with_its_brief(tmp_path: Path, family: str) -> None:
    generator = writer(plain_model(tmp_path, family))
    (draft,) = generator.write([brief(1)], seed=1, attempt=1)
    assert not draft.faithful
    assert "unread" not in draft.notes
    assert any(note.startswith("missing:") for note in draft.notes)


def test_a_context_too_small_for_the_brief_is_said(tmp_path: Path) -> None:
    """GPT-2's positions are learned: there is nothing behind the last of them."""
    small = writer(plain_model(tmp_path, "gpt2", context=192))
    (draft,) = small.write([brief(1)], seed=1, attempt=1)
    assert "unread" in draft.notes
    assert not draft.faithful


def adapter_upon(base: Path, folder: Path, modules: list[str], named: str) -> Path:
    """A random LoRA adapter in `folder`, without a tokenizer; `named` is the way to its base."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    shutil.copytree(base, (folder / named).resolve(), dirs_exist_ok=True)
    model = AutoModelForCausalLM.from_pretrained(str(base))
    config = LoraConfig(r=2, target_modules=modules, fan_in_fan_out="c_attn" in modules)
    get_peft_model(model, config).save_pretrained(str(folder))
    settings = json.loads((folder / "adapter_config.json").read_text())
    settings["base_model_name_or_path"] = named
    (folder / "adapter_config.json").write_text(json.dumps(settings))
    return folder


@pytest.mark.parametrize("named", ["base", "../other"])
def test_an_adapter_lies_upon_its_base(slot_model: Path, tmp_path: Path, named: str) -> None:
    loaded = LoadedModel(adapter_upon(slot_model, tmp_path / "a", ["c_attn"], named))
    assert loaded.slot_trained
    assert not writer(tmp_path / "a").may_mark()  # it knows by the base's tokenizer that it copies
    assert runtime_name(tmp_path / "a") == runtime_name(slot_model)
    assert isinstance(runtime_of(loaded.model), Gpt2Runtime)


def test_an_adapter_on_a_plain_model_writes(tmp_path: Path) -> None:
    base = plain_model(tmp_path / "llama", "llama")
    folder = adapter_upon(base, tmp_path / "a", ["q_proj", "v_proj"], "base")
    (draft,) = writer(folder).write([brief(1)], seed=1, attempt=1)
    assert not draft.faithful


@pytest.mark.parametrize("named", ["/somewhere/base", "../llama", "org/model-7b", ""])
def test_an_adapter_without_its_base_is_named(tmp_path: Path, named: str) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": named}))
    with pytest.raises(ModelUnavailable, match="no base model that is there"):
        LoadedModel(folder)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="causal LM"):
        _ = writer(tmp_path).loaded


def test_an_unknown_kind_is_named(slot_model: Path) -> None:
    with pytest.raises(GenerationError, match="poetry"):
        writer(slot_model).write([Brief(id="x", kind="poetry")], seed=1, attempt=1)


def test_settings_are_part_of_the_identity(slot_model: Path) -> None:
    from dataclasses import replace

    other = dict(KINDS)
    other["news"] = replace(KINDS["news"], decoding={**KINDS["news"].decoding, "temperature": 0.2})
    changed = TransformersGenerator("tiny", slot_model, other, model_digest="d" * 64)
    assert changed.settings_digest != writer(slot_model).settings_digest


@pytest.mark.parametrize("watched", [True, False])
def test_bars_are_drawn_at_a_terminal_only(watched: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from transformers.utils import logging

    logging.enable_progress_bar()
    monkeypatch.setattr("sys.stderr.isatty", lambda: watched, raising=False)
    no_bars_in_logs()
    assert logging.is_progress_bar_enabled() is watched
