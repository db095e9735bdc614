"""`extends`: a policy and the base it inherits from as one, each part blamed on its own file.

One level only. A rule of the policy that bears the id of a base rule changes the keys it names;
notices and approvals of the same name stand in place of the base's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aigc_guard.errors import PolicyError, said
from aigc_guard.policy.messages import meant
from aigc_guard.policy.source import Loc, Source, read_source

SUFFIXES = (".yaml", ".yml")
_OWN = ("policy", "version", "abstract", "applies_to", "extends")  # never inherited
_NAME = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass
class Merged(Source):
    """Data of two files; errors and lines are those of the file a part was written in."""

    parts: dict[Loc, tuple[Source, Loc]] = field(default_factory=dict)

    def error(
        self,
        loc: Loc,
        message: str,
        *,
        hint: str,
        at_key: bool = False,
        kind: type[PolicyError] = PolicyError,
    ) -> PolicyError:
        """An error at the place where ``loc`` was written."""
        source, own = self._written(loc)
        return source.error(own, message, hint=hint, at_key=at_key, kind=kind)

    def place_of(self, loc: Loc) -> tuple[str, int]:
        """File and 1-based line where ``loc`` was written."""
        source, own = self._written(loc)
        return source.place_of(own)

    def _written(self, loc: Loc) -> tuple[Source, Loc]:
        length = next(n for n in range(len(loc), -1, -1) if loc[:n] in self.parts)
        source, own = self.parts[loc[:length]]
        return source, (*own, *loc[length:])


def base_of(child: Source) -> Source | None:
    """The base that ``child`` extends; None if it extends none or its name has no form.

    Raises PolicyError when there is no such base beside the file.
    """
    name = child.data.get("extends")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return None
    folder = Path(child.path).parent
    path = next((p for s in SUFFIXES if (p := folder / f"{name}{s}").is_file()), None)
    if path is None:
        raise child.error(
            ("extends",),
            said("there is no file `{name}.yaml` beside this one", name=name),
            hint=meant(name, _bases(folder)) or said("name the base's file without its ending"),
        )
    base = read_source(path)
    if base.data.get("abstract") is not True:
        raise child.error(
            ("extends",),
            said("`{name}` is a policy of its own, not a base", name=name),
            hint=said("write `abstract: true` into {file}, or name another file", file=path.name),
        )
    return base


def _bases(folder: Path) -> list[str]:
    try:
        found = [path for path in folder.iterdir() if path.suffix in SUFFIXES]
    except OSError:
        return []
    return sorted(path.stem for path in found)


def inherit(child: Source, base: Source) -> Merged:
    """``child`` with all it inherits; ``base`` must be sound, ``child`` may be anything."""
    merged = Merged(child.path, child.lines, parts={(): (child, ())})
    data: dict[str, Any] = {}
    for key, value in base.data.items():
        if key not in _OWN:
            data[key] = value
            merged.parts[key,] = (base, (key,))
    for key, value in child.data.items():
        if key == "extends":
            continue
        merged.parts[key,] = (child, (key,))
        known = data.get(key)
        if key in ("defaults", "marks") and known is not None:
            data[key] = _deep(merged, (child, base), (key,), value, known)
        elif key in ("rules", "labels", "approvals") and known is not None and _is_list(value):
            name = "by" if key == "approvals" else "id"
            data[key] = _named(merged, (child, base), key, name, value, known)
        elif key == "tests" and known is not None and _is_list(value):
            data[key] = [*known, *value]
            for index in range(len(known)):
                merged.parts[key, index] = (base, (key, index))
            for index in range(len(value)):
                merged.parts[key, len(known) + index] = (child, (key, index))
        else:
            data[key] = value
    merged.data = data
    return merged


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def _deep(merged: Merged, files: tuple[Source, Source], loc: Loc, own: Any, known: Any) -> Any:
    """Mappings key by key; anything else of the child stands in place of the base's."""
    if not (isinstance(own, Mapping) and isinstance(known, Mapping)):
        merged.parts[loc] = (files[0], loc)
        return own
    out = dict(known)
    for key in known:
        merged.parts[*loc, key] = (files[1], (*loc, key))
    for key, value in own.items():
        merged.parts[*loc, key] = (files[0], (*loc, key))
        out[key] = _deep(merged, files, (*loc, key), value, known[key]) if key in known else value
    return out


def _named(
    merged: Merged,
    files: tuple[Source, Source],
    key: str,
    name: str,
    own: list[dict[str, Any]],
    known: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """The base's entries in their order, changed by the child's of the same name, then new ones."""
    child, base = files
    out = [dict(entry) for entry in known]
    for index in range(len(known)):
        merged.parts[key, index] = (base, (key, index))
    free = {entry.get(name): index for index, entry in enumerate(known)}
    for index, entry in enumerate(own):
        given = entry.get(name)
        at = free.pop(given, None) if isinstance(given, str) else None
        if at is None:
            merged.parts[key, len(out)] = (child, (key, index))
            out.append(entry)
            continue
        out[at] = {**out[at], **entry} if key == "rules" else entry
        merged.parts[key, at] = (child, (key, index))
        for inner in known[at] if key == "rules" else ():
            merged.parts[key, at, inner] = (base, (key, at, inner))
        for inner in entry:
            merged.parts[key, at, inner] = (child, (key, index, inner))
    return out


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a policy took from its base: rule id -> keys it changed; empty if taken as it is."""

    base: str
    rules: Mapping[str, tuple[str, ...]]


def inherited(child: Source, base: Source) -> Inherited:
    """Which base rules ``child`` uses and what it changes in each; both must be sound."""
    own = {rule["id"]: rule for rule in child.data.get("rules", ())}
    return Inherited(
        base=str(child.data["extends"]),
        rules={
            rule["id"]: tuple(key for key in own.get(rule["id"], {}) if key != "id")
            for rule in base.data.get("rules", ())
        },
    )
