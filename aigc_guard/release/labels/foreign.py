"""Refuses a text that brings machine marks of its own: a release has exactly one label."""

from __future__ import annotations

import re

from aigc_guard.errors import ReleaseHeld, said
from aigc_guard.policy.labels import Notices

_LABEL = re.compile(
    r"""<meta\s[^>]*name\s*=\s*["']?AIGC\b   # a page's
    | \{\s*"AIGC"\s*:                        # the wrapped form
    | "Label"\s*:\s*"[^"]*"\s*,\s*"ContentProducer"
    | \A\ufeff?---\r?\n(?:.*\r?\n)*?AIGC\s*: # Markdown's front matter
    | ^AIGC\s*:\s*\r?\n\s+Label\s*:""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
# C2PA's invisible wrapper: a byte order mark and variation selectors, one per byte.
_CREDENTIAL = re.compile("\ufeff[\ufe00-\ufe0f\U000e0100-\U000e01ef]{8}")


def refuse_marked(text: str, notices: Notices) -> None:
    """Raises ReleaseHeld when ``text`` carries a notice, a label or a credential already."""
    stripped = text.strip()
    opening = any(stripped.startswith(line) for line in notices.head)
    if opening or any(stripped.endswith(line) for line in notices.tail) or _LABEL.search(text):
        raise ReleaseHeld(
            said("the text carries its label already; a release has exactly one"),
            hint=said("take the label out of the text: release puts it there"),
        )
    if _CREDENTIAL.search(text):
        raise ReleaseHeld(
            said("the text carries invisible content credentials of another release"),
            hint=said("take the invisible characters out of the text"),
        )
