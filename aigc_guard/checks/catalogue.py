"""Which checks are installed: built-in ones and those of other packages, by id.

Knowing their names imports nothing; a check's module is imported when it is first asked for, and
even then no model library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pydantic import ValidationError

from aigc_guard.checks.interface import Check, Settings
from aigc_guard.errors import CheckError, ConfigError

GROUP = "aigc_guard.checks"
BUILT_IN = {
    "citations": "aigc_guard.checks.citations:CitationsCheck",
    "consistency": "aigc_guard.checks.consistency:ConsistencyCheck",
    "disclosure": "aigc_guard.checks.disclosure:DisclosureCheck",
    "grounding": "aigc_guard.checks.grounding.check:GroundingCheck",
    "language": "aigc_guard.checks.language:LanguageCheck",
    "originality": "aigc_guard.checks.originality:OriginalityCheck",
    "pii": "aigc_guard.checks.pii:PiiCheck",
    "provenance": "aigc_guard.checks.provenance:ProvenanceCheck",
    "readability": "aigc_guard.checks.readability:ReadabilityCheck",
    "terms": "aigc_guard.checks.terms:TermsCheck",
    "toxicity": "aigc_guard.checks.toxicity:ToxicityCheck",
}


class CheckTypes(Mapping[str, type[Check]]):
    """Check classes by id, imported on first access."""

    def __init__(self, places: Mapping[str, EntryPoint]) -> None:
        self._places = dict(places)
        self._loaded: dict[str, type[Check]] = {}

    def __getitem__(self, check_id: str) -> type[Check]:
        if check_id not in self._loaded:
            self._loaded[check_id] = _load(check_id, self._places[check_id])
        return self._loaded[check_id]

    def __contains__(self, check_id: object) -> bool:
        return check_id in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@cache
def check_types() -> CheckTypes:
    """Every installed check; raises ConfigError when two packages claim one id."""
    places = {name: EntryPoint(name, value, GROUP) for name, value in BUILT_IN.items()}
    for found in entry_points(group=GROUP):
        taken = places.get(found.name)
        if taken is not None and taken.value != found.value:
            raise ConfigError(
                f"two checks are called `{found.name}`: {taken.value} and {found.value}",
                hint="uninstall one of the packages, or rename its entry point",
            )
        places[found.name] = found
    return CheckTypes(dict(sorted(places.items())))


def create_check(check_id: str, settings: Mapping[str, Any] | Settings | None = None) -> Check:
    """The check ``check_id`` under ``settings``; raises ConfigError for unknown ids or settings."""
    types = check_types()
    if check_id not in types:
        import difflib

        near = difflib.get_close_matches(check_id, types, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"installed: {', '.join(types)}"
        raise ConfigError(f"there is no check `{check_id}`", hint=hint)
    kind = types[check_id]
    if settings is None or isinstance(settings, kind.settings_type):
        return kind(settings if isinstance(settings, Settings) else None)
    values = settings.model_dump() if isinstance(settings, Settings) else dict(settings)
    try:
        return kind(kind.settings_type.model_validate(values))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        known = ", ".join(kind.settings_type.model_fields) or "none"
        raise ConfigError(
            f"settings of the check {check_id}: {place}: {first['msg']}",
            hint=f"known settings: {known}",
        ) from error


def _load(check_id: str, place: EntryPoint) -> type[Check]:
    module, _, name = place.value.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise CheckError(
            check_id, f"{place.value} can't be loaded: {error}", hint="reinstall its package"
        ) from error
    if not (isinstance(found, type) and issubclass(found, Check)) or found.id != check_id:
        raise CheckError(
            check_id,
            f"{place.value} is not a check with the id `{check_id}`",
            hint="correct the entry point of its package",
        )
    return found
