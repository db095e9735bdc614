"""The LSTM baseline is called as the transformer is, and padding changes nothing it says."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.errors import ConfigError
from aigc_guard.generators.decode import Decoding, Request, sample
from aigc_guard.generators.slots import SPECIAL_TOKENS
from aigc_guard.generators.transformers_lm import LoadedModel
from aigc_guard.training.writers import lstm
from aigc_guard.training.writers.finetune import batch_loss
from aigc_guard.training.writers.loop import Plan, save_checkpoint, train
from aigc_guard.training.writers.mixture import Encoded
from aigc_guard.training.writers.model import ask_shape, asked_writer, new_trunk, new_writer
from aigc_guard.training.writers.optimizer import MuonAdam
from tests.generators.conftest import save_tokenizer

PAIRS = [Encoded(tuple((n * k) % 39 + 1 for k in range(1, 9 + n)), 3) for n in range(1, 5)]


def small(seed: int = 4) -> Any:
    import torch

    from aigc_guard.training.writers.lstm_model import LstmConfig, LstmWriter

    torch.manual_seed(seed)
    return LstmWriter(LstmConfig(vocab_size=40, embedding=24, hidden=32, context=16))


def test_it_has_about_as_many_parameters_as_the_transformer() -> None:
    counts = {
        arch: sum(p.numel() for p in new_writer(arch, 5120).parameters())
        for arch in ("lstm", "transformer")
    }
    assert abs(counts["lstm"] / counts["transformer"] - 1) < 0.02


def test_a_shape_is_asked_of_the_transformer_alone() -> None:
    parser = argparse.ArgumentParser()
    ask_shape(parser)
    asked = asked_writer(90, parser.parse_args(["--width", "64", "--layers", "1"]))
    assert (asked.config.n_embd, asked.config.n_layer) == (64, 1)
    with pytest.raises(ConfigError, match="--dropout"):
        asked_writer(90, parser.parse_args(["--arch", "lstm", "--dropout", "0.2"]))


def test_the_default_writer_is_still_the_same_transformer() -> None:
    import torch

    torch.manual_seed(3)
    one = new_trunk(40).state_dict()
    torch.manual_seed(3)
    other = new_writer("transformer", 40).state_dict()
    assert list(one) == list(other)
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_left_padding_changes_nothing() -> None:
    import torch

    model = small().eval()
    rows = [[5, 6, 7], [8, 9, 10, 11, 12, 13], [14]]
    width = max(map(len, rows))
    ids = torch.tensor([[0] * (width - len(row)) + row for row in rows])
    mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows])
    with torch.inference_mode():
        padded = model(input_ids=ids, attention_mask=mask, use_cache=True)
        following = model(
            input_ids=torch.tensor([[3], [4], [5]]),
            attention_mask=torch.cat([mask, torch.ones(3, 1, dtype=torch.long)], dim=1),
            past_key_values=padded.past_key_values,
            use_cache=True,
        )
        for number, row in enumerate(rows):
            alone = model(input_ids=torch.tensor([[*row, 3 + number]])).logits[0]
            assert torch.allclose(padded.logits[number, -len(row) :], alone[:-1], atol=1e-5)
            assert torch.allclose(following.logits[number, -1], alone[-1], atol=1e-5)


def test_other_padding_is_refused() -> None:
    import torch

    mask = torch.tensor([[1, 1, 0]])
    with pytest.raises(ValueError, match="padded on the left"):
        small()(input_ids=torch.tensor([[3, 4, 0]]), attention_mask=mask)


def test_a_cached_step_says_what_a_whole_pass_says() -> None:
    import torch

    model = small().eval()
    ids = torch.tensor([[5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]])
    with torch.inference_mode():
        whole = model(input_ids=ids).logits
        state = None
        for place in range(ids.size(1)):
            out = model(input_ids=ids[:, place : place + 1], past_key_values=state, use_cache=True)
            state = out.past_key_values
            assert torch.allclose(out.logits[:, 0], whole[:, place], atol=1e-5)
            if place == 1:
                kept = torch.tensor([2, 0])
                state.batch_select_indices(kept)
                ids, whole = ids[kept], whole[kept]


def test_no_word_is_told_before_it_is_read() -> None:
    import torch

    model = small().eval()
    with torch.inference_mode():
        one = model(input_ids=torch.tensor([[5, 6, 7, 8]])).logits[:, :3]
        other = model(input_ids=torch.tensor([[5, 6, 7, 30]])).logits[:, :3]
    assert torch.equal(one, other)


def test_the_same_training_lowers_its_loss(tmp_path: Path) -> None:
    model = small()
    before = float(batch_loss(model.eval(), PAIRS).detach())
    plan = Plan(steps=150, warmup=2, checkpoint_seconds=1e9)
    train(model, lambda _: batch_loss(model, PAIRS), plan, tmp_path)
    assert float(batch_loss(model.eval(), PAIRS).detach()) < 0.5 * before


def test_the_prose_stage_gets_its_loss_as_from_the_transformer() -> None:
    import torch

    model = small().eval()
    ids = torch.tensor([[5, 6, 7, 8], [9, 10, 11, 12]])
    out = model(input_ids=ids, labels=ids, use_cache=False)
    wanted = torch.nn.functional.cross_entropy(
        out.logits[:, :-1].reshape(-1, 40), ids[:, 1:].reshape(-1)
    )
    assert torch.allclose(out.loss, wanted)
    assert out.past_key_values is None


def test_every_parameter_is_the_optimizers_once() -> None:
    model = small()
    optimizer = MuonAdam(model, muon_rate=0.02, adam_rate=3e-3)
    adam = [p for group in optimizer.adam.param_groups for p in group["params"]]
    held = [*optimizer.matrices.values(), *adam]
    assert {id(p) for p in held} == {id(p) for p in model.parameters()}
    assert len(held) == len(list(model.parameters()))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A training folder as pretrain and finetune leave it."""
    tokenizer = save_tokenizer(tmp_path / "tokenizer", SPECIAL_TOKENS)
    import torch

    torch.manual_seed(1)
    model = new_writer("lstm", tokenizer.get_vocab_size())
    optimizer = MuonAdam(model, muon_rate=0.02, adam_rate=3e-3)
    save_checkpoint(tmp_path / "prose", model, optimizer, 7)
    save_checkpoint(tmp_path / "pairs", model, optimizer, 9)
    return tmp_path


