"""The lock: what is not pinned is not loaded, and adding a model needs its lineage."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from aigc_guard.errors import DigestMismatch, ModelError, ModelUnavailable
from aigc_guard.models import ModelStore, add_entry, load_state, read_lock, render_card

OPTIONS = {"licence": "Apache-2.0", "trained_on": ["notes | CC0 | "], "approved_for": ["news"]}
DAY = date(2026, 11, 1)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    writer = folder / "writer"
    (writer / "sub").mkdir(parents=True)
    (writer / "config.json").write_text("{}")
    (writer / "sub" / "vocab.txt").write_text("a\nb\n")
    (writer / "README.md").write_text("about")
    return folder


def add(models: Path, **options: object) -> None:
    add_entry(models, str(models / "writer"), options={**OPTIONS, **options}, today=DAY)


def test_an_added_model_is_verified_and_found(models: Path) -> None:
    add(models, languages=["en"])
    store = ModelStore(models)
    entry = store.entries["writer"]
    assert set(entry.files) == {"config.json", "sub/vocab.txt"}
    assert entry.trained_on[0].licence == "CC0"
    assert store.folder_of("writer") == models / "writer"
    assert store.facts()["writer"]["digest"] == entry.digest != ""
    assert [verdict.ok for verdict in store.verify()] == [True]


def test_figures_and_documentation_do_not_change_the_identity(models: Path) -> None:
    add(models)
    before = read_lock(models / "models.lock")["writer"]
    (models / "writer" / "README.md").write_text("more")
    add(models, figures={"bleu": 0.5})
    after = read_lock(models / "models.lock")["writer"]
    assert after.digest == before.digest
    assert after.entry_digest != before.entry_digest


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("config.json", "{ }", "config.json has sha256"),
        ("config.json", None, "config.json is missing"),
        ("generation_config.json", "{}", "a file not in the lock"),
        ("pytorch_model.bin", "x", "a pickle whose digest is not pinned"),
        ("sub/deep.pkl", "x", "a pickle whose digest is not pinned"),
    ],
)
def test_a_changed_folder_is_refused(
    models: Path, name: str, content: str | None, message: str
) -> None:
    add(models)
    path = models / "writer" / name
    path.unlink() if content is None else path.write_text(content)
    store = ModelStore(models)
    with pytest.raises(DigestMismatch, match=message) as caught:
        store.folder_of("writer")
    assert caught.value.hint
    assert message in store.verify()[0].problem


def test_a_linked_folder_is_refused(models: Path) -> None:
    add(models)
    (models / "writer" / "more").symlink_to(models.parent, target_is_directory=True)
    with pytest.raises(DigestMismatch, match="more is a file not in the lock"):
        ModelStore(models).folder_of("writer")


def test_unlisted_and_absent_models_say_what_to_do(models: Path) -> None:
    add(models)
    store = ModelStore(models)
    with pytest.raises(ModelUnavailable, match="'other' is not in") as caught:
        store.folder_of("other")
    assert "models add" in caught.value.hint
    (models / "writer").rename(models / "moved")
    with pytest.raises(ModelUnavailable, match="is not at"):
        store.folder_of("writer")


@pytest.mark.parametrize("missing", ["licence", "trained_on", "approved_for"])
def test_lineage_is_asked_for(models: Path, missing: str) -> None:
    with pytest.raises(ModelError) as caught:
        add(models, **{missing: None})
    assert "--" + missing.replace("_", "-") in caught.value.hint
    assert read_lock(models / "models.lock") == {}


def test_the_model_card_answers_what_options_leave_open(models: Path) -> None:
    card = {
        "role": "guard",
        "licence": "Apache-2.0",
        "trained_on": [{"name": "comments", "licence": "CC0-1.0", "sha256": "ab"}],
        "languages": ["zh"],
        "figures": {"auc": {"wiki": 0.9712345}},
        "summary": "Reads comments.",
    }
    (models / "writer" / "model_card.json").write_text(json.dumps(card))
    entry = add_entry(models, str(models / "writer"), options={"name": "guard-zh"}, today=DAY)
    assert entry.role == "guard"
    assert entry.languages == ("zh",)
    text = render_card(entry)
    assert "| auc · wiki | 0.9712 |" in text
    assert "| comments | CC0-1.0 |" in text
    assert entry.digest in text


def test_pickles_are_pinned_only_on_request(models: Path) -> None:
    (models / "writer" / "old.ckpt").write_bytes(b"x")
    with pytest.raises(ModelError, match="is a pickle") as caught:
        add(models)
    assert "--allow-pickle" in caught.value.hint
    add_entry(models, str(models / "writer"), options=OPTIONS, allow_pickle=True)
    assert ModelStore(models).folder_of("writer")


def test_a_server_is_listed_as_not_verifiable(models: Path) -> None:
    url = "http://127.0.0.1:8000/v1"
    entry = add_entry(models, url, options={**OPTIONS, "name": "big"}, today=DAY)
    assert entry.remote
    assert entry.digest == ""
    assert "remote, not verifiable" in render_card(entry)
    assert "无法验证" in render_card(entry, "zh")
    store = ModelStore(models)
    assert store.verify()[0].ok
    with pytest.raises(ModelUnavailable, match="remote server"):
        store.folder_of("big")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "models.lock:1: is not JSON"),
        ('{"format": 9}', "unknown format"),
        ('{"format": 1, "models": {"a": {"rolle": "x"}}}', "a has unknown keys: rolle"),
        ('{"format": 1, "models": {"a": {"role": "cook"}}}', "a.role"),
        (
            '{"format": 1, "models": {"a": {"role": "guard", "source": "s", "licence": "l"}}}',
            "a pins no file",
        ),
        (
            '{"format": 1, "models": {"a": {"role": "guard", "source": "s", "licence": "l",'
            ' "files": {"../x": "00"}}}}',
            "outside its folder",
        ),
    ],
)
def test_a_broken_lock_is_one_message(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "models.lock").write_text(text)
    with pytest.raises(ModelError) as caught:
        ModelStore(tmp_path)
    assert message in caught.value.message
    assert caught.value.hint


def test_half_precision_is_widened(models: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    weights = {"a": torch.tensor([0.1, 2.0]).half(), "b": torch.tensor([3])}
    save_file(weights, models / "writer" / "model.safetensors")
    add(models)
    state = ModelStore(models).load_state("writer")
    assert state["a"].dtype == torch.float32
    assert torch.equal(state["a"], weights["a"].float())
    assert state["b"].dtype == torch.int64


def test_an_update_is_put_into_the_weights(models: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    one = torch.arange(6.0).reshape(2, 3)
    folder = models / "writer"
    save_file(
        {"a.weight": one, "a.bias": torch.zeros(2), "b": one.clone()}, folder / "model.safetensors"
    )
    up, down = torch.tensor([[1.0], [2.0]]), torch.tensor([[1.0, 0.0, -1.0]])
    update = {"a.weight.up": up.half(), "a.weight.down": down.half(), "a.bias": torch.ones(2)}
    save_file(update, folder / "update.safetensors")
    add(models)
    state = ModelStore(models).load_state("writer")
    assert torch.equal(state["a.weight"], one + up @ down)
    assert torch.equal(state["a.bias"], torch.ones(2))
    assert torch.equal(state["b"], one)
    assert set(state) == {"a.weight", "a.bias", "b"}


@pytest.mark.parametrize(
    ("name", "shape"),
    [("c", (2,)), ("a", (3,)), ("a.up", (2, 1)), ("a.down", (1, 3)), ("b.up", (2, 4))],
)
def test_an_update_that_does_not_fit_is_refused(
    models: Path, name: str, shape: tuple[int, ...]
) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    folder = models / "writer"
    save_file({"a": torch.ones(2, 3), "b": torch.ones(2, 3)}, folder / "model.safetensors")
    update = {name: torch.ones(shape)}
    if name == "b.up":
        update["b.down"] = torch.ones(1, 3)
    save_file(update, folder / "update.safetensors")
    with pytest.raises(ModelError, match="does not fit"):
        load_state(folder)
