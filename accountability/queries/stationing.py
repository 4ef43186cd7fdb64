"""The advice: how each unit should be present, how many windows an hour it needs, and how far the simulation errs.

What comes out is plain data for `StationingAdvice.result`; nothing in it is about a person. Where there is too
little history, that is said and nothing is computed.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import statistics
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from accountability.queries.stationing_history import OWN, Past
from accountability.queries.stationing_model import (
    Arrival,
    History,
    Job,
    Target,
    fewest_windows,
    history_of,
    hours_of,
    percentile,
    simulate_day,
    waits_with,
)

RULES = Path(__file__).with_name("stationing.toml")
Progress = Callable[[int], None]
"""Told the per cent that is done."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The thresholds of stationing.toml."""

    resident_visits: float
    resident_days: float
    rotating_visits: float
    visits_a_rotating_day: float
    moved_on: float
    moved_least: int
    hall_tickets: int
    hall_days: int
    unit_tickets: int
    unit_services: int
    compared_waits: int
    simulated_days: int
    compared_runs: int


def rules_for(code: str) -> Rules:
    """The usual ones, with what the hall has otherwise."""
    data = tomllib.loads(RULES.read_text(encoding="utf-8"))
    return Rules(**{**data["usual"], **data["halls"].get(code, {})})


# -- how a unit should be present --------------------------------------------------------------------------------


def mode_of(
    visits: Mapping[int, int], days: Mapping[int, int], rules: Rules, *, moved: int = 0, handled: int = 0
) -> dict[str, Any]:
    """Resident, rotating or on call, with the numbers that decided; for a rotating unit its weekdays as well.

    Where most of what came to it (`handled`: numbers and matters) was `moved` on to others, it rotates at most:
    people are sent to it for what another one does, and the guiding at the door is what should be mended.
    """
    weeks = max(len(days) / 5, 0.2)
    a_week = sum(visits.values()) / weeks
    share = len(visits) / len(days) if days else 0.0
    facts: dict[str, Any] = {"visits_week": round(a_week, 1), "days_share": round(share, 3), "weekdays": []}
    facts["moved_on"] = round(moved / handled, 4) if handled else None
    passes_on = handled >= rules.moved_least and moved >= rules.moved_on * handled
    is_often = a_week >= rules.resident_visits and share >= rules.resident_days
    if is_often and not passes_on:
        return {**facts, "mode": "resident", "why": "often"}
    if a_week < rules.rotating_visits:
        return {**facts, "mode": "on_call", "why": "rare"}
    busiest = Counter[int]()
    for day, count in visits.items():
        busiest[days[day]] += count
    needed = min(4, max(1, math.ceil(a_week / rules.visits_a_rotating_day)))
    best = sorted(busiest, key=lambda weekday: (-busiest[weekday], weekday))[:needed]
    why = "moved" if is_often else "some" if a_week < rules.resident_visits else "uneven"
    return {**facts, "mode": "rotating", "why": why, "weekdays": sorted(best)}


# -- windows -----------------------------------------------------------------------------------------------------


def _mean_open(past: Past, unit: int, weekday: int, hour: int) -> float:
    days = [day for day, its in past.days.items() if its == weekday]
    return statistics.fmean(past.windows.get((unit, day, hour), 0) for day in days) if days else 0.0


def _seed(seed: int, *parts: int) -> random.Random:
    """The same dice for the same question, whatever else is asked."""
    return random.Random(":".join(map(str, (seed, *parts))))  # noqa: S311 - a simulation, no secret


def _drawn_from(past: Past, unit: int, rules: Rules) -> tuple[History, bool]:
    """The unit's history; with too few measured services of its own it borrows the whole hall's (True)."""
    jobs = past.jobs.get(unit, [])
    own = [job.service for job in jobs if job.service is not None]
    borrows = len(own) < rules.unit_services
    pool = [job.service for job in past.all_jobs() if job.service is not None] if borrows else own
    return history_of(jobs, past.days, services=pool), borrows


