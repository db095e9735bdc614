"""The form of a policy file: what an editor may write, with the words a hover text shows.

Field descriptions become the JSON schema.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, Strict

from aigc_guard.policy.case_form import CaseForm, PolicyTest, RuleTests
from aigc_guard.policy.form import (
    SEVERITY_OF,
    Action,
    Bool,
    Form,
    Jurisdiction,
    Language,
    Name,
    Severity,
    Text,
    Wordings,
    Words,
)
from aigc_guard.policy.marks_form import EditorialForm, MarksForm
from aigc_guard.policy.standing_form import BatchForm, RetiredForm, ScopeForm, WaiverForm
from aigc_guard.records import digest_of

__all__ = [
    "SEVERITY_OF",
    "Action",
    "ApprovalForm",
    "BaseForm",
    "BatchForm",
    "CaseForm",
    "EditorialForm",
    "LabelForm",
    "MarksForm",
    "PolicyForm",
    "RetiredForm",
    "RuleForm",
    "ScopeForm",
    "Severity",
    "WaiverForm",
]


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
    people: Literal[1, 2] = Field(
        default=1, description="2: two people of this role, both signed in (four eyes)."
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
    waivers: tuple[WaiverForm, ...] = Field(
        default=(), description="Exceptions for a while: named, approved, and with an end."
    )
    retired: tuple[RetiredForm, ...] = Field(
        default=(), description="Rules that the policy had; without an entry none may vanish."
    )
    batch: BatchForm | None = Field(
        default=None, description="What holds for all drafts of one run together."
    )
    labels: tuple[LabelForm, ...] = ()
    marks: MarksForm = Field(
        default=MarksForm(), description="Marks for machines on every release of this policy."
    )
    approvals: tuple[ApprovalForm, ...] = ()
    tests: tuple[PolicyTest, ...] = Field(
        default=(), description="Drafts, and what the whole policy must say about them."
    )

    @property
    def digest(self) -> str:
        """Hex sha256 of the canonical content: comments, key order and layout don't count.

        Fields left at their default don't count either, so a later version's new field
        doesn't void the approvals given under this one. Tests and retired rules decide nothing and
        don't count.
        """
        return digest_of(self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """The canonical content as plain data; loading it again gives an equal policy."""
        left_out: Any = {
            "abstract": True,
            "extends": True,
            "retired": True,
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
