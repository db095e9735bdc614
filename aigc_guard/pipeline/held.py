"""What was decided ``release`` and could not be: noted with the mend, and tried at the next run."""

from __future__ import annotations

from aigc_guard.errors import ReleaseHeld
from aigc_guard.i18n import LANGUAGES, spoken
from aigc_guard.records import Draft
from aigc_guard.store import Store

EVENT = "release.held"


def note_held(store: Store, draft: Draft, error: ReleaseHeld, *, at: str) -> None:
    """Record why a draft was not released, once per reason."""
    body = {
        "text_sha256": draft.text_sha256,
        "why": _told(error.message),
        "mend": _told(error.hint),
    }
    last = store.events(kind=EVENT, subject=draft.draft_id)
    if not last or last[-1].body != body:
        store.append_event(EVENT, draft.draft_id, body=body, at=at)


def held_because(store: Store, draft: Draft) -> dict[str, str]:
    """Why the draft could not be released, per language with the mend; empty where it could."""
    found = store.events(kind=EVENT, subject=draft.draft_id)
    if not found:
        return {}
    why, mend = found[-1].body["why"], found[-1].body["mend"]
    gap = {"zh": ""}
    return {one: f"{why[one]}{gap.get(one, ' ')}({mend[one]})" for one in LANGUAGES}


def _told(text: str) -> dict[str, str]:
    return {language: spoken(text, language) for language in LANGUAGES}
