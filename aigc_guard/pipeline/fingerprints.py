"""Fingerprints of what was released, kept up to date, and looked up for a text."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from aigc_guard.checks.originality.tokens import words_of
from aigc_guard.pipeline.project import Project
from aigc_guard.proof.dsse import read_envelope
from aigc_guard.proof.statement import read_statement
from aigc_guard.records import Release
from aigc_guard.release.fingerprints import SCHEME, fingerprints
from aigc_guard.signing import Use

_AT_ONCE = 200
_LEAST = 3
"""So many shared fingerprints point to a release; fewer may be a turn of phrase."""
_MOST = 5


@dataclass(frozen=True, slots=True)
class Trace:
    """A release that shares passages with a text; shares are 0-1 of the fingerprints.

    ``is_same``: word for word, notices aside.
    """

    release: Release
    shared: int
    of_text: float
    of_release: float
    is_same: bool
    is_taken_back: bool


@dataclass(frozen=True, slots=True)
class Traces:
    """What fingerprints show of a text that has ``prints`` of them.

    ``common``: how many of them stand in releases, none of which they single out.
    """

    prints: int
    found: tuple[Trace, ...] = ()
    common: int = 0


def keep_fingerprints(project: Project) -> int:
    """Take in the releases that have no fingerprints yet; returns how many."""
    key = project.secrets.ensure(Use.FINGERPRINT, at=project.clock())
    project.store.renew_fingerprints(f"{SCHEME} {key.id}")
    waiting = project.store.unprinted()
    for start in range(0, len(waiting), _AT_ONCE):
        some = waiting[start : start + _AT_ONCE]
        secret = _secret(project)
        texts = project.store.drafts([one.draft_id for one in some])
        project.store.put_fingerprints(
            {
                one.release_id: fingerprints(texts[one.draft_id].text, secret)
                for one in some
                if one.draft_id in texts
            }
        )
    return len(waiting)


def traces_of(project: Project, text: str) -> Traces:
    """The releases that ``text`` points to, the likeliest first.

    A fingerprint that many releases share (a fixed wording) says little about each of them.
    """
    keep_fingerprints(project)
    prints = fingerprints(text, _secret(project))
    holders = project.store.releases_with(prints)
    shared: dict[str, int] = defaultdict(int)
    weight: dict[str, float] = defaultdict(float)
    for releases in holders.values():
        for release_id in releases:
            shared[release_id] += 1
            weight[release_id] += 1 / len(releases)
    least = min(_LEAST, max(1, len(prints)))
    pointing = [one for one in shared if shared[one] >= least]
    pointing.sort(key=lambda one: (-weight[one], -shared[one], one))
    found = [
        trace
        for release_id in pointing[:_MOST]
        if (trace := _trace(project, release_id, text, shared[release_id], len(prints)))
        and (weight[release_id] >= 1 or trace.is_same)
    ]
    common = len(holders) if not found and len(holders) >= least else 0
    return Traces(len(prints), tuple(found), common)


def _trace(project: Project, release_id: str, text: str, shared: int, prints: int) -> Trace | None:
    release = project.store.release(release_id)
    if release is None:
        return None
    draft = project.store.draft(release.draft_id)
    head, tail = _notices(project, release_id)
    words = words_of(text)
    own = words_of(draft.text) if draft is not None else []
    around = [*words_of("\n".join(head)), *own, *words_of("\n".join(tail))]
    return Trace(
        release,
        shared,
        shared / max(1, prints),
        shared / max(1, project.store.count_fingerprints(release_id)),
        bool(own) and words in (own, around),
        bool(project.store.revocations(release_id=release_id)),
    )


def _notices(project: Project, release_id: str) -> tuple[list[str], list[str]]:
    kept = project.store.statements(release_id=release_id)
    if not kept:
        return [], []
    labels = read_statement(read_envelope(kept[-1].bundle.encode()).payload).predicate["labels"]
    return labels["head"], labels["tail"]


def _secret(project: Project) -> bytes:
    key = project.secrets.ensure(Use.FINGERPRINT, at=project.clock())
    return project.secrets.value(key)
