"""What the writers' tables of a ``kind.toml`` may hold, checked before anything is written.

``[prompt]``, ``[decoding]``, ``[post]`` and ``[facts]`` are read by the generators, which have the
defaults; here is only their form, so that a slip is told with its line when the project is opened.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from aigc_guard.config.locate import key_lines, line_of
from aigc_guard.errors import KindError, said

if TYPE_CHECKING:
    from pydantic import BaseModel

Place = tuple[int | str, ...]
Words = list[str] | None
Lists = dict[str, list[str]] | None


@lru_cache(maxsize=1)
def _tables() -> type[BaseModel]:
    """The tables as one pydantic model; made at the first use, for its import is slow."""
    from pydantic import BaseModel, ConfigDict, Field

    class Table(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)

    class Pass(Table):
        act: str | None = None
        take: Words = None
        needs: Words = None
        along: Words = None
        joined: Words = None
        most: int | None = Field(None, ge=1, le=16)
        paragraph: bool | None = None
        together: bool | None = None

    class Prompt(Table):
        instruction: str | None = None
        heading: Words = None
        repeatable: Words = None
        verbatim: Words = None
        said_once: Words = None
        act_from: str | None = None
        passes: list[Pass] | None = Field(None, alias="pass")
        acts: Lists = None
        reads: Lists = None
        unknown: dict[str, str] | None = None
        roles: dict[str, dict[str, list[str]]] | None = None

    class Decoding(Table):
        candidates: int | None = Field(None, ge=1, le=256)
        temperature: float | None = Field(None, gt=0, le=2)
        top_p: float | None = Field(None, gt=0, le=1)
        max_new_tokens: int | None = Field(None, ge=1)
        batch: int | None = Field(None, ge=0)
        most_ended: float | None = Field(None, ge=0, le=1)
        overlong: float | None = Field(None, ge=1)
        least_score: float | None = Field(None, le=0)
        variety: float | None = Field(None, ge=0, le=1)
        leaks: Words = None
        closes: Words = None
        belongs: Lists = None
        misplaced: Lists = None
        against: Lists = None

    class Post(Table):
        plural_of: str | None = None

    class Tables(Table):
        prompt: Prompt | None = None
        decoding: Decoding | None = None
        post: Post | None = None
        facts: Lists = None

    return Tables


def check_tables(path: Path, text: str, data: dict[str, Any]) -> None:
    """Raise KindError with the line of the first slip in the writers' tables of a kind.toml."""
    from pydantic import ValidationError

    model = _tables()
    try:
        model.model_validate({name: data[name] for name in model.model_fields if name in data})
    except ValidationError as error:
        first = error.errors()[0]
        place: Place = first["loc"]
        if first["type"] == "extra_forbidden":
            message, known = said("unknown key {key}", key=str(place[-1])), _known(place[:-1])
            near = get_close_matches(str(place[-1]), known, n=1)
            hint = (
                said("did you mean {name}?", name=near[0])
                if near
                else said("known keys: {listed}", listed=", ".join(known))
            )
        else:
            name = ".".join(str(part) for part in place)
            message = said("{name}: {problem}", name=name, problem=first["msg"])
            hint = said("write it as docs/kinds.md says, or as the shipped kinds do")
        raise KindError(message, path=path, line=_line(text, place), hint=hint) from None


def known_keys() -> list[str]:
    """Every key of the writers' tables, for the guide that has to name them."""
    nested: list[Place] = [(), ("prompt",), ("prompt", "pass"), ("decoding",), ("post",)]
    return sorted({key for place in nested for key in _known(place)})


def _known(place: Place) -> list[str]:
    """The keys of the table at ``place``, as they are written."""
    fields = _tables().model_fields
    for part in (part for part in place if isinstance(part, str)):
        found = next(field for name, field in fields.items() if part in (name, field.alias))
        fields = _model_in(found.annotation).model_fields
    return sorted(field.alias or name for name, field in fields.items())


def _model_in(annotation: Any) -> type[BaseModel]:
    """The table's model within ``list[Table] | None``."""
    while not hasattr(annotation, "model_fields"):
        annotation = get_args(annotation)[0]
    table: type[BaseModel] = annotation
    return table


def _line(text: str, place: Place) -> int | None:
    """The line of a key; of a numbered ``[[prompt.pass]]`` its own lines alone are searched."""
    lines = text.splitlines()
    if len(place) > 2 and place[:2] == ("prompt", "pass") and isinstance(place[2], int):
        starts = [n for n, line in enumerate(lines) if line.strip().startswith("[[prompt.pass]]")]
        if place[2] < len(starts):
            start = starts[place[2]]
            own = key_lines("\n".join(lines[start:]).replace("[[prompt.pass]]", "[[this]]", 1))
            return start + (own.get(f"this.{place[3]}", 1) if len(place) > 3 else 1)
    return line_of(key_lines(text), ".".join(str(part) for part in place if isinstance(part, str)))
