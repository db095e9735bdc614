"""A draft compared with known texts: its runs, and whole texts that it is like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.originality.brief import Own
from aigc_guard.checks.originality.grams import LEAST
from aigc_guard.checks.originality.index import Index, open_index
from aigc_guard.checks.originality.labels import (
    COPIED,
    DUPLICATE,
    FILE,
    QUOTED,
    RELEASED,
    SOURCE,
    TRAINING,
    index_names,
)
from aigc_guard.checks.originality.releases import Releases
from aigc_guard.checks.originality.runs import Query, Run, Shared, longest, shared
from aigc_guard.checks.originality.settings import OriginalitySettings
from aigc_guard.errors import CheckError, said
from aigc_guard.records import Finding

_CERTAIN = 25  # tokens; from this length on the score is 1


@dataclass(frozen=True)
class Known:
    """Texts a draft is compared with, and the label of what is found in them.

    ``spared(document, brief id)`` says which of them don't count.
    """

    label: str
    index: Index
    briefs: tuple[str, ...] = ()

    def spares(self, subject: Subject) -> Callable[[int], bool]:
        """Releases of the draft's own brief are the draft itself, or an earlier version of it."""
        own = subject.brief.id if subject.brief is not None else None
        return lambda number: bool(self.briefs) and self.briefs[number] == own


def known_texts(own: OriginalitySettings, context: Context) -> Iterator[Known]:
    """What a rule with these settings compares drafts with."""
    if own.index is not None:
        yield Known(COPIED, _opened(own.index.path, own.index.sha256))
    if own.training_texts:
        for name in index_names(context):
            path = context.model_loader.folder_of(name) / FILE
            yield Known(TRAINING, open_index(path))
    releases: Releases | None = context.releases if own.releases else None
    for part in releases.parts if releases is not None else ():
        yield Known(RELEASED, part.index, part.briefs)


@dataclass(frozen=True)
class Comparison:
    """One draft beside ``known``; ``own`` says what of it is the brief's, allowed or quoted."""

    subject: Subject
    query: Query
    own: Own
    known: Sequence[Known]
    near_duplicate: float

    def findings(self) -> Iterator[Finding]:
        """Every run that counts, and the likest whole text. Raises TooRepetitive."""
        return self._findings(self.subject, self.query, self.own, self.known)

    def _findings(
        self, subject: Subject, query: Query, own: Own, known: Sequence[Known]
    ) -> Iterator[Finding]:
        quoted: dict[tuple[int, int], Finding] = {}
        counted = sum(own.counts(at, beside_sources=False) for at in range(len(query.tokens)))
        for label in (COPIED, TRAINING, RELEASED):
            indices = [one for one in known if one.label == label]
            answers = [shared(query, one.index, spared=one.spares(subject)) for one in indices]
            for at, run in _merged(answers):
                yield from self._of_run(query, own, label, run, indices[at].index, quoted)
            if counted * 2 >= len(query.tokens):  # else most of it is the brief's, or quoted
                yield from self._duplicate(label, indices, answers)
        for run in own.source_runs:
            yield from self._of_run(query, own, SOURCE, run, None, quoted)
        yield from quoted.values()

    def _of_run(
        self,
        query: Query,
        own: Own,
        label: str,
        run: Run,
        index: Index | None,
        quoted: dict[tuple[int, int], Finding],
    ) -> Iterator[Finding]:
        """The finding of what counts in a run; what is quoted in it goes to ``quoted``."""
        inside = range(run.start, run.end)
        said = [at for at in inside if own.quoted[at]]
        if len(said) >= LEAST:
            one = self._finding(query, QUOTED, said, run, index)
            quoted.setdefault((one.start, one.end), one)
        left = [at for at in inside if own.counts(at, beside_sources=label != SOURCE)]
        if len(left) >= LEAST:
            yield self._finding(query, label, left, run, index)

    def _finding(
        self, query: Query, label: str, counted: Sequence[int], run: Run, index: Index | None
    ) -> Finding:
        first, last = counted[0], counted[-1]
        detail = {"position": str(run.at + first - run.start)}
        if index is None:
            detail["source"] = f"brief, source {run.document + 1}"
        else:
            document = index.document(run.document)
            detail["source"] = document.id
            if document.licence:
                detail["licence"] = document.licence
        if run.others:
            detail["others"] = str(run.others)
        return Finding(
            "originality",
            label,
            min(1.0, len(counted) / _CERTAIN),
            query.tokens.starts[first],
            query.tokens.ends[last],
            value=float(len(counted)),
            unit="tokens",
            detail=detail,
        )

    def _duplicate(
        self, label: str, indices: Sequence[Known], answers: Sequence[Shared]
    ) -> Iterator[Finding]:
        pairs = list(zip(indices, answers, strict=True))
        likest = max(pairs, key=lambda pair: pair[1].likeness, default=None)
        if likest is None or likest[1].likeness < self.near_duplicate:
            return
        known, answer = likest
        detail = {"source": known.index.document(answer.nearest).id, "stands_in": label}
        yield Finding("originality", DUPLICATE, round(answer.likeness, 4), detail=detail)


def _merged(answers: Sequence[Shared]) -> Iterator[tuple[int, Run]]:
    """The runs of several indices that lie inside no other, each with its index's number."""
    holders: dict[tuple[int, int, int, int], int] = {}
    for number, answer in enumerate(answers):
        for run in answer.runs:
            holders.setdefault((run.start, run.end, run.document, run.at), number)
    every = [run for answer in answers for run in answer.runs]
    if len(answers) == 1:
        yield from ((0, run) for run in every)
        return
    for run in longest(every):
        yield holders[run.start, run.end, run.document, run.at], run


_indices: dict[tuple[Path, str], Index] = {}


def _opened(path: Path, digest: str) -> Index:
    """The index a rule names, as it was when the policy was loaded; compared once."""
    key = (path, digest)
    if key not in _indices:
        index = open_index(path)
        if index.digest != digest or not index.is_sound:
            raise CheckError(
                "originality",
                said("the index {path} is not what it was", path=path.name),
                hint=said("load the policy again, or build the index again"),
            )
        _indices[key] = index
    return _indices[key]
