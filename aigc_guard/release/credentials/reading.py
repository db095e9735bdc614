"""Validates the content credentials of released files, offline, under pinned roots."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aigc_guard.release.credentials.library import EMBEDDED, MEDIA_TYPES, context, load
from aigc_guard.release.credentials.manifest import CREDENTIAL_FILE
from aigc_guard.release.formats.interface import file_name

_UNTRUSTED = "signingCredential.untrusted"


class State(StrEnum):
    """What content credentials show."""

    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"
    INVALID = "invalid"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Shown:
    """``codes`` are C2PA's own for what failed; ``release`` is what they state of the release;
    ``timed`` is whether a trusted authority stated the time."""

    state: State
    codes: tuple[str, ...] = ()
    release: Mapping[str, str] | None = None
    source_types: tuple[str, ...] = ()
    timed: bool = False


def validate(files: Mapping[str, bytes], *, form: str, anchors: Sequence[str]) -> Shown:
    """What the credentials of a release's files show. ``anchors`` are pinned roots (PEM).

    Never raises for bad files; ReleaseHeld where the library is missing.
    """
    c2pa = load()
    data, beside = files.get(file_name(form), b""), files.get(CREDENTIAL_FILE)
    if form not in EMBEDDED and beside is None:
        return Shown(State.NONE)
    try:
        with c2pa.Reader(
            MEDIA_TYPES[form],
            io.BytesIO(data),
            manifest_data=None if form in EMBEDDED else beside,
            context=context(anchors),
        ) as reader:
            return _shown(reader.get_validation_state(), json.loads(reader.json()))
    except c2pa.C2paError as error:
        missing = isinstance(error, c2pa.C2paError.ManifestNotFound)
        return Shown(State.NONE if missing else State.INVALID, ("" if missing else _code(error),))


def _shown(state: str, store: Mapping[str, Any]) -> Shown:
    results = store.get("validation_results", {}).get("activeManifest", {})
    failed = tuple(dict.fromkeys(str(one["code"]) for one in results.get("failure", ())))
    good = {str(one["code"]) for one in results.get("success", ())}
    manifest = store["manifests"][store["active_manifest"]]
    stated = {one["label"]: one["data"] for one in manifest.get("assertions", ())}
    actions = stated.get("c2pa.actions.v2", {}).get("actions", ())
    kind = {"Trusted": State.TRUSTED, "Valid": State.UNTRUSTED}.get(state, State.INVALID)
    if kind is State.UNTRUSTED and set(failed) - {_UNTRUSTED}:
        kind = State.INVALID
    return Shown(
        kind,
        failed,
        stated.get("org.aigc-guard.release"),
        tuple(str(one.get("digitalSourceType", "")) for one in actions),
        "timeStamp.trusted" in good,
    )


def _code(error: Exception) -> str:
    """The library's kind of failure, without what it says of the file's content."""
    return type(error).__name__.lstrip("_")
