"""All layers over one file or folder."""

from __future__ import annotations

from pathlib import Path

from aigc_guard.errors import said
from aigc_guard.proof.public_keys import Trust
from aigc_guard.release.stating import STATEMENT_FILE
from aigc_guard.release.verify.credential import c2pa
from aigc_guard.release.verify.evidence import Evidence
from aigc_guard.release.verify.files import bundle, digests, labels, signature
from aigc_guard.release.verify.interface import LAYERS, Known, Layer, Status, Verdict
from aigc_guard.release.verify.records import consistency, log, policy, revocation

_BY_NAME = {
    one.__name__: one for one in (digests, log, consistency, c2pa, labels, policy, revocation)
}


def verify(path: Path, trust: Trust, known: Known | None = None) -> Verdict:
    """The verdict on a released file, or on a release's folder, under the keys in ``trust``.

    Never raises for what lies there: what can't be read is told by the layer that needs it.
    """
    target = path if path.is_file() and path.name != STATEMENT_FILE else None
    folder = path if path.is_dir() else path.parent
    if not path.exists():
        return _stopped(path, [Layer("bundle", Status.INCOMPLETE, said("there is no file"))])
    evidence = Evidence(folder, target, trust, known or Known())
    try:
        return _layered(path, evidence)
    except OSError:
        unread = Layer("bundle", Status.INCOMPLETE, said("a file can't be read"))
        return _stopped(path, [unread])


def _layered(path: Path, evidence: Evidence) -> Verdict:
    found = [bundle(evidence)]
    if found[0].status is not Status.PASSED:
        return _stopped(path, found)
    found.append(signature(evidence))
    about = {
        "release_id": evidence.statement.release_id,
        "statement_sha256": evidence.statement_sha256,
        "key_id": evidence.envelope.key_id,
    }
    if found[1].status is not Status.PASSED:
        # What nobody trusted signed says nothing about anything below.
        return _stopped(path, found, **about)
    found += [_BY_NAME[name](evidence) for name in LAYERS[2:]]
    return Verdict(path, tuple(found), **about)


def _stopped(path: Path, found: list[Layer], **about: str) -> Verdict:
    rest = [Layer(name, Status.SKIPPED) for name in LAYERS[len(found) :]]
    return Verdict(path, tuple(found + rest), **about)
