"""A guard's scores as the check gives them: what every measurement of it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.toxicity import ToxicityCheck, ToxicitySettings
from aigc_guard.records import sha256_text


class _OneFolder:
    """A loader for a folder that is being measured and is in no lock yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder_of(self, name: str) -> Path:
        return self._folder


def read_scores(
    folder: Path, texts: Sequence[str], *, chinese: bool = False
) -> list[dict[str, float]]:
    """The check's scores per text as it ships: windows, raised by their worst sentences."""
    settings = ToxicitySettings.model_validate(
        {"model": "guard", "model_zh": "guard" if chinese else ""}
    )
    check = ToxicityCheck(settings)
    subjects = [Subject(text, sha256_text(text)) for text in texts]
    reports = check.measure(subjects, Context(model_loader=_OneFolder(folder)))
    return [dict(report.scores) for report in reports]
