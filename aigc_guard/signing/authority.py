"""The installation's own certificate authority, whose certificates sign content credentials.

Content credentials (C2PA) know no bare keys: a leaf certificate signs, and leads over an
intermediate one to a root that a verifier pins. Public viewers don't know the root of an
installation and call it untrusted.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from aigc_guard.errors import ConfigError, said
from aigc_guard.signing.certificates import KeyPem, Made, Wish, make
from aigc_guard.signing.files import PASSPHRASE, only_writer, refuse_readable, write_private

FOLDER = "c2pa"
ROOTS = "roots.pem"
_TIME_ROOTS = "time-roots.pem"
_CHAIN, _LEAF_KEY, _ROOT_KEY = "chain.pem", "leaf.key.pem", "root.key.pem"
_ROOT_YEARS, _LEAF_YEARS = 30, 20
# Without a trusted time a credential is worth nothing once its certificate ends, so it lasts.
_RENEW_BEFORE = timedelta(days=365)
# Clocks of verifiers differ.
_SLACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Credential:
    """What signs: the chain from the leaf up without its root, the leaf's key, the root; PEM."""

    chain: str
    private_key: bytes
    root: str

    @property
    def root_sha256(self) -> str:
        """Hex sha256 of the root certificate (DER), as viewers show it."""
        return fingerprint(self.root)


def fingerprint(pem: str) -> str:
    """Hex sha256 of a certificate (DER). Raises ValueError when it is none."""
    return x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA256()).hex()


@dataclass(frozen=True)
class Authority:
    """The authority in ``folder``; ``env`` may hold the passphrase of its keys."""

    folder: Path
    env: Mapping[str, str]

    @classmethod
    def at(cls, keys: Path) -> Authority:
        """The authority among an installation's keys, with this process's environment."""
        return cls(keys / FOLDER, os.environ)

    def roots(self) -> tuple[str, ...]:
        """Every root this installation has signed under, PEM; none before the first use."""
        return self._pinned(ROOTS)

    def pinned(self) -> tuple[str, ...]:
        """What a verifier pins: the roots, and those of the time authorities that were used."""
        return self._pinned(ROOTS) + self._pinned(_TIME_ROOTS)

    def adopt_times(self, pem: bytes) -> None:
        """Note a time authority's roots (PEM). Raises ValueError when there is no certificate."""
        given = _certificates(pem)
        with only_writer(self.folder):
            known = self._pinned(_TIME_ROOTS)
            merged = dict.fromkeys([*known, *given])
            if len(merged) > len(known):
                write_private(self.folder / _TIME_ROOTS, "".join(merged).encode())

    def _pinned(self, name: str) -> tuple[str, ...]:
        path = self.folder / name
        return _certificates(path.read_bytes()) if path.exists() else ()

    def ensure(self, *, now: datetime | None = None) -> Credential:
        """What signs now. Made on first use, and anew a year before the leaf ends.

        Raises ConfigError for keys that can't be used.
        """
        at = now or datetime.now(UTC)
        with only_writer(self.folder):
            if not self.roots():
                self._make_root(at)
            if self._is_due(at):
                self._make_leaf(at)
        return Credential(
            (self.folder / _CHAIN).read_text("ascii"),
            self._key(_LEAF_KEY).to_pem(""),
            self.roots()[-1],
        )

    def _is_due(self, at: datetime) -> bool:
        path = self.folder / _CHAIN
        if not path.exists():
            return True
        leaf = x509.load_pem_x509_certificates(path.read_bytes())[0]
        return leaf.not_valid_after_utc - _RENEW_BEFORE < at

    def _make_root(self, at: datetime) -> None:
        made = make(Wish("AIGC Guard root", *_span(at, _ROOT_YEARS), path_length=1))
        self._keep(_ROOT_KEY, made.key)
        write_private(self.folder / ROOTS, made.pem)

    def _make_leaf(self, at: datetime) -> None:
        root = x509.load_pem_x509_certificate(self.roots()[-1].encode())
        issuer = Made(root, self._key(_ROOT_KEY).key)
        begin, end = _span(at, _LEAF_YEARS)
        end = min(end, root.not_valid_after_utc)
        between = make(Wish("AIGC Guard releases", begin, end, path_length=0), issuer)
        leaf = make(Wish("AIGC Guard content credentials", begin, end), between)
        self._keep(_LEAF_KEY, leaf.key)
        write_private(self.folder / _CHAIN, leaf.pem + between.pem)

    def _keep(self, name: str, key: ec.EllipticCurvePrivateKey) -> None:
        write_private(self.folder / name, KeyPem(key).to_pem(self.env.get(PASSPHRASE, "")))

    def _key(self, name: str) -> KeyPem:
        path = self.folder / name
        try:
            refuse_readable(path)
            return KeyPem.parse(path.read_bytes(), self.env.get(PASSPHRASE, ""))
        except OSError as error:
            raise ConfigError(
                said("the key {path} can't be read: {why}", path=path, why=error.strerror),
                hint=said("restore the folder {folder} from a backup", folder=self.folder),
            ) from None
        except ValueError:
            raise ConfigError(
                said("the key {path} is damaged, or its passphrase is another", path=path),
                hint=said("check {variable}, or restore the key from a backup",
                          variable=PASSPHRASE),
            ) from None  # fmt: skip


def _certificates(pem: bytes) -> tuple[str, ...]:
    found = x509.load_pem_x509_certificates(pem)
    return tuple(one.public_bytes(serialization.Encoding.PEM).decode() for one in found)


def _span(at: datetime, years: int) -> tuple[datetime, datetime]:
    return at - _SLACK, at + timedelta(days=365 * years)
