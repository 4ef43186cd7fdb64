"""Deadlines as `hall.clock` sees them: the same facts, the same dates, the same explanation for everyone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from cases.models import Deadline, Hold, LadderRung, LightThreshold
from cases.terms import WINDOWS, LocalRule, term
from hall import clock
from hall.batch import Ask, Rows
from hall.models import calendar_asked, statutory_calendar
from staffing.queries import hours_asked


def term_of(deadline: Deadline) -> clock.Term:
    """The period that this deadline runs under: that of its law, or the local provision kept with it."""
    rule = term(deadline.kind, deadline.law)
    return LocalRule(**deadline.own_rule).on(rule) if deadline.own_rule else rule


def clock_of(
    deadline: Deadline, holds: Iterable[Hold], *, calendar: clock.Calendar | None = None
) -> clock.Due:
    """Why this date: recomputed from the deadline's facts and the case's pauses; `Due.steps` says it in words.

    Pauses that the law does not let this term count are left out; `hall.clock` would refuse them.
    """
    rule = term_of(deadline)
    pauses = [clock.Hold(hold.from_on, hold.to_on) for hold in holds] if rule.holds_article else []
    return clock.due(
        deadline.started_on,
        rule,
        calendar=calendar or statutory_calendar(),
        extension=deadline.extension_days,
        holds=pauses,
        own_limit=deadline.own_limit_days,
    )


@dataclass(frozen=True, slots=True)
class Reference:
    """What the reference data says of one term in one hall: own limit, ladder, threshold. See `reference_asked`."""

    own_limit: int | None
    rungs: tuple[LadderRung, ...]
    threshold: LightThreshold | None


_REFERENCE = """
SELECT (SELECT days FROM cases_ownlimit WHERE hall_id = %s AND term = %s),
    (SELECT json_agg(json_build_array(id, term, "offset", unit, urgent) ORDER BY "offset", id)
        FROM cases_ladderrung WHERE is_active AND term IN (%s, '')),
    (SELECT json_build_array(amber_days, unit) FROM cases_lightthreshold
        WHERE term IN (%s, '') ORDER BY term DESC LIMIT 1)
"""


def reference_asked(hall_id: int, kind: str) -> Ask[Reference]:
    """Own limit, ladder and amber threshold of a term, in one statement.

    A term has its own rungs, or else the general ones; its own threshold, or else the general one. A window has no
    rung after its end: a right that was not used is nobody's breach.
    """

    def read(answer: Rows) -> Reference:
        days, rows, light = answer[0]
        rungs = [
            LadderRung(pk=pk, term=term, offset=offset, unit=unit, urgent=urgent)
            for pk, term, offset, unit, urgent in rows or ()
        ]
        rungs = [rung for rung in rungs if rung.term] or rungs
        kept = tuple(rung for rung in rungs if rung.offset <= 0 or kind not in WINDOWS)
        return Reference(days, kept, LightThreshold(amber_days=light[0], unit=light[1]) if light else None)

    return Ask(_REFERENCE, [hall_id, kind, kind, kind], read)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a clock stands on beside its own facts."""

    reference: Reference
    calendar: clock.Calendar
    hours: clock.Hours


def ground_asked(hall_id: int, kind: str) -> tuple[Ask[Reference], Ask[clock.Calendar], Ask[clock.Hours]]:
    """For `Ground`, in its order: every clock that starts asks for all three."""
    return reference_asked(hall_id, kind), calendar_asked(), hours_asked(hall_id)


def plan_steps(
    due_on: dt.date,
    rungs: Iterable[LadderRung],
    hours: clock.Hours,
    *,
    calendar: clock.Calendar,
    is_urgent: bool,
    after: dt.datetime,
    owed: Collection[int] = (),
) -> list[tuple[dt.datetime, int]]:
    """When each rung is reached, earliest first. A reminder whose time was over before the clock ran is left out;
    a step on or after the due date never is, nor is one that was `owed` already and waits for the sweep.
    """
    plan = []
    for rung in rungs:
        at = clock.moment(
            due_on,
            rung.offset,
            unit=clock.Unit(rung.unit),
            hours=hours,
            calendar=calendar,
            urgent=rung.urgent or is_urgent,
        )
        if at > after or rung.offset >= 0 or rung.pk in owed:
            plan.append((at, rung.pk))
    return sorted(plan)


def amber_from(
    threshold: LightThreshold | None, due_on: dt.date, *, calendar: clock.Calendar, hours: clock.Hours
) -> dt.datetime | None:
    """From when the light is amber; None when no threshold is set, not even a general one."""
    if threshold is None:
        return None
    if threshold.unit == "workday":
        day = calendar.add_workdays(due_on, -threshold.amber_days)
    else:
        day = due_on - dt.timedelta(days=threshold.amber_days)
    return dt.datetime.combine(day, dt.time.min, hours.tz)
