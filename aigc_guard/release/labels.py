"""Visible labels rendered around the approved text, and read back off it.

The approved text never holds labels. Whatever is rendered must give back exactly the approved
characters, or nothing is released.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aigc_guard.errors import ReleaseError, said
from aigc_guard.policy.labels import Notices
from aigc_guard.release import html

# HTML has no way to write these, and in plain text readers see something else than was approved.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
FORMS = ("md", "txt", "html")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is read off a rendered file: the labels' lines and the text between them."""

    head: tuple[str, ...]
    text: str
    tail: tuple[str, ...]


def render(text: str, notices: Notices, *, form: str, language: str) -> str:
    """The file's content: ``text`` between its labels, in a file form (md, txt or html).

    Raises ReleaseError for an unknown form, for a text that carries its labels already, and for
    characters the form can't carry.
    """
    _refuse_unwritable(text)
    _refuse_labelled(text, notices)
    if form == "html":
        return html.render(text, head=notices.head, tail=notices.tail, language=language)
    head, tail = _around(notices, form)
    return head + text + tail


def read_back(content: str, notices: Notices, *, form: str) -> Rendered:
    """The labels and the text of a rendered file; ReleaseError when the labels aren't there."""
    if form == "html":
        page = html.read(content)
        found = Rendered(page.head, page.text, page.tail)
        if (found.head, found.tail) != (notices.head, notices.tail):
            raise ReleaseError(said("the labels read back are not the policy's"))
        return found
    head, tail = _around(notices, form)
    whole = len(content) >= len(head) + len(tail)
    if not (whole and content.startswith(head) and content.endswith(tail)):
        raise ReleaseError(said("the labels read back are not the policy's"))
    return Rendered(notices.head, content[len(head) : len(content) - len(tail)], notices.tail)


def _around(notices: Notices, form: str) -> tuple[str, str]:
    """What stands before and after the text: labels set off by a blank line."""
    if form not in FORMS:
        raise ReleaseError(
            said("there is no file form {form}", form=f"{form!r}"),
            hint=said(
                "choose one of {listed} under [formats] in the kind's kind.toml",
                listed=", ".join(FORMS),
            ),
        )
    mark = "> " if form == "md" else ""
    joint = "\n>\n" if form == "md" else "\n"
    head = joint.join(mark + line for line in notices.head)
    tail = joint.join(mark + line for line in notices.tail)
    return (head + "\n\n" if head else ""), ("\n\n" + tail if tail else "") + "\n"


def _refuse_unwritable(text: str) -> None:
    found = _UNWRITABLE.search(text)
    if found:
        raise ReleaseError(
            said(
                "character {start} is the control character U+{code}, "
                "which no released file can carry",
                start=found.start(),
                code=f"{ord(found.group()):04X}",
            ),
            hint=said("take it out of the text"),
        )


def _refuse_labelled(text: str, notices: Notices) -> None:
    stripped = text.strip()
    opening = any(stripped.startswith(line) for line in notices.head)
    if opening or any(stripped.endswith(line) for line in notices.tail):
        raise ReleaseError(
            said("the text carries its label already; a release has exactly one"),
            hint=said("take the label out of the text: release puts it there"),
        )