def test_the_shipped_decoder_writes_with_it(run: Path, tmp_path: Path) -> None:
    loaded = LoadedModel(lstm.export_run(run, "lstm", tmp_path / "model"))
    assert loaded.slot_trained
    marks = loaded.vocabulary.placeholders
    requests = [Request((40, 41, 42, 43), marks[:2]), Request((44,), marks[:1])]
    settings = Decoding(candidates=3, max_new_tokens=12, batch=4)
    drawn = sample(loaded.model, requests, loaded.vocabulary, settings, 1)
    assert drawn == sample(loaded.model, requests, loaded.vocabulary, settings, 1)
    for request, candidates in zip(requests, drawn, strict=True):
        assert len(candidates) == 3
        for candidate in candidates:
            written = [i for i in candidate.ids if i in marks]
            assert set(written) <= set(request.required)
            assert not candidate.finished or set(written) == set(request.required)
    greedy = sample(
        loaded.model, requests[1:], loaded.vocabulary, Decoding(1, max_new_tokens=12), 1
    )
    assert greedy[0][0].ids == drawn[1][0].ids


def test_figures_of_two_runs_stand_in_one_file(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lstm, "benchmark", lambda *given: {"acts": 2, "slot_error": 0.5})
    monkeypatch.setattr(lstm, "held_out_loss", lambda *given: 1.25)
    out = tmp_path / "lstm.json"
    given = ["--data", str(tmp_path), "--out", str(out), "--parts", "tv"]
    lstm.main([*given, "--run", str(run), "--note", "Fewer steps."])
    first = json.loads(out.read_text())
    assert first["writers"]["lstm"]["steps"] == {"prose": 7, "pairs": 9}
    assert first["writers"]["lstm"]["parts"]["tv"]["loss"] == 1.25
    other = {"split": first["split"], "decoding": first["decoding"], "writers": {"transformer": 1}}
    lstm.write_figures(out, other)
    both = json.loads(out.read_text())
    assert set(both["writers"]) == {"lstm", "transformer"}
    assert both["notes"] == "Fewer steps."
    lstm.write_figures(out, other | {"split": "valid"})
    assert set(json.loads(out.read_text())["writers"]) == {"transformer"}


def test_held_out_loss_is_the_mean_over_the_splits_tokens(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aigc_guard.generators.linearise import Slot
    from aigc_guard.training.writers import pairs_d2t
    from aigc_guard.training.writers.pairs import Pair

    slots = (Slot("product", "Lamp", "name"),)
    made = [
        Pair("rnnlg-tv", "marketing", "inform", slots, "The <v1> costs little.", split)
        for split in ("train", "test")
    ]
    monkeypatch.setattr(pairs_d2t, "rnnlg", lambda data: iter(made))
    loaded = LoadedModel(lstm.export_run(run, "lstm", tmp_path / "model"))
    encoded = lstm.encode_pairs(loaded.tokenizer.backend_tokenizer, made[1:], 256)
    wanted = float(batch_loss(loaded.model, encoded).detach())
    assert lstm.held_out_loss(loaded, tmp_path, "tv", "test") == pytest.approx(wanted, abs=1e-3)
