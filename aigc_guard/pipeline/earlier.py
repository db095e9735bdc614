"""What a run's drafts are compared with for originality: the releases there were when it began.

Which those are hangs on the record and not on a clock: whatever was published before the run's
first ``run.started``. A resumed or repeated run sees the same set, never its own releases, and so
finds its measurements again. Hashes of a thousand releases at a time are kept on disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from aigc_guard.audit.log import Kind
from aigc_guard.checks.originality.build import memory_index, write_index
from aigc_guard.checks.originality.index import Document, Index, open_index
from aigc_guard.checks.originality.releases import Part, Releases
from aigc_guard.checks.originality.tokens import SCHEME
from aigc_guard.errors import CheckError
from aigc_guard.pipeline.project import Project
from aigc_guard.policy import required_checks
from aigc_guard.records import Release, digest_of

PART = 1000
"""So many releases go into one index; only the last one, not yet full, is made anew."""


def earlier_releases(project: Project, run_id: str) -> Releases | None:
    """The releases before the run, as indices; None where no policy asks for them."""
    if not _asked(project):
        return None
    key = f"releases:{run_id}"
    if key not in project.kept:
        project.kept[key] = _releases(project, run_id)
    found: Releases = project.kept[key]
    return found


def _asked(project: Project) -> bool:
    requests = [one for policy in project.policies for one in required_checks(policy)]
    return any(request.check_type.reads_releases for request in requests)


def _releases(project: Project, run_id: str) -> Releases:
    before = _before(project, run_id)
    parts = [_part(project, some) for some in _batched(before)]
    digest = digest_of([[one.release_id, one.text_sha256] for one in before])
    return Releases(tuple(parts), digest)


def _before(project: Project, run_id: str) -> list[Release]:
    """What was published before the run was first started, in the order of the record."""
    started = project.store.events(kind=Kind.RUN_STARTED, subject=run_id, limit=1)
    border = started[0].seq if started else None
    by_id = {one.release_id: one for one in project.store.releases()}
    published = project.store.events(kind=Kind.RELEASE_PUBLISHED)
    return [
        by_id[name]
        for event in published
        if (border is None or event.seq < border)
        and (name := str(event.body.get("release", ""))) in by_id
    ]


def _batched(releases: Sequence[Release]) -> Iterator[Sequence[Release]]:
    for start in range(0, len(releases), PART):
        yield releases[start : start + PART]


def _part(project: Project, releases: Sequence[Release]) -> Part:
    briefs = tuple(one.brief_id for one in releases)
    if len(releases) < PART:
        texts = _texts(project, releases)
        return Part(memory_index((one.release_id, text) for one, text in texts), briefs)
    digest = digest_of([SCHEME, [[one.release_id, one.text_sha256] for one in releases]])
    path = project.config.root / "state" / "releases" / f"{digest[:32]}.index"
    return Part(_kept(path) or _made(project, releases, path), briefs)


def _kept(path: Path) -> Index | None:
    """The index kept under this name; one that is spoilt or of an older version is made again."""
    try:
        index = open_index(path) if path.is_file() else None
    except CheckError:
        return None
    return index if index is not None and index.is_sound else None


def _made(project: Project, releases: Sequence[Release], path: Path) -> Index:
    texts = ((Document(one.release_id), text) for one, text in _texts(project, releases))
    write_index(texts, path, about={"title": "releases"})
    return open_index(path)


def _texts(project: Project, releases: Sequence[Release]) -> Iterator[tuple[Release, str]]:
    drafts = project.store.drafts([one.draft_id for one in releases])
    for one in releases:
        if one.draft_id not in drafts:  # erased
            continue
        yield one, drafts[one.draft_id].text
