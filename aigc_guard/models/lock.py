"""``models.lock``: which models may be used, what each is made of, and what was measured on it."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from aigc_guard.errors import ModelError, said
from aigc_guard.records import digest_of, dump, load

LOCK_NAME = "models.lock"
Role = Literal["guard", "writer", "index"]
"""An ``index`` holds hashes of what the writers were trained on; it computes nothing."""
FORMAT = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Something a model was trained on: its name, licence and sha256 as far as known."""

    name: str
    licence: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Base:
    """The entry whose weights an adapter changes, and the digest which that entry must have."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model. ``files`` maps relative paths to sha256; a remote server has none.

    An adapter whose weights lie in another entry's folder names that entry as its ``base``.
    ``folder`` is relative to the folder of the lock file, or absolute for a model kept elsewhere.
    ``figures`` are measured qualities as JSON; they do not change the model's identity.
    """

    name: str
    role: Role
    source: str
    licence: str
    revision: str = ""
    folder: str = ""
    trained_on: tuple[TrainingSet, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    date: str = ""
    approved_for: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    remote: bool = False
    summary: str = ""
    base: Base | None = None

    @property
    def digest(self) -> str:
        """Identity of what computes: sha256 over the files' names and digests, and the base's.

        Empty for a remote model, whose bytes nobody here can verify.
        """
        if self.remote:
            return ""
        files = dict(self.files)
        return digest_of({"files": files, "base": self.base.digest} if self.base else files)

    @property
    def entry_digest(self) -> str:
        """Digest of the whole entry, licence, lineage and figures included."""
        return digest_of(_json(self))

    def facts(self) -> dict[str, Any]:
        """What checks may know about this model, as plain JSON types."""
        return {**_json(self), "digest": self.digest, "entry_digest": self.entry_digest}


def read_lock(path: Path) -> dict[str, ModelEntry]:
    """The entries of a lock file by name; none when the file does not exist.

    Raises ModelError with the place of the mistake.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(
            said("{path}: can't be read", path=path), hint=said("restore it from git")
        ) from error
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ModelError(
            said(
                "{path}:{lineno}: is not JSON ({msg})",
                path=path,
                lineno=error.lineno,
                msg=error.msg,
            ),
            hint=said("restore it from git"),
        ) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ModelError(
            said("{path}: unknown format", path=path),
            hint=said("this version reads format {format}: upgrade it", format=FORMAT),
        )
    models = data.get("models")
    if not isinstance(models, dict):
        raise ModelError(
            said("{path}: has no models", path=path),
            hint=said("add one: aigc-guard models add DIR"),
        )
    return {name: _entry(path, name, models[name]) for name in sorted(models)}


def write_lock(path: Path, entries: Mapping[str, ModelEntry]) -> None:
    """Writes the lock file sorted and indented, so that a change reads well in a diff."""
    models = {}
    for name in sorted(entries):
        values = _json(entries[name])
        values.pop("name")
        models[name] = {
            key: value for key, value in values.items() if value not in ("", [], {}, None)
        }
    text = json.dumps({"format": FORMAT, "models": models}, indent=2, ensure_ascii=False)
    partial = path.with_name(path.name + ".partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(path)


def _json(entry: ModelEntry) -> dict[str, Any]:
    values: dict[str, Any] = dump(entry)
    return values


def _entry(path: Path, name: str, data: Any) -> ModelEntry:
    from pydantic import ValidationError

    if not isinstance(data, dict):
        raise ModelError(
            said("{path}: {name} is not a table", path=path, name=name),
            hint=said("restore it from git"),
        )
    known = {item.name for item in dataclasses.fields(ModelEntry)} - {"name"}
    if unknown := sorted(set(data) - known):
        raise ModelError(
            said(
                "{path}: {name} has unknown keys: {listed}",
                path=path,
                name=name,
                listed=", ".join(unknown),
            ),
            hint=said("known keys: {listed}", listed=", ".join(sorted(known))),
        )
    try:
        entry = load(ModelEntry, {**data, "name": name})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ModelError(
            said(
                "{path}: {name}.{place}: {first}",
                path=path,
                name=name,
                place=place,
                first=first["msg"],
            ),
            hint=said("write it as aigc-guard models add does"),
        ) from error
    _check_files(path, entry)
    return entry


def _check_files(path: Path, entry: ModelEntry) -> None:
    if not entry.remote and not entry.files:
        raise ModelError(
            said("{path}: {entry} pins no file", path=path, entry=entry.name),
            hint=said("aigc-guard models add {folder}", folder=entry.folder),
        )
    for file, digest in entry.files.items():
        parts = PurePosixPath(file)
        if parts.is_absolute() or ".." in parts.parts or "\\" in file:
            raise ModelError(
                said(
                    "{path}: {entry} names a file outside its folder", path=path, entry=entry.name
                ),
                hint=said("use relative paths"),
            )
        if not _SHA256.fullmatch(digest):
            raise ModelError(
                said(
                    "{path}: {entry}: {file} has no sha256", path=path, entry=entry.name, file=file
                ),
                hint=said("aigc-guard models add again"),
            )
