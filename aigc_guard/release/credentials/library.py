"""The C2PA library: whether it is there, how it is set, and its names for our file forms."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from aigc_guard.errors import ReleaseHeld, said

MEDIA_TYPES = {
    "html": "text/html",
    # The library knows no Markdown, and without embedding the type changes nothing.
    "md": "text/plain",
    "txt": "text/plain",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
EMBEDDED = frozenset({"docx", "pdf"})


def is_installed() -> bool:
    """Whether the extra ``c2pa`` is there; the library itself is not loaded."""
    return find_spec("c2pa") is not None


def load() -> Any:
    """The library. Raises ReleaseHeld with the mend where it is missing."""
    try:
        import c2pa
    except ImportError:
        raise ReleaseHeld(
            said("content credentials need what is not installed"),
            hint=said("pip install 'aigc-guard[c2pa]', then run the same briefs again"),
        ) from None
    return c2pa


def context(anchors: Sequence[str]) -> Any:
    """Settings that trust these roots (PEM) alone, and never reach out to any host."""
    return load().Context.from_dict(
        {
            "trust": {"trust_anchors": "".join(anchors)} if anchors else {},
            "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
            "builder": {"thumbnail": {"enabled": False}},
        }
    )
