"""The seam of the file forms: names, files, and what a form needs to know besides the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aigc_guard.policy.labels import Notices
from aigc_guard.release.labels.marks import Found, Marks

FORMS = ("html", "md", "txt", "docx", "pdf")
STEM = "release"
LABEL_FILE = f"{STEM}.aigc-label.json"
"""China's label beside a plain text, which has no place for it."""

Files = Mapping[str, bytes]


def file_name(form: str) -> str:
    """The name of the file that holds the text."""
    return f"{STEM}.{form}"


@dataclass(frozen=True, slots=True)
class Typesetting:
    """How a text is set: its language, the day that goes into the file, the folders of fonts.

    ``released_at`` is RFC 3339 in UTC; without it a file names no day.
    """

    language: str
    released_at: str = ""
    fonts: tuple[Path, ...] = ()


class Form(Protocol):
    """A module that writes and reads one file form."""

    def write(self, text: str, marks: Marks, setting: Typesetting) -> dict[str, bytes]:
        """The files of a release."""

    def read(self, files: Files, notices: Notices) -> Found:
        """What the files hold. Only Markdown and plain text need the notices to know them from
        the text. Raises ReleaseError when they hold more or less than a release's."""
