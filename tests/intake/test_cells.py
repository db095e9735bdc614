from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigc_guard.intake import cells
from aigc_guard.intake.cells import CellError
from aigc_guard.records import Fact, Source

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).map(
    lambda text: " ".join(text.split())
)
NAMES = WORDS.filter(lambda text: text and not set(text) & set(":："))
URLS = st.sampled_from(["", "https://example.org/a", "http://example.com/b|c"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (49.0, "49"),
        (49.5, "49.5"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1000000000000000000000"),
        (12345678901234567890, "12345678901234567890"),
        (Decimal("19.90"), "19.9"),
        (float("nan"), ""),
        (float("inf"), "inf"),
        (True, "true"),
        (None, ""),
        (datetime(2027, 3, 1), "2027-03-01"),
        (datetime(2027, 3, 1, 14, 30), "2027-03-01 14:30"),
        (date(2027, 3, 1), "2027-03-01"),
        (time(9, 0), "09:00"),
        (b"caf\xc3\xa9", "café"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("=1+1", "=1+1"),
    ],
)
def test_values_are_rendered_plainly(value: Any, text: str) -> None:
    assert cells.plain(value) == text


@pytest.mark.parametrize(
    "cell",
    [
        "product: Harbour Lantern\nprice: $39.90",
        "product：Harbour Lantern\n\nprice :  $39.90 \r\n",
        '{"product": "Harbour Lantern", "price": "$39.90"}',
        {"product": "Harbour Lantern", "price": "$39.90"},
        [{"name": "product", "value": "Harbour Lantern"}, {"name": "price", "value": "$39.90"}],
        ["product: Harbour Lantern", "price: $39.90"],
        [("product", "Harbour Lantern"), ("price", "$39.90")],
    ],
)
def test_facts_in_every_form_are_the_same_facts(cell: Any) -> None:
    assert cells.facts(cell) == (Fact("product", "Harbour Lantern"), Fact("price", "$39.90"))


def test_a_fact_may_come_several_times_and_hold_colons() -> None:
    assert cells.facts("feature: a hood\nfeature: a seam: taped") == (
        Fact("feature", "a hood"),
        Fact("feature", "a seam: taped"),
    )
    assert cells.facts({"feature": ["a hood", "a seam"], "absent": None}) == (
        Fact("feature", "a hood"),
        Fact("feature", "a seam"),
    )


@pytest.mark.parametrize(
    "cell",
    [
        "no colon here",
        "price:",
        ": 49",
        "https://example.org/a",
        [3],
        [{"name": "a"}],
        [{"name": "a", "value": [1]}],
        {"a": {"b": "c"}},
        [{"name": "a:b", "value": "c"}],
    ],
)
def test_malformed_facts_are_refused_with_a_mend_and_without_the_value(cell: Any) -> None:
    with pytest.raises(CellError) as caught:
        cells.facts(cell)
    assert caught.value.problem["en"].startswith("Line 1 of facts")
    assert caught.value.mend["en"]


def test_sources_by_line_and_by_object() -> None:
    line = "Minutes | https://example.org/m | CC0-1.0 | Seven to two | by hand"
    wanted = Source("Minutes", "https://example.org/m", "CC0-1.0", "Seven to two | by hand")
    assert cells.sources(line) == (wanted,)
    by_name = {"title": "Minutes", "url": wanted.url, "license": "CC0-1.0", "text": wanted.text}
    assert cells.sources([by_name]) == (wanted,)
    assert cells.sources("Only a title") == (Source("Only a title"),)
    assert cells.sources("A |  | CC0-1.0") == (Source("A", "", "CC0-1.0"),)


@pytest.mark.parametrize("cell", ["| https://example.org", "A | CC0-1.0", [3], [{"titel": "A"}]])
def test_malformed_sources_are_refused(cell: Any) -> None:
    with pytest.raises(CellError, match="Line 1 of sources"):
        cells.sources(cell)


def test_lists_by_semicolon_line_and_json() -> None:
    assert cells.items("EU; US；CN\nEU") == ("EU", "US", "CN")
    assert cells.items('["a; b", "c"]') == ("a; b", "c")
    assert cells.items(["a", None, " "]) == ("a",)
    with pytest.raises(CellError, match="an object where a list belongs"):
        cells.items({"a": 1})


def test_an_origin_states_each_key_once() -> None:
    assert cells.origin("writer: a\nlicence: b") == {"writer": "a", "licence": "b"}
    assert cells.origin({"writer": "a", "licence": None}) == {"writer": "a"}
    with pytest.raises(CellError, match="one key twice"):
        cells.origin("writer: a\nwriter: b")


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.builds(Fact, NAMES, WORDS.filter(lambda v: v and not v.startswith("//")))))
def test_rendered_facts_read_back(values: list[Fact]) -> None:
    text = cells.render_pairs((fact.name, fact.value) for fact in values)
    try:
        read = cells.facts(text)
    except CellError:
        # The one cell of lines that is JSON by accident.
        assert text.lstrip()[:1] in ("[", "{")
    else:
        assert read == tuple(values)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(WORDS.filter(bool), unique=True))
def test_rendered_lists_read_back(values: list[str]) -> None:
    assert cells.items(cells.render_items(values)) == tuple(values)


@settings(deadline=None)  # the machine may be busy
@given(
    st.lists(st.builds(Source, WORDS.filter(bool), URLS.map(str), WORDS, WORDS | st.just("a\nb")))
)
def test_rendered_sources_read_back(values: list[Source]) -> None:
    assert cells.sources(cells.render_sources(values)) == tuple(values)


@settings(deadline=None)  # the machine may be busy
@given(st.text())
def test_a_guarded_cell_reads_back_and_starts_no_formula(text: str) -> None:
    assert cells.guarded(text)[:1] not in tuple("=+-@\t\r")
    unchanged = cells.unguarded(text) == text
    if unchanged:
        assert cells.unguarded(cells.guarded(text)) == text
