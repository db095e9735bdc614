"""What a rule may set for ``originality``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, PlainSerializer, PlainValidator, ValidationInfo

from aigc_guard.checks.interface import Settings
from aigc_guard.checks.lists import FromFile, NamedFile, named, read_named, refused
from aigc_guard.errors import CheckError


@dataclass(frozen=True, slots=True)
class IndexFile(NamedFile):
    """An index beside the policy. Its digest is its header's, so that naming it reads little.

    The header names the digest of all the rest, which is compared before it is used.
    """

    path: Path = field(default=Path(), compare=False, repr=False)


def _read(value: Any, info: ValidationInfo) -> IndexFile:
    if isinstance(value, IndexFile):
        return value
    return read_named(value, info, _open)


def _open(path: Path, name: str) -> IndexFile:
    from aigc_guard.checks.originality.index import digest_of_header, read_header

    try:
        header = read_header(path)
    except CheckError as error:
        raise refused(name, f"can't be used: {error.message}", str(error.hint)) from error
    return IndexFile(name, digest_of_header(header), path)


FromIndex = Annotated[
    IndexFile,
    PlainValidator(_read, json_schema_input_type=str),
    PlainSerializer(named, return_type=dict[str, str]),
]
"""Type of a settings field that names an index."""


class OriginalitySettings(Settings):
    """What a draft is compared with, and what may stand in it all the same."""

    index: FromIndex | None = Field(
        default=None,
        description="an index of texts that may not be copied, beside the policy "
        "(aigc-guard index build)",
    )
    training_texts: bool = Field(
        default=True, description="compare with the texts that the writers were trained on"
    )
    releases: bool = Field(
        default=True, description="compare with what was released earlier for other briefs"
    )
    allow: tuple[FromFile, ...] = Field(
        default=(), description="files of wording that everybody may use, one passage a line"
    )
    near_duplicate: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="how much of two texts must be the same for them to be near duplicates",
    )
