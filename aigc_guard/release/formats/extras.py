"""Says what to install where a file form needs a library that isn't there."""

from __future__ import annotations

from aigc_guard.errors import ReleaseHeld, said


class NotInstalled(ReleaseHeld):
    """A file form's extra is missing; nothing is said about any file."""


def not_installed(form: str, extra: str) -> NotInstalled:
    """The error for a form whose extra is missing."""
    return NotInstalled(
        said("the file form {form} needs what is not installed", form=form),
        hint=said("pip install 'aigc-guard[{extra}]', then run the same briefs again", extra=extra),
    )
