"""What every part of a policy file is made of: names, scores, days, words in two languages."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

from aigc_guard.records import Outcome

Language = Literal["en", "zh"]
Jurisdiction = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
Score = Annotated[float, Strict(), Field(gt=0, le=1, allow_inf_nan=False)]
Amount = Annotated[float, Strict(), Field(gt=0, allow_inf_nan=False)]
Bool = Annotated[bool, Strict()]
Words = Annotated[str, Field(min_length=1, pattern=r"\S")]


def _in_the_calendar(day: str) -> str:
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise PydanticCustomError("day", "there is no such day") from error
    return day


Day = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(_in_the_calendar),
]


class Form(BaseModel):
    """Base of everything in the file: unknown keys are errors, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Action(StrEnum):
    """What a tripped rule asks for."""

    FLAG = "flag"
    REDACT = "redact"
    REGENERATE = "regenerate"
    REVIEW = "review"
    BLOCK = "block"

    @property
    def outcome(self) -> Outcome:
        """The outcome a draft has when this rule trips; a new attempt waits in review."""
        return _OUTCOMES[self]


_OUTCOMES = {
    Action.FLAG: Outcome.RELEASE,
    Action.REDACT: Outcome.REDACT,
    Action.REGENERATE: Outcome.REVIEW,
    Action.REVIEW: Outcome.REVIEW,
    Action.BLOCK: Outcome.BLOCK,
}


class Severity(StrEnum):
    """How grave a rule is; orders reports and caps waivers, never decides."""

    NOTE = "note"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


SEVERITY_OF = {
    Action.FLAG: Severity.NOTE,
    Action.REDACT: Severity.MINOR,
    Action.REGENERATE: Severity.MINOR,
    Action.REVIEW: Severity.MAJOR,
    Action.BLOCK: Severity.CRITICAL,
}


class InBoth(Form):
    """The same sentence in English and Chinese."""

    en: Words = Field(description="English wording.")
    zh: Words = Field(description="Chinese wording.")

    def as_dict(self) -> dict[str, str]:
        """``{en, zh}`` as reasons carry it."""
        return {"en": self.en, "zh": self.zh}


def _one_text_for_both(value: Any) -> Any:
    return {"en": value, "zh": value} if isinstance(value, str) else value


Text = Annotated[InBoth, BeforeValidator(_one_text_for_both, json_schema_input_type=Words | InBoth)]
Wordings = dict[Language, dict[str, Words]]
