"""The watermark of drafts and releases: what is noted when one is written, and what is measured.

Which key a draft was written with stands in its ``draft.written`` entry, so that a later rotation
or another policy changes nothing about what its release states.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aigc_guard.audit.log import Kind
from aigc_guard.errors import ConfigError, said
from aigc_guard.generators.interface import Generator
from aigc_guard.generators.watermark.measuring import Measured, measure
from aigc_guard.generators.watermark.scheme import SCHEME, Watermark
from aigc_guard.records import Brief, Draft
from aigc_guard.signing import Use

if TYPE_CHECKING:
    from aigc_guard.pipeline.project import Project


def watermark_note(project: Project, generator: Generator, brief: Brief) -> dict[str, Any]:
    """What the entry of a newly written draft says of its watermark; empty if nobody asks."""
    asked = project.watermark_for(brief)
    if asked is None:
        return {}
    mark = dict(generator.mark_of(brief)) or {"without": "writer"}
    return {"watermark": {**mark, "min_tokens": asked.min_tokens}}


def watermark_shown(project: Project, draft: Draft) -> Mapping[str, Any] | None:
    """What a release of the draft states of its watermark, measured on the text as it is now.

    None where no policy asked when it was written. Raises ConfigError when the key is gone.
    """
    root = project.store.root_of(draft.draft_id)
    written = project.store.events(kind=Kind.DRAFT_WRITTEN, subject=root, limit=1)
    noted = written[0].body.get("watermark") if written else None
    if noted is None:
        return None
    if "without" in noted:
        return {"applied": False, "why": noted["without"]}
    stated = {"applied": True, "scheme": SCHEME, "key_id": noted["key"]}
    generator = project.generator(draft.writer)
    if generator.model_digest != draft.model_digest:
        # Another model has other tokens: the mark can't be read with it.
        return {**stated, "p_value": "", "why": "model"}
    found = measure(generator.tokens_of(draft.text), watermark_of(project, noted["key"]))
    return {**stated, **measured_words(found), "enough": found.tokens >= noted["min_tokens"]}


def measured_words(found: Measured) -> dict[str, Any]:
    """A measurement as plain JSON; the chance is a text, as numbers need not be whole."""
    return {
        "tokens": found.tokens,
        "counted": found.counted,
        "p_value": f"{found.chance:.3g}",
    }


def watermark_of(project: Project, key_id: str) -> Watermark:
    """The watermark of one key, retired or not. Raises ConfigError when it is gone."""
    for key in project.secrets.of(Use.WATERMARK):
        if key.id == key_id:
            return Watermark(key.id, project.secrets.value(key))
    raise ConfigError(
        said("the watermark key {key} is gone", key=key_id),
        hint=said("restore the folder {folder} from a backup", folder=project.config.keys),
    )
