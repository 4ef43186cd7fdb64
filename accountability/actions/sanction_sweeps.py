"""What the worker does about advice and notices: it reminds, and it follows the calendar. Nothing else by itself.

Each row is taken alone: one that fails in any way is logged, told to the administrators, and holds up no other.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils import timezone

from accountability import rules
from accountability.actions.advices import CLOCK, next_step, post_advice, redated
from accountability.actions.sanctions import DATES, office_of, post_criticism, unit_people
from accountability.actions.sanctions import redated as notice_redated
from accountability.lifecycle import REMINDERS
from accountability.models import Advice, CriticismNotice
from accountability.queries.sanctions import due_reminders
from hall import journal, outbox
from hall.access import SYSTEM, Actor
from hall.models import User, statutory_calendar
from staffing.lifecycle import ADMINISTRATOR, HALL_MANAGER, LEADER, SUPERVISOR
from staffing.queries import holders

log = logging.getLogger("accountability.sanctions")
BATCH = 200


def _each(ids: Iterable[int], act: Callable[[int], int], what: str) -> tuple[int, list[int]]:
    """How many were done, and which failed."""
    done, failed = 0, list[int]()
    for pk in ids:
        try:
            done += act(pk)
        except Exception:  # one row that fails in any way holds up no other
            log.exception("%s: row %s failed", what, pk)
            failed.append(pk)
    return done, failed


def _tell_failed(what: str, failed: list[int], *, now: dt.datetime) -> None:
    """Once a day: the sweep comes every few minutes."""
    if not failed:
        return
    day = timezone.localdate(now)
    outbox.post(
        "sanctions_stuck",
        to=list(holders(ADMINISTRATOR, day=day)),
        context={"count": len(failed), "first": f"{what} {failed[0]}"},
        once=f"sanctions_stuck/{what}/{day}",
        now=now,
    )


# -- reminders ---------------------------------------------------------------------------------------------------------


def remind_advices(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Take every reminder that is due, each once; one that another worker holds is left to it. Returns how many."""

    def remind(pk: int) -> int:
        return remind_advice(actor=SYSTEM, advice_id=pk, now=now)

    total, stuck, after = 0, list[int](), None
    while due := due_reminders(now=now, limit=limit, after=after):
        done, failed = _each([pk for _at, pk in due], remind, "remind_advice")
        total, stuck, after = total + done, stuck + failed, due[-1]
    _tell_failed("remind_advice", stuck, now=now)
    return total


@transaction.atomic
def remind_advice(*, actor: Actor, advice_id: int, now: dt.datetime) -> int:
    """The reminders of one piece of advice that are due: before and on the day whoever owes the reply, after it the
    leaders. Where a worker was away, only the last of them is said; where the calendar has changed, by the new day.
    """
    rules.check_can_remind_advice(actor, now=now)
    held = Advice.objects.select_for_update(of=("self",), skip_locked=True)
    advice = held.filter(pk=advice_id, status="served", next_step_at__lte=now).first()
    if advice is None:
        return 0
    _follow(advice, actor=actor, now=now)
    due = [n for n, at in enumerate(advice.step_moments) if dt.datetime.fromisoformat(at) <= now]
    if not due or due[-1] < advice.steps_taken:
        return 0
    step = due[-1]
    advice.steps_taken = step + 1
    advice.next_step_at = next_step(advice)
    advice.save(update_fields=["steps_taken", "next_step_at"])
    offset, to = REMINDERS[step]
    people = office_of(advice.hall_id, LEADER, SUPERVISOR, now=now) if to == "leader" else _owing(advice, now)
    told = post_advice(
        "advice_late" if offset > 0 else "advice_due",
        advice,
        people,
        once=f"{advice.due_on}/{step}",
        now=now,
        of_unit=to != "leader" and advice.department_id is not None,
        due_on=f"{advice.due_on}",
        to=advice.receiver,
    )
    journal.record(actor, "remind_advice", advice, after={"step": offset, "told": told}, now=now)
    return 1


def _owing(advice: Advice, now: dt.datetime) -> list[User]:
    """The unit's people; the hall's office, where it went outside."""
    if advice.department_id:
        return unit_people(advice.department_id, now=now)
    return office_of(advice.hall_id, SUPERVISOR, HALL_MANAGER, now=now)


# -- a changed calendar ------------------------------------------------------------------------------------------------


def redate_sanctions(*, now: dt.datetime) -> int:
    """What is served and not answered follows the calendar in force. Returns how many days moved."""
    version = statutory_calendar().version

    def advice(pk: int) -> int:
        return redate_advice(actor=SYSTEM, advice_id=pk, now=now)

    def notice(pk: int) -> int:
        return redate_criticism(actor=SYSTEM, criticism_id=pk, now=now)

    stale = Advice.objects.filter(status="served").exclude(calendar_version=version).order_by("pk")
    moved, failed = _each(list(stale.values_list("pk", flat=True)), advice, "redate_advice")
    _tell_failed("redate_advice", failed, now=now)
    old = CriticismNotice.objects.filter(status="served").exclude(calendar_version=version).order_by("pk")
    more, failed = _each(list(old.values_list("pk", flat=True)), notice, "redate_criticism")
    _tell_failed("redate_criticism", failed, now=now)
    return moved + more


@transaction.atomic
def redate_advice(*, actor: Actor, advice_id: int, now: dt.datetime) -> int:
    """The reply's day and its reminders; told to who owes it, when the day moved."""
    rules.check_can_redate_advice(actor, now=now)
    held = Advice.objects.select_for_update(of=("self",), skip_locked=True)
    advice = held.filter(pk=advice_id, status="served").first()
    return int(advice is not None and _follow(advice, actor=actor, now=now))


def _follow(advice: Advice, *, actor: Actor, now: dt.datetime) -> bool:
    """True when the day moved."""
    if advice.calendar_version == statutory_calendar().version:
        return False
    before = {"due_on": advice.due_on, "provisional": advice.is_provisional}
    has_moved = redated(advice, now=now)
    advice.save(update_fields=CLOCK)
    after = {"due_on": advice.due_on, "provisional": advice.is_provisional}
    if after != before:
        journal.record(actor, "redate_advice", advice, before=before, after=after, now=now)
    if has_moved:
        post_advice(
            "advice_redated",
            advice,
            _owing(advice, now),
            once=f"{advice.calendar_version}",
            now=now,
            of_unit=advice.department_id is not None,
            due_on=f"{advice.due_on}",
        )
    return has_moved


@transaction.atomic
def redate_criticism(*, actor: Actor, criticism_id: int, now: dt.datetime) -> int:
    """The day of the answer is a working day, whatever was printed; told to the units that have not answered."""
    rules.check_can_redate_criticism(actor, now=now)
    held = CriticismNotice.objects.select_for_update(of=("self",), skip_locked=True)
    notice = held.filter(pk=criticism_id, status="served").first()
    if notice is None or notice.calendar_version == statutory_calendar().version:
        return 0
    before = {"due_on": notice.due_on, "provisional": notice.is_provisional}
    has_moved = notice_redated(notice)
    notice.save(update_fields=DATES)
    after = {"due_on": notice.due_on, "provisional": notice.is_provisional}
    if after != before:
        journal.record(actor, "redate_criticism", notice, before=before, after=after, now=now)
    if has_moved:
        silent = notice.units.exclude(status="answered").order_by("pk")
        post_criticism(
            "criticism_redated",
            notice,
            [one for unit in silent for one in unit_people(unit.department_id, now=now)],
            once=f"{notice.calendar_version}",
            now=now,
            of_unit=True,
            due_on=f"{notice.due_on}",
        )
    return int(has_moved)