def _windows(
    past: Past, unit: int, weekdays: list[int], target: Target, rules: Rules, seed: int
) -> dict[str, Any]:
    """Per weekday and hour: windows now and advised, with the waits simulated for both."""
    history, borrows = _drawn_from(past, unit, rules)
    table: list[dict[str, Any]] = []
    held = True
    for weekday in weekdays:
        dice, spans = _seed(seed, unit, weekday), past.spans[weekday]
        days = [history.draw_day(weekday, dice) for _n in range(target.days)]
        answer = fewest_windows(days, spans, target)
        held &= answer.held
        expected = history.expected(weekday)
        now = {hour: _mean_open(past, unit, weekday, hour) for hour in hours_of(spans)}
        as_now = waits_with(days, {hour: round(n) for hour, n in now.items()}, spans)
        for hour in hours_of(spans):
            waits = answer.waits.get(hour, [])
            table.append(
                {
                    "weekday": weekday,
                    "hour": hour,
                    "arrivals": round(expected.get(hour, 0.0), 2),
                    "now": round(now[hour], 1),
                    "advised": answer.plan[hour],
                    "median": _shown(percentile(waits, 0.5)),
                    "ninety": _shown(percentile(waits, 0.9)),
                    "left": _left(waits),
                    "median_now": _shown(percentile(as_now.get(hour, []), 0.5)),
                    "left_now": _left(as_now.get(hour, [])),
                }
            )
    return {"hours": table, "held": held, "borrows": borrows}


def _left(waits: list[float]) -> float | None:
    """The share that is never called."""
    return _share(sum(map(math.isinf, waits)), len(waits))


def _shown(minutes: float | None) -> float | None:
    """One decimal; None for nothing and for a wait without an end."""
    return None if minutes is None or math.isinf(minutes) else round(minutes, 1)


def _unit(past: Past, unit: int, target: Target, rules: Rules, seed: int) -> dict[str, Any]:
    jobs = past.jobs.get(unit, [])
    services = [job.service for job in jobs if job.service is not None]
    waits = [job.waited for job in jobs if job.waited is not None]
    matters, moved = past.matters.get(unit, (0, 0))
    moved += sum(job.moved for job in jobs)
    found: dict[str, Any] = {
        "unit": unit,
        "presence": past.presence.get(unit, ""),
        "tickets": len(jobs),
        "service_median": _shown(percentile(services, 0.5)),
        "service_ninety": _shown(percentile(services, 0.9)),
        "wait_median": _shown(percentile(waits, 0.5)),
        "left_share": _share(sum(job.left for job in jobs), len(jobs)),
        "moved_share": _share(sum(job.moved for job in jobs), len(jobs)),
        **mode_of(past.visits.get(unit, {}), past.days, rules, moved=moved, handled=len(jobs) + matters),
    }
    if unit == OWN:
        # The hall's own windows are always there; how many is the question.
        found |= {"mode": "", "why": "own", "weekdays": []}
    weekdays = found["weekdays"] or sorted(set(past.days.values()))
    if found["mode"] == "on_call":
        return {**found, "windows": None, "lacking": ""}
    if len(jobs) < rules.unit_tickets:
        return {**found, "windows": None, "lacking": "tickets" if jobs else "no_queue"}
    if not _drawn_from(past, unit, rules)[0].services:
        return {**found, "windows": None, "lacking": "services"}
    return {**found, "windows": _windows(past, unit, weekdays, target, rules, seed), "lacking": ""}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


# -- how far it errs ---------------------------------------------------------------------------------------------


