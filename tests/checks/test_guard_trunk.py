"""The lean trunk answers as transformers' own, padding or none, or is not used at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from aigc_guard.checks import guard_trunk, guard_words  # noqa: E402
from aigc_guard.checks.guard import guard_of  # noqa: E402
from aigc_guard.checks.guard_folder import fresh_detoxify  # noqa: E402
from aigc_guard.testing.tiny_guard import write_fake_guard  # noqa: E402


@pytest.fixture
def plain(tmp_path: Path) -> Any:
    return fresh_detoxify(write_fake_guard(tmp_path)).model.eval()


def batch(plain: Any, lengths: tuple[int, ...]) -> tuple[Any, Any]:
    longest = max(lengths)
    draw = torch.Generator().manual_seed(len(lengths))
    ids = torch.randint(0, plain.config.vocab_size, (len(lengths), longest), generator=draw)
    return ids, (torch.arange(longest) < torch.tensor(lengths)[:, None]).long()


@pytest.mark.parametrize("lengths", [(7,), (5, 5, 5), (1, 30, 12), (2, 1)])
@pytest.mark.parametrize("packed", [True, False])
def test_states_and_logits_are_those_of_transformers(
    lengths: tuple[int, ...], packed: bool, plain: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not packed:
        monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    ids, mask = batch(plain, lengths)
    with torch.inference_mode():
        wanted = plain.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        logits = plain(input_ids=ids, attention_mask=mask).logits
        assert guard_trunk.make_lean(plain)
        found = plain.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        seen = mask.bool()
        assert torch.allclose(found[seen], wanted[seen], atol=1e-5)
        assert torch.allclose(plain(input_ids=ids, attention_mask=mask).logits, logits, atol=1e-4)


def test_without_a_mask_all_is_read(plain: Any) -> None:
    ids, mask = batch(plain, (6, 6))
    lean = guard_trunk.lean_trunk(plain.bert)
    with torch.inference_mode():
        bare, whole = lean(input_ids=ids), lean(input_ids=ids, attention_mask=mask)
    assert torch.equal(bare.last_hidden_state, whole.last_hidden_state)


@pytest.mark.parametrize("kept", [0, guard_words.MOST_BYTES])
def test_kinds_of_tokens_and_words_too_many_to_keep_are_read_alike(
    kept: int, plain: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard_words, "MOST_BYTES", kept)
    ids, mask = batch(plain, (9, 4))
    lean = guard_trunk.lean_trunk(plain.bert)
    assert (lean._words is None) == (not kept)
    with torch.inference_mode():
        for kinds in (torch.zeros_like(ids), torch.ones_like(ids)):
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds}
            found, wanted = lean(**given), plain.bert(**given)
            assert torch.allclose(
                found.last_hidden_state[mask.bool()],
                wanted.last_hidden_state[mask.bool()],
                atol=1e-5,
            )


def test_a_words_products_are_made_when_it_is_first_read(plain: Any) -> None:
    words = guard_trunk.lean_trunk(plain.bert)._words
    assert not words._known.any()
    ids, places = torch.tensor([3, 5, 3]), torch.tensor([0, 1, 2])
    with torch.inference_mode():
        first = words(ids, places)
        assert words._known.nonzero().flatten().tolist() == [3, 5]
        again = words(ids, places)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    own = plain.bert.encoder.layer[0].attention.self
    with torch.inference_mode():
        states = plain.bert.embeddings(input_ids=ids[None])[0]
        wanted = torch.cat([part(states) for part in (own.query, own.key, own.value)], dim=1)
    assert torch.allclose(first[0], states, atol=1e-6)
    assert torch.allclose(first[1], wanted, atol=1e-5)


@pytest.mark.parametrize("change", ["hidden_act", "is_decoder", "dtype"])
def test_a_model_that_is_no_plain_bert_stays_as_it_is(change: str, plain: Any) -> None:
    if change == "dtype":
        plain = plain.double()
    else:
        setattr(plain.config, change, "relu" if change == "hidden_act" else True)
    before = plain.bert
    assert not guard_trunk.make_lean(plain)
    assert plain.bert is before


def test_a_trunk_that_reads_otherwise_is_not_used(
    plain: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    right = guard_trunk._Rows.spread
    monkeypatch.setattr(guard_trunk._Rows, "spread", lambda self, rows: 1.1 * right(self, rows))
    before = plain.bert
    assert not guard_trunk.make_lean(plain)
    assert plain.bert is before
    assert "not used" in caplog.text


def test_a_torch_that_packs_otherwise_leaves_the_model_as_it_is(
    plain: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unknown(*_: Any) -> Any:
        raise RuntimeError("expected at most 4 arguments")

    monkeypatch.setattr(guard_trunk._Product, "plus", unknown)
    before = plain.bert
    assert not guard_trunk.make_lean(plain)
    assert plain.bert is before
    assert "can't be used here: RuntimeError" in caplog.text


def test_the_guards_read_with_it(tmp_path: Path) -> None:
    guard = guard_of(write_fake_guard(tmp_path))
    assert type(guard.model.model.bert).__name__ == "LeanTrunk"
