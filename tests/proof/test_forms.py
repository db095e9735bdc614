"""The forms of envelopes, statements, checkpoints and proofs: what is read is what was written."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aigc_guard.errors import ProofError
from aigc_guard.proof import merkle
from aigc_guard.proof.checkpoint import Checkpoint, key_hash, read_note, signed_note, verifier_key
from aigc_guard.proof.dsse import Envelope, from_canonical, pre_authentication, read_envelope
from aigc_guard.proof.log_proof import LogProof, read_proof
from aigc_guard.proof.public_keys import PublicKey, Purpose
from aigc_guard.proof.statement import RELEASE, Statement, normalised_sha256, read_statement

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RAW = PRIVATE.public_key().public_bytes_raw()
KEY = PublicKey(Purpose.LOG, RAW)
STATEMENT = Statement(
    RELEASE, {"release.md": "ab" * 32}, "cd" * 32, "ef" * 32, {"release_id": "01" * 16, "é": [1]}
)


def flips(data: bytes) -> list[bytes]:
    """Every byte changed in its lowest bit, and in its case bit."""
    return [
        data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
        for place in range(len(data))
        for bit in (1, 0x20)
    ]


def test_dsse_signs_type_and_payload_as_its_specification_says() -> None:
    assert pre_authentication(b"hello") == b"DSSEv1 28 application/vnd.in-toto+json 5 hello"


def test_no_byte_of_an_envelope_can_change_unseen() -> None:
    payload = STATEMENT.to_bytes()
    data = Envelope(payload, "k", PRIVATE.sign(pre_authentication(payload))).to_bytes()
    whole = read_envelope(data)
    assert read_statement(whole.payload) == STATEMENT
    for changed in flips(data):
        try:
            read = read_envelope(changed)
        except ProofError:
            continue
        assert (read.payload, read.key_id, read.signature) != (
            whole.payload,
            whole.key_id,
            whole.signature,
        )


@pytest.mark.parametrize(
    "text",
    [
        '{"b":1,"a":2}',
        '{"a":1,"a":1}',
        '{"a": 1}',
        '{"a":1.0}',
        '{"a":9007199254740993}',
        '{"a":"\\u00e9"}',
        '{"a":NaN}',
        "[" * 100_000,
        '{"a":"\ud800"}'.encode("utf-8", "surrogatepass").decode("utf-8", "replace") + " ",
    ],
)
def test_json_that_is_not_canonical_is_refused(text: str) -> None:
    with pytest.raises(ProofError, match="canonical"):
        from_canonical(text.encode())


def test_canonical_json_keeps_what_it_can_hold() -> None:
    for text in ('{"a":9007199254740991,"é":"\\n"}', '{"":[true,null,-1]}'):
        assert from_canonical(text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    "change",
    [
        {"_type": "https://in-toto.io/Statement/v0.1"},
        {"predicateType": "https://example.org/other"},
        {"predicate": []},
        {"subject": []},
        {"more": 1},
    ],
)
def test_other_statements_are_refused(change: dict[str, Any]) -> None:
    from aigc_guard.records import canonical

    value = json.loads(STATEMENT.to_bytes())
    with pytest.raises(ProofError, match="no statement"):
        read_statement(canonical({**value, **change}))


def test_the_normalised_text_forgets_line_ends_blanks_and_composition_only() -> None:
    one = normalised_sha256("Caf\u00e9 opens.\n\nEntry is free.\n")
    assert one == normalised_sha256("  Cafe\u0301 opens.\r\n\r\nEntry\tis free. ")
    assert one != normalised_sha256("Café opens.\n\nEntry is Free.")


def note(origin: str = "aigc-guard/ab", size: int = 3, root: bytes = bytes(32)) -> str:
    checkpoint = Checkpoint(origin, size, root)
    return signed_note(checkpoint, RAW, PRIVATE.sign(checkpoint.body.encode()))


def test_a_checkpoint_is_a_signed_note_as_others_write_it() -> None:
    lines = note().split("\n")
    assert lines[:4] == ["aigc-guard/ab", "3", base64.b64encode(bytes(32)).decode(), ""]
    assert lines[4].startswith("— aigc-guard/ab ")
    assert lines[5:] == [""]
    blob = base64.b64decode(lines[4].split(" ")[2])
    assert len(blob) == 68
    name, hash_, key = verifier_key("aigc-guard/ab", RAW).split("+", 2)
    assert (name, bytes.fromhex(hash_)) == ("aigc-guard/ab", blob[:4])
    assert base64.b64decode(key) == b"\x01" + RAW
    # The example of the signed-note specification's reference (golang.org/x/mod/sumdb/note).
    peter = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert key_hash("PeterNeumann", peter[1:]).hex() == "c74f20a3"


def test_a_note_holds_under_its_key_only_and_witnesses_may_add_lines() -> None:
    text = note()
    assert read_note(text).signer([KEY]) == KEY
    witnessed = text + "— witness.example/1 " + base64.b64encode(bytes(80)).decode() + "\n"
    assert read_note(witnessed).signer([KEY]) == KEY
    other = PublicKey(Purpose.LOG, Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    assert read_note(text).signer([other]) is None
    assert not read_note(text).names([other])
    for changed in flips(text.encode()):
        try:
            read = read_note(changed.decode())
        except (ProofError, UnicodeDecodeError):
            continue
        assert read.signer([KEY]) is None


def test_a_proof_holds_for_its_entry_place_and_size_only() -> None:
    entries = [b'{"seq":%d}' % number for number in range(1, 8)]
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    subtree = merkle.over(leaves)
    signed = note(size=7, root=merkle.root(7, subtree))
    good = LogProof(entries[4], 4, 7, tuple(merkle.inclusion_proof(4, 7, subtree)), signed)
    assert good.holds()
    assert good.event() == {"seq": 5}
    assert read_proof(good.to_bytes()) == good
    for bad in (
        LogProof(entries[3], 4, 7, good.hashes, signed),
        LogProof(entries[4], 3, 7, good.hashes, signed),
        LogProof(entries[4], 4, 6, good.hashes, signed),
        LogProof(entries[4], 4, 7, good.hashes[:-1], signed),
        LogProof(entries[4], 4, 7, (*good.hashes, bytes(32)), signed),
        LogProof(entries[4], 4, 7, good.hashes, note(size=7)),
    ):
        assert not bad.holds()
    with pytest.raises(ProofError, match="its number"):
        LogProof(entries[3], 4, 7, good.hashes, signed).event()
