"""Coming and going: rows that are only ever added. One's own, or the manager's for somebody who forgot."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hall import journal
from hall.access import Actor, Refused
from hall.batch import broken_by
from hall.models import User
from staffing import rules
from staffing.models import Attendance, Hall


def add_row(
    actor: Actor, hall: Hall, user_id: int, kind: str, *, now: dt.datetime, note: str = ""
) -> Attendance:
    """The next row of a person's day. Part of an action: two clicks at once make one row."""
    day = timezone.localdate(now)
    last = Attendance.objects.filter(hall=hall, user=user_id, day=day).order_by("seq").last()
    row = Attendance(
        hall=hall,
        user_id=user_id,
        day=day,
        seq=last.seq + 1 if last else 1,
        kind=kind,
        at=max(now, last.at) if last else now,  # that one may be from a host whose clock is ahead
        by_id=actor.user_id or user_id,
        note=note.strip(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if broken_by(error) == "attendance_in_order":
            raise Refused(_("刚刚已经记录。"), "state") from error
        raise
    return row


def lock_person(user_id: int) -> None:
    """One's rows follow each other: the person's account is the lock."""
    User.objects.select_for_update(no_key=True).filter(pk=user_id).first()


def _record(actor: Actor, verb: str, row: Attendance, now: dt.datetime) -> Attendance:
    facts = {"user": row.user_id, "kind": row.kind, "by": row.by_id}
    journal.record(actor, verb, row, stream=row.hall, after=facts, reason=row.note, now=now)
    return row


@transaction.atomic
def check_in(*, actor: Actor, hall_id: int, user_id: int, note: str = "", now: dt.datetime) -> Attendance:
    """ "I am here"."""
    lock_person(user_id)
    hall = Hall.objects.get(pk=hall_id)
    rules.check_can_check_in(actor, hall, user_id, now=now)
    return _record(actor, "check_in", add_row(actor, hall, user_id, "in", now=now, note=note), now)


@transaction.atomic
def leave_post(*, actor: Actor, hall_id: int, user_id: int, note: str = "", now: dt.datetime) -> Attendance:
    """Away for a while; it is seen on the board."""
    lock_person(user_id)
    hall = Hall.objects.get(pk=hall_id)
    rules.check_can_leave_post(actor, hall, user_id, now=now)
    return _record(actor, "leave_post", add_row(actor, hall, user_id, "away", now=now, note=note), now)


@transaction.atomic
def return_to_post(
    *, actor: Actor, hall_id: int, user_id: int, note: str = "", now: dt.datetime
) -> Attendance:
    """Back again."""
    lock_person(user_id)
    hall = Hall.objects.get(pk=hall_id)
    rules.check_can_return_to_post(actor, hall, user_id, now=now)
    return _record(actor, "return_to_post", add_row(actor, hall, user_id, "back", now=now, note=note), now)


@transaction.atomic
def check_out(*, actor: Actor, hall_id: int, user_id: int, note: str = "", now: dt.datetime) -> Attendance:
    """Gone for the day, or for lunch."""
    lock_person(user_id)
    hall = Hall.objects.get(pk=hall_id)
    rules.check_can_check_out(actor, hall, user_id, now=now)
    return _record(actor, "check_out", add_row(actor, hall, user_id, "out", now=now, note=note), now)
