"""Events that automations can act on. They name runs and drafts and count; they hold no text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect.events import emit_event

from aigc_guard.notify import APPROVED_EVENT

DRAFTS_WAITING = "aigc_guard.drafts.waiting"
AUDIT_FAILED = "aigc_guard.audit.failed"
MODEL_HELD = "aigc_guard.model.held"
# Sent when a person has approved; prefect.yaml triggers the release deployment by it.
APPROVED = APPROVED_EVENT


def announce(event: str, subject: str, facts: Mapping[str, Any]) -> None:
    """Tell Prefect that ``event`` happened to ``subject``."""
    name = event.removeprefix("aigc_guard.").replace(".", "-")
    emit_event(
        event,
        resource={
            "prefect.resource.id": f"aigc-guard.{name}.{subject}",
            "prefect.resource.name": subject,
        },
        payload=dict(facts),
    )
