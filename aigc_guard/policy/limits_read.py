"""Limits as an editor wrote them, made concrete for one check; what can't be is told by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aigc_guard.checks.interface import Check
from aigc_guard.errors import PolicyError, said
from aigc_guard.policy.limits import (
    LabelLimits,
    Limits,
    PlacedLimits,
    ProvenanceLimits,
    ValueLimits,
    form_of,
)
from aigc_guard.policy.messages import did_you_mean, listed, parse_form
from aigc_guard.policy.source import Loc, Source


def read_limits(
    source: Source, raw: Mapping[str, Any], check_type: type[Check], loc: Loc
) -> tuple[Limits | None, list[PolicyError]]:
    """The limits at ``loc``; with errors they may be there or not, and must not be used."""
    if not raw:
        hint = said("name at least one limit, e.g. {example}", example="{insult: 0.6}")
        return None, [source.error(loc, said("`limits` is empty"), hint=hint)]
    mistaken = list(_mistook_values(source, raw, check_type, loc))
    if mistaken:
        return None, mistaken
    parsed, errors = parse_form(source, form_of(check_type.id, raw), dict(raw), loc)
    if isinstance(parsed, ProvenanceLimits):
        return parsed, errors
    if not isinstance(parsed, PlacedLimits):
        return None, errors
    errors += _label_names(source, parsed, check_type, loc)
    if isinstance(parsed, ValueLimits):
        errors += _units(source, parsed, check_type, (*loc, "values"))
    return parsed, errors


def _label_names(
    source: Source, limits: PlacedLimits, check_type: type[Check], loc: Loc
) -> Iterator[PolicyError]:
    known = check_type.labels
    by_name = not isinstance(limits, LabelLimits)
    within = (*loc, "values") if isinstance(limits, ValueLimits) else loc
    for index, label in enumerate(limits.labels):
        if known and label not in known:
            yield source.error(
                (*within, label) if by_name else (*loc, "labels", index),
                said("the check {check} has no label `{label}`", check=check_type.id, label=label),
                hint=said(
                    "{near}it reports: {known}",
                    near=did_you_mean(label, known),
                    known=listed(known),
                ),
                at_key=by_name,
            )


def _mistook_values(
    source: Source, raw: Mapping[str, Any], check_type: type[Check], loc: Loc
) -> Iterator[PolicyError]:
    """A value of the check's own where a score belongs."""
    for label in check_type.units:
        if isinstance(raw.get(label), int | float) and raw[label] > 1:
            yield source.error(
                (*loc, label),
                said("the limit `{label}` is a score here and must be at most 1", label=label),
                hint=said(
                    "to limit the value itself write values: {example}",
                    example=f"{{{label}: {raw[label]:g}}}",
                ),
            )


def _units(
    source: Source, limits: ValueLimits, check_type: type[Check], loc: Loc
) -> Iterator[PolicyError]:
    """A label that carries no value would never reach its limit."""
    units = check_type.units
    for label in limits.labels:
        if label in check_type.labels and label not in units:
            can = (
                said("with a value: {labels}", labels=listed(units))
                if units
                else said("this check gives none a value")
            )
            yield source.error(
                (*loc, label),
                said(
                    "the check {check} measures no value for `{label}`",
                    check=check_type.id,
                    label=label,
                ),
                hint=said(
                    "limit its score instead, e.g. {example}; {can}",
                    example=f"{{{label}: 0.5}}",
                    can=can,
                ),
                at_key=True,
            )
