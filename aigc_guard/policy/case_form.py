"""The form of tests inside a policy file: drafts, and what must become of them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from aigc_guard.policy.form import Bool, Day, Form, Jurisdiction, Language, Name, Words
from aigc_guard.records import Outcome


class WriterForm(Form):
    """What models.lock is taken to say about the writer of a test draft."""

    known: Bool = Field(default=True, description="false: the lock knows no such writer.")
    licence: Words = Field(default="Apache-2.0", description="The writer's licence.")
    approved_for: tuple[Name, ...] | None = Field(
        default=None, description="Kinds it is approved for; left out: the draft's kind."
    )
    trained_on: tuple[Words, ...] = Field(
        default=("test",), description="What it was trained on; [] if nobody knows."
    )
    remote: Bool = Field(default=False, description="true: a model behind a server.")


class SourceForm(Form):
    """A source of a test draft's brief."""

    title: str = Field(default="", description="Title; left out, it has none.")
    url: str = Field(default="", description="Address; left out, it has none.")
    licence: str = Field(default="", description="Licence; left out, it names none.")
    text: str = Field(default="", description="What the source says.")


def _text_alone(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class BesideForm(Form):
    """Another draft of a test draft's run; its brief says what the test draft's says, or more."""

    text: Words = Field(description="The other draft.")
    facts: dict[str, str] | None = Field(
        default=None, description="Facts of its brief; left out, those of the test draft."
    )
    may_publish: tuple[Words, ...] | None = Field(
        default=None, description="Personal values its brief allows; left out, as the test draft."
    )


Beside = Annotated[
    BesideForm, BeforeValidator(_text_alone, json_schema_input_type=Words | BesideForm)
]


class CaseForm(Form):
    """A test draft. All but the text may be left out: a sound draft of a sound writer."""

    text: Words = Field(description="The draft.")
    outcome: Outcome | None = Field(
        default=None, description="What must become of it: release, redact, review or block."
    )
    kind: Name | None = Field(default=None, description="Left out: the policy's first kind.")
    channel: Name | None = Field(default=None, description="Left out: the policy's first channel.")
    language: Language | None = Field(
        default=None, description="Left out: the policy's first language."
    )
    jurisdictions: tuple[Jurisdiction, ...] = Field(default=(), description="Places of the brief.")
    brief: Words = Field(default="test", description="Id of the brief.")
    facts: dict[str, str] = Field(default_factory=dict, description="Facts of the brief.")
    required_terms: tuple[Words, ...] = Field(
        default=(), description="Words that the brief asks for."
    )
    batch: tuple[Beside, ...] = Field(
        default=(), description="Drafts of other briefs in the same run."
    )
    sources: tuple[SourceForm, ...] = Field(default=(), description="Sources of the brief.")
    may_publish: tuple[Words, ...] = Field(
        default=(), description="Personal values that the brief allows to stand."
    )
    origin: dict[str, str] | None = Field(
        default=None,
        description="What the supplier of a finished text declares; {} if nothing. "
        "Left out: one of our writers wrote the draft.",
    )
    writer: WriterForm = Field(default=WriterForm(), description="Who wrote it.")
    faithful: Bool = Field(
        default=True, description="false: the writer itself found values altered."
    )
    same_brief: Bool = Field(default=True, description="false: the brief has changed since.")
    notices: Bool = Field(default=True, description="false: as if the policy had no `labels`.")


Case = Annotated[CaseForm, BeforeValidator(_text_alone, json_schema_input_type=Words | CaseForm)]


class RuleTests(Form):
    """Drafts that show what a rule does; their outcome is what this rule alone asks for."""

    trips: tuple[Case, ...] = Field(default=(), description="Drafts that must trip the rule.")
    passes: tuple[Case, ...] = Field(default=(), description="Drafts that must not trip it.")


class PolicyTest(CaseForm):
    """A draft and what the whole policy must say about it."""

    outcome: Outcome = Field(description="What must become of it under all rules together.")
    trips: tuple[Name, ...] = Field(default=(), description="Rules that it must trip.")
    passes: tuple[Name, ...] = Field(default=(), description="Rules that it must not trip.")
    day: Day | None = Field(
        default=None, description="Decided on this day; left out, no waiver holds."
    )
