"""A month of leaders' receptions from rules: which leader on which day in which room, and why a slot stays empty.

Pure: facts in, slots and gaps out, the same for the same facts (one worker, a fixed seed, a deterministic limit).
A reception serves every rule that it fits; what stands already serves them first.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ortools.sat.python import cp_model

from staffing.queries.rhythm import Demand, Gap, Leader, Month, Plan, Rule, Slot, Why, demands

SESSION, WEEKDAY, CROWDED, UNEVEN = 1_000, 300, 40, 20
"""What the solver pays: for a reception, one off the wished weekday, one too soon again, a further one of a leader."""
FILLING, EFFORT, SECONDS = 4.0, 1.0, 60.0
"""The solver's own count of its work, equal on every machine: for filling the slots, then for filling them well; and
seconds, for a machine that is far too slow.
"""
SPACED = 3
"""Working days in a row in which one leader receives once at most, where it can be helped."""


class Unsolved(Exception):
    """The solver found nothing at all in its time."""


Key = tuple[int, dt.date, dt.time, dt.time, int]
"""Leader, day, from, to, room."""


@dataclass
class _Board:
    """Who and what is free, by what stands."""

    month: Month
    by_leader: dict[int, Leader] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.by_leader = {one.id: one for one in self.month.leaders}
        for one in self.month.standing:
            if one.here and one.day.replace(day=1) == self.month.first:
                self.counts[one.leader] += 1

    def why_not(self, leader: int, day: dt.date, starts: dt.time, ends: dt.time) -> str:
        """ "" when the leader could."""
        person = self.by_leader[leader]
        if day not in person.days:
            return "not_posted"
        if day in person.absent:
            return "absent"
        # One reception a day in this hall; elsewhere only what overlaps keeps a leader away.
        if any(
            one.leader == leader
            and one.day == day
            and (one.here or (one.starts < ends and starts < one.ends))
            for one in self.month.standing
        ):
            return "busy"
        return "maximum" if self.counts[leader] >= self.month.at_most else ""

    def rooms(self, rule: Rule, day: dt.date) -> list[int]:
        """Free rooms of the kind, by what stands."""
        taken = {
            one.room
            for one in self.month.standing
            if one.day == day and one.starts < rule.ends and rule.starts < one.ends
        }
        return [one.id for one in self.month.places if one.kind == rule.room_kind and one.id not in taken]


def plan(month: Month) -> Plan:
    """Fill what can be filled: as many slots as possible, then few receptions, wished weekdays, evenly, well apart."""
    board, asked = _Board(month), demands(month)
    here = [one for one in month.standing if one.here]
    model = cp_model.CpModel()
    keys: dict[Key, cp_model.IntVar] = {}
    for demand in asked:
        rule = demand.rule
        for day in demand.days:
            rooms = board.rooms(rule, day)
            for leader in demand.leaders:
                if rooms and not board.why_not(leader, day, rule.starts, rule.ends):
                    for room in rooms:
                        key = (leader, day, rule.starts, rule.ends, room)
                        if key not in keys:
                            keys[key] = model.new_bool_var("")
    cost: list[Any] = [SESSION * var for var in keys.values()]
    _one_place_at_a_time(model, keys)
    _evenly(model, keys, board, cost)
    missing = [_serve(model, keys, demand, demand.served(here), cost) for demand in asked]
    chosen = _solve(model, keys, sum(missing), sum(cost))
    slots = tuple(
        Slot(leader, room, day, starts, ends)
        for leader, day, starts, ends, room in sorted(chosen, key=lambda key: (key[1], key[2], key[0]))
    )
    gaps = [gap for demand in asked if (gap := _gap(board, demand, slots))]
    return Plan(tuple(_labelled(slot, asked) for slot in slots), tuple(gaps))


def _one_place_at_a_time(model: cp_model.CpModel, keys: dict[Key, cp_model.IntVar]) -> None:
    """A leader once a day; a room by one at any moment (every clique of overlapping hours begins with one of them)."""
    by_leader: dict[tuple[int, dt.date], list[cp_model.IntVar]] = defaultdict(list)
    by_room: dict[tuple[int, dt.date], list[Key]] = defaultdict(list)
    for key, var in keys.items():
        by_leader[key[0], key[1]].append(var)
        by_room[key[4], key[1]].append(key)
    for group in by_leader.values():
        model.add_at_most_one(group)
    for there in by_room.values():
        for moment in {key[2] for key in there}:
            model.add_at_most_one(keys[key] for key in there if key[2] <= moment < key[3])


def _evenly(
    model: cp_model.CpModel, keys: dict[Key, cp_model.IntVar], board: _Board, cost: list[Any]
) -> None:
    """Each further reception of a leader costs more than the one before; those of one leader lie apart."""
    month, least = board.month, min((one.past for one in board.month.leaders), default=0)
    for person in month.leaders:
        own = {key: var for key, var in keys.items() if key[0] == person.id}
        if not own:
            continue
        has, room = board.counts[person.id], month.at_most - board.counts[person.id]
        steps = [model.new_bool_var("") for _n in range(room)]
        model.add(sum(own.values()) == sum(steps))
        before = has + min(person.past - least, 3)
        cost += [UNEVEN * (before + number) * step for number, step in enumerate(steps, 1)]
        for earlier, later in pairwise(steps):
            model.add_implication(later, earlier)
        stands = {one.day for one in month.standing if one.leader == person.id and one.receives}
        for n in range(len(month.workdays) - SPACED + 1):
            days = month.workdays[n : n + SPACED]
            inside = [var for key, var in own.items() if key[1] in days]
            fixed = len(stands.intersection(days))
            if len(inside) + fixed > 1 and inside:
                crowded = model.new_int_var(0, SPACED, "")
                model.add(sum(inside) + fixed <= 1 + crowded)
                cost.append(CROWDED * crowded)


def _serve(
    model: cp_model.CpModel,
    keys: dict[Key, cp_model.IntVar],
    demand: Demand,
    served: set[int],
    cost: list[Any],
) -> Any:
    """How many are missing, for the solver to keep few."""
    need = demand.need - len(served)
    if need <= 0:
        return 0
    mine: dict[int, list[Key]] = defaultdict(list)
    for key in keys:
        leader, day, starts, ends, room = key
        if leader not in served and demand.served_by(Slot(leader, room, day, starts, ends), demand.days):
            mine[leader].append(key)
    came = []
    for own in mine.values():
        one = model.new_bool_var("")
        model.add(sum(keys[key] for key in own) >= one)
        came.append(one)
    missing = model.new_int_var(0, need, "")
    model.add(sum(came) + missing >= need)
    wished = demand.rule.weekday
    if wished is not None and demand.rule.rhythm != "daily" and mine:
        off = model.new_bool_var("")
        on = [keys[key] for own in mine.values() for key in own if key[1].weekday() == wished]
        model.add(sum(on) + off >= 1)
        cost.append(WEEKDAY * off)
    return missing


def _solve(model: cp_model.CpModel, keys: dict[Key, cp_model.IntVar], missing: Any, cost: Any) -> list[Key]:
    """First as few empty slots as can be, then, with no more than these, the rest."""
    if not keys:
        return []
    solver = _run(model, missing, FILLING)
    chosen = [key for key, var in keys.items() if solver.value(var)]
    model.add(missing <= round(solver.objective_value))
    for key, var in keys.items():
        model.add_hint(var, key in chosen)
    try:
        solver = _run(model, cost, EFFORT)
    except Unsolved:  # it did not come as far as the first one did
        return chosen
    return [key for key, var in keys.items() if solver.value(var)]


def _run(model: cp_model.CpModel, goal: Any, effort: float) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    # Counting (23 days, 2 leaders, 8 each) is proved by the linear relaxation at once, by search hardly ever.
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = effort
    solver.parameters.max_time_in_seconds = SECONDS
    model.minimize(goal)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise Unsolved
    return solver


def _labelled(slot: Slot, asked: list[Demand]) -> Slot:
    """With the rules that it serves."""
    rules = dict.fromkeys(demand.rule.id for demand in asked if demand.served_by(slot, demand.days))
    return Slot(slot.leader, slot.room, slot.day, slot.starts, slot.ends, tuple(rules))


# -- explaining --------------------------------------------------------------------------------------------------


def _gap(board: _Board, demand: Demand, slots: tuple[Slot, ...]) -> Gap | None:
    month, rule = board.month, demand.rule
    served = demand.served([*(one for one in month.standing if one.here), *slots])
    missing = demand.need - len(served)
    if missing <= 0:
        return None
    first, last = min(demand.period), max(demand.period)
    if not demand.days:
        return Gap(rule.id, first, last, missing, "no_workday")
    if not demand.leaders:
        return Gap(rule.id, first, last, missing, "nobody")
    if not any(one.kind == rule.room_kind for one in month.places):
        return Gap(rule.id, first, last, missing, "no_room")
    whys = [_why(board, demand, leader, slots) for leader in demand.leaders if leader not in served]
    return Gap(rule.id, first, last, missing, "", tuple(whys))


def _why(board: _Board, demand: Demand, leader: int, slots: tuple[Slot, ...]) -> Why:
    rule, found = demand.rule, defaultdict(list)
    own = [slot for slot in slots if slot.leader == leader]
    for day in demand.days:
        reason = board.why_not(leader, day, rule.starts, rule.ends)
        if not reason and any(slot.day == day for slot in own):
            reason = "chosen"
        if not reason:
            busy = {
                slot.room
                for slot in slots
                if slot.day == day and slot.starts < rule.ends and rule.starts < slot.ends
            }
            reason = "maximum" if set(board.rooms(rule, day)) - busy else "room"
        found[reason].append(day)
    return Why(leader, tuple((reason, tuple(days)) for reason, days in found.items()))
