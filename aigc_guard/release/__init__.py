"""Publication of decided and approved texts: labels, folder, record."""

from __future__ import annotations

from aigc_guard.release.consistency import consistency
from aigc_guard.release.folder import folder_problems, verify_folder
from aigc_guard.release.formats import FORMS, Typesetting, read, read_back, render
from aigc_guard.release.labels import Found, Marks, check_producer
from aigc_guard.release.labels.verify import FileLabels, verify_file
from aigc_guard.release.marking import Installation, Marking
from aigc_guard.release.publishing import publish, recover, release_id_of
from aigc_guard.release.record import RECORD_FILE

__all__ = [
    "FORMS",
    "RECORD_FILE",
    "FileLabels",
    "Found",
    "Installation",
    "Marking",
    "Marks",
    "Typesetting",
    "check_producer",
    "consistency",
    "folder_problems",
    "publish",
    "read",
    "read_back",
    "recover",
    "release_id_of",
    "render",
    "verify_file",
    "verify_folder",
]
