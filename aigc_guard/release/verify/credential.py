"""The C2PA layer: content credentials, where the extra is installed and the release bears one."""

from __future__ import annotations

from aigc_guard.errors import said
from aigc_guard.release.verify.evidence import Evidence
from aigc_guard.release.verify.interface import Layer, Status


def c2pa(evidence: Evidence) -> Layer:
    """What the release's content credentials show."""
    if not any(name.endswith(".c2pa") for name in evidence.statement.files):
        return Layer("c2pa", Status.SKIPPED, said("the release bears no content credentials"))
    return Layer("c2pa", Status.SKIPPED, said("content credentials can't be read here"))
