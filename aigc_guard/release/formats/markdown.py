"""Markdown: notices as quotations, China's label as the mapping ``AIGC`` of the front matter."""

from __future__ import annotations

import json
import re
from io import StringIO

from aigc_guard.errors import ReleaseError, said
from aigc_guard.policy.labels import Notices
from aigc_guard.release.formats.interface import Files, Typesetting, file_name
from aigc_guard.release.formats.plain import around, between, decoded
from aigc_guard.release.labels.aigc import KEY, AigcLabel, label_of
from aigc_guard.release.labels.marks import Found, Marks

_FRONT = re.compile(r"---\n(.*?\n)---\n\n", re.DOTALL)
_MARK, _JOINT = "> ", "\n>\n"


def write(text: str, marks: Marks, setting: Typesetting) -> dict[str, bytes]:
    """Front matter, then the text between its notices."""
    head, tail = around(marks.notices, _MARK, _JOINT)
    front = _front(marks.aigc) if marks.aigc else ""
    return {file_name("md"): (front + head + text + tail).encode()}


def read(files: Files, notices: Notices) -> Found:
    """The label in the front matter, and the text between the notices."""
    content = decoded(files[file_name("md")])
    front = _FRONT.match(content)
    label = _label(front.group(1)) if front else None
    if front and label:
        content = content[front.end() :]
    return Found(
        text=between(content, around(notices, _MARK, _JOINT)),
        head=notices.head,
        tail=notices.tail,
        aigc=(label,) if label else (),
    )


def _front(label: AigcLabel) -> str:
    # JSON strings of printable ASCII are YAML strings, too.
    lines = "".join(f"  {name}: {json.dumps(value)}\n" for name, value in label.fields)
    return f"---\n{KEY}:\n{lines}---\n\n"


def _label(front: str) -> AigcLabel | None:
    """The label of a front matter; None when it has none, and is the text's own."""
    if not re.search(rf"^{KEY}\s*:", front, re.MULTILINE):
        return None
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = YAML(typ="safe", pure=True).load(StringIO(front))
    except YAMLError:  # a repeated key, too
        raise ReleaseError(said("the front matter can't be read")) from None
    label = data.get(KEY) if isinstance(data, dict) else None
    if not isinstance(label, dict):
        raise ReleaseError(said("the front matter can't be read"))
    return label_of(label)
