"""Checks an evidence pack with the standard library and the package cryptography alone."""

import base64
import hashlib
import json
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HERE = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__)
ROOT = HERE if HERE.is_dir() else HERE.parent
SPKI = bytes.fromhex("302a300506032b6570032100")
PROBLEMS: list[str] = []


def sha256(data: bytes) -> bytes:
    """The digest."""
    return hashlib.sha256(data).digest()


def claim(holds: bool, what: str) -> None:
    """Note what does not hold."""
    if not holds:
        PROBLEMS.append(what)


def keys(purpose: str) -> dict[str, bytes]:
    """Raw public keys by their ids."""
    listed = json.loads((ROOT / "keys.json").read_text("utf-8"))["keys"]
    raw = [base64.b64decode(key["public_key"]) for key in listed if key["purpose"] == purpose]
    return {hashlib.sha256(SPKI + key).hexdigest(): key for key in raw}


def is_signed(raw: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature holds."""
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def open_envelope(data: bytes, trusted: dict[str, bytes]) -> tuple[bytes, bool]:
    """The payload, and whether a listed key signed it."""
    envelope = json.loads(data)
    payload = base64.b64decode(envelope["payload"])
    kind = envelope["payloadType"]
    signed = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    [one] = envelope["signatures"]
    raw = trusted.get(one["keyid"])
    holds = raw is not None and is_signed(raw, signed, base64.b64decode(one["sig"]))
    return payload, holds


def open_note(text: str, trusted: dict[str, bytes]) -> tuple[int, bytes, bool]:
    """Size and root of a checkpoint, and whether a listed key signed it."""
    body, signatures = text.split("\n\n", 1)
    origin, size, root = body.split("\n")[:3]
    message = (body + "\n").encode()
    holds = False
    for line in signatures.strip().split("\n"):
        name, blob = line.removeprefix("— ").split(" ")
        value = base64.b64decode(blob)
        for raw in trusted.values():
            own = sha256(name.encode() + b"\n\x01" + raw)[:4]
            holds |= name == origin and value[:4] == own and is_signed(raw, message, value[4:])
    return int(size), base64.b64decode(root), holds


def root_of(leaves: list[bytes]) -> bytes:
    """The Merkle root of RFC 6962."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01" + root_of(leaves[:half]) + root_of(leaves[half:]))


def reached(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that an audit path leads to; empty when it is too short."""
    node, last, value = index, size - 1, leaf
    for step in path:
        if node & 1 or node == last:
            value = sha256(b"\x01" + step + value)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            value = sha256(b"\x01" + value + step)
        node, last = node >> 1, last >> 1
    return value if last == 0 else b""


def check_release(folder: pathlib.Path, leaves: list[bytes]) -> None:
    """Signature, log entry and inclusion of one release."""
    data = (folder / "release.dsse.json").read_bytes()
    payload, holds = open_envelope(data, keys("release"))
    claim(holds, f"{folder.name}: the statement's signature does not hold")
    proof = json.loads((folder / "release.proof.json").read_bytes())
    entry = base64.b64decode(proof["entry"])
    body = json.loads(entry)["body"]
    statement = json.loads(payload)
    same = body["statement_sha256"] == hashlib.sha256(payload).hexdigest()
    same &= body["release"] == statement["predicate"]["release_id"] == folder.name
    claim(same, f"{folder.name}: the log entry is of another statement")
    leaf = sha256(b"\x00" + entry)
    claim(leaf == leaves[proof["index"]], f"{folder.name}: log.jsonl has another entry")
    size, root, holds = open_note(proof["checkpoint"], keys("log"))
    path = [base64.b64decode(step) for step in proof["hashes"]]
    holds &= size == proof["size"] and reached(leaf, proof["index"], size, path) == root
    claim(holds, f"{folder.name}: the entry is not in the signed log")


def main() -> int:
    """Check everything; 1 when something is wrong."""
    lines = (ROOT / "log.jsonl").read_bytes().splitlines()
    leaves = [sha256(b"\x00" + line) for line in lines]
    size, root, holds = open_note((ROOT / "checkpoint.txt").read_text("utf-8"), keys("log"))
    claim(holds, "checkpoint.txt: the signature does not hold")
    claim(size <= len(leaves), "log.jsonl: it is shorter than the checkpoint says")
    claim(root_of(leaves[:size]) == root, "log.jsonl: its root is not the checkpoint's")
    folders = sorted(path for path in (ROOT / "statements").glob("*") if path.is_dir())
    for folder in folders:
        check_release(folder, leaves)
    revoked = (ROOT / "revocations.jsonl").read_bytes().splitlines()
    for number, line in enumerate(revoked, start=1):
        _, holds = open_envelope(line, keys("release"))
        claim(holds, f"revocations.jsonl:{number}: the signature does not hold")
    told = [f"{len(folders)} statements, {size} log entries, {len(revoked)} revocations"]
    told += [f"WRONG: {problem}" for problem in PROBLEMS]
    told.append(f"{len(PROBLEMS)} things wrong" if PROBLEMS else "nothing wrong")
    sys.stdout.write("\n".join(told) + "\n")
    return 1 if PROBLEMS else 0


if __name__ == "__main__":
    sys.exit(main())
