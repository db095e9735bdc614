"""The form of a policy file: what an editor may write, with the words a hover text shows.

Field descriptions become the JSON schema. What later versions will read (waivers, batch rules) is
not here, so the loader refuses it instead of ignoring it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict

from aigc_guard.records import Outcome, digest_of

Language = Literal["en", "zh"]
Jurisdiction = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
Score = Annotated[float, Strict(), Field(gt=0, le=1, allow_inf_nan=False)]
Bool = Annotated[bool, Strict()]
Words = Annotated[str, Field(min_length=1, pattern=r"\S")]


class Form(BaseModel):
    """Base of everything in the file: unknown keys are errors, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


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
    """How grave a rule is; orders reports, never decides."""

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


class AppliesTo(Form):
    """Which drafts the policy is for; kind, channel and language select exactly one policy."""

    kinds: tuple[Name, ...] = Field(min_length=1, description="Content kinds, as in kinds/.")
    channels: tuple[Name, ...] = Field(
        default=(), description="Channels; left out, every channel of these kinds."
    )
    languages: tuple[Language, ...] = Field(min_length=1, description="en, zh or both.")
    jurisdictions: tuple[Jurisdiction, ...] = Field(
        default=(),
        description="Places the policy was written for (EU, US, CN); a brief that names "
        "another one waits for review. Left out, any place.",
    )


class Defaults(Form):
    """What holds for every rule that does not say otherwise."""

    attempts: Annotated[int, Strict(), Field(ge=1, le=10)] = Field(
        default=1, description="How often a draft is written at most when a rule says regenerate."
    )
    replace: Wordings = Field(
        default_factory=dict,
        description="Wording that stands for a redacted value, per language and label.",
    )


class WhenQuoted(Form):
    """What holds instead for words inside a quotation that is attributed to somebody."""

    action: Action | None = Field(default=None, description="Action for quoted words.")
    limits: dict[str, Any] | None = Field(default=None, description="Limits for quoted words.")


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
    facts: dict[str, str] = Field(default_factory=dict, description="Facts of the brief.")
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


def _text_alone(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


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


class RuleForm(Form):
    """One rule: what is measured, from which score on it trips, and what happens then."""

    id: Name = Field(description="Unique in the file; stands in every reason and report.")
    title: Text | None = Field(default=None, description="Short heading for lists.")
    check: Name = Field(description="The check that measures: toxicity, pii, provenance, ...")
    with_: dict[str, Any] = Field(
        default_factory=dict, alias="with", description="Settings of the check."
    )
    limits: dict[str, Any] = Field(
        min_length=1, description="What the rule tolerates; a score equal to a limit trips."
    )
    action: Action = Field(description="flag, redact, regenerate, review or block.")
    when_quoted: WhenQuoted | None = Field(
        default=None, description="Other limits or action inside attributed quotation marks."
    )
    replace: Wordings = Field(
        default_factory=dict, description="Redaction wording of this rule, before the defaults."
    )
    shadow: Bool = Field(default=False, description="Measure and count, but change nothing.")
    required: Bool = Field(
        default=False, description="Hold drafts for which the check does not apply, too."
    )
    jurisdictions: tuple[Jurisdiction, ...] = Field(
        default=(), description="Only for briefs of these places (or of no stated place)."
    )
    severity: Severity | None = Field(
        default=None, description="Follows from the action unless given; never decides."
    )
    message: Text = Field(description="What reports and reviewers read when the rule trips.")
    why: Text | None = Field(default=None, description="Why the rule exists.")
    link: str = Field(
        default="", pattern=r"^(https?://\S+)?$", description="Where the guideline is kept."
    )
    tests: RuleTests = Field(
        default=RuleTests(), description="Drafts that must and that must not trip this rule."
    )


class LabelForm(Form):
    """A visible notice that release renders around the text."""

    id: Name = Field(description="Name of the notice.")
    text: Text = Field(description="The notice as readers see it.")
    positions: tuple[Literal["head", "tail"], ...] = Field(
        default=("head", "tail"), min_length=1, description="Before the text, after it, or both."
    )
    channels: tuple[Name, ...] = Field(default=(), description="Left out: every channel.")
    jurisdictions: tuple[Jurisdiction, ...] = Field(
        default=(), description="Left out: wherever no notice for the place itself exists."
    )


class ApprovalForm(Form):
    """Who may approve what was held."""

    by: Name = Field(description="Role of the reviewer, e.g. news-editor.")
    rules: tuple[Name, ...] = Field(
        default=(), description="Rule ids this role decides; left out: every other rule."
    )


class PolicyForm(Form):
    """A whole policy file."""

    policy: Name = Field(description="Name of the policy, unique in the folder.")
    version: Words = Field(description="Version for people, in quotation marks: '2026-11'.")
    owner: Words = Field(description="Role or mailbox that answers for this policy.")
    abstract: Bool = Field(
        default=False, description="true: a base for other policies, which serves no drafts itself."
    )
    extends: Name | None = Field(
        default=None, description="The base beside this file whose rules are inherited, by name."
    )
    applies_to: AppliesTo
    defaults: Defaults = Defaults()
    rules: tuple[RuleForm, ...] = Field(min_length=1)
    labels: tuple[LabelForm, ...] = ()
    approvals: tuple[ApprovalForm, ...] = ()
    tests: tuple[PolicyTest, ...] = Field(
        default=(), description="Drafts, and what the whole policy must say about them."
    )

    @property
    def digest(self) -> str:
        """Hex sha256 of the canonical content: comments, key order and layout don't count.

        Fields left at their default don't count either, so a later version's new field
        doesn't void the approvals given under this one. Tests decide nothing and don't count.
        """
        return digest_of(self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """The canonical content as plain data; loading it again gives an equal policy."""
        left_out: Any = {
            "abstract": True,
            "extends": True,
            "tests": True,
            "rules": {"__all__": {"tests"}},
        }
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=left_out)


class BaseForm(PolicyForm):
    """A file with ``abstract: true``: what it leaves out, the policies that extend it say."""

    applies_to: AppliesTo = AppliesTo.model_construct(
        kinds=(), channels=(), languages=(), jurisdictions=()
    )
    rules: tuple[RuleForm, ...] = ()
