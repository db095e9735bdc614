from __future__ import annotations

import hashlib
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aigc_guard.errors import ConfigError, ProofError
from aigc_guard.proof.public_keys import Purpose, Trust, is_signed, key_id_of, pem_of
from aigc_guard.signing import Keyring, SecretKeys, Signature, Use, open_signer, service

AT, LATER = "2026-01-05T09:00:00Z", "2026-02-01T09:00:00Z"


def pem(private: Ed25519PrivateKey) -> str:
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def test_keys_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "keys", {})
    made = ring.ensure(at=AT)
    assert [key.purpose for key in made] == [Purpose.RELEASE, Purpose.LOG]
    assert made[0].id != made[1].id
    assert ring.ensure(at=LATER) == []
    assert ring.trust().keys == tuple(made)
    files = [path for path in ring.folder.iterdir() if not path.name.startswith(".k")]
    assert len(files) == 3
    for path in ring.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(ring.folder.stat().st_mode) == 0o700


def test_processes_that_start_together_agree_on_the_keys(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from aigc_guard.signing import Keyring; "
        "Keyring(pathlib.Path(sys.argv[1]), {}).ensure(at=sys.argv[2])"
    )
    workers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), AT]) for _ in range(4)]
    assert [worker.wait(60) for worker in workers] == [0] * 4
    assert len(Keyring(tmp_path, {}).trust().keys) == 2


def test_a_rotated_key_still_verifies_and_signs_no_more(tmp_path: Path) -> None:
    ring = Keyring(tmp_path, {})
    old, _ = ring.ensure(at=AT)
    before = ring.sign(Purpose.RELEASE, b"one")
    new = ring.rotate(Purpose.RELEASE, at=LATER)
    after = ring.sign(Purpose.RELEASE, b"one")
    assert (before.key_id, after.key_id) == (old.id, new.id)
    trusted = {key.id: key for key in ring.trust().of(Purpose.RELEASE)}
    assert trusted[old.id].retired_at == LATER
    assert not trusted[new.id].retired_at
    for made in (before, after):
        assert is_signed(trusted[made.key_id].raw, b"one", made.value)
        assert not is_signed(trusted[made.key_id].raw, b"two", made.value)
    assert not (tmp_path / f"release-{old.id[:16]}.pem").exists()
    assert len(ring.trust().of(Purpose.LOG)) == 1


def test_a_passphrase_protects_the_files(tmp_path: Path) -> None:
    ring = Keyring(tmp_path, {"AIGC_GUARD_KEY_PASSPHRASE": "a long one"})
    ring.ensure(at=AT)
    assert ring.sign(Purpose.LOG, b"x").value
    for path in tmp_path.glob("*.pem"):
        assert b"ENCRYPTED" in path.read_bytes()
    for env in ({}, {"AIGC_GUARD_KEY_PASSPHRASE": "another"}):
        with pytest.raises(ConfigError) as refused:
            Keyring(tmp_path, env).sign(Purpose.LOG, b"x")
        assert "AIGC_GUARD_KEY_PASSPHRASE" in refused.value.hint
        assert "a long one" not in str(refused.value)


def test_a_key_from_the_environment_leaves_no_private_file(tmp_path: Path) -> None:
    first, second = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    ring = Keyring(tmp_path, {"AIGC_GUARD_RELEASE_KEY": pem(first)})
    ring.ensure(at=AT)
    assert ring.public_key(Purpose.RELEASE) == first.public_key().public_bytes_raw()
    assert not list(tmp_path.glob("release-*"))
    with pytest.raises(ConfigError, match="AIGC_GUARD_RELEASE_KEY"):
        ring.rotate(Purpose.RELEASE, at=LATER)
    ring = Keyring(tmp_path, {"AIGC_GUARD_RELEASE_KEY": pem(second)})
    ring.ensure(at=LATER)
    old, new = ring.trust().of(Purpose.RELEASE)
    assert (old.retired_at, new.retired_at) == (LATER, "")
    assert new.id == key_id_of(second.public_key().public_bytes_raw())


