"""Renders labels around an approved text in any form, and reads everything back.

The approved text never holds labels. Whatever is rendered must give back exactly the approved
characters, or nothing is released.
"""

from __future__ import annotations

import importlib
import re

from aigc_guard.errors import ReleaseError, ReleaseHeld, said
from aigc_guard.policy.labels import Notices
from aigc_guard.release.formats.interface import FORMS, Files, Form, Typesetting
from aigc_guard.release.labels.foreign import refuse_marked
from aigc_guard.release.labels.marks import Found, Marks

# HTML has no way to write these, and in plain text readers see something else than was approved.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_MODULES = {"html": "html", "md": "markdown", "txt": "plain", "docx": "docx", "pdf": "pdf"}


def render(text: str, marks: Marks, *, form: str, setting: Typesetting) -> dict[str, bytes]:
    """The files of a release by name: ``text`` between its labels, with its machine marks.

    Raises ReleaseHeld for a text that is labelled already and for one the form can't carry.
    """
    module = _module(form)
    if not _LANGUAGE.fullmatch(setting.language):
        raise ReleaseError(said("the draft's language is not a language tag such as en or zh"))
    _refuse_unwritable(text)
    refuse_marked(text, marks.notices)
    return module.write(text, marks, setting)


def read(files: Files, *, form: str, notices: Notices) -> Found:
    """What is in a release's files. Raises ReleaseError when it is no release of that form."""
    return _module(form).read(files, notices)


def read_back(files: Files, marks: Marks, *, form: str) -> Found:
    """What is in the files, if their marks are exactly ``marks``; else ReleaseError."""
    found = read(files, form=form, notices=marks.notices)
    if (found.head, found.tail) != (marks.notices.head, marks.notices.tail):
        raise ReleaseError(said("the labels read back are not the policy's"))
    wanted = (marks.aigc,) if marks.aigc else ()
    carried = form == "html"
    machine = (found.aigc, found.source_type, found.credential)
    if machine != (
        wanted,
        marks.source_type if carried else "",
        marks.credential if carried else "",
    ):
        raise ReleaseError(said("the machine-readable marks read back are not the release's"))
    return found


def _module(form: str) -> Form:
    if form not in _MODULES:
        raise ReleaseError(
            said("there is no file form {form}", form=f"{form!r}"),
            hint=said(
                "choose one of {listed} under [formats] in the kind's kind.toml",
                listed=", ".join(FORMS),
            ),
        )
    module: Form = importlib.import_module(f"aigc_guard.release.formats.{_MODULES[form]}")
    return module


def _refuse_unwritable(text: str) -> None:
    found = _UNWRITABLE.search(text)
    if found:
        raise ReleaseHeld(
            said(
                "character {start} is the control character U+{code}, "
                "which no released file can carry",
                start=found.start(),
                code=f"{ord(found.group()):04X}",
            ),
            hint=said("take it out of the text"),
        )
