from __future__ import annotations

import pytest

from aigc_guard.checks.pii.extent import is_written_as
from aigc_guard.records import Span


@pytest.mark.parametrize(
    ("text", "value", "may_stand"),
    [
        ("University counted 212 otters.", "212", False),
        ("He lives at 12 Elm Street.", "12 Elm Street", True),
        ("he lives at 12 elm street", "12 elm street", True),
        ("地址：上海市浦东新区世纪大道100号", "上海市浦东新区世纪大道100号", True),
        ("共有3名学生参加", "3名学生", False),
    ],
)
def test_an_address_is_written_as_one(text: str, value: str, may_stand: bool) -> None:
    start = text.index(value)
    assert is_written_as("ADDRESS", text, Span(start, start + len(value))) is may_stand
    assert is_written_as("PERSON", text, Span(start, start + len(value)))
