"""Makes the lock entry for a model folder or a server, from options and its ``model_card.json``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast, get_args

from aigc_guard.errors import ModelError, said
from aigc_guard.models.adapter import base_folder, has_own_base
from aigc_guard.models.files import is_pickle, model_files, sha256_file
from aigc_guard.models.lock import (
    LOCK_NAME,
    Base,
    ModelEntry,
    Role,
    TrainingSet,
    read_lock,
    write_lock,
)

CARD_FILE = "model_card.json"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


def add_entry(
    models: Path,
    place: str,
    *,
    options: Mapping[str, Any],
    allow_pickle: bool = False,
    today: date | None = None,
) -> ModelEntry:
    """Writes the entry for ``place`` (a folder or an http(s) URL) into ``models/models.lock``.

    ``options`` hold name, role, licence, trained_on, approved_for, languages, source, revision;
    what is missing there is read from the folder's ``model_card.json``. Raises ModelError naming
    the option that is still missing.
    """
    remote = place.startswith(("http://", "https://"))
    folder = None if remote else Path(place).resolve()
    card = _read_card(folder) if folder is not None else {}
    given = {**card, **{key: value for key, value in options.items() if value}}
    lock = models / LOCK_NAME
    entries = read_lock(lock)
    entry = _entry(place, folder, given, models=models, today=today or date.today())
    if folder is not None:
        entry = replace(entry, base=_base(folder, models, entries))
        if not allow_pickle:
            _refuse_pickles(entry)
    write_lock(lock, {**entries, entry.name: entry})
    return entry


def _base(folder: Path, models: Path, entries: Mapping[str, ModelEntry]) -> Base | None:
    """The entry that an adapter stands upon; None for a model that has all of itself inside."""
    if has_own_base(folder):
        return None
    base = base_folder(folder)
    for entry in entries.values():
        if (models / (entry.folder or entry.name)).resolve() == base and entry.base is None:
            return Base(entry.name, entry.digest)
    raise ModelError(
        said("{folder}: its base {base} is no entry of {lock}", folder=folder, base=base,
             lock=models / LOCK_NAME),
        hint=said("add the base first: aigc-guard models add {base}", base=base),
    )  # fmt: skip


def _entry(
    place: str, folder: Path | None, given: Mapping[str, Any], *, models: Path, today: date
) -> ModelEntry:
    name = str(given.get("name") or (folder.name if folder else ""))
    if not _NAME.fullmatch(name):
        raise ModelError(
            said("the model needs a name in small letters, digits, '-', '.' and '_'"),
            hint=said("--name NAME"),
        )
    role = _role(given, name)
    for key in ("licence", "trained_on", "approved_for"):
        if not given.get(key) and (key != "approved_for" or role == "writer"):
            option = "--" + key.replace("_", "-")
            raise ModelError(
                said("{place}: {replace} is not known", place=place, replace=key.replace("_", " ")),
                hint=said(
                    "add {option} (write 'unknown' if nobody can say), or put it in {card_file}",
                    option=option,
                    card_file=CARD_FILE,
                ),
            )
    return ModelEntry(
        name=name,
        role=role,
        source=str(given.get("source") or (f"folder {folder.name}" if folder else place)),
        licence=str(given["licence"]),
        revision=str(given.get("revision", "")),
        folder=_folder_text(folder, models),
        trained_on=_training_sets(given["trained_on"]),
        files={file: sha256_file(folder / file) for file in model_files(folder)} if folder else {},
        figures=given.get("figures") or {},
        date=str(given.get("date") or today.isoformat()),
        approved_for=_texts(given.get("approved_for", ())),
        languages=_texts(given.get("languages", ())),
        remote=folder is None,
        summary=str(given.get("summary", "")),
    )


def _role(given: Mapping[str, Any], name: str) -> Role:
    """As stated; otherwise guard-... is a guard, originality-... an index, any other a writer."""
    known = {"guard": "guard", "originality": "index"}
    role = given.get("role") or known.get(name.partition("-")[0], "writer")
    if role not in get_args(Role):
        raise ModelError(
            said("unknown role {role}", role=f"{role!r}"),
            hint=said("--role guard, --role writer or --role index"),
        )
    return cast(Role, role)


def _folder_text(folder: Path | None, models: Path) -> str:
    if folder is None:
        return ""
    home = models.resolve()
    return folder.relative_to(home).as_posix() if folder.is_relative_to(home) else str(folder)


def _training_sets(value: Any) -> tuple[TrainingSet, ...]:
    """From texts, ``name | licence | sha256`` texts, or tables with those keys."""
    items = [value] if isinstance(value, str | Mapping) else list(value)
    sets = []
    for item in items:
        if isinstance(item, Mapping):
            digest = str(item.get("sha256") or item.get("digest") or "")
            licence = str(item.get("licence") or item.get("license") or "")
            sets.append(TrainingSet(str(item.get("name", "")), licence, digest))
        else:
            parts = [part.strip() for part in str(item).split("|")]
            sets.append(TrainingSet(*parts[:3]))
    return tuple(sets)


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(",")
    return tuple(text for item in cast(Sequence[Any], value) if (text := str(item).strip()))


def _read_card(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise ModelError(
            said("{folder}: is not a folder", folder=folder),
            hint=said("name the model's folder or a URL"),
        )
    if not any(model_files(folder)):
        raise ModelError(
            said("{folder}: holds no model files", folder=folder),
            hint=said("export the model there first"),
        )
    path = folder / CARD_FILE
    if not path.exists():
        return {}
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            said("{path}: is not JSON", path=path), hint=said("mend or remove it")
        ) from error
    if not isinstance(data, dict):
        raise ModelError(
            said("{path}: is not a JSON object", path=path), hint=said("mend or remove it")
        )
    return {str(key): value for key, value in data.items()}


def _refuse_pickles(entry: ModelEntry) -> None:
    if pickles := [name for name in entry.files if is_pickle(name)]:
        raise ModelError(
            said(
                "{entry}: {pickles} is a pickle: loading it can run code",
                entry=entry.name,
                pickles=pickles[0],
            ),
            hint=said("convert it to safetensors, or pin it as it is with --allow-pickle"),
        )
