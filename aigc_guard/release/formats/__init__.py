"""One approved text as a file: HTML, Markdown, plain text, DOCX or PDF, written and read back."""

from __future__ import annotations

from aigc_guard.release.formats.interface import FORMS, Typesetting
from aigc_guard.release.formats.rendering import read, read_back, render

__all__ = ["FORMS", "Typesetting", "read", "read_back", "render"]
