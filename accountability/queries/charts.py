"""Where the lines and bars of a chart lie, in the units of its viewBox. Every chart has its table beside it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 1040, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 32, 16, 32


@dataclass(frozen=True, slots=True)
class Dot:
    x: str
    y: str
    shown: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """`runs`: the points of each unbroken part; where there is no figure the line is broken, not at zero."""

    name: str
    number: int
    dots: list[Dot]
    runs: list[str]


@dataclass(frozen=True, slots=True)
class Chart:
    lines: list[Line]
    labels: list[tuple[str, str]]
    levels: list[tuple[str, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def line_chart(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[tuple[Decimal | None, str, str]]]]
) -> Chart:
    """Shares over time, from 0 to 100 %: each series a name and, for each label, its value, how it is shown, and the
    address of what is behind it.
    """
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels) - 1)
    deep = HEIGHT - TOP - BOTTOM

    def across(n: int) -> str:
        return f"{LEFT + n * step:.1f}"

    def down(value: Decimal) -> str:
        return f"{TOP + deep * (1 - float(value)):.1f}"

    lines = []
    for number, (name, values) in enumerate(series, 1):
        dots, runs = [], [[]]  # type: tuple[list[Dot], list[list[str]]]
        for n, (value, shown, href) in enumerate(values):
            if value is None:
                runs.append([])
                continue
            dots.append(Dot(across(n), down(value), f"{labels[n]} {name} {shown}", href))
            runs[-1].append(f"{dots[-1].x},{dots[-1].y}")
        lines.append(Line(name, number, dots, [" ".join(run) for run in runs if len(run) > 1]))
    levels = [(down(Decimal(percent) / 100), f"{percent}%") for percent in (0, 25, 50, 75, 100)]
    return Chart(lines, [(across(n), label) for n, label in enumerate(labels)], levels)


@dataclass(frozen=True, slots=True)
class Bar:
    """`width`: hundredths of the whole; `href` leads to what is behind it."""

    name: str
    n: int
    share: str
    width: str
    href: str = ""


def bars(rows: Sequence[tuple[str, int, str]]) -> list[Bar]:
    """Name, number, address; in the order given."""
    whole = sum(n for _name, n, _href in rows)
    return [
        Bar(name, n, f"{n / whole * 100:.1f}%" if whole else "–", f"{n / whole * 100:.1f}" if whole else "0", href)
        for name, n, href in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    x: int
    y: str
    height: str
    is_last: bool


def columns(values: Sequence[int], *, wide: int = 8, gap: int = 4, high: int = 24) -> list[Column]:
    """Small columns beside each other, the tallest `high`; the numbers stand in the row's cells."""
    most = max(values, default=0) or 1
    tall = [high * value / most for value in values]
    return [
        Column(n * (wide + gap), f"{high - one:.1f}", f"{one:.1f}", n == len(values) - 1)
        for n, one in enumerate(tall)
    ]
