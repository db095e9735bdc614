"""Which marks a release bears: what its policy asks for and what this installation has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aigc_guard.errors import ReleaseHeld, said
from aigc_guard.models.lock import ModelEntry
from aigc_guard.policy.labels import Labels
from aigc_guard.policy.model import MarksForm
from aigc_guard.records import Brief, Draft, Review
from aigc_guard.release.credentials.library import load
from aigc_guard.release.credentials.writing import Issuer
from aigc_guard.release.labels.aigc import AigcLabel
from aigc_guard.release.labels.marks import BY_MODEL, WITH_MODEL, Marks
from aigc_guard.signing import Signer

CHINA = "CN"


def _unmarked(_draft: Draft) -> None:
    """No watermark was asked for."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What this installation can put on a release: its producer code, its fonts, its signature.

    ``models`` are the lock's entries by name, which the statement names by digest. A project always
    has a signer; without one a release bears no statement. ``issuer`` signs content credentials
    where their library is installed. ``watermark`` measures the one of a draft.
    """

    producer: str = ""
    fonts: tuple[Path, ...] = ()
    models: Mapping[str, ModelEntry] = field(default_factory=dict)
    signer: Signer | None = None
    issuer: Issuer | None = None
    watermark: Callable[[Draft], Mapping[str, Any] | None] = _unmarked


@dataclass(frozen=True, slots=True)
class Marking:
    """What a policy asks for on its releases, and what there is to answer it with."""

    labels: Labels = field(default_factory=Labels)
    wanted: MarksForm = field(default_factory=MarksForm)
    installation: Installation = field(default_factory=Installation)
    policy_version: str = ""


def marks_of(
    marking: Marking,
    draft: Draft,
    brief: Brief,
    *,
    release_id: str,
    approval: Review | None,
    is_edited: bool = False,
) -> Marks:
    """The marks for one release. ``approval`` is the valid one of exactly these bytes, if any.

    Raises ReleaseHeld when a mark its places need can't be made here.
    """
    labels = marking.labels.without(lifted(marking, approval))
    return Marks(
        notices=labels.notices(
            jurisdictions=brief.jurisdictions, channel=draft.channel, language=draft.language
        ),
        aigc=_aigc(marking, draft, brief, release_id),
        source_type=_source_type(marking, draft, brief, is_edited),
    )


def lifted(marking: Marking, approval: Review | None) -> tuple[str, ...]:
    """The notices that an approval by the responsible role takes away; none without one."""
    editorial = marking.wanted.editorial
    if editorial is None or approval is None or editorial.role not in approval.roles:
        return ()
    return editorial.lifts


def marks_record(marking: Marking, marks: Marks, approval: Review | None) -> dict[str, Any]:
    """The marks as the release's record states them: no name, only the role that answers."""
    gone = lifted(marking, approval)
    editorial = marking.wanted.editorial
    return {
        "head": list(marks.notices.head),
        "tail": list(marks.notices.tail),
        "lifted": list(gone),
        "editorial_role": editorial.role if editorial and gone else "",
        "gb45438": dict(marks.aigc.fields) if marks.aigc else None,
        "digital_source_type": marks.source_type,
    }


def _aigc(marking: Marking, draft: Draft, brief: Brief, release_id: str) -> AigcLabel | None:
    mode, code = marking.wanted.gb45438, marking.installation.producer
    if mode == "off" or is_by_hand(draft, brief):
        return None
    if code:
        return AigcLabel(content_producer=code, produce_id=release_id)
    if mode == "required" and CHINA in _places(brief.jurisdictions):
        raise ReleaseHeld(
            said(
                "draft {draft_id} is for China and needs the metadata label AIGC, and this "
                "project names no producer code",
                draft_id=draft.draft_id,
            ),
            hint=said(
                "write yours into aigc_guard.toml (content_producer under [labels]), then run "
                "the same briefs again"
            ),
        )
    return None


def _source_type(marking: Marking, draft: Draft, brief: Brief, is_edited: bool) -> str:
    if not marking.wanted.schema_org or is_by_hand(draft, brief):
        return ""
    return WITH_MODEL if is_edited or draft.made_by == "editor" else BY_MODEL


def credentials_of(marking: Marking) -> Issuer | None:
    """Who signs the policy's content credentials; None where they are not asked for or, if the
    policy leaves that to the installation, can't be made. Raises ReleaseHeld where it insists."""
    if marking.wanted.c2pa == "off":
        return None
    issuer = marking.installation.issuer
    if issuer is None and marking.wanted.c2pa == "required":
        load()
        raise ReleaseHeld(
            said("the policy asks for content credentials, and nobody here signs them"),
            hint=said("make the keys: aigc-guard keys init"),
        )
    return issuer


def is_by_hand(draft: Draft, brief: Brief) -> bool:
    """Whether the text's supplier declares that people made it: no mark says otherwise."""
    return bool(brief.text) and brief.origin.get("made_by", "").casefold() == "human"


def _places(jurisdictions: Sequence[str]) -> set[str]:
    return {place.upper() for place in jurisdictions}
