"""pydantic's findings about a policy file, said in an editor's words with the mend."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from aigc_guard.checks.lists import FOLDER
from aigc_guard.errors import PolicyError, said
from aigc_guard.policy.source import Loc, Source

T = TypeVar("T", bound=BaseModel)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest known word as a question with a space behind it, or nothing."""
    near = nearest(word, known)
    return said("did you mean `{word}`? ", word=near) if near else ""


def meant(word: str, known: Iterable[str]) -> str:
    """The nearest known word as a question that is the whole mend, or nothing."""
    near = nearest(word, known)
    return said("did you mean `{word}`?", word=near) if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like ``word`` without regard to case, or one it is a part of."""
    by_lower = {one.lower(): one for one in known}
    lower = word.lower()
    close = difflib.get_close_matches(lower, by_lower, n=1, cutoff=0.6)
    close += [one for one in by_lower if len(lower) >= 3 and (lower in one or one in lower)]
    return by_lower[close[0]] if close else ""


def listed(words: Iterable[object]) -> str:
    """Known words in a sentence."""
    return ", ".join(str(word) for word in words)


def parse_form(
    source: Source, model: type[T], value: Any, loc: Loc
) -> tuple[T | None, list[PolicyError]]:
    """``value`` as ``model``, or every mistake in it at its place in the file."""
    # Settings may name lists that lie beside the policy.
    beside = {FOLDER: Path(source.path).parent}
    try:
        return model.model_validate(value, context=beside), []
    except ValidationError as failure:
        details = failure.errors()
        # A misspelt key is one mistake, not an unknown and a missing key.
        meant = {
            (
                *detail["loc"][:-1],
                nearest(str(detail["loc"][-1]), _keys_at(model, detail["loc"][:-1])),
            )
            for detail in details
            if detail["type"] == "extra_forbidden"
        }
        return None, [
            _explain(source, model, detail, loc)
            for detail in details
            if detail["type"] != "missing" or tuple(detail["loc"]) not in meant
        ]


def _explain(
    source: Source, model: type[BaseModel], detail: ErrorDetails, base: Loc
) -> PolicyError:
    message: str
    hint: str
    at_key = "[key]" in detail["loc"]
    inner = tuple(part for part in detail["loc"] if part != "[key]")
    key = str(inner[-1]) if inner else ""
    loc = (*base, *inner)
    if detail["type"] == "extra_forbidden":
        known = _keys_at(model, inner[:-1])
        near = did_you_mean(key, known)
        hint = (
            said("{near}Known here: {known}", near=near, known=listed(known))
            if near
            else said("known here: {known}", known=listed(known))
        )
        return source.error(loc, said("unknown key `{key}`", key=key), hint=hint, at_key=True)
    if detail["type"] == "missing":
        hint = said("add `{key}: ...`", key=key)
        return source.error(loc[:-1], said("`{key}` is missing", key=key), hint=hint, at_key=True)
    if "quota" in inner[:-1]:
        key = "quota"
    message, hint = _wrong_value(key if not key.isdigit() else str(inner[-2]), detail)
    if "values" in inner[:-1] and detail["type"] in ("greater_than", "finite_number"):
        message = said("the limit `{label}` must be a number above 0", label=key)
        hint = said(
            "it is in the check's own unit, e.g. a number of words: write it plainly, as 25"
        )
    return source.error(loc, message, hint=hint, at_key=at_key)


_YAML = {"True": "true", "False": "false", "None": "null"}
_EXPECTED = {
    "string_type": (said("text"), said("put the value in quotation marks")),
    "bool_type": (said("true or false"), said("write true or false, without quotation marks")),
    "float_type": (said("a number"), said("write a number such as 0.5, without quotation marks")),
    "int_type": (said("a whole number"), said("write a whole number, without quotation marks")),
    "tuple_type": (said("a list"), said("write [one, two] or one `- item` per line")),
    "list_type": (said("a list"), said("write [one, two] or one `- item` per line")),
    "dict_type": (said("keys with values"), said("write `key: value` lines, indented below it")),
    "model_type": (said("keys with values"), said("write `key: value` lines, indented below it")),
    "model_attributes_type": (
        said("keys with values"),
        said("write `key: value` lines, indented below it"),
    ),
    "finite_number": (said("a number from 0 to 1"), said("write a number such as 0.5")),
}
_DAY = (said("a day"), said("write year, month and day in quotation marks: '2026-12-31'"))
_PATTERNS = {
    "jurisdictions": (
        said("a place code such as EU, US, CN or US-CA"),
        said("use capital letters: EU"),
    ),
    "link": (said("a web address"), said("start it with https://")),
    "since": _DAY,
    "expires": _DAY,
    "day": _DAY,
}
_RANGES = {
    "min_tokens": said("write a number of tokens from 100 on: in fewer no watermark is found"),
    "attempts": said("write a number from 1 to 10"),
    "stop_above": said("it is a share of the run's drafts: write e.g. 0.2 for a fifth"),
    "quota": said("write how many drafts a run may release there, 0 for none"),
    "at_least": said("write how many drafts a run must have, e.g. 20"),
}
_NAME = (
    said("a name of small letters, digits and hyphens"),
    said("write it like `personal-data`"),
)


def _wrong_value(key: str, detail: ErrorDetails) -> tuple[str, str]:
    """Message and mend for a value of the wrong type or outside its range."""
    kind = detail["type"]
    context = detail.get("ctx", {})
    if "mend" in context:
        return detail["msg"], str(context["mend"])
    if kind in _EXPECTED:
        expected, hint = _EXPECTED[kind]
        return said("`{key}` must be {expected}", key=key, expected=expected), hint
    if kind in ("literal_error", "enum"):
        value = detail["input"]
        plain = value is None or isinstance(value, bool)
        given = _YAML[str(value)] if plain else str(value)[:40]
        words = str(context["expected"]).replace(" or ", ", ").split(", ")
        known = [_YAML.get(word, word).strip("'") for word in words]
        near, every = did_you_mean(given, known), listed(known)
        return (
            said("`{key}` can't be `{given}`", key=key, given=given),
            said("{near}one of: {known}", near=near, known=every)
            if len(known) > 1
            else said("{near}write: {known}", near=near, known=every),
        )
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        edge = _edge(kind, f"{next(iter(context.values())):g}")
        if key in _RANGES:
            return said("`{key}` must be {expected}", key=key, expected=edge), _RANGES[key]
        return (
            said("the limit `{label}` must be {expected}", label=key, expected=edge),
            said("scores run from 0 to 1; a limit of 0 would hold every draft: write e.g. 0.5"),
        )
    if kind == "string_pattern_mismatch" and context.get("pattern") != r"\S":
        expected, hint = _PATTERNS.get(key, _NAME)
        return said("`{key}` must be {expected}", key=key, expected=expected), hint
    if kind == "day":
        return said("`{key}` is no day of the calendar", key=key), _DAY[1]
    if kind in ("too_short", "string_too_short", "string_pattern_mismatch"):
        return (
            said("`{key}` is empty", key=key),
            said("fill it in, or leave the line out if it is optional"),
        )
    return (
        said("`{key}`: {problem}", key=key, problem=detail["msg"]),
        said("compare it with the policies that come with the project"),
    )


def _edge(kind: str, bound: str) -> str:
    """A bound in words."""
    if kind == "greater_than":
        return said("above {bound}", bound=bound)
    if kind == "greater_than_equal":
        return said("at least {bound}", bound=bound)
    if kind == "less_than":
        return said("below {bound}", bound=bound)
    return said("at most {bound}", bound=bound)


def _keys_at(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """The keys the form knows at a place inside ``model``."""
    for part in loc:
        if isinstance(part, int):
            continue
        names = {field.alias or name: field for name, field in model.model_fields.items()}
        inner = _model_in(names[part].annotation) if part in names else None
        if inner is None:
            break
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in typing.get_args(annotation):
        found = _model_in(part)
        if found is not None:
            return found
    return None
