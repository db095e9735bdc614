"""Private keys: who signs releases and the log, from files, the environment or a key service."""

from __future__ import annotations

from aigc_guard.signing.authority import Authority
from aigc_guard.signing.interface import Signature, Signer
from aigc_guard.signing.keyring import Keyring
from aigc_guard.signing.secret_keys import SecretKey, SecretKeys, Use
from aigc_guard.signing.service import open_signer

__all__ = [
    "Authority",
    "Keyring",
    "SecretKey",
    "SecretKeys",
    "Signature",
    "Signer",
    "Use",
    "open_signer",
]
