"""Texts written elsewhere go the same way as our own: passed through, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aigc_guard.errors import GenerationError, said
from aigc_guard.generators.interface import Generator
from aigc_guard.records import Brief, Draft, digest_of


class SuppliedGenerator(Generator):
    """Hands on a brief's ``text``. The writer is whom the supplier declares, if anybody."""

    name = "supplied"
    model_digest = ""
    settings_digest = digest_of({"supplied": 1})

    def write(self, briefs: Sequence[Brief], *, seed: int, attempt: int) -> list[Draft]:
        """Return the supplied texts as drafts; raises GenerationError for a brief without one."""
        empty = [brief.id for brief in briefs if not brief.text]
        if empty:
            raise GenerationError(
                said("no text was supplied with {listed}", listed=", ".join(empty)),
                hint=said("send the finished text in the column `text`, or configure a writer"),
            )
        return [self._draft(brief, seed, attempt) for brief in briefs]

    def _draft(self, brief: Brief, seed: int, attempt: int) -> Draft:
        made = self.draft(brief, brief.text, seed=seed, attempt=attempt)
        writer = brief.origin.get("writer") or self.name
        return replace(made, made_by="supplied", writer=writer)
