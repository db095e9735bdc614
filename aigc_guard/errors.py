"""The error tree: every foreseeable failure says what is wrong, where, and how to mend it.

The command line prints ``message`` and ``hint`` and exits with ``exit_code``; any other exception
is a bug and shows a traceback. Messages never hold draft text or personal values.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


class Said(str):
    """An English sentence that knows its catalogue entry, so that it can be told in others.

    It is its English text wherever a text is wanted (logs, JSON, tests); ``i18n.spoken`` tells it
    in another language. ``texts`` holds it in every language where somebody has told it already.
    """

    id: str
    values: Mapping[str, object]
    texts: Mapping[str, str]


def said(message: str, /, **values: object) -> Said:
    """``message``, a catalogue id, with its ``{name}`` places filled; values may be Said, too."""
    text = Said(message.format(**values) if values else message)
    text.id, text.values, text.texts = message, values, {}
    return text


def said_as(texts: Mapping[str, str]) -> Said:
    """What is there in several languages already (``{"en": …, "zh": …}``)."""
    text = Said(texts["en"])
    text.id, text.values, text.texts = texts["en"], {}, texts
    return text


class GuardError(Exception):
    """Base of all errors a user can cause or mend; message and hint are Said where they should
    reach people in their own language."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  mend: {self.hint}" if self.hint else self.message


class ConfigError(GuardError):
    """A setting is missing, unknown or has an impossible value."""


class LocatedError(GuardError):
    """An error at a place in a file the user wrote: file, 1-based line and column."""

    def __init__(
        self,
        message: str,
        *,
        path: Path | str,
        line: int | None = None,
        column: int | None = None,
        quoted: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.path = str(path)
        self.line = line
        self.column = column
        self.quoted = quoted

    @property
    def location(self) -> str:
        """``file:line:column``, as far as known."""
        parts = [self.path]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)

    def __str__(self) -> str:
        lines = [f"{self.location}: {self.message}"]
        if self.quoted:
            lines.append(f"    {self.quoted}")
        if self.hint:
            lines.append(f"  mend: {self.hint}")
        return "\n".join(lines)


class PolicyError(LocatedError):
    """A policy file can't be used."""

    exit_code = 3


class UnknownCheck(PolicyError):
    """A rule names a check that is not installed."""


class BriefError(LocatedError):
    """A brief file can't be read at all (single bad rows are quarantined instead)."""


class KindError(LocatedError):
    """A content kind's folder is incomplete or contradicts itself."""


class CheckError(GuardError):
    """A check could not measure; its drafts become ``unverified``."""

    exit_code = 4

    def __init__(self, check: str, message: str, *, hint: str = "") -> None:
        super().__init__(said("check {check}: {problem}", check=check, problem=message), hint=hint)
        self.check = check


class GenerationError(GuardError):
    """A writer could not produce drafts."""


class ModelError(GuardError):
    """A model can't be used as it lies there."""


class ModelUnavailable(ModelError):
    """A model or the library it needs is not installed."""

    exit_code = 4


class DigestMismatch(ModelError):
    """A file's bytes are not the ones the lock names."""


class StoreError(GuardError):
    """The store can't be reached, or holds something inconsistent."""


class ReviewError(GuardError):
    """A review action is not possible in the draft's present state."""


class ReleaseError(GuardError):
    """A release is refused; nothing was published."""


class ReleaseHeld(ReleaseError):
    """This one text can't be released as it is, or as the project is set up; others can."""


class NotApproved(ReleaseError):
    """The exact bytes and policy have no valid approval."""


class AuditError(GuardError):
    """The record is inconsistent."""


class ProofError(AuditError):
    """A statement, a log proof or a key can't be read, or does not hold."""
