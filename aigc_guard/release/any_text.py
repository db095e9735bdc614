"""The words of any file that somebody brings, whoever made it: for looking, never for verifying."""

from __future__ import annotations

import io
from html.parser import HTMLParser
from pathlib import Path

from aigc_guard.errors import ConfigError, said
from aigc_guard.release.formats.extras import not_installed
from aigc_guard.release.labels.verify import verify_file

_SILENT = ("script", "style", "template", "noscript")
_PAGES = ("html", "htm", "xhtml")


def text_in(path: Path) -> str:
    """The text of an HTML, DOCX, PDF or text file; of one of our releases without its notices.

    Raises ConfigError for a file that can't be read, NotInstalled where a form's extra is missing.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            said("{path}: can't be read ({why})", path=path, why=error.strerror),
            hint=said("check the path and its permissions"),
        ) from None
    form = path.suffix.lower().lstrip(".")
    if form in ("html", "docx", "pdf"):
        ours = verify_file(data, form).found
        if ours is not None:
            return ours.text
    if form == "docx":
        return _docx(data, path)
    if form == "pdf":
        return _pdf(data, path)
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    return _Words.of(text) if form in _PAGES else text


def _docx(data: bytes, path: Path) -> str:
    try:
        import docx
    except ImportError:
        raise not_installed("docx", "docx") from None
    try:
        document = docx.Document(io.BytesIO(data))
        return "\n".join(paragraph.text for paragraph in document.paragraphs)
    except Exception:  # the libraries raise whatever a strange file leads them to
        raise _unreadable(path) from None


def _pdf(data: bytes, path: Path) -> str:
    try:
        from pypdf import PdfReader
    except ImportError:
        raise not_installed("pdf", "pdf") from None
    try:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    except Exception:  # the libraries raise whatever a strange file leads them to
        raise _unreadable(path) from None


def _unreadable(path: Path) -> ConfigError:
    return ConfigError(
        said("{path} can't be read as what its name says", path=path),
        hint=said("save its text as a .txt file"),
    )


class _Words(HTMLParser):
    """What a page shows, element by element."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self._silent = 0

    @classmethod
    def of(cls, page: str) -> str:
        """The page's words."""
        reader = cls()
        reader.feed(page)
        reader.close()
        return "".join(reader.shown)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        self.shown.append("" if tag in _INLINE else "\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        self.shown.append("" if tag in _INLINE else "\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.shown.append(data)


_INLINE = ("a", "abbr", "b", "em", "i", "mark", "q", "small", "span", "strong", "sub", "sup", "u")
