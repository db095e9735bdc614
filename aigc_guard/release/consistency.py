"""Compares the store with itself and with what lies in the outbox."""

from __future__ import annotations

import re
from pathlib import Path

from aigc_guard.release.folder import folder_problems
from aigc_guard.store import Store
from aigc_guard.store.erasing import RELEASE

_RELEASE_ID = re.compile(r"[0-9a-f]{32}")


def consistency(store: Store, outbox: Path) -> list[str]:
    """Every contradiction, one sentence each; empty when all is well. ``outbox`` is the project's.

    A release whose folder was taken away is a problem, too: what was published can't be shown.
    """
    problems = store.problems()
    releases = store.releases()
    erased = store.erased(RELEASE)
    for release in releases:
        if release.release_id in erased and not (outbox / release.folder).exists():
            continue
        found = folder_problems(outbox / release.folder, release.files)
        problems += [f"release {release.release_id}: {problem}" for problem in found]
    recorded = {(outbox / release.folder).resolve() for release in releases}
    begun = {intent.release_id for intent in store.publishing()}
    if outbox.is_dir():
        problems += [
            f"the outbox holds {path.name}, which no release records"
            for path in sorted(outbox.iterdir())
            if path.is_dir()
            and _RELEASE_ID.fullmatch(path.name)
            and path.resolve() not in recorded
            and path.name not in begun
        ]
    return problems
