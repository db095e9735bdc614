"""Charts drawn on the server: stacked bars as plain rectangles, so that a page needs no script.

A chart is a table first: whoever can't see it, or wants more, has the same rows as CSV or Parquet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 720, 200
LEFT, BOTTOM, TOP = 44, 24, 10
MOST_LETTERS = 16
MOST_BARS = 120
SERIES = 6


@dataclass(frozen=True)
class Chart:
    """A table with one column that names the bars and others that are stacked in them.

    The first ``drawn`` of these are drawn. Shares are given as 0-1 with ``top`` 1.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    labels: tuple[str, ...] = ()
    top: float | None = None
    drawn: int = SERIES

    @property
    def table(self) -> list[dict[str, Any]]:
        """Every row by column, uncapped."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Bar:
    """One rectangle; ``series`` is which column it shows, counted from 0."""

    x: float
    y: float
    width: float
    height: float
    series: int
    says: str


@dataclass(frozen=True)
class Drawing:
    """What the template writes down."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    names: tuple[tuple[float, str], ...]
    left_out: int


def draw(chart: Chart) -> Drawing:
    """The last ``MOST_BARS`` rows as stacked bars, with a scale from 0."""
    rows = chart.rows[-MOST_BARS:]
    highest = chart.top or max((sum(_numbers(chart, row)) for row in rows), default=0) or 1
    step = (WIDTH - LEFT) / max(len(rows), 1)
    bars: list[Bar] = []
    for index, row in enumerate(rows):
        floor = 0.0
        for series, value in enumerate(_numbers(chart, row)):
            height = value / highest * (HEIGHT - TOP - BOTTOM)
            y = HEIGHT - BOTTOM - floor - height
            says = f"{row[0]} · {_label(chart, series)}: {_short(value)}"
            x, width = LEFT + index * step + step * 0.1, step * 0.8
            bars.append(Bar(_r(x), _r(y), _r(width), _r(height), series, says))
            floor += height
    return Drawing(
        tuple(bar for bar in bars if bar.height > 0),
        tuple(
            (_r(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)), _short(highest * share))
            for share in (0, 0.5, 1)
        ),
        _names(rows, step),
        len(chart.rows) - len(rows),
    )


def _numbers(chart: Chart, row: Sequence[Any]) -> list[float]:
    return [float(value) for value in row[1 : 1 + chart.drawn]]


def _label(chart: Chart, series: int) -> str:
    return chart.labels[series] if series < len(chart.labels) else chart.columns[series + 1]


def _names(rows: Sequence[Sequence[Any]], step: float) -> tuple[tuple[float, str], ...]:
    """At most a dozen names below, so that none stands in another."""
    every = max(1, -(-len(rows) // 8))
    return tuple(
        (_r(LEFT + index * step + step / 2), _cut(str(row[0])))
        for index, row in enumerate(rows)
        if index % every == 0
    )


def _short(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.2f}"


def _r(value: float) -> float:
    return round(value, 1)


def _cut(name: str) -> str:
    """A name as it fits under its bar; the table below has it whole."""
    return name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1]}…"
