"""Verified access to model folders: what is not in the lock with this digest is not loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from aigc_guard.errors import DigestMismatch, ModelUnavailable, said
from aigc_guard.models.adapter import base_folder, has_own_base
from aigc_guard.models.files import is_pickle, model_files, sha256_file
from aigc_guard.models.lock import LOCK_NAME, ModelEntry, read_lock
from aigc_guard.models.weights import load_state


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying one entry gave: ``problem`` and ``mend`` are empty when all is well."""

    entry: ModelEntry
    problem: str = ""
    mend: str = ""

    @property
    def ok(self) -> bool:
        """Whether the model can be used."""
        return not self.problem


class ModelStore:
    """The models a project may use, by name. Digests are verified once per process and folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries: Mapping[str, ModelEntry] = read_lock(folder / LOCK_NAME)
        self._verified: dict[str, Path] = {}
        self._lock = Lock()

    def entry(self, name: str) -> ModelEntry:
        """The lock entry called ``name``; raises ModelUnavailable with the mend."""
        if name in self.entries:
            return self.entries[name]
        listed = ", ".join(self.entries) or "none"
        raise ModelUnavailable(
            said(
                "model {name} is not in {lock_name} (listed: {listed})",
                name=f"{name!r}",
                lock_name=self.folder / LOCK_NAME,
                listed=listed,
            ),
            hint=said(
                "add it: aigc-guard models add DIR --licence L --trained-on T --approved-for KIND"
            ),
        )

    def folder_of(self, name: str) -> Path:
        """The folder of a model whose every file has the digest the lock names.

        Raises ModelUnavailable when the model is unknown, remote or not there, and DigestMismatch
        when a file is changed, missing or not listed. An adapter's base is verified with it.
        """
        with self._lock:
            return self._folder_of(name)

    def _folder_of(self, name: str) -> Path:
        if name not in self._verified:
            entry = self.entry(name)
            folder = self.path_of(entry)
            _verify(entry, folder)
            self._verify_base(entry, folder)
            self._verified[name] = folder
        return self._verified[name]

    def _verify_base(self, entry: ModelEntry, folder: Path) -> None:
        if entry.base is None:
            if not has_own_base(folder):
                raise ModelUnavailable(
                    said("model {entry} changes a base that its entry does not name",
                         entry=f"{entry.name!r}"),
                    hint=said("add it again: aigc-guard models add {folder}", folder=folder),
                )  # fmt: skip
            return
        base = self.entry(entry.base.name)
        if base.base is None and base.digest == entry.base.digest:
            where = self._folder_of(base.name).resolve()
            if base_folder(folder) == where:
                return
        raise DigestMismatch(
            said(
                "model {entry} was made upon {base} with digest {digest}…: that is not what it has",
                entry=f"{entry.name!r}",
                base=f"{base.name!r}",
                digest=entry.base.digest[:12],
            ),
            hint=said(
                "restore that base, or make the adapter anew upon the one that is there and add it"
            ),
        )

    def path_of(self, entry: ModelEntry) -> Path:
        """Where the entry's files should lie, unverified."""
        return self.folder / (entry.folder or entry.name)

    def load_state(self, name: str) -> dict[str, Any]:
        """The verified model's tensors, widened to float32."""
        return load_state(self.folder_of(name))

    def facts(self) -> dict[str, dict[str, Any]]:
        """The facts of every entry by name, for checks that judge provenance."""
        return {name: entry.facts() for name, entry in self.entries.items()}

    def verify(self) -> list[Verdict]:
        """One verdict per entry; a remote server's can only say that it is not verifiable."""
        verdicts = []
        for name, entry in self.entries.items():
            if entry.remote:
                verdicts.append(Verdict(entry))
                continue
            try:
                self.folder_of(name)
            except (DigestMismatch, ModelUnavailable) as error:
                verdicts.append(Verdict(entry, error.message, error.hint))
            else:
                verdicts.append(Verdict(entry))
        return verdicts


def _verify(entry: ModelEntry, folder: Path) -> None:
    if entry.remote:
        raise ModelUnavailable(
            said("model {entry} is a remote server: it has no files here", entry=f"{entry.name!r}"),
            hint=said("use it as a writer, or add a local copy: aigc-guard models add DIR"),
        )
    if not folder.is_dir():
        raise ModelUnavailable(
            said("model {entry} is not at {folder}", entry=f"{entry.name!r}", folder=folder),
            hint=said("restore the folder (git checkout, or from {source})", source=entry.source),
        )
    present = set(model_files(folder))
    for name in sorted(present - set(entry.files)):
        what = (
            said("a pickle whose digest is not pinned")
            if is_pickle(name)
            else said("a file not in the lock")
        )
        raise DigestMismatch(
            said("model {entry}: {name} is {what}", entry=f"{entry.name!r}", name=name, what=what),
            hint=said("remove it, or add the model again: aigc-guard models add"),
        )
    for name, digest in entry.files.items():
        path = folder / name
        if name not in present:
            raise DigestMismatch(
                said("model {entry}: {name} is missing", entry=f"{entry.name!r}", name=name),
                hint=said("restore the file from its source"),
            )
        if path.is_symlink() and not path.is_file():
            raise DigestMismatch(
                said("model {entry}: {name} is a link", entry=f"{entry.name!r}", name=name),
                hint=said("put the file itself there"),
            )
        if (actual := sha256_file(path)) != digest:
            raise DigestMismatch(
                said(
                    "model {entry}: {name} has sha256 {actual}…, the lock names {digest}…",
                    entry=f"{entry.name!r}",
                    name=name,
                    actual=actual[:12],
                    digest=digest[:12],
                ),
                hint=said(
                    "restore the file, or, if you changed the model, run aigc-guard models add"
                ),
            )
