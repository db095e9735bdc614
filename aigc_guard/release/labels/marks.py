"""What stands around one text, and what is found around it."""

from __future__ import annotations

from dataclasses import dataclass, field

from aigc_guard.policy.labels import Notices
from aigc_guard.release.labels.aigc import AigcLabel

SCHEMA_ORG = "https://schema.org/"
BY_MODEL = "TrainedAlgorithmicMediaDigitalSource"
WITH_MODEL = "CompositeWithTrainedAlgorithmicMediaDigitalSource"


@dataclass(frozen=True, slots=True)
class Marks:
    """What a file has to say: words for readers, and for machines China's label, the kind of source
    (a schema.org name, only where the form can carry it) and the name of its C2PA sidecar."""

    notices: Notices = field(default_factory=Notices)
    aigc: AigcLabel | None = None
    source_type: str = ""
    credential: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What is read off a file: its words for readers, its text, and its marks for machines.

    ``aigc`` holds every label that is there, though one is the most a sound release has.
    """

    text: str
    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    aigc: tuple[AigcLabel, ...] = ()
    source_type: str = ""
    credential: str = ""
