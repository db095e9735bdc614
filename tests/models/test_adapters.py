"""An adapter's entry pins its base too: neither is loaded when the other is not what it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aigc_guard.errors import DigestMismatch, ModelError, ModelUnavailable
from aigc_guard.models import ModelStore, add_entry, read_lock, render_card

OPTIONS = {"licence": "CC0-1.0", "trained_on": ["notes"], "approved_for": ["news"]}


def adapter(folder: Path, named: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "adapter_model.safetensors").write_bytes(b"low rank")
    (folder / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": named}))
    return folder


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A lock with a base and an adapter upon it, each in a folder of its own."""
    home = tmp_path / "models"
    (home / "trunk").mkdir(parents=True)
    (home / "trunk" / "model.safetensors").write_bytes(b"weights")
    add_entry(home, str(home / "trunk"), options=OPTIONS)
    add_entry(home, str(adapter(home / "leaf", "../trunk")), options=OPTIONS)
    return home


def test_the_entry_names_its_base_by_digest(models: Path) -> None:
    entries = read_lock(models / "models.lock")
    leaf, trunk = entries["leaf"], entries["trunk"]
    assert leaf.base is not None
    assert (leaf.base.name, leaf.base.digest) == ("trunk", trunk.digest)
    assert set(leaf.files) == {"adapter_config.json", "adapter_model.safetensors"}
    assert trunk.base is None
    assert ModelStore(models).folder_of("leaf") == models / "leaf"
    assert all(verdict.ok for verdict in ModelStore(models).verify())
    assert trunk.digest in render_card(leaf)


def test_another_base_is_another_model(models: Path) -> None:
    before = read_lock(models / "models.lock")["leaf"]
    (models / "trunk" / "model.safetensors").write_bytes(b"other weights")
    add_entry(models, str(models / "trunk"), options=OPTIONS)
    with pytest.raises(DigestMismatch, match="made upon 'trunk'"):
        ModelStore(models).folder_of("leaf")
    add_entry(models, str(models / "leaf"), options=OPTIONS)
    assert read_lock(models / "models.lock")["leaf"].digest != before.digest
    assert ModelStore(models).folder_of("leaf")


def test_a_changed_file_of_the_base_stops_the_adapter(models: Path) -> None:
    (models / "trunk" / "model.safetensors").write_bytes(b"tampered")
    store = ModelStore(models)
    with pytest.raises(DigestMismatch, match="trunk"):
        store.folder_of("leaf")
    assert [verdict.ok for verdict in store.verify()] == [False, False]


def test_a_base_elsewhere_than_the_entry_s_is_refused(models: Path) -> None:
    """The lock says upon which entry; the pinned config says in which folder. Both must agree."""
    (models / "copy").mkdir()
    (models / "copy" / "model.safetensors").write_bytes(b"weights")
    lock = json.loads((models / "models.lock").read_text())
    lock["models"]["trunk"]["folder"] = "copy"
    (models / "models.lock").write_text(json.dumps(lock))
    with pytest.raises(DigestMismatch, match="made upon"):
        ModelStore(models).folder_of("leaf")


def test_a_base_that_the_entry_does_not_name_is_refused(models: Path) -> None:
    lock = json.loads((models / "models.lock").read_text())
    del lock["models"]["leaf"]["base"]
    (models / "models.lock").write_text(json.dumps(lock))
    with pytest.raises(ModelUnavailable, match="does not name"):
        ModelStore(models).folder_of("leaf")


@pytest.mark.parametrize("named", ["../unlisted", "../leaf"])
def test_the_base_must_be_an_entry_and_no_adapter(models: Path, named: str) -> None:
    (models / "unlisted").mkdir()
    folder = adapter(models / "new", named)
    with pytest.raises(ModelError, match="no entry"):
        add_entry(models, str(folder), options=OPTIONS)


def test_a_base_inside_the_folder_is_pinned_file_by_file(models: Path) -> None:
    folder = adapter(models / "whole", "base")
    (folder / "base").mkdir()
    (folder / "base" / "model.safetensors").write_bytes(b"weights")
    entry = add_entry(models, str(folder), options=OPTIONS)
    assert entry.base is None
    assert "base/model.safetensors" in entry.files
    assert ModelStore(models).folder_of("whole") == folder
