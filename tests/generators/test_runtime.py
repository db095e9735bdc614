"""The lean runtime gives transformers' own logits, and rows that part stay what they were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aigc_guard.generators.decode import Decoding, Request, Vocabulary, sample
from aigc_guard.generators.gpt2_runtime import Gpt2Runtime, fits
from aigc_guard.generators.runtime import CachedRuntime, Runtime, runtime_name, runtime_of
from aigc_guard.generators.transformers_lm import LoadedModel, TransformersGenerator
from aigc_guard.kinds import load_kinds
from tests.generators.conftest import plain_model

if TYPE_CHECKING:
    import torch

KINDS = load_kinds(Path(__file__).parents[2] / "kinds")


@pytest.fixture(scope="module")
def loaded(slot_model: Path) -> LoadedModel:
    return LoadedModel(slot_model)


def test_the_lean_runtime_gives_the_models_own_logits(loaded: LoadedModel) -> None:
    """Rows are padded, split, dropped and reordered as a real batch does it."""
    import torch

    torch.manual_seed(4)
    vocabulary = len(loaded.tokenizer)
    ids = torch.randint(vocabulary, (5, 11))
    mask = torch.ones_like(ids)
    for row in range(5):
        mask[row, : 2 * row] = 0
    pair: tuple[Runtime, Runtime] = (CachedRuntime(loaded.model), Gpt2Runtime(loaded.model))
    with torch.inference_mode():
        first, second = (runtime.read(ids, mask, 24, 40) for runtime in pair)
        rows = 5
        assert torch.allclose(first, second, atol=1e-4)
        for _ in range(40):
            count = int(torch.randint(1, 25, (1,)))
            sources = torch.randint(rows, (count,)).tolist()
            tokens = torch.randint(vocabulary, (count,)).tolist()
            first, second = (runtime.step(sources, tokens) for runtime in pair)
            rows = count
            assert first.shape == (count, vocabulary)
            assert torch.allclose(first, second, atol=1e-4)


def test_a_row_that_split_goes_on_as_if_it_were_alone(loaded: LoadedModel) -> None:
    import torch

    def logits_of(words: list[int]) -> torch.Tensor:
        row = torch.tensor([words])
        logits: torch.Tensor = loaded.model(input_ids=row).logits[0, -1]
        return logits

    with torch.inference_mode():
        runtime = Gpt2Runtime(loaded.model)
        runtime.read(torch.tensor([[70, 71]]), torch.ones(1, 2, dtype=torch.long), 4, 4)
        runtime.step([0, 0, 0], [80, 81, 82])
        last = runtime.step([2, 0, 2], [90, 91, 92])
        for row, words in enumerate(([70, 71, 82, 90], [70, 71, 80, 91], [70, 71, 82, 92])):
            assert torch.allclose(last[row], logits_of(words), atol=1e-4)


def test_both_runtimes_write_the_same_greedy_texts(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = [
        Request(tuple(loaded.tokenizer.encode(p)))
        for p in ("<bos>The museum", "<bos>It is made of steel", "<bos>said")
    ]
    decoding = Decoding(candidates=3, max_new_tokens=16)

    def greedy() -> list[Any]:
        drawn = sample(loaded.model, requests, loaded.vocabulary, decoding, seed=2)
        return [candidates[0].ids for candidates in drawn]

    lean = greedy()
    monkeypatch.setattr("aigc_guard.generators.decode.runtime_of", CachedRuntime)
    assert greedy() == lean


def test_a_prompt_is_read_once_for_all_its_candidates(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Candidates that drew the same words share a row: greedy ones alone never part."""
    asked: list[int] = []

    class Counting(CachedRuntime):
        def step(self, sources: list[int], tokens: list[int]) -> Any:
            asked.append(len(sources))
            assert len(set(zip(sources, tokens, strict=True))) == len(sources)
            return super().step(sources, tokens)

    monkeypatch.setattr("aigc_guard.generators.decode.runtime_of", Counting)
    request = Request(tuple(loaded.tokenizer.encode("<bos>The museum")))
    cold = Decoding(candidates=6, temperature=1e-4, max_new_tokens=10)
    (candidates,) = sample(loaded.model, [request], loaded.vocabulary, cold, seed=1)
    assert asked
    assert set(asked) == {1}
    assert len({c.ids for c in candidates}) == 1
    asked.clear()
    hot = Decoding(candidates=6, temperature=3.0, max_new_tokens=10)
    (candidates,) = sample(loaded.model, [request], loaded.vocabulary, hot, seed=1)
    assert max(asked) > 1
    assert len({c.ids for c in candidates}) > 1


