"""A writer that writes what was recorded for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aigc_guard.errors import GenerationError
from aigc_guard.generators.interface import Generator
from aigc_guard.records import Brief, Draft, digest_of


class RecordedGenerator(Generator):
    """Writes the recorded texts of a brief, one per attempt (from 1 on); the last one repeats.

    ``unfaithful`` names briefs whose drafts say of themselves that they lost a value. ``written``
    counts how often each brief was written, so that a test can see that nothing was written twice.
    """

    def __init__(
        self,
        texts: Mapping[str, str | Sequence[str]],
        *,
        name: str = "recorded",
        unfaithful: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.texts = {
            brief: (text,) if isinstance(text, str) else tuple(text)
            for brief, text in texts.items()
        }
        self.unfaithful = dict(unfaithful or {})
        self.written: dict[str, int] = {}
        self.name = name
        self.model_digest = digest_of({"recorded": self.texts})
        self.settings_digest = digest_of({"unfaithful": self.unfaithful})

    def write(self, briefs: Sequence[Brief], *, seed: int, attempt: int) -> list[Draft]:
        """The recorded drafts; raises GenerationError for a brief without a recording."""
        absent = [brief.id for brief in briefs if not self.texts.get(brief.id)]
        if absent:
            raise GenerationError(
                f"writer {self.name}: nothing recorded for {', '.join(absent)}",
                hint="add the brief's id to the recorded texts",
            )
        return [self._write_one(brief, seed, attempt) for brief in briefs]

    def _write_one(self, brief: Brief, seed: int, attempt: int) -> Draft:
        self.written[brief.id] = self.written.get(brief.id, 0) + 1
        recorded = self.texts[brief.id]
        text = recorded[min(max(attempt, 1), len(recorded)) - 1]
        notes = self.unfaithful.get(brief.id, ())
        return self.draft(brief, text, seed=seed, attempt=attempt, faithful=not notes, notes=notes)
