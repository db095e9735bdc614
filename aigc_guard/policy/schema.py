"""``policies/policy.schema.json``: what an editor's program completes, explains and underlines.

Draft-07, which yaml-language-server reads. Limits and settings depend on the check by if/then, so
that a mistake is told in the words of the chosen check and not of every possible one.
``python -m aigc_guard.policy.schema FILE`` writes it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aigc_guard.checks.interface import Check
from aigc_guard.policy.limits import LabelLimits, ProvenanceLimits, ValueLimits
from aigc_guard.policy.model import PolicyForm
from aigc_guard.policy.resolve import CheckTypes

Json = dict[str, Any]
_SCORE: Json = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}


def policy_schema(check_types: CheckTypes) -> Json:
    """The JSON schema of a policy file for the given checks."""
    schema: Json = _draft_07(PolicyForm.model_json_schema(by_alias=True))
    rule = schema["definitions"]["RuleForm"]
    rule["properties"]["check"] = {
        "description": rule["properties"]["check"]["description"],
        "enum": sorted(check_types),
    }
    rule["allOf"] = [_for_check(check_types[check]) for check in sorted(check_types)]
    conditions = _inheritance(schema, rule)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "aigc_guard policy",
        **{key: value for key, value in schema.items() if key != "title"},
        "allOf": conditions,
    }


def _inheritance(schema: Json, rule: Json) -> list[Json]:
    """What may be left out: by a base, what its policies say; by them, what the base says."""
    rule_needs = [key for key in rule["required"] if key != "id"]
    schema["required"] = ["policy", "version"]
    rule["required"] = ["id"]
    complete: Json = {
        "properties": {"rules": {"items": {"required": rule_needs}}},
        "required": ["owner"],
    }
    is_base: Json = {"properties": {"abstract": {"const": True}}, "required": ["abstract"]}
    extends: Json = {"required": ["extends"]}
    return [
        {"if": extends, "else": complete},
        {"if": {"anyOf": [is_base, extends]}, "else": {"required": ["rules"]}},
        {
            "if": is_base,
            "then": {"properties": {"applies_to": False, "extends": False}},
            "else": {"required": ["applies_to"]},
        },
    ]


def schema_text(check_types: CheckTypes) -> str:
    """The schema file's exact content."""
    return json.dumps(policy_schema(check_types), indent=2, ensure_ascii=False) + "\n"


def _for_check(check: type[Check]) -> Json:
    limits = _limits(check)
    then: Json = {
        "limits": limits,
        "with": _model(check.settings_type),
        "when_quoted": {"properties": {"limits": limits}},
    }
    chosen: Json = {"properties": {"check": {"const": check.id}}, "required": ["check"]}
    return {"if": chosen, "then": {"properties": then}}


def _limits(check: type[Check]) -> Json:
    if check.id == "provenance":
        return _model(ProvenanceLimits)
    label: Json = {"enum": list(check.labels)} if check.labels else {"type": "string"}
    by_label = _model(LabelLimits)
    by_label["properties"]["labels"]["items"] = label
    by_score: Json = {"type": "object", "additionalProperties": _SCORE, "minProperties": 1}
    if check.labels:
        scores = {one: {**_SCORE, "description": f"limit for {one}"} for one in check.labels}
        by_score.update(additionalProperties=False, properties=scores)
    lists_labels = [{"required": [key]} for key in ("labels", "score", "except")]
    chosen: Json = {"if": {"anyOf": lists_labels}, "then": by_label, "else": by_score}
    if check.labels and not check.units:
        return chosen
    return {"if": {"required": ["values"]}, "then": _values(check), "else": chosen}


def _values(check: type[Check]) -> Json:
    limits = _model(ValueLimits)
    if check.labels:
        amount = limits["properties"]["values"].pop("additionalProperties")
        limits["properties"]["values"].update(
            additionalProperties=False,
            properties={
                label: {**amount, "description": f"limit for {label}, in {unit['en']}"}
                for label, unit in check.units.items()
            },
        )
    return limits


def _model(model: Any) -> Json:
    """A model's schema with its definitions put in place, for use inside a condition."""
    schema = _draft_07(model.model_json_schema(by_alias=True))
    definitions = schema.pop("definitions", {})
    schema.pop("title", None)
    inlined: Json = _inline(schema, definitions)
    return inlined


def _inline(value: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_inline(item, definitions) for item in value]
    if not isinstance(value, dict):
        return value
    reference = value.get("$ref")
    if reference is not None:
        return _inline(definitions[str(reference).rpartition("/")[2]], definitions)
    return {key: _inline(item, definitions) for key, item in value.items()}


def _draft_07(value: Any) -> Any:
    """pydantic's schema in draft-07: other words for definitions, no words beside a reference."""
    if isinstance(value, list):
        return [_draft_07(item) for item in value]
    if not isinstance(value, dict):
        return value.replace("#/$defs/", "#/definitions/") if isinstance(value, str) else value
    out = {
        "definitions" if key == "$defs" else key: _draft_07(item)
        for key, item in value.items()
        if not (key == "title" and isinstance(item, str))
    }
    if "$ref" in out and len(out) > 1:
        out["allOf"] = [{"$ref": out.pop("$ref")}]
    return out


def main(arguments: list[str]) -> None:
    """Write the schema of the installed checks to the named file."""
    from aigc_guard.checks.catalogue import check_types

    Path(arguments[0]).write_text(schema_text(check_types()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
