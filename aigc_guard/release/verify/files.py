"""The layers about the files: the bundle, its signature, the digests, the labels."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from aigc_guard.errors import GuardError, ProofError, said
from aigc_guard.policy.labels import Notices
from aigc_guard.proof.public_keys import Purpose, is_signed
from aigc_guard.proof.statement import normalised_sha256
from aigc_guard.records import sha256_text
from aigc_guard.release.credentials import CREDENTIAL_FILE
from aigc_guard.release.formats import FORMS, read
from aigc_guard.release.formats.extras import NotInstalled
from aigc_guard.release.formats.interface import LABEL_FILE
from aigc_guard.release.labels.aigc import KEY
from aigc_guard.release.labels.marks import Found
from aigc_guard.release.labels.verify import FileLabels, verify_file
from aigc_guard.release.verify.evidence import BUNDLE, Evidence
from aigc_guard.release.verify.interface import Layer, Status


def bundle(evidence: Evidence) -> Layer:
    """Whether there is a statement, and whether it is written as it must be."""
    if not evidence.envelope_file:
        return _without(evidence)
    try:
        statement = evidence.statement
    except ProofError as error:
        return Layer("bundle", Status.FAILED, error.message)
    return Layer("bundle", Status.PASSED, said("release {id}", id=statement.release_id))


def signature(evidence: Evidence) -> Layer:
    """Whether a pinned key signed the statement."""
    envelope, keys = evidence.envelope, evidence.trust.of(Purpose.RELEASE)
    if not keys:
        return Layer(
            "signature",
            Status.UNTRUSTED,
            said("no key is pinned: give the producer's public keys with --trust"),
        )
    named = [key for key in keys if key.id == envelope.key_id]
    holds = [key for key in keys if is_signed(key.raw, envelope.signed, envelope.signature)]
    short = envelope.key_id[:16]
    if named and holds == named:
        return Layer("signature", Status.PASSED, said("by the pinned key {key}", key=short))
    if named or holds:
        return Layer(
            "signature",
            Status.FAILED,
            said("the statement is not the one that key {key} signed", key=short),
        )
    return Layer(
        "signature",
        Status.UNTRUSTED,
        said("signed by the key {key}, which is not among the pinned ones", key=short),
    )


def digests(evidence: Evidence) -> Layer:
    """Whether every file has the bytes that were signed."""
    signed = dict(evidence.statement.files)
    wrong, missing = _compared(evidence, signed)
    if wrong:
        return Layer("digests", Status.FAILED, _changed(evidence, wrong))
    if missing and evidence.target is None:
        return Layer(
            "digests", Status.INCOMPLETE, said("not here: {names}", names=", ".join(missing))
        )
    count = len(signed) - len(missing)
    return Layer(
        "digests",
        Status.PASSED,
        said("{count} of {all} files, each as signed", count=count, all=len(signed)),
    )


def labels(evidence: Evidence) -> Layer:
    """Whether the labels read off the file are the signed ones, around the signed text."""
    name, data = evidence.text_file
    statement = evidence.statement
    if not name:
        return Layer("labels", Status.INCOMPLETE, said("the file with the text is not here"))
    needs_label = LABEL_FILE in statement.files
    if needs_label and LABEL_FILE not in evidence.files:
        return Layer("labels", Status.INCOMPLETE, said("not here: {names}", names=LABEL_FILE))
    wanted = statement.predicate.get("labels", {})
    form = name.rpartition(".")[2]
    files = {name: data}
    if needs_label:
        files[LABEL_FILE] = evidence.files[LABEL_FILE]
    try:
        found = FileLabels(form, *_read(files, form, wanted))
        differ = found.differs_from(wanted, statement.text_sha256)
    except NotInstalled as error:
        return Layer("labels", Status.SKIPPED, error.message)
    except GuardError as error:
        return Layer("labels", Status.FAILED, error.message)
    if differ:
        return Layer(
            "labels",
            Status.FAILED,
            said("not as they were signed: {names}", names=", ".join(differ)),
        )
    return Layer("labels", Status.PASSED, said("read off the file, as signed"))


def _without(evidence: Evidence) -> Layer:
    """No statement: an unmarked file, or one whose proof was taken away."""
    if any(_is_labelled(name, data) for name, data in evidence.files.items()):
        return Layer(
            "bundle",
            Status.INCOMPLETE,
            said("it bears a release's marks, and the statement is not here"),
        )
    if evidence.target is None and not evidence.files:
        return Layer("bundle", Status.INCOMPLETE, said("there is no file"))
    return Layer("bundle", Status.UNMARKED, said("no credential present"))


def _is_labelled(name: str, data: bytes) -> bool:
    if name in BUNDLE or name in ("release.aigc.json", LABEL_FILE, CREDENTIAL_FILE):
        return True
    form = name.rpartition(".")[2].lower()
    if form not in FORMS:
        return False
    if form == "pdf":
        # Its notices can't be told from its text without the record; its label stands in the clear.
        return f"/{KEY}".encode() in data
    found = verify_file(data, form).found
    return found is not None and bool(found.aigc or found.credential)


def _compared(evidence: Evidence, signed: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Files with other bytes (or that do not belong), and files that are not here."""
    here = {
        name: hashlib.sha256(data).hexdigest()
        for name, data in evidence.files.items()
        if name not in BUNDLE
    }
    target = evidence.target.name if evidence.target is not None else ""
    if target and target not in signed and target not in BUNDLE:
        # A renamed copy is one of the release's files by its bytes.
        own = here.pop(target)
        wrong = [] if own in signed.values() else [target]
        here |= {name: own for name, digest in signed.items() if digest == own}
    else:
        wrong = [name for name in here if name not in signed]
    wrong += [name for name in signed if name in here and here[name] != signed[name]]
    missing = [name for name in signed if name not in here]
    return sorted(set(wrong)), missing


def _changed(evidence: Evidence, wrong: list[str]) -> str:
    names = ", ".join(wrong)
    unsigned = [name for name in wrong if name not in evidence.statement.files]
    if unsigned and evidence.target is None:
        return said("not among the signed files: {names}", names=", ".join(unsigned))
    if _is_same_text(evidence):
        return said("text unchanged, bytes changed: {names}", names=names)
    return said("other bytes than were signed: {names}", names=names)


def _is_same_text(evidence: Evidence) -> bool:
    name, data = evidence.text_file
    form = name.rpartition(".")[2]
    if not name:
        return False
    files = {name: data.replace(b"\r\n", b"\n") if form in ("html", "md", "txt") else data}
    try:
        found, _ = _read(files, form, evidence.statement.predicate.get("labels", {}))
    except GuardError:
        return False
    return normalised_sha256(found.text) == evidence.statement.text_nfc_sha256


def _read(files: Mapping[str, bytes], form: str, wanted: Mapping[str, object]) -> tuple[Found, str]:
    found = read(files, form=form, notices=_notices(wanted))
    return found, sha256_text(found.text)


def _notices(wanted: Mapping[str, object]) -> Notices:
    head, tail = wanted.get("head"), wanted.get("tail")
    return Notices(
        tuple(map(str, head)) if isinstance(head, list) else (),
        tuple(map(str, tail)) if isinstance(tail, list) else (),
    )
