from __future__ import annotations

import pytest

from aigc_guard.policy.labels import Labels, Notices
from aigc_guard.policy.limits import Circumstances, LabelLimits, Measure
from aigc_guard.policy.model import LabelForm
from aigc_guard.records import Draft


def entry(name: str, en: str, zh: str = "AI 生成", **more: object) -> LabelForm:
    return LabelForm.model_validate({"id": name, "text": {"en": en, "zh": zh}, **more})


GENERAL = entry("general", "Written with AI.", positions=("tail",))
CHINA = entry("china", "AI-generated.", jurisdictions=("CN",))
SOCIAL = entry("social", "#AI", channels=("social",), positions=("head",))
LABELS = Labels((GENERAL, CHINA, SOCIAL))


@pytest.mark.parametrize(
    ("places", "channel", "expected"),
    [
        ((), "web", Notices((), ("Written with AI.",))),
        (("US",), "web", Notices((), ("Written with AI.",))),
        (("cn",), "web", Notices(("AI-generated.",), ("AI-generated.",))),
        (("CN", "US"), "web", Notices(("AI-generated.",), ("AI-generated.", "Written with AI."))),
        (("US",), "social", Notices(("#AI",), ("Written with AI.",))),
    ],
)
def test_notices(places: tuple[str, ...], channel: str, expected: Notices) -> None:
    assert LABELS.notices(jurisdictions=places, channel=channel, language="en") == expected


@pytest.mark.parametrize(
    ("place", "words", "covered"),
    [
        ("CN", "AI-generated", True),
        ("CN", "本内容由人工智能生成", True),
        ("CN", "由AI合成", True),
        ("CN", "Written with AI", False),
        ("CN", "自动生成", False),
        ("CN", "Maine said it generates", False),
        ("EU", "Written with AI", True),
        ("EU", "Written by a machine", False),
        ("US", "By our robot", True),
        ("", "By our robot", True),
    ],
)
def test_a_place_asks_for_words(place: str, words: str, covered: bool) -> None:
    labels = Labels((entry("one", words, words),))
    assert labels.covers(place, channel="web", language="en") is covered


def test_without_a_notice_nothing_is_covered() -> None:
    assert not Labels(()).covers("", channel="web", language="en")
    assert not Labels((SOCIAL,)).covers("US", channel="web", language="en")


@pytest.mark.parametrize(
    ("place", "excepted", "tripped"),
    [
        ("CN", ("notices",), ""),
        ("EU", ("notices",), "0.5 (EU)"),
        ("CN", (), "0.5 (CN)"),
        ("CN", ("may_publish",), "0.5 (CN)"),
        (None, ("notices",), "0.5"),
    ],
)
def test_a_place_may_lack_a_notice_that_the_policy_adds(
    place: str | None, excepted: tuple[str, ...], tripped: str
) -> None:
    form = {"labels": ["needs_notice"], "except": excepted}
    limits = LabelLimits.model_validate(form)
    detail = {"jurisdiction": place} if place else {}
    draft = Draft("d", "b", "", "news", "en", "web", "Text.", "w", "", "s", 0, 1)
    around = Circumstances(draft, None, lambda start, end: False, lambda one: one == "CN")
    assert limits.tripped(Measure("needs_notice", 1.0, 0, 0, detail), around) == tripped
