"""The table of answers, as a pure function: what counts, what conflicts, who is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from consultations.queries.matrix import Asked, Said, Voice, matrix

ONE, TWO = Asked(1, 1, "由谁督促？"), Asked(2, 2, "能否先行补缴？")
AT = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


def version(n: int, *positions: str, late: bool = False) -> Said:
    answers = {pk: (position, f"{position}{n}") for pk, position in enumerate(positions, 1) if position}
    return Said(n, AT + dt.timedelta(days=n), late, answers)


def unit(pk: int, status: str = "answered", *said: Said) -> Voice:
    return Voice(pk, f"单位{pk}", "lead" if pk == 1 else "take_part", status, said)


def outcomes(units: Sequence[Voice]) -> list[str]:
    return [line.outcome for line in matrix([ONE, TWO], units).lines]


def test_agreement_conditions_and_conflict() -> None:
    first = unit(1, "answered", version(1, "agree", "agree"))
    assert outcomes([first, unit(2, "answered", version(1, "agree", "conditional"))]) == [
        "agreed",
        "conditional",
    ]
    table = matrix([ONE, TWO], [first, unit(2, "answered", version(1, "disagree", "not_ours"))])
    assert [line.outcome for line in table.lines] == ["conflict", "mixed"]
    assert (table.conflicts, table.nobodys) == ([1], [])
    assert (table.lines[0].for_it, table.lines[0].against) == (["单位1"], ["单位2"])


def test_a_condition_beside_a_no_is_a_conflict_and_two_noes_are_none() -> None:
    no, yes = version(1, "disagree", "disagree"), version(1, "conditional", "disagree")
    assert outcomes([unit(1, "answered", no), unit(2, "answered", yes)]) == ["conflict", "mixed"]


def test_a_conflict_stands_before_everybody_has_spoken() -> None:
    units = [
        unit(1, "answered", version(1, "agree", "agree")),
        unit(2, "answered", version(1, "disagree", "agree")),
        unit(3, "asked"),
    ]
    assert outcomes(units) == ["conflict", "open"]


def test_nobody_is_responsible_once_all_have_said_so() -> None:
    not_ours = version(1, "not_ours", "agree")
    two = [unit(1, "answered", not_ours), unit(2, "answered", not_ours)]
    table = matrix([ONE, TWO], two)
    assert table.nobodys == [1]
    assert outcomes([*two, unit(3, "silent")]) == ["open", "open"]
    assert outcomes([*two, unit(3, "released")]) == ["nobody", "agreed"]


def test_the_newest_counts_and_earlier_ones_that_differ_can_be_read() -> None:
    said = [version(3, "agree", "agree"), version(2, "disagree", "agree"), version(1, "disagree", "not_ours")]
    cells = [line.cells[0] for line in matrix([ONE, TWO], [unit(1, "answered", *said)]).lines]
    assert [(cell.position, cell.version) for cell in cells] == [("agree", 3), ("agree", 3)]
    assert [(one.version, position) for one, position, _text in cells[0].earlier] == [
        (2, "disagree"), (1, "disagree"),
    ]  # fmt: skip
    assert [(one.version, position) for one, position, _text in cells[1].earlier] == [
        (2, "agree"), (1, "not_ours"),
    ]  # fmt: skip


def test_a_question_that_came_later_is_open_for_who_spoke_before() -> None:
    cells = matrix([ONE, TWO], [unit(1, "asked", version(1, "agree"))]).lines[1].cells
    assert (cells[0].position, cells[0].is_awaited) == ("", True)


def test_waiting_silent_and_late_units_are_named_and_released_ones_only_shown_with_what_they_said() -> None:
    units = [
        unit(1, "asked"),
        unit(2, "silent"),
        unit(3, "late", version(1, "agree", "agree", late=True)),
        unit(4, "released"),
        unit(5, "released", version(1, "disagree", "disagree")),
    ]
    table = matrix([ONE, TWO], units)
    assert (table.waiting, table.silent, table.late) == (("单位1",), ("单位2",), ("单位3",))
    assert [one.name for one in table.units] == ["单位1", "单位2", "单位3", "单位5"]
    assert table.lines[0].outcome == "open"  # the no of a unit that was taken off counts no more
    assert table.lines[0].cells[2].is_late
