"""What content credentials state of a release: plain data for the library to sign.

Digests and roles; no text of the brief, no value out of it and no name of a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aigc_guard
from aigc_guard.policy.model import MarksForm
from aigc_guard.proof.statement import RELEASE
from aigc_guard.records import Brief, Draft, Review
from aigc_guard.release.credentials.library import MEDIA_TYPES
from aigc_guard.release.formats.interface import STEM, file_name

CREDENTIAL_FILE = f"{STEM}.c2pa"
_SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_BY_MODEL, _BY_HAND = f"{_SOURCES}trainedAlgorithmicMedia", f"{_SOURCES}digitalCreation"
_EDITS = f"{_SOURCES}humanEdits"
_BRIEF = "brief"
_USES = (
    "cawg.ai_generative_training",
    "cawg.ai_training",
    "cawg.data_mining",
)


@dataclass(frozen=True, slots=True)
class About:
    """The release that is spoken of. ``by_hand``: its supplier declares that people wrote it."""

    draft: Draft
    brief: Brief
    form: str
    release_id: str
    policy_sha256: str
    released_at: str
    approval: Review | None = None
    by_hand: bool = False


def manifest_of(about: About, wanted: MarksForm) -> dict[str, Any]:
    """The manifest's definition: actions, disclosure, training and mining, and the release."""
    assertions: list[tuple[str, dict[str, Any]]] = [
        ("c2pa.actions.v2", {"actions": _actions(about)})
    ]
    if not about.by_hand:
        assertions.append(("c2pa.ai-disclosure", _disclosure(about)))
    use = "allowed" if wanted.training == "allowed" else "notAllowed"
    assertions += [
        ("cawg.training-mining", {"entries": {name: {"use": use} for name in _USES}}),
        (
            "org.aigc-guard.release",
            {
                "release_id": about.release_id,
                "brief_sha256": about.brief.digest,
                "text_sha256": about.draft.text_sha256,
                "policy_sha256": about.policy_sha256,
                "predicate_type": RELEASE,
            },
        ),
    ]
    return {
        "claim_generator_info": [{"name": "aigc_guard", "version": aigc_guard.__version__}],
        "title": file_name(about.form),
        "format": MEDIA_TYPES[about.form],
        "assertions": [{"label": label, "data": data} for label, data in assertions],
    }


def ingredient_of(about: About) -> dict[str, Any]:
    """The brief as what the text was made from, named by its digest; its bytes stay out."""
    return {
        "title": _BRIEF,
        "relationship": "inputTo",
        "instance_id": f"urn:sha256:{about.brief.digest}",
        "data_types": [{"type": "c2pa.types.generator.prompt"}],
    }


def _actions(about: About) -> list[dict[str, Any]]:
    created: dict[str, Any] = {"action": "c2pa.created", "when": about.released_at}
    created["digitalSourceType"] = _BY_HAND if about.by_hand else _BY_MODEL
    # A supplied text names its writer, who may be a person.
    if not about.by_hand and not about.brief.text:
        created["softwareAgent"] = {
            "name": about.draft.writer,
            "version": about.draft.model_digest,
        }
    edited = {"action": "c2pa.edited", "digitalSourceType": _EDITS}
    return [created, edited] if about.draft.made_by == "editor" else [created]


def _disclosure(about: About) -> dict[str, Any]:
    supplied = bool(about.brief.text)
    level = "human_validated" if about.approval is not None else "prompt_guided"
    return {
        "modelType": "c2pa.types.model",
        "modelName": "supplied" if supplied else about.draft.writer,
        "modelIdentifier": "" if supplied else f"sha256:{about.draft.model_digest}",
        "contentProfile": {"humanOversightLevel": level},
    }
