"""What a policy asks for on a released file for machines: labels, credentials, a watermark."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from aigc_guard.policy.form import Bool, Form, Name

Wanted = Literal["required", "configured", "off"]


class EditorialForm(Form):
    """The EU's exemption for texts that a person reviewed and answers for (AI Act Art. 50(4))."""

    role: Name = Field(
        description="The role that answers editorially; somebody who holds it approved the bytes."
    )
    lifts: tuple[Name, ...] = Field(
        min_length=1, description="Ids of the notices that such an approval takes away."
    )


class WatermarkForm(Form):
    """An imperceptible mark in the choice of words, for texts long enough to find it in."""

    min_tokens: Annotated[int, Strict(), Field(ge=100, le=10_000)] = Field(
        default=200,
        description="Only drafts that may grow to so many tokens are marked; a shorter text's "
        "measurement is called too short.",
    )


class MarksForm(Form):
    """Marks for machines on every release; notices for readers stand under `labels`."""

    gb45438: Wanted = Field(
        default="configured",
        description="China's metadata label AIGC. configured: where the project names its producer "
        "code; required: a release for China waits until it does; off: never.",
    )
    schema_org: Bool = Field(
        default=True, description="State in HTML pages that a model wrote the text (schema.org)."
    )
    c2pa: Wanted = Field(
        default="configured",
        description="Content credentials (C2PA), signed by this installation. configured: where "
        "aigc-guard[c2pa] is installed; required: a release waits without it; off: never.",
    )
    training: Literal["allowed", "not_allowed"] = Field(
        default="not_allowed",
        description="What the credentials say about training models on the text and mining it.",
    )
    watermark: WatermarkForm | None = Field(
        default=None,
        description="Mark drafts while a model writes them freely (SynthID text), and measure the "
        "mark on each released text. Left out: no watermark.",
    )
    editorial: EditorialForm | None = Field(
        default=None,
        description="Which approval takes which notices away; marks for machines stay.",
    )
