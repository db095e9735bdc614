"""The form of what stands beside the rules: waivers, whole runs, and rules that went."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Strict

from aigc_guard.policy.form import Day, Form, Jurisdiction, Language, Name, Text, Words

Share = Annotated[float, Strict(), Field(ge=0, lt=1, allow_inf_nan=False)]
Count = Annotated[int, Strict(), Field(ge=0, le=1_000_000)]


class ScopeForm(Form):
    """Which drafts and findings a waiver is about: every line that is given must fit."""

    briefs: tuple[Words, ...] = Field(default=(), description="Only drafts of these briefs.")
    kinds: tuple[Name, ...] = Field(default=(), description="Only drafts of these kinds.")
    channels: tuple[Name, ...] = Field(default=(), description="Only drafts for these channels.")
    languages: tuple[Language, ...] = Field(
        default=(), description="Only drafts in these languages."
    )
    jurisdictions: tuple[Jurisdiction, ...] = Field(
        default=(), description="Only briefs all of whose stated places are among these."
    )
    labels: tuple[Words, ...] = Field(default=(), description="Only findings with these labels.")


class WaiverForm(Form):
    """An exception from one rule, for a while: what it would hold is noted instead."""

    id: Name = Field(description="Unique in the file; stands in every report.")
    rule: Name = Field(description="The rule that does not hold anything back.")
    scope: ScopeForm = Field(description="For which drafts and findings; at least one line.")
    reason: Text = Field(description="Why; auditors read it.")
    owner: Words = Field(description="Who asked for it and answers for it.")
    approver: Words = Field(description="Who allowed it; never the owner.")
    since: Day = Field(description="First day it holds (UTC), e.g. '2026-12-01'.")
    expires: Day = Field(
        description="Last day it holds (UTC). At most 365 days after `since` for a rule of "
        "severity note, 180 for minor, 90 for major, 30 for critical."
    )


class RetiredForm(Form):
    """A rule that the policy had and does without now."""

    id: Name = Field(description="Id of the rule that is gone.")
    reason: Text = Field(description="Why it is not needed any more; auditors read it.")


class BatchForm(Form):
    """What holds for all drafts of one run together; a run's drafts are its last versions."""

    stop_above: Share | None = Field(
        default=None,
        description="Share of blocked drafts, 0 to 1. Above it nothing of the run is released.",
    )
    at_least: Annotated[int, Strict(), Field(ge=1, le=1_000_000)] = Field(
        default=1, description="From how many drafts of the run on the share counts."
    )
    quota: dict[Name, Count] = Field(
        default_factory=dict,
        description="How many drafts a run may release per channel; the rest wait for a person.",
    )
    hold_run_on: tuple[Name, ...] = Field(
        default=(),
        description="Rules of the check consistency: one finding, and nothing of the run is "
        "released.",
    )
