"""Who made a text, and where it goes."""

from __future__ import annotations

from aigc_guard.checks.interface import Subject


def maker(subject: Subject) -> str:
    """``people``, ``model`` or empty: what is declared of a supplied text, and known of a draft."""
    brief, draft = subject.brief, subject.draft
    if brief is not None and brief.text:
        declared = brief.origin.get("made_by", "").casefold()
        return {"human": "people", "model": "model", "ai": "model"}.get(declared, "")
    return "model" if draft is not None and draft.made_by != "supplied" else ""


def places(subject: Subject) -> tuple[str, ...]:
    """The jurisdictions of its order; one empty name where it states none."""
    stated = subject.brief.jurisdictions if subject.brief is not None else ()
    return tuple(dict.fromkeys(one.upper() for one in stated)) or ("",)


def channel(subject: Subject) -> str:
    """The channel of the draft, else of its order."""
    if subject.draft is not None:
        return subject.draft.channel
    return subject.brief.channel if subject.brief is not None else ""
