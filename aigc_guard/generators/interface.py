"""The seam between writers and the pipeline."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from aigc_guard.errors import GenerationError, said
from aigc_guard.records import Brief, Draft, draft_id_of


class Generator(ABC):
    """Writes one draft per brief. Equal batch, seed and attempt give equal texts.

    ``name`` is the lock entry's name, ``model_digest`` the digest of its files and of its base (""
    for a server, whose model can't be verified), ``settings_digest`` covers prompt and decoding.
    Constructors are cheap: models load at the first ``write``.
    """

    name: str
    model_digest: str
    settings_digest: str

    @abstractmethod
    def write(self, briefs: Sequence[Brief], *, seed: int, attempt: int) -> list[Draft]:
        """One draft per brief, in order. Raises GenerationError when the writer can't write."""

    def draft(
        self,
        brief: Brief,
        text: str,
        *,
        seed: int,
        attempt: int,
        faithful: bool = True,
        notes: Sequence[str] = (),
    ) -> Draft:
        """The draft record of ``text`` for ``brief`` by this writer."""
        return Draft(
            draft_id=self.draft_id(brief, seed=seed, attempt=attempt),
            brief_id=brief.id,
            brief_digest=brief.digest,
            kind=brief.kind,
            language=brief.language,
            channel=brief.channel,
            text=text,
            writer=self.name,
            model_digest=self.model_digest,
            settings_digest=self.settings_for(brief),
            seed=seed,
            attempt=attempt,
            faithful=faithful,
            notes=tuple(notes),
        )

    def draft_id(self, brief: Brief, *, seed: int, attempt: int) -> str:
        """The identity a draft will have, known before it is written."""
        return draft_id_of(
            brief,
            writer=self.name,
            model_digest=self.model_digest,
            settings_digest=self.settings_for(brief),
            seed=seed,
            attempt=attempt,
        )

    def settings_for(self, brief: Brief) -> str:
        """The digest of the settings that ``brief`` is written with."""
        return self.settings_digest

    def mark_of(self, brief: Brief) -> Mapping[str, str]:
        """The watermark of the brief's drafts: its ``key``, or ``without`` and why.

        Empty for a writer that knows no watermarks.
        """
        return {}

    def may_mark(self) -> bool:
        """Whether some draft of this writer could bear a watermark."""
        return False

    def tokens_of(self, text: str) -> Sequence[int]:
        """The token ids of a finished text, as this writer would read it."""
        raise GenerationError(said("writer {writer} shows no tokens", writer=self.name))