def test_only_a_plain_gpt2_is_computed_by_the_lean_runtime(
    loaded: LoadedModel, tmp_path: Path
) -> None:
    assert isinstance(runtime_of(loaded.model), Gpt2Runtime)
    loaded.model.config.scale_attn_by_inverse_layer_idx = True
    try:
        assert not fits(loaded.model)
    finally:
        loaded.model.config.scale_attn_by_inverse_layer_idx = False
    llama = LoadedModel(plain_model(tmp_path, "llama"))
    assert isinstance(runtime_of(llama.model), CachedRuntime)


def test_what_computes_the_logits_is_part_of_a_drafts_identity(
    slot_model: Path, tmp_path: Path
) -> None:
    """A folder that another runtime computes gives other draft ids."""
    assert runtime_name(slot_model).startswith("gpt2 ")
    config = json.loads((slot_model / "config.json").read_text("utf-8"))
    config["reorder_and_upcast_attn"] = True
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    assert runtime_name(tmp_path).startswith("transformers ")
    one, other = (
        TransformersGenerator("tiny", folder, KINDS, model_digest="d" * 64).settings_digest
        for folder in (slot_model, tmp_path)
    )
    assert one != other


class FakeForkedRuntime(Runtime):
    """Writes "1 2 end" after a first 1, and 3 for ever after a first 3, which is drawn seldom."""

    def read(self, ids: torch.Tensor, mask: torch.Tensor, rows: int, steps: int) -> torch.Tensor:
        return self._logits([{1: 0.8, 3: 0.2}] * len(ids))

    def step(self, sources: list[int], tokens: list[int]) -> torch.Tensor:
        return self._logits([{{1: 2, 2: 0, 3: 3}[token]: 1.0} for token in tokens])

    def _logits(self, rows: list[dict[int, float]]) -> torch.Tensor:
        import torch

        chances = torch.full((len(rows), 4), 1e-9)
        for row, said in enumerate(rows):
            for token, chance in said.items():
                chances[row, token] = chance
        return chances.log()


@pytest.mark.parametrize(
    ("most_ended", "overlong", "length"),
    [(0.75, 2.0, 6), (0.75, 3.0, 9), (0.5, 1.25, 4), (1.0, 2.0, 60)],
)
def test_what_goes_on_long_after_its_siblings_is_given_up(
    monkeypatch: pytest.MonkeyPatch, most_ended: float, overlong: float, length: int
) -> None:
    monkeypatch.setattr("aigc_guard.generators.decode.runtime_of", lambda model: model)
    decoding = Decoding(
        16, 1.0, top_p=1.0, max_new_tokens=60, most_ended=most_ended, overlong=overlong
    )
    vocabulary = Vocabulary(pad=1, end=0)
    (drawn,) = sample(FakeForkedRuntime(), [Request((1,))], vocabulary, decoding, seed=2)
    endless = [c for c in drawn if c.ids[0] == 3]
    assert 0 < len(endless) <= 4
    assert all(not c.finished and len(c.ids) == length for c in endless)
    assert all(c.finished and c.ids == (1, 2) for c in drawn if c.ids[0] == 1)


def test_no_candidate_is_given_up_while_many_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aigc_guard.generators.decode.runtime_of", lambda model: model)
    decoding = Decoding(candidates=2, temperature=1.0, top_p=1.0, max_new_tokens=60)
    asked = [Request((1,))] * 40
    drawn = sample(FakeForkedRuntime(), asked, Vocabulary(pad=1, end=0), decoding, seed=2)
    mixed = [c for c in drawn if {one.ids[0] for one in c} == {1, 3}]
    assert mixed
    assert all(len(one.ids) == 60 for pair in mixed for one in pair if one.ids[0] == 3)
