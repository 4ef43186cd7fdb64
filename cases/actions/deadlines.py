"""Clocks of a case: begin, meet, void, and write anew what `hall.clock` says.

`start_deadline`, `meet_deadline`, `void_deadline` and `replan` are parts of an action: the caller is in its
transaction and holds the case's lock. `recompute_deadlines` is an action of its own, for a changed calendar.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from cases.models import Case, Deadline, DeadlineStep, Hold
from cases.queries.clocks import Ground, amber_from, clock_of, ground_asked, plan_steps, reference_asked
from cases.queries.respondents import petition_office
from cases.terms import LocalRule
from hall import clock, journal, outbox
from hall.access import Actor
from hall.batch import insert, keys, together
from hall.models import JournalEntry, statutory_calendar, stream_of
from staffing.lifecycle import ADMINISTRATOR
from staffing.queries import holders

CACHES = [
    "due_on", "due_at", "nominal_on", "is_provisional", "calendar_version", "amber_at",
    "step_moments", "step_rungs", "steps_taken", "next_step_at",
]  # fmt: skip


def replan(
    deadline: Deadline,
    holds: Iterable[Hold],
    *,
    now: dt.datetime,
    known: Ground | None = None,
) -> None:
    """Set every cached date of the deadline from its facts; the caller saves `CACHES`.

    Steps already taken for the same due date are not planned again, those that wait for the sweep stay; for a new
    due date the ladder starts anew (the extended date gets its own reminders).
    """
    known = known or Ground(*together(*ground_asked(deadline.hall_id, deadline.kind)))
    calendar, hours = known.calendar, known.hours
    end = clock_of(deadline, holds, calendar=calendar)
    owed = deadline.step_rungs[deadline.steps_taken :] if deadline.due_on == end.due else []
    deadline.due_on, deadline.nominal_on = end.due, end.nominal
    deadline.is_provisional, deadline.calendar_version = end.provisional, calendar.version
    if end.due is None:
        deadline.due_at = deadline.amber_at = deadline.next_step_at = None
        deadline.step_moments, deadline.step_rungs, deadline.steps_taken = [], [], 0
        return
    deadline.due_at = clock.ends_at(end.due, tz=hours.tz)
    deadline.amber_at = amber_from(known.reference.threshold, end.due, calendar=calendar, hours=hours)
    taken = set()
    if not deadline._state.adding:
        taken = set(
            DeadlineStep.objects.filter(deadline=deadline, due_on=end.due).values_list("rung_id", flat=True)
        )
    plan = plan_steps(
        end.due,
        (rung for rung in known.reference.rungs if rung.pk not in taken),
        hours,
        calendar=calendar,
        is_urgent=deadline.is_urgent,
        after=now,
        owed=owed,
    )
    deadline.step_moments = [at for at, _rung in plan]
    deadline.step_rungs = [rung for _at, rung in plan]
    deadline.steps_taken = 0
    deadline.next_step_at = plan[0][0] if plan else None


def start_deadline(
    case: Case,
    kind: str,
    *,
    department_id: int | None,
    started_on: dt.date,
    now: dt.datetime,
    actor: Actor,
    limit_days: int | None = None,
    extension_days: int = 0,
    item: str = "",
    own_rule: LocalRule | None = None,
) -> Deadline:
    """A clock begins (day 0 = `started_on`) under the law of the case.

    `limit_days`: a shorter period set for this case alone, in the unit of the term; the hall's own limit bounds it.
    `extension_days`: those approved before the clock passed to another unit. `item`: which of several of its kind.
    `own_rule`: a local provision that gives the period its number.
    """
    (started,) = start_deadlines(
        case,
        (kind,),
        department_id=department_id,
        started_on=started_on,
        now=now,
        actor=actor,
        limit_days=limit_days,
        extension_days=extension_days,
        item=item,
        own_rule=own_rule,
    )
    return started


def start_deadlines(
    case: Case,
    kinds: Sequence[str],
    *,
    department_id: int | None,
    started_on: dt.date,
    now: dt.datetime,
    actor: Actor,
    limit_days: int | None = None,
    extension_days: int = 0,
    item: str = "",
    own_rule: LocalRule | None = None,
) -> list[Deadline]:
    """`start_deadline` for clocks of one unit that begin on the same day: two trips, however many."""
    pks, calendar, hours, *references = together(
        keys(*[Deadline for _kind in kinds]),
        *ground_asked(case.hall_id, kinds[0])[1:],
        *(reference_asked(case.hall_id, kind) for kind in kinds),
    )
    begun = [
        new_deadline(
            case,
            kind,
            pk=pk,
            department_id=department_id,
            started_on=started_on,
            known=Ground(reference, calendar, hours),
            holds=case.holds.all(),
            now=now,
            actor=actor,
            limit_days=limit_days,
            extension_days=extension_days,
            item=item,
            own_rule=own_rule,
        )
        for kind, pk, reference in zip(kinds, pks, references, strict=True)
    ]
    insert(*(deadline for deadline, _entry in begun), *(entry for _deadline, entry in begun))
    return [deadline for deadline, _entry in begun]


def new_deadline(
    case: Case,
    kind: str,
    *,
    pk: int,
    department_id: int | None,
    started_on: dt.date,
    known: Ground,
    holds: Iterable[Hold] = (),
    now: dt.datetime,
    actor: Actor,
    limit_days: int | None = None,
    extension_days: int = 0,
    item: str = "",
    own_rule: LocalRule | None = None,
) -> tuple[Deadline, JournalEntry]:
    """A clock that begins, with its entry: rows for the caller to insert."""
    # A hall's own limit is one of the term; where a local provision is shorter already, that alone counts.
    most = own_rule.days if own_rule else None
    own = [known.reference.own_limit] if not most or (known.reference.own_limit or 0) <= most else []
    limits = [days for days in (*own, limit_days) if days]
    deadline = Deadline(
        pk=pk,
        case=case,
        kind=kind,
        law=case.law,
        department_id=department_id,
        hall_id=case.hall_id,
        item=item,
        own_rule=own_rule.facts() if own_rule else None,
        started_on=started_on,
        own_limit_days=min(limits, default=None),
        extension_days=extension_days,
        is_urgent=case.is_urgent,
    )
    replan(deadline, holds, now=now, known=known)
    # With what else the date rests on, where there is any: the journal alone tells every date again.
    rest = {
        "own_limit": deadline.own_limit_days, "extension": extension_days, "item": item, "own_rule": deadline.own_rule,
    }  # fmt: skip
    facts: dict[str, Any] = {"term": kind, "started_on": started_on, "due_on": deadline.due_on}
    facts |= {name: fact for name, fact in rest.items() if fact}
    return deadline, journal.entry(actor, "start_deadline", deadline, stream=case, after=facts, now=now)


def extend_deadline(
    case: Case, kind: str, *, days: int, item: str = "", actor: Actor, now: dt.datetime
) -> Deadline:
    """So many days are added to the running period of that item; the caller's rule has said that they may be, and its
    entry says why.
    """
    rows = Deadline.objects.select_for_update().open()
    deadline = rows.get(case=case, kind=kind, item=item)
    deadline.extension_days += days
    replan(deadline, case.holds.all(), now=now)
    deadline.save(update_fields=[*CACHES, "extension_days"])
    return deadline


def replan_case(case: Case, *, now: dt.datetime) -> None:
    """Every open clock of the case anew: something has changed that all of them depend on, a pause or the urgency."""
    holds = list(case.holds.all())
    for deadline in Deadline.objects.select_for_update().filter(case=case).open().order_by("id"):
        deadline.is_urgent = case.is_urgent
        replan(deadline, holds, now=now)
        deadline.save(update_fields=[*CACHES, "is_urgent"])


def start_report_if_urgent(case: Case, *, started_on: dt.date, actor: Actor, now: dt.datetime) -> None:
    """An urgent matter is reported up at once, by the unit that has it, before that by the petition office
    (《信访工作条例》第二十五条).
    """
    if not case.is_urgent:
        return
    unit_id = case.first_handler_id
    if unit_id is None:
        office = petition_office(case)
        unit_id = office.pk if office and office.is_active else None
    start_deadline(case, "report_urgent", department_id=unit_id, started_on=started_on, now=now, actor=actor)


# The clocks that stop and their entries, in one statement; the facts of an entry are those of `journal.entry`.
_STOP = """
WITH stopped AS (
    UPDATE cases_deadline SET met_at = %(met_at)s, met_by_id = %(met_by)s, void_at = %(void_at)s,
        void_reason = %(reason)s, next_step_at = NULL
    WHERE case_id = %(case)s AND kind = ANY(%(kinds)s) AND met_at IS NULL AND void_at IS NULL
        AND (%(unit)s::bigint IS NULL OR department_id = %(unit)s)
        AND (%(item)s::text IS NULL OR item = %(item)s)
    RETURNING id, kind, due_on, due_at
)
INSERT INTO hall_journalentry (stream, seq, at, actor_id, actor_name, verb, object, before, after, reason, previous,
    hash)
