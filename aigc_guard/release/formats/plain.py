"""Plain text: notices set off by a blank line, China's label in a file beside it."""

from __future__ import annotations

from aigc_guard.errors import ReleaseError, said
from aigc_guard.policy.labels import Notices
from aigc_guard.release.formats.interface import LABEL_FILE, Files, Typesetting, file_name
from aigc_guard.release.labels.aigc import read_label
from aigc_guard.release.labels.marks import Found, Marks


def write(text: str, marks: Marks, setting: Typesetting) -> dict[str, bytes]:
    """The text between its notices, and the label's file."""
    head, tail = around(marks.notices, "", "\n")
    files = {file_name("txt"): (head + text + tail).encode()}
    if marks.aigc:
        files[LABEL_FILE] = f"{marks.aigc.as_json()}\n".encode()
    return files


def read(files: Files, notices: Notices) -> Found:
    """The text between the notices, and the label beside it."""
    label = files.get(LABEL_FILE)
    return Found(
        text=between(decoded(files[file_name("txt")]), around(notices, "", "\n")),
        head=notices.head,
        tail=notices.tail,
        aigc=(read_label(decoded(label)),) if label is not None else (),
    )


def around(notices: Notices, mark: str, joint: str) -> tuple[str, str]:
    """What stands before and after the text: notices set off by a blank line."""
    head = joint.join(mark + line for line in notices.head)
    tail = joint.join(mark + line for line in notices.tail)
    return (head + "\n\n" if head else ""), ("\n\n" + tail if tail else "") + "\n"


def between(content: str, ends: tuple[str, str]) -> str:
    """What stands between two ends; ReleaseError when they aren't there."""
    head, tail = ends
    whole = len(content) >= len(head) + len(tail)
    if not (whole and content.startswith(head) and content.endswith(tail)):
        raise ReleaseError(said("the labels read back are not the policy's"))
    return content[len(head) : len(content) - len(tail)]


def decoded(data: bytes) -> str:
    """UTF-8 as text; ReleaseError for other bytes."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise ReleaseError(said("the file is not UTF-8")) from None
