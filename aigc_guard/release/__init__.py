"""Publication of decided and approved texts: labels, folder, record."""

from __future__ import annotations

from aigc_guard.release.consistency import consistency
from aigc_guard.release.folder import folder_problems, verify_folder
from aigc_guard.release.labels import FORMS, Rendered, read_back, render
from aigc_guard.release.publishing import publish, recover, release_id_of
from aigc_guard.release.record import RECORD_FILE

__all__ = [
    "FORMS",
    "RECORD_FILE",
    "Rendered",
    "consistency",
    "folder_problems",
    "publish",
    "read_back",
    "recover",
    "release_id_of",
    "render",
    "verify_folder",
]