def test_what_is_wrong_with_a_key_is_told(tmp_path: Path) -> None:
    ring = Keyring(tmp_path, {})
    with pytest.raises(ConfigError, match="no log key"):
        ring.sign(Purpose.LOG, b"x")
    _, log = ring.ensure(at=AT)
    path = tmp_path / f"log-{log.id[:16]}.pem"
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="read by others"):
        ring.sign(Purpose.LOG, b"x")
    path.chmod(0o600)
    path.write_text("nonsense", encoding="utf-8")
    with pytest.raises(ConfigError, match="damaged"):
        ring.sign(Purpose.LOG, b"x")
    path.write_text(pem(Ed25519PrivateKey.generate()), encoding="utf-8")
    with pytest.raises(ConfigError, match="not the one"):
        ring.sign(Purpose.LOG, b"x")
    path.unlink()
    with pytest.raises(ConfigError, match="can't be read"):
        ring.sign(Purpose.LOG, b"x")


def test_public_keys_survive_their_file_and_nothing_else_passes(tmp_path: Path) -> None:
    ring = Keyring(tmp_path, {})
    ring.ensure(at=AT)
    trust = ring.trust()
    assert Trust.parse(trust.to_text(), place="x") == trust
    key = trust.keys[0]
    loaded = serialization.load_pem_public_key(pem_of(key.raw).encode())
    spki = loaded.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert key.id == hashlib.sha256(spki).hexdigest()
    other = trust.to_text().replace(key.id, "00" * 32)
    for text in ("", "[]", "{}", '{"format": "aigc_guard public keys, version 1"}', other):
        with pytest.raises(ProofError, match="no public keys"):
            Trust.parse(text, place="x")


class FakeService:
    """A key service that may lie about its signatures."""

    def __init__(self, *, is_honest: bool) -> None:
        self.private = Ed25519PrivateKey.generate()
        self.is_honest = is_honest

    def public_key(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> Signature:
        return Signature(
            self.public_key(), self.private.sign(message if self.is_honest else b"other")
        )


@pytest.mark.parametrize("is_honest", [True, False])
def test_a_key_service_is_used_by_name_and_believed_only_when_it_signs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_honest: bool
) -> None:
    kept = FakeService(is_honest=is_honest)
    point = SimpleNamespace(name="vault", load=lambda: lambda _purpose: kept)
    monkeypatch.setattr(service, "entry_points", lambda group: [point] * (group == service.GROUP))
    ring = Keyring(tmp_path, {})
    signer = open_signer(ring, Purpose.RELEASE, source="vault")
    ring.adopt(Purpose.RELEASE, signer.public_key(), at=AT)
    assert not list(tmp_path.glob("*.pem"))
    if is_honest:
        made = signer.sign(b"x")
        assert is_signed(ring.trust().of(Purpose.RELEASE)[0].raw, b"x", made.value)
    else:
        with pytest.raises(ConfigError, match="does not hold"):
            signer.sign(b"x")
    with pytest.raises(ConfigError, match="no installed package"):
        open_signer(ring, Purpose.RELEASE, source="elsewhere")


def test_secret_keys_lie_as_signing_keys_do_and_a_retired_one_is_kept(tmp_path: Path) -> None:
    own = SecretKeys(tmp_path / "keys", {"AIGC_GUARD_KEY_PASSPHRASE": "open"})
    first = own.ensure(Use.WATERMARK, at=AT)
    assert own.ensure(Use.WATERMARK, at=LATER) == first
    assert own.ensure(Use.FINGERPRINT, at=AT).id != first.id
    second = own.rotate(Use.WATERMARK, at=LATER)
    assert [key.retired_at for key in own.of(Use.WATERMARK)] == [LATER, ""]
    assert len({own.value(key) for key in own.known()}) == 3
    assert own.of(Use.WATERMARK)[-1] == second
    for path in own.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert own.value(first).hex() not in path.read_text(encoding="utf-8")
    with pytest.raises(ConfigError, match="passphrase"):
        SecretKeys(own.folder, {}).value(first)
    file, other = (own.folder / f"watermark-{key.id}.pem" for key in (first, second))
    file.write_bytes(other.read_bytes())
    with pytest.raises(ConfigError, match="not the one"):
        own.value(first)
    (own.folder / "secrets.json").write_text("{", encoding="utf-8")
    with pytest.raises(ConfigError, match="can't be read"):
        own.known()
