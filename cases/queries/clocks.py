"""Deadlines as `hall.clock` sees them: the same facts, the same dates, the same explanation for everyone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from cases.models import Deadline, Hold, LadderRung, LightThreshold, OwnLimit
from cases.terms import WINDOWS, term
from hall import clock
from hall.models import statutory_calendar


def clock_of(
    deadline: Deadline, holds: Iterable[Hold], *, calendar: clock.Calendar | None = None
) -> clock.Due:
    """Why this date: recomputed from the deadline's facts and the case's pauses; `Due.steps` says it in words.

    Pauses that the law does not let this term count are left out; `hall.clock` would refuse them.
    """
    rule = term(deadline.kind, deadline.law)
    pauses = [clock.Hold(hold.from_on, hold.to_on) for hold in holds] if rule.holds_article else []
    return clock.due(
        deadline.started_on,
        rule,
        calendar=calendar or statutory_calendar(),
        extension=deadline.extension_days,
        holds=pauses,
        own_limit=deadline.own_limit_days,
    )


def own_limit(hall_id: int, kind: str) -> int | None:
    """The hall's own shorter number of days for a term; None when the law's holds."""
    return OwnLimit.objects.filter(hall_id=hall_id, term=kind).values_list("days", flat=True).first()


def rungs_of(kind: str) -> list[LadderRung]:
    """The ladder of a term: its own rungs when it has any, else the general ones. A window has no rung after its
    end: a right that was not used is nobody's breach.
    """
    rungs = list(LadderRung.objects.filter(term__in=[kind, ""], is_active=True).order_by("offset", "id"))
    own = [rung for rung in rungs if rung.term]
    return [rung for rung in own or rungs if rung.offset <= 0 or kind not in WINDOWS]


def plan_steps(
    due_on: dt.date,
    rungs: Iterable[LadderRung],
    hours: clock.Hours,
    *,
    calendar: clock.Calendar,
    is_urgent: bool,
    after: dt.datetime,
) -> list[tuple[dt.datetime, int]]:
    """When each rung is reached, earliest first. A reminder whose time was over before the clock ran is left out;
    a step on or after the due date never is."""
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
        if at > after or rung.offset >= 0:
            plan.append((at, rung.pk))
    return sorted(plan)


def amber_from(
    kind: str, due_on: dt.date, *, calendar: clock.Calendar, hours: clock.Hours
) -> dt.datetime | None:
    """From when the light is amber; None when no threshold is set, not even a general one."""
    thresholds = {t.term: t for t in LightThreshold.objects.filter(term__in=[kind, ""])}
    threshold = thresholds.get(kind) or thresholds.get("")
    if threshold is None:
        return None
    if threshold.unit == "workday":
        day = calendar.add_workdays(due_on, -threshold.amber_days)
    else:
        day = due_on - dt.timedelta(days=threshold.amber_days)
    return dt.datetime.combine(day, dt.time.min, hours.tz)
