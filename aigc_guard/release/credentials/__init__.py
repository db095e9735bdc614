"""Content credentials (C2PA) of a release: what they state, written and validated.

HTML, Markdown and plain text have theirs in ``release.c2pa`` beside them, the only way in which
the official library verifies text; PDF and DOCX carry theirs inside.
"""

from __future__ import annotations

from aigc_guard.release.credentials.library import is_installed
from aigc_guard.release.credentials.manifest import CREDENTIAL_FILE, About, manifest_of
from aigc_guard.release.credentials.reading import Shown, State, validate
from aigc_guard.release.credentials.writing import Issuer, issue

__all__ = [
    "CREDENTIAL_FILE",
    "About",
    "Issuer",
    "Shown",
    "State",
    "is_installed",
    "issue",
    "manifest_of",
    "validate",
]
