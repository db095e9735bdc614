"""Ten drafts of each kind, drawn by a seed from the project's sample briefs, as they would ship."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.records import Brief, Draft
from aigc_guard.redact import mask, personal_findings

if TYPE_CHECKING:
    from aigc_guard.config import Config
    from aigc_guard.kinds import Kind
    from aigc_guard.models import ModelStore

TOO_TOXIC = 0.5
DRAWN_BY = 11


def sample_drafts(
    config: Config, kinds: Mapping[str, Kind], models: ModelStore, *, each: int = 10
) -> dict[str, list[dict[str, str]]]:
    """Per kind: brief, text and a line of judgement, texts fit to be shown.

    Personal values are masked, and a text that the guard calls toxic is withheld: sample briefs
    hold abuse on purpose.
    """
    from aigc_guard.generators.catalogue import create_generator

    picked = _pick(_briefs(config, kinds), each)
    out: dict[str, list[dict[str, str]]] = {}
    for kind, briefs in picked.items():
        generator = create_generator(config.writer_for(kind, "en"), kinds, models, config)
        drafts = generator.write(briefs, seed=config.seed, attempt=1)
        context = Context(models=models.facts(), model_loader=models)
        out[kind] = _shown(drafts, context, config.guards["en"])
    return out


def _briefs(config: Config, kinds: Mapping[str, Kind]) -> list[Brief]:
    from aigc_guard.intake import read_briefs

    intake = read_briefs(
        config.briefs,
        kinds,
        limits=config.limits,
        writers_for=lambda kind, language: bool(config.writer_for(kind, language)),
    )
    return [brief for brief in intake.briefs if not brief.text and brief.language == "en"]


def _pick(briefs: Sequence[Brief], each: int) -> dict[str, list[Brief]]:
    """Draw by the seed; equal briefs give equal draws, whatever their order in the files."""
    by_kind: dict[str, list[Brief]] = {}
    for brief in sorted(briefs, key=lambda brief: brief.id):
        by_kind.setdefault(brief.kind, []).append(brief)
    draw = random.Random(DRAWN_BY)
    return {kind: draw.sample(own, min(each, len(own))) for kind, own in sorted(by_kind.items())}


def _shown(drafts: Sequence[Draft], context: Context, guard: str) -> list[dict[str, str]]:
    """English drafts are read by the English guard alone."""
    from aigc_guard.checks.catalogue import create_check

    settings = {"model": guard, "model_zh": ""}

    subjects = [Subject(d.text, d.text_sha256, d.language, d) for d in drafts]
    toxic = create_check("toxicity", settings).measure(subjects, context)
    personal = create_check("pii", settings).measure(subjects, context)
    rows = []
    for draft, scores, found in zip(drafts, toxic, personal, strict=True):
        worst = max(scores.scores.values(), default=0.0)
        withheld = worst >= TOO_TOXIC
        text = mask(draft.text, personal_findings([found])).text
        rows.append(
            {
                "brief": draft.brief_id,
                "text": f"(withheld: toxicity {worst:.2f})" if withheld else text,
                "judgement": judgement(draft.faithful, draft.notes, worst),
            }
        )
    return rows


def judgement(faithful: bool, notes: Sequence[str], toxicity: float) -> str:
    """One line of what the programme itself says of a draft."""
    said = "faithful" if faithful else "not faithful: " + ", ".join(notes)
    return f"{said}; toxicity {toxicity:.2f}"


def shares(drafts: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, str]:
    """How many of each kind's drafts call themselves faithful, as ``9 of 10``."""
    return {
        kind: f"{sum(row['judgement'].startswith('faithful') for row in rows)} of {len(rows)}"
        for kind, rows in drafts.items()
    }
