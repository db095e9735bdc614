"""Public fakes for tests of checks, policies and flows: named as such, never a default.

``FakeCheck`` measures by a word list, its variants misbehave in one way each; a
``RecordedGenerator`` writes what was recorded; a ``FixedClock`` stands still until it is moved.
"""

from __future__ import annotations

from aigc_guard.testing.checks import (
    FAKE_CHECKS,
    FakeCheck,
    FakeCountingCheck,
    FakeHangingCheck,
    FakeMiscountingCheck,
    FakeMisplacedCheck,
    FakeNaNCheck,
    FakeRaisingCheck,
    FakeSkippingCheck,
    FakeSlowCheck,
    FakeWrongTextCheck,
    fake_as,
)
from aigc_guard.testing.clock import FixedClock
from aigc_guard.testing.generators import RecordedGenerator
from aigc_guard.testing.signing import FakeSigner

__all__ = [
    "FAKE_CHECKS",
    "FakeCheck",
    "FakeCountingCheck",
    "FakeHangingCheck",
    "FakeMiscountingCheck",
    "FakeMisplacedCheck",
    "FakeNaNCheck",
    "FakeRaisingCheck",
    "FakeSigner",
    "FakeSkippingCheck",
    "FakeSlowCheck",
    "FakeWrongTextCheck",
    "FixedClock",
    "RecordedGenerator",
    "fake_as",
]