SELECT %(stream)s, 0, %(now)s, %(actor)s, %(actor_name)s, %(verb)s, 'cases.deadline:' || id, '{}',
    CASE WHEN %(met_at)s::timestamptz IS NULL THEN jsonb_build_object('term', kind) ELSE
        jsonb_build_object('term', kind, 'due_on', due_on, 'late', coalesce(%(now)s >= due_at, false)) END,
    %(reason)s, '', ''
FROM stopped ORDER BY id
"""


def _stop(
    case: Case,
    kinds: Sequence[str],
    verb: str,
    *,
    reason: str = "",
    actor: Actor,
    now: dt.datetime,
    unit: int | None,
    item: str | None,
) -> int:
    is_met = verb == "meet_deadline"
    facts: dict[str, Any] = {
        "case": case.pk, "kinds": list(kinds), "unit": unit, "item": item, "verb": verb, "reason": reason, "now": now,
        "met_at": now if is_met else None, "met_by": actor.user_id if is_met else None,
        "void_at": None if is_met else now, "stream": stream_of(case), "actor": actor.user_id,
        "actor_name": actor.name,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_STOP, facts)
        return int(cursor.rowcount)


def meet_deadline(
    case: Case,
    *kinds: str,
    actor: Actor,
    now: dt.datetime,
    department_id: int | None = None,
    item: str | None = None,
) -> int:
    """What these clocks asked for is done; returns how many stop. Late or not shows in the dates.

    With a department only its own clock stops: several units may owe an answer. With an item that one alone.
    """
    return _stop(case, kinds, "meet_deadline", actor=actor, now=now, unit=department_id, item=item)


def void_deadline(
    case: Case,
    *kinds: str,
    reason: str,
    actor: Actor,
    now: dt.datetime,
    department_id: int | None = None,
    item: str | None = None,
) -> int:
    """These clocks have lost their object (withdrawn, received instead of disputed); kept, with the reason.

    With a department only its own clock ends, with an item that one alone.
    """
    return _stop(
        case, kinds, "void_deadline", reason=str(reason), actor=actor, now=now, unit=department_id, item=item
    )


def use_window(case: Case, kind: str, *, late: str, actor: Actor, now: dt.datetime) -> None:
    """The petitioner's own period is used. Nobody is late in it, so one that has passed is not met late but void, with
    `late` for its reason.
    """
    if Deadline.objects.open().filter(case=case, kind=kind, due_at__lte=now).exists():
        void_deadline(case, kind, reason=late, actor=actor, now=now)
    else:
        meet_deadline(case, kind, actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class Shift:
    """An open deadline whose date differs from what the calendar now says."""

    deadline_id: int
    case_id: int
    case_number: str
    kind: str
    old: dt.date | None
    new: dt.date | None
    was_provisional: bool
    is_provisional: bool

    @property
    def moves(self) -> bool:
        return self.old != self.new


def shifted(*, now: dt.datetime, calendar: clock.Calendar | None = None) -> Iterator[Shift]:
    """Every open deadline that would change under this calendar, else the one in force: old → new. Reads only."""
    calendar = calendar or statutory_calendar()
    holds: dict[int, list[Hold]] = {}
    for hold in Hold.objects.filter(case__deadlines__in=Deadline.objects.open()).distinct():
        holds.setdefault(hold.case_id, []).append(hold)
    rows = Deadline.objects.open().select_related("case").order_by("id")
    for deadline in rows.iterator(chunk_size=2000):
        end = clock_of(deadline, holds.get(deadline.case_id, ()), calendar=calendar)
        if (end.due, end.nominal, end.provisional) != (
            deadline.due_on,
            deadline.nominal_on,
            deadline.is_provisional,
        ):
            yield Shift(
                deadline.pk,
                deadline.case_id,
                deadline.case.number,
                deadline.kind,
                deadline.due_on,
                end.due,
                deadline.is_provisional,
                end.provisional,
            )


def recompute_deadlines(
    *, actor: Actor, now: dt.datetime, apply: bool = False, calendar: clock.Calendar | None = None
) -> list[Shift]:
    """List the open deadlines that a changed calendar moves, old → new; with `apply`, move them, one case at a time.

    Each move is its own transaction under the case's lock, so it can be stopped and run again. `calendar` is
    for a look ahead at one that is not in force yet; what is applied is always the one in force.
    """
    shifts = list(shifted(now=now, calendar=calendar))
    if apply:
        for shift in shifts:
            _apply(shift, actor=actor, now=now)
    return shifts


@transaction.atomic
def _apply(shift: Shift, *, actor: Actor, now: dt.datetime) -> None:
    case = Case.objects.locked(shift.case_id)
    deadline = Deadline.objects.select_for_update().open().filter(pk=shift.deadline_id).first()
    if deadline is None:  # met while the list was read
        return
    before = {"due_on": deadline.due_on, "provisional": deadline.is_provisional}
    replan(deadline, case.holds.all(), now=now)
    deadline.save(update_fields=CACHES)
    after = {
        "term": deadline.kind,
        "due_on": deadline.due_on,
        "provisional": deadline.is_provisional,
        "calendar": deadline.calendar_version,
    }
    journal.record(actor, "recompute_deadline", deadline, stream=case, before=before, after=after, now=now)


def recheck_deadlines(*, now: dt.datetime) -> list[Shift]:
    """The nightly check: what is stored must be what the clock says. Differences are told to the administrators;
    nothing is changed here, because a date that moves is listed to people first.
    """
    shifts = list(shifted(now=now))
    if shifts:
        outbox.post(
            "deadlines_differ",
            to=list(holders(ADMINISTRATOR, day=timezone.localdate(now))),
            context={"count": len(shifts), "first": shifts[0].case_number},
            once=f"deadlines_differ/{timezone.localdate(now)}",
            now=now,
        )
    return shifts
