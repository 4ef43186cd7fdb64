"""A wrong table cannot be imported; a right one answers what is allowed."""

from __future__ import annotations

import pytest

from cases.lifecycle import CASE
from hall.lifecycle import BadLifecycle, Lifecycle, Move, State
from intake.lifecycle import TICKET

A, B, END = State("a", "A"), State("b", "B"), State("end", "End", final=True)


def make(*moves: Move, states: tuple[State, ...] = (A, B, END)) -> Lifecycle:
    return Lifecycle("t", ("a",), states, moves)


@pytest.mark.parametrize(
    ("moves", "says"),
    [
        ((Move("go", ("a",), "end", ("x",)),), "no move leads to"),
        ((Move("go", ("a",), "b", ("x",)), Move("stop", ("a",), "end", ("x",))), "cannot be left"),
        ((Move("go", ("a",), "c", ("x",)),), "unknown state"),
        ((Move("go", ("a",), "b", ()),), "needs a source and a role"),
        ((Move("go", ("a",), "b", ("x",)), Move("go", ("a",), "end", ("x",))), "two targets"),
        ((Move("go", ("a", "end"), "b", ("x",)),), "leaves the final state"),
    ],
)
def test_a_wrong_table_is_refused(moves: tuple[Move, ...], says: str) -> None:
    with pytest.raises(BadLifecycle, match=says):
        make(*moves)


def test_a_right_table_answers() -> None:
    table = make(Move("go", ("a",), "b", ("x",)), Move("stop", ("a", "b"), "end", ("y",)))
    assert table.target("go", "a") == "b"
    assert table.move("go", "b") is None
    with pytest.raises(KeyError):
        table.target("go", "end")
    assert table.roles("stop") == {"y"}
    assert table.legal_pairs() == (("a", "b"), ("a", "end"), ("b", "end"))
    assert table.finals == ("end",)
    assert "    a --> b: go" in list(table.mermaid())


@pytest.mark.parametrize("table", [CASE, TICKET], ids=lambda t: t.name)
def test_every_final_state_is_reached_from_every_state(table: Lifecycle) -> None:
    """No matter and no number can hang in the air: some end is always in reach."""
    reach = {state.code: {state.code} for state in table.states}
    for _ in table.states:
        for source, target in table.legal_pairs():
            reach[source] |= reach[target]
    assert all(reach[state.code] & set(table.finals) for state in table.states)