def compare(past: Past, drawn: Past, rules: Rules, seed: int) -> dict[str, Any]:
    """`past` run again: who came when is as it was, the windows as they were open; service and patience are drawn.

    Compared are the medians of the waits by unit and hour of the day, those that were measured with the same
    people's simulated ones. `drawn` is the time that services and patience come from.
    """
    rows: list[dict[str, Any]] = []
    never = 0
    for unit in past.units:
        jobs = past.jobs.get(unit, [])
        history, _borrows = _drawn_from(drawn if drawn.jobs.get(unit) else past, unit, rules)
        if not jobs or not history.services:
            continue
        real, simulated, uncalled = _run_again(past, unit, history, rules, seed)
        never += uncalled
        rows += [
            {
                "unit": unit,
                "hour": hour,
                "waits": len(real[hour]),
                "real": _shown(statistics.median(real[hour])),
                "simulated": _shown(statistics.median(simulated[hour])),
                "off": round(abs(statistics.median(real[hour]) - statistics.median(simulated[hour])), 1),
            }
            for hour in sorted(real)
            if len(real[hour]) >= rules.compared_waits and simulated[hour]
        ]
    worst = max(rows, key=lambda row: (row["off"], row["waits"]), default=None)
    return {
        "first": past.first.isoformat(),
        "last": past.last.isoformat(),
        "rows": rows,
        "mae": round(statistics.fmean(row["off"] for row in rows), 1) if rows else None,
        "worst": worst,
        "never_called": round(never / rules.compared_runs),
    }


Waits = dict[int, list[float]]


def _run_again(past: Past, unit: int, history: History, rules: Rules, seed: int) -> tuple[Waits, Waits, int]:
    """The real and the simulated waits by hour, and how many of the simulated were never called."""
    real: Waits = defaultdict(list)
    simulated: Waits = defaultdict(list)
    never = 0
    by_day: dict[int, list[Job]] = defaultdict(list)
    for job in past.jobs[unit]:
        by_day[job.day].append(job)
        if job.waited is not None:
            real[int(job.at // 60)].append(job.waited)
    for day, its in sorted(by_day.items()):
        spans = past.spans[past.days[day]]
        plan = {hour: past.windows.get((unit, day, hour), 0) for hour in hours_of(spans)}
        for run in range(rules.compared_runs):
            dice = _seed(seed, unit, day, run)
            arrivals = [
                Arrival(job.at, dice.choice(history.services), history.patience.draw(dice), job.head_start)
                for job in its
            ]
            for job, waited in zip(its, simulate_day(arrivals, plan, spans), strict=True):
                if math.isinf(waited.minutes):
                    never += 1
                elif job.waited is not None:
                    simulated[int(job.at // 60)].append(waited.minutes)
    return real, simulated, never


# -- the whole ---------------------------------------------------------------------------------------------------


def month_before(day: dt.date) -> tuple[dt.date, dt.date]:
    """The last whole calendar month before that day."""
    last = day.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=1), last


def advise(
    whole: Past, *, first: dt.date, last: dt.date, month: tuple[dt.date, dt.date], target: Target, rules: Rules,
    seed: int, progress: Progress = lambda _done: None,
) -> dict[str, Any]:  # fmt: skip
    """The advice on the days from first to last. `whole` holds them and the month that is compared."""
    past = whole.between(first, last)
    tickets = sum(len(found) for found in past.jobs.values())
    used = {job.day for job in past.all_jobs()}
    facts = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "days": len(past.days),
        "used_days": len(used),
        "tickets": tickets,
        "late": past.late,
        "windows": past.own_windows,
        "rules": asdict(rules),
        "seed": seed,
    }
    if tickets < rules.hall_tickets or len(used) < rules.hall_days:
        return {**facts, "enough": False, "units": [], "error": None}
    units = []
    for n, unit in enumerate(past.units):
        units.append(_unit(past, unit, target, rules, seed))
        progress(round(80 * (n + 1) / len(past.units)))
    before = past.between(first, min(last, month[0] - dt.timedelta(days=1)))
    apart = sum(len(found) for found in before.jobs.values()) >= rules.hall_tickets
    error = compare(whole.between(*month), before if apart else past, rules, seed) | {"apart": apart}
    progress(99)
    return {**facts, "enough": True, "units": units, "error": error}
