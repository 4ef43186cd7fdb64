"""Questions × units: what each unit says now, what it said before, and where that does not go together. Pure.

The newest version of a unit counts. A conflict is a "同意" (with or without a condition) beside a "不同意"; when every
unit says that a question is not its own, nobody is left to answer it. Who is silent, late or still has time is named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

YES = ("agree", "conditional")
AGREED, CONDITIONAL, CONFLICT, NOBODY, MIXED, OPEN = (
    "agreed", "conditional", "conflict", "nobody", "mixed", "open",
)  # fmt: skip
"""What a question has come to: settled, settled with conditions, a conflict, nobody's, answered without a conflict but
not by everyone for themselves, or still waiting.
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question."""

    pk: int
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one version of a unit's opinion says to each question, by the question's id: position and words."""

    version: int
    given_at: dt.datetime
    is_late: bool
    answers: Mapping[int, tuple[str, str]]
    text: str = ""
    basis: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """A unit at the table with its versions, the newest first."""

    pk: int
    name: str
    part: str
    status: str
    said: Sequence[Said] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A unit on a question. `position` "" : nothing yet; then `status` says why (asked, silent, released, answered:
    the question came later). `earlier` are older answers that were different, the newest first.
    """

    unit: Voice
    position: str = ""
    text: str = ""
    version: int = 0
    is_late: bool = False
    earlier: tuple[tuple[Said, str, str], ...] = ()

    @property
    def is_awaited(self) -> bool:
        return not self.position and self.unit.status != "released"


@dataclass(frozen=True, slots=True)
class Line:
    """A question with its cells in the order of the units, and what it has come to."""

    question: Asked
    cells: tuple[Cell, ...]
    outcome: str

    @property
    def for_it(self) -> list[str]:
        return [cell.unit.name for cell in _live(self.cells) if cell.position in YES]

    @property
    def against(self) -> list[str]:
        return [cell.unit.name for cell in _live(self.cells) if cell.position == "disagree"]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole table. The names below it are those of units at the table, released ones left out."""

    units: tuple[Voice, ...]
    lines: tuple[Line, ...]
    waiting: tuple[str, ...] = field(default=())
    silent: tuple[str, ...] = field(default=())
    late: tuple[str, ...] = field(default=())

    @property
    def conflicts(self) -> list[int]:
        return [line.question.number for line in self.lines if line.outcome == CONFLICT]

    @property
    def nobodys(self) -> list[int]:
        return [line.question.number for line in self.lines if line.outcome == NOBODY]


def _live(cells: Sequence[Cell]) -> list[Cell]:
    """A unit that was taken off the table counts no more, whatever it had said."""
    return [cell for cell in cells if cell.unit.status != "released"]


def outcome_of(cells: Sequence[Cell]) -> str:
    """What a question has come to. A conflict stands as soon as two have spoken; that nobody is responsible, when all
    have; until then it is open.
    """
    live = _live(cells)
    given = [cell.position for cell in live if cell.position]
    if any(one in YES for one in given) and "disagree" in given:
        return CONFLICT
    if len(given) < len(live) or not given:
        return OPEN
    if all(one == "not_ours" for one in given):
        return NOBODY
    if all(one == "agree" for one in given):
        return AGREED
    return CONDITIONAL if all(one in YES for one in given) else MIXED


def cell_of(unit: Voice, question: Asked) -> Cell:
    """The newest version that counts, with what it replaced. A version from before the question says nothing to it."""
    if not unit.said:
        return Cell(unit)
    newest = unit.said[0]
    position, text = newest.answers.get(question.pk, ("", ""))
    earlier, last = [], (position, text)
    for one in unit.said[1:]:
        answer = one.answers.get(question.pk)
        if answer and answer != last:
            earlier.append((one, *answer))
            last = answer
    return Cell(unit, position, text, newest.version if position else 0, newest.is_late, tuple(earlier))


def matrix(questions: Sequence[Asked], units: Sequence[Voice]) -> Matrix:
    """Lay the answers side by side. A released unit that never spoke has no column."""
    shown = tuple(unit for unit in units if unit.said or unit.status != "released")
    lines = []
    for question in questions:
        cells = tuple(cell_of(unit, question) for unit in shown)
        lines.append(Line(question, cells, outcome_of(cells)))

    def named(status: str) -> tuple[str, ...]:
        return tuple(unit.name for unit in units if unit.status == status)

    return Matrix(shown, tuple(lines), named("asked"), named("silent"), named("late"))
