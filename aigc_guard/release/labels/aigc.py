"""China's metadata label (GB 45438-2025): the key ``AIGC`` with seven fields, written and read.

Printable ASCII without blanks, so a producer is a code and never a name. Nothing is legal advice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aigc_guard.errors import ReleaseError, said

KEY = "AIGC"
FIELDS = (
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
)
GENERATED = "1"
_REQUIRED = FIELDS[:3]
_WRITABLE = re.compile(r"[\x21-\x7e]*")


@dataclass(frozen=True, slots=True)
class AigcLabel:
    """The seven fields. ``label`` is "1" (generated), "2" (may be) or "3" (suspected).

    The propagation fields are the platform's that passes the file on; a producer leaves them empty.
    """

    content_producer: str
    produce_id: str
    label: str = GENERATED
    reserved_code1: str = ""
    content_propagator: str = ""
    propagate_id: str = ""
    reserved_code2: str = ""

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Names and values, in the standard's order."""
        values = (
            self.label,
            self.content_producer,
            self.produce_id,
            self.reserved_code1,
            self.content_propagator,
            self.propagate_id,
            self.reserved_code2,
        )
        return tuple(zip(FIELDS, values, strict=True))

    def as_json(self) -> str:
        """The bare JSON object, printable ASCII without blanks."""
        return json.dumps(dict(self.fields), separators=(",", ":"))


def read_label(text: str) -> AigcLabel:
    """The label in a JSON text, bare or wrapped as ``{"AIGC": {…}}``.

    Raises ReleaseError for anything but the seven fields in their order, each once.
    """
    try:
        pairs = json.loads(text, object_pairs_hook=_Pairs)
    except (json.JSONDecodeError, RecursionError):
        raise _wrong(said("it is not a JSON object")) from None
    if isinstance(pairs, _Pairs) and [name for name, _ in pairs] == [KEY]:
        pairs = pairs[0][1]
    if not isinstance(pairs, _Pairs):
        raise _wrong(said("it is not a JSON object"))
    return _label(pairs)


def label_of(fields: Mapping[str, Any]) -> AigcLabel:
    """The label in a mapping that keeps its order, as YAML gives it. Raises ReleaseError."""
    return _label(list(fields.items()))


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with its order and its repeated keys."""


def _label(pairs: list[tuple[str, Any]]) -> AigcLabel:
    if tuple(name for name, _ in pairs) != FIELDS:
        raise _wrong(said("it needs the fields {listed}, in this order", listed=", ".join(FIELDS)))
    for name, value in pairs:
        if not isinstance(value, str) or not _WRITABLE.fullmatch(value):
            raise _wrong(said("{name} is not printable ASCII without blanks", name=name))
        if name in _REQUIRED and not value:
            raise _wrong(said("{name} is empty", name=name))
    values = [str(value) for _, value in pairs]
    if values[0] not in ("1", "2", "3"):
        raise _wrong(said("Label is neither 1, 2 nor 3"))
    return AigcLabel(values[1], values[2], values[0], *values[3:])


def _wrong(why: str) -> ReleaseError:
    return ReleaseError(said("the AIGC label can't be read: {why}", why=why))
