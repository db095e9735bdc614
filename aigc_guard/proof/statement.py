"""in-toto statements about a release: what they are about, and what they say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aigc_guard.errors import ProofError, said
from aigc_guard.proof.dsse import from_canonical
from aigc_guard.records import canonical, sha256_text

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
RELEASE = "https://aigc-guard.dev/attestation/release/v1"
REVOCATION = "https://aigc-guard.dev/attestation/revocation/v1"
TEXT = "text"
NORMALISED = "text_nfc_sha256"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said (``predicate``) of which files (name to sha256) and of which text."""

    kind: str
    files: Mapping[str, str]
    text_sha256: str
    text_nfc_sha256: str
    predicate: Mapping[str, Any]

    @property
    def release_id(self) -> str:
        """The release it is about."""
        return str(self.predicate.get("release_id", ""))

    def to_bytes(self) -> bytes:
        """The statement as it is signed."""
        subject = [{"name": name, "digest": {"sha256": own}} for name, own in self.files.items()]
        text = {"sha256": self.text_sha256, NORMALISED: self.text_nfc_sha256}
        subject.append({"name": TEXT, "digest": text})
        return canonical(
            {
                "_type": STATEMENT_TYPE,
                "subject": sorted(subject, key=lambda one: str(one["name"])),
                "predicateType": self.kind,
                "predicate": self.predicate,
            }
        )


def normalised_sha256(text: str) -> str:
    """Digest of a text whatever its line ends, blanks and composed characters."""
    return sha256_text(" ".join(unicodedata.normalize("NFC", text).split()))


def read_statement(payload: bytes) -> Statement:
    """The statement in a payload. Raises ProofError unless it is one of ours, to the byte."""
    value = from_canonical(payload)
    try:
        subject = {str(one["name"]): one["digest"] for one in value["subject"]}
        text = subject.pop(TEXT)
        files = {name: _digest(digest["sha256"]) for name, digest in subject.items()}
        read = Statement(
            str(value["predicateType"]),
            files,
            _digest(text["sha256"]),
            _digest(text[NORMALISED]),
            value["predicate"],
        )
        known = read.kind in (RELEASE, REVOCATION) and isinstance(read.predicate, dict)
        same = known and read.to_bytes() == payload
    except (ValueError, KeyError, TypeError, AttributeError):
        same = False
    if not same:
        raise ProofError(said("it is no statement about a release"))
    return read


def _digest(value: object) -> str:
    if not (isinstance(value, str) and _SHA256.fullmatch(value)):
        raise ValueError("no digest")
    return value
