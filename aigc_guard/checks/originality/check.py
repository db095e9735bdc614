"""``originality``: passages that stand word for word in texts known before.

What the brief itself gives, what is allowed, and words in attributed quotation marks don't count;
nine tokens in a run must be left for a finding. A finding names the source, and never the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.checks.originality.brief import Own, own_of
from aigc_guard.checks.originality.grams import LEAST
from aigc_guard.checks.originality.index import Index, open_index
from aigc_guard.checks.originality.releases import Releases
from aigc_guard.checks.originality.runs import Query, Run, Shared, TooRepetitive, longest, shared
from aigc_guard.checks.originality.settings import OriginalitySettings
from aigc_guard.errors import CheckError, ModelUnavailable, said
from aigc_guard.i18n import both
from aigc_guard.records import CheckReport, Finding, Status, digest_of

COPIED, TRAINING, RELEASED, SOURCE, QUOTED, DUPLICATE = (
    "copied_run", "training_run", "released_run", "brief_source", "quoted_run", "near_duplicate",
)  # fmt: skip
LABELS = (COPIED, TRAINING, RELEASED, SOURCE, QUOTED, DUPLICATE)
FILE = "texts.index"
"""Name of the index in a folder that models.lock lists under the role ``index``."""
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


class OriginalityCheck(Check):
    """Compares each draft with a reference index, the writers' texts, releases and its brief."""

    id: ClassVar[str] = "originality"
    version: ClassVar[str] = "1"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "Passages copied word for word from known texts.",
        "zh": "逐字照搬已有文本的段落。",
    }
    labels: ClassVar[tuple[str, ...]] = LABELS
    units: ClassVar[Mapping[str, Mapping[str, str]]] = dict.fromkeys(LABELS[:-1], both("tokens"))
    settings_type: ClassVar[type[Settings]] = OriginalitySettings
    uses_model: ClassVar[bool] = True
    reads_releases: ClassVar[bool] = True

    @property
    def _own(self) -> OriginalitySettings:
        assert isinstance(self.settings, OriginalitySettings)
        return self.settings

    def model_digest(self, context: Context) -> str:
        """Digest of the writers' texts, as models.lock names them; empty where not asked for."""
        if not self._own.training_texts:
            return ""
        return digest_of([context.models[name]["digest"] for name in _listed(context)])

    def batch_digest(self, context: Context) -> str:
        """Digest of the earlier releases that drafts are compared with."""
        compared = self._own.releases and context.releases is not None
        return context.releases.digest if compared and context.releases is not None else ""

    def subject_digest(self, subject: Subject) -> str:
        """Digest of the brief: what it gives doesn't count, and its own releases are left out."""
        return subject.brief.digest if subject.brief is not None else ""

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; not applicable where there is nothing to compare with."""
        known = list(self._known(context))
        return [self._report(subject, known, context) for subject in subjects]

    def _known(self, context: Context) -> Iterator[Known]:
        own = self._own
        if own.index is not None:
            yield Known(COPIED, _opened(own.index.path, own.index.sha256))
        if own.training_texts:
            for name in _listed(context):
                path = context.model_loader.folder_of(name) / FILE
                yield Known(TRAINING, open_index(path))
        releases: Releases | None = context.releases if own.releases else None
        for part in releases.parts if releases is not None else ():
            yield Known(RELEASED, part.index, part.briefs)

    def _report(self, subject: Subject, known: Sequence[Known], context: Context) -> CheckReport:
        query = Query(subject.text)
        try:
            own = own_of(subject, query, self._own.allow)
            if not known and not own.has_sources and context.releases is None:
                return self.report(subject, context, status=Status.NOT_APPLICABLE)
            found = tuple(self._findings(subject, query, own, known))
        except TooRepetitive:
            error = "the text repeats itself too often to be compared"
            return self.report(subject, context, status=Status.INCOMPLETE, error=error)
        scores = dict.fromkeys(LABELS, 0.0)
        for one in found:
            scores[one.label] = max(scores[one.label], one.score)
        return self.report(subject, context, findings=found, scores=scores)

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
            self.id,
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
        if likest is None or likest[1].likeness < self._own.near_duplicate:
            return
        known, answer = likest
        detail = {"source": known.index.document(answer.nearest).id, "stands_in": label}
        yield Finding(self.id, DUPLICATE, round(answer.likeness, 4), detail=detail)


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


def _listed(context: Context) -> list[str]:
    """The indices of models.lock; raises ModelUnavailable when there are none."""
    names = sorted(n for n, facts in context.models.items() if facts.get("role") == "index")
    if not names:
        raise ModelUnavailable(
            said("models.lock lists no index of the writers' training texts"),
            hint=said("restore it from git, or write training_texts: false under `with:`"),
        )
    return names


_indices: dict[tuple[Path, str], Index] = {}


def _opened(path: Path, digest: str) -> Index:
    """The index a rule names, as it was when the policy was loaded; compared once."""
    key = (path, digest)
    if key not in _indices:
        index = open_index(path)
        if index.digest != digest or not index.is_sound:
            raise CheckError(
                OriginalityCheck.id,
                said("the index {path} is not what it was", path=path.name),
                hint=said("load the policy again, or build the index again"),
            )
        _indices[key] = index
    return _indices[key]
