"""Private keys as PKCS8 files, protected by a passphrase where there is one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aigc_guard.errors import ConfigError, said
from aigc_guard.signing.files import PASSPHRASE, refuse_readable


def to_pem(private: Ed25519PrivateKey, passphrase: str) -> bytes:
    """The key's file."""
    how: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        how = serialization.BestAvailableEncryption(passphrase.encode())
    pkcs8 = serialization.PrivateFormat.PKCS8
    return private.private_bytes(serialization.Encoding.PEM, pkcs8, how)


def from_file(path: Path, passphrase: str) -> Ed25519PrivateKey:
    """The key in ``path``. Raises ConfigError for one that can't be used or that others read."""
    try:
        state = path.stat()
        refuse_readable(path)
        return _read(path, state.st_mtime_ns, passphrase)
    except OSError as error:
        raise ConfigError(
            said("the key {path} can't be read: {why}", path=path, why=error.strerror),
            hint=said("restore it from a backup, or make a new one: aigc-guard keys rotate"),
        ) from None


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int, passphrase: str) -> Ed25519PrivateKey:
    """Kept between signatures: unlocking a protected key is slow on purpose."""
    return parsed(path.read_bytes(), passphrase, str(path))


def parsed(pem: bytes, passphrase: str, place: str) -> Ed25519PrivateKey:
    """The key in a PEM text; ``place`` is where people find it. Raises ConfigError."""
    # PEM names its protection, so a needless passphrase is no mistake.
    secret = passphrase.encode() if passphrase and b"ENCRYPTED" in pem else None
    try:
        key = serialization.load_pem_private_key(pem, password=secret)
    except TypeError:
        raise ConfigError(
            said("the key {path} is protected by a passphrase", path=place),
            hint=said("set {variable}", variable=PASSPHRASE),
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigError(
            said("the key {path} is damaged, or its passphrase is another", path=place),
            hint=said("check {variable}, or restore the key from a backup", variable=PASSPHRASE),
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(
            said("the key {path} is no Ed25519 key", path=place),
            hint=said("make one: openssl genpkey -algorithm ed25519"),
        )
    return key
