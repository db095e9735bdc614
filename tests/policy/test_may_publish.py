from __future__ import annotations

import pytest

from aigc_guard.policy.may_publish import Allowed, identity


@pytest.mark.parametrize(
    ("allowed", "value"),
    [
        ("+1 202 555 0143", "(202) 555-0143"),
        ("202.555.0143", "+1-202-555-0143"),
        ("001 202 555 0143", "202 555 0143"),
        ("+86 139 0000 0001", "13900000001"),
        ("press office: +1 202 555 0143", "202-555-0143"),
        ("Press@Example.org", "press@example.org"),
        ("Maria Lund, spokesperson", "maria lund"),
        ("Maria Lund", "Lund"),
        ("12 Mill Lane, Elmford", "Elmford"),
        ("12 Mill  Lane", "12 Mill Lane,"),
        ("发言人张伟", "张伟"),
        ("ＡＢＣ Ltd", "ABC Ltd"),
    ],
)
def test_may_stand(allowed: str, value: str) -> None:
    assert Allowed.of([allowed]).has(value)


@pytest.mark.parametrize(
    ("allowed", "value"),
    [
        ("+1 202 555 0143", "202 555 0144"),
        ("+1 202 555 0143", "555 0143"),
        ("5550143", "202 555 0143"),
        ("13900000001", "3900000001"),
        ("jane.doe@example.org", "doe@example.org"),
        ("doe@example.org", "jane.doe@example.org"),
        ("Maria Lund", "Maria Lundgren"),
        ("Lund", "Maria Lund"),
        ("张伟", "张伟明"),
        ("张伟", "张"),
        ("", "x"),
        (" ", ""),
        ("Maria", ""),
        ("Maria", "..."),
    ],
)
def test_may_not_stand(allowed: str, value: str) -> None:
    assert not Allowed.of([allowed]).has(value)


def test_one_value_has_one_identity() -> None:
    assert identity("+1 (202) 555-0143") == identity("202.555.0143")
    assert identity("Ann@Example.org") == identity("ann@example.org")
    assert identity("202 555 0143") != identity("202 555 0144")
