from __future__ import annotations

import threading
from pathlib import Path

import pytest

from aigc_guard.errors import ConfigError
from aigc_guard.policy.redacting import Redaction
from aigc_guard.redact import RedactionError, apply, load_or_make_key, undo


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "keys" / "redaction.key"
    key = load_or_make_key(path)
    assert len(key) == 64
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    assert load_or_make_key(path) == key
    assert [file.name for file in path.parent.iterdir()] == ["redaction.key"]


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    path = tmp_path / "redaction.key"
    keys: list[bytes] = []
    gate = threading.Barrier(8)

    def make() -> None:
        gate.wait()
        keys.append(load_or_make_key(path))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_key_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "redaction.key"
    load_or_make_key(path)
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="read by others"):
        load_or_make_key(path)


@pytest.mark.parametrize("content", [b"", b"not base64!", b"c2hvcnQ="])
def test_a_damaged_key_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "redaction.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="damaged"):
        load_or_make_key(path)


def test_erasing_the_key_erases_the_values(tmp_path: Path) -> None:
    path = tmp_path / "redaction.key"
    phone = Redaction("no-phones", "PHONE_NUMBER", 5, 13, "[phone]")
    redacted = apply("call 555-0142", [phone], load_or_make_key(path))
    assert undo(redacted.text, redacted.edits, load_or_make_key(path)) == "call 555-0142"
    path.unlink()
    with pytest.raises(RedactionError, match="sealed under key"):
        undo(redacted.text, redacted.edits, load_or_make_key(path))
