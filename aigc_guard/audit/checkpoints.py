"""Signed checkpoints of the log, and their copies in places where nobody here can rewrite them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aigc_guard.errors import AuditError, ConfigError, ProofError, said
from aigc_guard.proof.checkpoint import Checkpoint, read_note, signed_note
from aigc_guard.proof.dsse import to_base64
from aigc_guard.proof.public_keys import Purpose, Trust
from aigc_guard.signing import Signer
from aigc_guard.store import Store
from aigc_guard.store.proofs import KeptCheckpoint

_SUFFIX = ".txt"


@dataclass(frozen=True, slots=True)
class Copies:
    """The folders that get each checkpoint, and the keys under which they are believed again."""

    folders: tuple[Path, ...]
    trust: Trust


@dataclass(frozen=True, slots=True)
class Sealed:
    """A signed checkpoint. ``after`` is the size of the one before; ``unreached`` are folders that
    could not take their copy."""

    checkpoint: Checkpoint
    note: str
    after: int
    unreached: tuple[Path, ...] = ()


def sign_log(store: Store, signer: Signer, copies: Copies) -> Sealed:
    """Sign the log as it stands, if it continues every checkpoint there is of it.

    Raises AuditError when it does not, or when no copy could be written. The checkpoint is not
    noted in the store yet: ``keep`` does that, when what rests on it is written.
    """
    origin, size = store.log_origin(), store.log_size()
    earlier = _earlier(store, origin, copies)
    for note in earlier:
        refuse_other_history(store, note)
    root = store.log_root(size)
    last = max(earlier, key=lambda one: read_note(one).checkpoint.size, default="")
    checkpoint = Checkpoint(origin, size, root)
    if last and read_note(last).checkpoint == checkpoint:
        note = last
    else:
        made = signer.sign(checkpoint.body.encode())
        note = signed_note(checkpoint, made.public_key, made.value)
    unreached = _copy(note, checkpoint, copies.folders)
    # Noted in the store last, so what a killed process left undone is done again.
    after = max((one.size for one in store.checkpoints(latest=1)), default=0)
    return Sealed(checkpoint, note, after, unreached)


def keep(store: Store, sealed: Sealed, *, at: str) -> None:
    """Note the checkpoint in the store."""
    signed = sealed.checkpoint
    store.put_checkpoint(KeptCheckpoint(signed.size, to_base64(signed.root), sealed.note, at))


def refuse_other_history(store: Store, note: str) -> None:
    """Raises AuditError unless the store's log continues the checkpoint in ``note``."""
    known = read_note(note).checkpoint
    size = store.log_size()
    if known.size > size:
        raise AuditError(
            said(
                "entries {first} to {last} of the log are gone: a checkpoint counts them",
                first=size + 1,
                last=known.size,
            ),
            hint=_look(),
        )
    if store.log_root(known.size) != known.root:
        raise AuditError(
            said("the log is another than the one signed at {size} entries", size=known.size),
            hint=_look(),
        )


def copied_notes(folder: Path, origin: str) -> list[Path]:
    """The copies of a log's checkpoints in one folder, by size."""
    return sorted(_own(folder, origin).glob(f"*{_SUFFIX}"))


def believed(text: str, trust: Trust, *, place: str) -> str:
    """A checkpoint's note, if one of our keys signed it. Raises AuditError that names ``place``."""
    try:
        is_ours = read_note(text).signer(trust.of(Purpose.LOG)) is not None
    except ProofError:
        is_ours = False
    if not is_ours:
        raise AuditError(
            said("{place} is no checkpoint signed by this installation", place=place), hint=_look()
        )
    return text


def _earlier(store: Store, origin: str, copies: Copies) -> list[str]:
    """The last checkpoint of every place that has one, each believed."""
    kept = [(f"checkpoint {one.size}", one.note) for one in store.checkpoints(latest=1)]
    for folder in copies.folders:
        kept += [(str(path), _text(path)) for path in copied_notes(folder, origin)[-1:]]
    return [believed(text, copies.trust, place=place) for place, text in kept]


def _copy(note: str, checkpoint: Checkpoint, folders: Sequence[Path]) -> tuple[Path, ...]:
    if not folders:
        raise ConfigError(
            said("log.copies names no folder: a checkpoint needs a copy outside the store"),
            hint=said("name one under [log] in aigc_guard.toml, best on another machine"),
        )
    unreached = []
    for folder in folders:
        try:
            _put(_own(folder, checkpoint.origin), checkpoint, note)
        except OSError:
            unreached.append(folder)
    if len(unreached) == len(folders):
        raise AuditError(
            said("no copy of the checkpoint could be written: {folders}",
                 folders=", ".join(map(str, folders))),
            hint=said("mend the folders under log.copies, then: aigc-guard audit checkpoint"),
        )  # fmt: skip
    return tuple(unreached)


def _put(folder: Path, checkpoint: Checkpoint, note: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{checkpoint.size:012}{_SUFFIX}"
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("x", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        if read_note(_text(path)).checkpoint != checkpoint:
            raise AuditError(
                said("{path} signs another log of the same size: a fork", path=path), hint=_look()
            ) from None
    finally:
        draft.unlink(missing_ok=True)


def _own(folder: Path, origin: str) -> Path:
    return folder / origin.replace("/", "-")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _look() -> str:
    return said(
        "somebody changed the store or restored an old one: aigc-guard audit verify says from "
        "which entry on"
    )
