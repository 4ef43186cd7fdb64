"""The demonstration hall's rota: last week, this one and the next, a leave with its substitute, a swap being asked."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from hall.access import Actor, Refused
from hall.models import User, statutory_calendar
from intake.management.demo.house import House
from staffing.actions import (
    agree_leave,
    approve_leave,
    check_in,
    fill_week,
    keep_pattern,
    request_leave,
    request_swap,
    save_duty,
)
from staffing.lifecycle import AT_WINDOW_ROLES, CLERK, DEPARTMENT_HEAD, GUIDE, HALL_MANAGER, LIAISON
from staffing.models import Duty, DutyTemplate, Posting, Station
from staffing.queries import halves_of, holders, monday_of, people_on
from staffing.rules import DutySlot

LATE = {"周": 12}
"""Whose name begins so comes that many minutes late on the first day: the sheets have something to show."""


def rota(house: House, now: dt.datetime) -> int:
    """Three weeks from one pattern, written by the hall manager; once. Returns the duties."""
    hall = house.hall
    if DutyTemplate.objects.filter(hall=hall).exists():
        return 0
    today = timezone.localdate(now)
    manager = holders(HALL_MANAGER, hall_id=hall.pk, day=today).first()
    if manager is None:
        return 0
    actor = house.act(manager.username)
    monday = monday_of(today) - dt.timedelta(days=7)
    past = dt.datetime.combine(monday, dt.time(7), timezone.get_current_timezone())
    _first_week(house, actor, monday, past)
    keep_pattern(actor=actor, hall_id=hall.pk, monday=monday, now=past)
    for week in (1, 2):
        fill_week(actor=actor, hall_id=hall.pk, monday=monday + dt.timedelta(weeks=week), now=past)
    _came(house, monday, now)
    _asked(house, actor, now)
    return Duty.objects.planned().filter(hall=hall).count()


def _first_week(house: House, actor: Actor, monday: dt.date, now: dt.datetime) -> None:
    """Everybody at the window of their posting; the clerks stand in for each other, the guide has the desk."""
    posts = people_on(house.hall.pk, monday)
    clerks = [post.user for post in posts if post.role == CLERK]
    days = [monday + dt.timedelta(days=n) for n in range(5)]
    for day, halves in halves_of(house.hall, days).items():
        for half in halves:
            for post in posts:
                if post.window_id is not None and post.role in AT_WINDOW_ROLES:
                    _put(house, actor, day, half.half, post, _substitute(post, clerks), now)
                elif post.role == GUIDE:
                    _put(house, actor, day, half.half, post, None, now)
            _on_call(house, actor, day, half.half, now)


def _substitute(post: Posting, clerks: list[User]) -> int | None:
    return next((user.pk for user in clerks if user.pk != post.user_id), None)


def _put(
    house: House,
    actor: Actor,
    day: dt.date,
    half: str,
    post: Posting,
    substitute: int | None,
    now: dt.datetime,
) -> None:
    slot = DutySlot(
        day=day, half=half, kind="window" if post.window_id else "desk", person_id=post.user_id,
        window_id=post.window_id, substitute_id=substitute,
    )  # fmt: skip
    _try(house, actor, slot, now)


def _on_call(house: House, actor: Actor, day: dt.date, half: str, now: dt.datetime) -> None:
    """The units that come when they are called: their liaison, with the unit's number."""
    for station in Station.objects.filter(hall=house.hall, presence="on_call").select_related("department"):
        person = holders(LIAISON, department_id=station.department_id, hall_id=house.hall.pk, day=day).first()
        if person is not None:
            slot = DutySlot(
                day=day, half=half, kind="on_call", person_id=person.pk, unit_id=station.department_id,
                phone=station.department.phone,
            )  # fmt: skip
            _try(house, actor, slot, now)


def _try(house: House, actor: Actor, slot: DutySlot, now: dt.datetime) -> None:
    """What a rule refuses is left out, as a manager would."""
    try:
        save_duty(actor=actor, hall_id=house.hall.pk, slot=slot, now=now)
    except Refused:
        return


def _came(house: House, monday: dt.date, now: dt.datetime) -> None:
    """Everybody came to each half-day that has begun, most of them in time."""
    seen: set[tuple[int, dt.date]] = set()
    duties = Duty.objects.planned().filter(hall=house.hall, starts_at__lt=now).exclude(kind="on_call")
    for duty in duties.select_related("sitter").order_by("starts_at", "id"):
        who = duty.sitter
        if who is None or (who.pk, duty.day) in seen:
            continue
        seen.add((who.pk, duty.day))
        late = LATE.get(who.name[:1], -6) if duty.day == monday else -6
        at = min(duty.starts_at + dt.timedelta(minutes=late), now)
        check_in(actor=house.act(who.username, at), hall_id=house.hall.pk, user_id=who.pk, now=at)


def _asked(house: House, actor: Actor, now: dt.datetime) -> None:
    """One leave approved by both sides, one that waits, and a swap that waits for the other's word."""
    today, calendar = timezone.localdate(now), statutory_calendar()
    ahead = Duty.objects.planned().filter(hall=house.hall, kind="window", starts_at__gt=now)
    liaison = (
        ahead.filter(person__postings__role=LIAISON)
        .select_related("person")
        .order_by("starts_at", "id")
        .first()
    )
    if liaison is not None:
        day = calendar.add_workdays(today, 2)
        leave = request_leave(
            actor=house.act(liaison.person.username), hall_id=house.hall.pk, kind="training", from_on=day,
            until_on=day, now=now,
        )  # fmt: skip
        if leave.unit_id:
            head = holders(DEPARTMENT_HEAD, department_id=leave.unit_id, day=today).first()
            if head is not None:
                agree_leave(actor=house.act(head.username), leave_id=leave.pk, now=now)
        approve_leave(actor=actor, leave_id=leave.pk, now=now)
    own = (
        ahead.filter(person__postings__role=CLERK)
        .select_related("person")
        .order_by("-starts_at", "id")
        .first()
    )
    if own is None:
        return
    request_leave(
        actor=house.act(own.person.username), hall_id=house.hall.pk, kind="annual",
        from_on=calendar.add_workdays(today, 12), until_on=calendar.add_workdays(today, 13), now=now,
    )  # fmt: skip
    other = next((post.user for post in people_on(house.hall.pk, own.day) if post.role == HALL_MANAGER), None)
    if other is not None and other.pk != own.person_id:
        request_swap(actor=house.act(own.person.username), duty_id=own.pk, other_id=other.pk, now=now)
