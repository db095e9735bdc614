"""The C2PA layer: content credentials, where the extra is installed and the release bears them."""

from __future__ import annotations

from typing import Any

from aigc_guard.errors import said
from aigc_guard.release.credentials import CREDENTIAL_FILE, Shown, State, is_installed, validate
from aigc_guard.release.formats.interface import file_name
from aigc_guard.release.verify.evidence import Evidence
from aigc_guard.release.verify.interface import Layer, Status


def c2pa(evidence: Evidence) -> Layer:
    """What the release's content credentials show, under the pinned roots."""
    predicate = evidence.statement.predicate
    if not predicate.get("labels", {}).get("c2pa"):
        return _layer(Status.SKIPPED, said("the release bears no content credentials"))
    if not is_installed():
        return _layer(Status.SKIPPED, said("reading content credentials needs aigc-guard[c2pa]"))
    form = str(predicate.get("content", {}).get("form", ""))
    data = evidence.text_file[1]
    files = {file_name(form): data}
    if CREDENTIAL_FILE in evidence.files:
        files[CREDENTIAL_FILE] = evidence.files[CREDENTIAL_FILE]
    anchors = evidence.trust.certificates
    return _judged(validate(files, form=form, anchors=anchors), bool(anchors), predicate)


def _judged(shown: Shown, is_pinned: bool, predicate: Any) -> Layer:
    if shown.state is State.NONE:
        return _layer(Status.FAILED, said("the content credentials are missing"))
    if shown.state is State.INVALID:
        return _layer(
            Status.FAILED,
            said("the content credentials don't hold: {codes}", codes=", ".join(shown.codes)),
        )
    stated = shown.release or {}
    named = {
        "release_id": predicate.get("release_id"),
        "policy_sha256": predicate.get("policy", {}).get("sha256"),
    }
    if any(stated.get(name) != value for name, value in named.items()):
        return _layer(Status.FAILED, said("the content credentials are about another release"))
    if shown.state is State.UNTRUSTED and is_pinned:
        return _layer(
            Status.UNTRUSTED, said("no pinned certificate signed the content credentials")
        )
    if shown.state is State.UNTRUSTED:
        return _layer(
            Status.SKIPPED,
            said("the content credentials are whole, and no certificate is pinned to trust them"),
        )
    if not shown.timed:
        return _layer(Status.PASSED, said("no trusted timestamp"))
    return _layer(Status.PASSED, said("with a trusted timestamp"))


def _layer(status: Status, message: str) -> Layer:
    return Layer("c2pa", status, message)
