"""What lies there: the file, its bundle, and whatever else belongs to the release."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aigc_guard.errors import ProofError, said
from aigc_guard.proof.dsse import Envelope, read_envelope
from aigc_guard.proof.public_keys import Trust
from aigc_guard.proof.statement import RELEASE, Statement, read_statement
from aigc_guard.release.folder import PROOF_FILE, REVOCATION_FILE
from aigc_guard.release.stating import STATEMENT_FILE
from aigc_guard.release.verify.interface import Known

REVOCATIONS = "revocations.jsonl"
BUNDLE = frozenset({STATEMENT_FILE, PROOF_FILE, REVOCATION_FILE})


@dataclass(frozen=True)
class Evidence:
    """Everything a layer looks at. ``target`` is the one file asked about, or None for a folder."""

    folder: Path
    target: Path | None
    trust: Trust
    known: Known

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """The folder's files by name, but hidden ones; for a file, it and what may belong to it."""
        return {
            path.name: path.read_bytes()
            for path in sorted(self.folder.iterdir())
            if path.is_file() and not path.name.startswith(".") and self._concerns(path.name)
        }

    def _concerns(self, name: str) -> bool:
        if self.target is None or name == self.target.name or name in BUNDLE:
            return True
        return name in self.statement.files if self.envelope_file else False

    @cached_property
    def envelope_file(self) -> bytes:
        """The statement's file, beside the release under its own name or the file's; or empty."""
        return self._beside(STATEMENT_FILE)

    @cached_property
    def proof_file(self) -> bytes:
        """The log proof's file, or empty."""
        return self._beside(PROOF_FILE)

    def _beside(self, name: str) -> bytes:
        own = [name]
        if self.target is not None:  # a renamed copy takes its bundle's stem along
            own.append(self.target.stem + name.removeprefix("release"))
        for candidate in own:
            path = self.folder / candidate
            if path.is_file():
                return path.read_bytes()
        return b""

    @cached_property
    def envelope(self) -> Envelope:
        """The envelope. Raises ProofError."""
        return read_envelope(self.envelope_file)

    @cached_property
    def statement(self) -> Statement:
        """What was signed of the release. Raises ProofError."""
        read = read_statement(self.envelope.payload)
        if read.kind != RELEASE:
            raise ProofError(said("it is no statement about a release"))
        return read

    @cached_property
    def statement_sha256(self) -> str:
        """What the log names it by."""
        return hashlib.sha256(self.envelope.payload).hexdigest()

    @cached_property
    def text_file(self) -> tuple[str, bytes]:
        """Name by the statement and bytes of the file that holds the text; ("", b"") without."""
        form = str(self.statement.predicate.get("content", {}).get("form", ""))
        name = f"release.{form}"
        if self.target is not None and self.target.suffix == f".{form}":
            return name, self.target.read_bytes()
        return (name, self.files[name]) if name in self.files else ("", b"")
