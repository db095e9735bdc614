"""Whichever word of a group a writer chose, the guard's score is the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aigc_guard.checks.exchanged import other_wordings, read_exchanged
from aigc_guard.checks.guard import Guard, guard_of
from aigc_guard.testing.tiny_guard import write_fake_guard

ORIENTATION = [
    "gay",
    "lesbian",
    "queer",
    "heterosexual",
    "homosexual",
    "bisexual",
    "lgbt",
    "lgbtq+",
]
GENDER = ["cisgender", "female", "male", "nonbinary", "non-binary", "trans", "transgender"]
untimed = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Guard:
    return guard_of(write_fake_guard(tmp_path_factory.mktemp("guard")))


def alone(guard: Guard, text: str) -> dict[str, float]:
    (reading,) = guard.read([text])
    assert reading is not None
    return dict(reading.scores)


@untimed
@given(st.sampled_from(ORIENTATION), st.sampled_from(ORIENTATION), st.sampled_from(["", "s"]))
def test_orientations_score_alike(guard: Guard, one: str, other: str, many: str) -> None:
    frame = "the {0}{1} nurse said {0}{1} and old"
    first, second = read_exchanged(guard, [frame.format(one, many), frame.format(other, many)])
    assert first == second
    assert first != alone(guard, "the old nurse said so")


@untimed
@given(st.sampled_from(GENDER), st.sampled_from(GENDER))
def test_genders_score_alike(guard: Guard, one: str, other: str) -> None:
    texts = [f"a {one} voter and a gay one", f"a {other} voter and a queer one"]
    first, second = read_exchanged(guard, texts)
    assert first == second


def test_the_mean_of_two_logits_stands(guard: Guard) -> None:
    (found,) = read_exchanged(guard, ["a gay nurse"])
    first, second = (alone(guard, f"a {word} nurse") for word in ("heterosexual", "homosexual"))
    assert found is not None
    assert found.keys() == first.keys()
    for label, score in found.items():
        assert min(first[label], second[label]) <= score <= max(first[label], second[label])
    assert first != second


@pytest.mark.parametrize(
    "text",
    [
        "go straight to the point",
        "no trans fats, please",
        "a trans-atlantic cable",
        "a homophobic remark",
        "gayle sings",
        "somebody else",
        "",
    ],
)
def test_other_words_are_read_as_they_stand(guard: Guard, text: str) -> None:
    assert other_wordings(text) == ()
    assert read_exchanged(guard, [text]) == [alone(guard, text)]


def test_a_straight_person_is_one_of_them() -> None:
    assert other_wordings("straight couples") == ("heterosexual couples", "homosexual couples")


def test_what_gets_too_long_is_read_in_its_own_words(guard: Guard) -> None:
    text = "gay " * (guard.window // 3)
    assert all(guard.read([other]) == [None] for other in other_wordings(text))
    assert read_exchanged(guard, [text]) == [alone(guard, text)]


def test_what_never_fits_is_not_read(guard: Guard) -> None:
    assert read_exchanged(guard, ["gay " * guard.window * 2, "short"]) == [
        None,
        alone(guard, "short"),
    ]
