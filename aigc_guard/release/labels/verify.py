"""Reads a released file's labels for somebody who has only the file (and what lies beside it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aigc_guard.errors import GuardError
from aigc_guard.policy.labels import Notices
from aigc_guard.records import sha256_text
from aigc_guard.release.formats import read
from aigc_guard.release.formats.interface import FORMS, LABEL_FILE, file_name
from aigc_guard.release.labels.marks import Found


@dataclass(frozen=True, slots=True)
class FileLabels:
    """What a file says of itself. ``found`` and ``text_sha256`` (the approved text's digest once
    labels are stripped) are missing where ``problem`` says why nothing can be read."""

    form: str
    found: Found | None = None
    text_sha256: str = ""
    problem: str = ""

    def differs_from(self, labels: Mapping[str, object], text_sha256: str) -> tuple[str, ...]:
        """Which labels are not the ones a release's record states (its ``labels``)."""
        if self.found is None:
            return (self.problem,)
        found = self.found
        label = dict(found.aigc[0].fields) if len(found.aigc) == 1 else None
        only_html = self.form == "html"
        is_equal = {
            "head": list(found.head) == labels.get("head"),
            "tail": list(found.tail) == labels.get("tail"),
            "gb45438": len(found.aigc) < 2 and label == labels.get("gb45438"),
            "digital_source_type": not only_html
            or found.source_type == labels.get("digital_source_type"),
            "text": self.text_sha256 == text_sha256,
        }
        return tuple(name for name, holds in is_equal.items() if not holds)


def verify_file(
    data: bytes, form: str, *, notices: Notices | None = None, label_file: bytes | None = None
) -> FileLabels:
    """The labels and marks in a released file, and its approved text's digest.

    ``notices`` are those of the release's record: Markdown and plain text can't be told from their
    notices without. ``label_file`` is what lies beside a plain text. Never raises for a bad file.
    """
    if form not in FORMS:
        return FileLabels(form, problem="unknown form")
    files = {file_name(form): data}
    if label_file is not None:
        files[LABEL_FILE] = label_file
    try:
        found = read(files, form=form, notices=notices or Notices())
    except GuardError as error:
        return FileLabels(form, problem=error.message)
    return FileLabels(form, found, sha256_text(found.text))
