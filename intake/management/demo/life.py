"""What happens in the demonstration hall: receptions, matters of the last three months, the numbers of today."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from stdnum.cn import ric

from cases import actions as cases
from cases.models import Case, ContentCategory, StatutoryRoute
from hall.clock import Calendar
from hall.models import User, statutory_calendar
from intake.actions import call_next, finish_ticket, miss_ticket, serve_ticket, take_number
from intake.actions.register_visit import register_visit
from intake.management.demo.house import House, read
from intake.models import Queue, Ticket
from staffing.actions import (
    cancel_reception,
    change_reception,
    hold_reception,
    plan_reception,
    publish_month,
)
from staffing.lifecycle import CLERK, LEADER
from staffing.models import LeaderReception
from staffing.queries import receptions_of
from staffing.rules import Slot

DEMO = uuid.UUID("5e0c7f1e-0000-4000-8000-000000530999")
"""Every form of the demonstration has a token made from this, so that nothing comes in twice."""
REGION = "530999"


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), timezone.get_current_timezone())


# -- leaders' receptions -----------------------------------------------------------------------------------------


def receptions(house: House, now: dt.datetime) -> int:
    """Tuesdays and Thursdays, mornings and one afternoon, of this month and the next; published before they begin."""
    made, today, calendar = 0, timezone.localdate(now), statutory_calendar()
    this = today.replace(day=1)
    for month in (this, (this + dt.timedelta(days=31)).replace(day=1)):
        if not receptions_of(house.hall, month).exists():
            made += _month(house, month, now, calendar)
    return made


def _month(house: House, month: dt.date, now: dt.datetime, calendar: Calendar) -> int:
    leaders, manager = house.by_role(LEADER), "wangshouxin"
    room = house.hall.rooms.get(name="领导接访室")
    # The table of a month goes out before it begins; one that has begun already is entered as of then.
    planned_at = min(now, _at(calendar.previous_workday(month - dt.timedelta(days=1)), 16))
    days = [day for day in _days_of(month) if day.weekday() in (1, 3) and calendar.is_workday(day)]
    for number, day in enumerate(days):
        start, end = (_at(day, 9), _at(day, 11, 30)) if number % 3 else (_at(day, 14, 30), _at(day, 17))
        slot = Slot(leaders[number % len(leaders)].pk, start, end, room_id=room.pk)
        plan_reception(actor=house.act(manager, planned_at), hall_id=house.hall.pk, slot=slot, now=planned_at)
    publish_month(actor=house.act(manager, planned_at), hall_id=house.hall.pk, month=month, now=planned_at)
    published = list(receptions_of(house.hall, month))
    for reception in published:
        if reception.ends_at < now:
            done = reception.ends_at
            hold_reception(actor=house.act(manager, done), reception_id=reception.pk, now=done)
    _surprises(house, [one for one in published if one.starts_at > now + dt.timedelta(days=1)], leaders, now)
    return len(published)


def _surprises(house: House, ahead: list[LeaderReception], leaders: list[User], now: dt.datetime) -> None:
    """One that is moved and one that is cancelled, so that the page shows how that looks."""
    manager = house.act("wangshouxin", now)
    if len(ahead) > 2:
        moved = ahead[1]
        slot = Slot(
            moved.leader_id,
            moved.starts_at.replace() + dt.timedelta(hours=1),
            moved.ends_at + dt.timedelta(hours=1),
            room_id=moved.room_id,
        )
        change_reception(
            actor=manager, reception_id=moved.pk, slot=slot, reason="上午有防汛调度会议", now=now
        )
    if len(ahead) > 4:
        cancel_reception(actor=manager, reception_id=ahead[4].pk, reason="因公外出，改由下周接访", now=now)


def _days_of(month: dt.date) -> Iterator[dt.date]:
    day = month
    while day.month == month.month:
        yield day
        day += dt.timedelta(days=1)


# -- matters -----------------------------------------------------------------------------------------------------


class Matters:
    """The matters of the last three months: registered, sorted, some received, some overdue."""

    def __init__(self, house: House, now: dt.datetime) -> None:
        self.house, self.now = house, now
        self.calendar = statutory_calendar()
        self.categories = {row.code: row.pk for row in ContentCategory.objects.all()}
        self.clerks = [user.username for user in house.by_role(CLERK)]

    def bring_in(self) -> int:
        """How many are new; what is there already is left as it became. A matter comes in with all its steps or not."""
        rows = read("matters.toml")["matters"]
        known = set(Case.objects.filter(hall=self.house.hall).values_list("source_ref", flat=True))
        new = 0
        for number, row in enumerate(rows, 1):
            if f"demo-{number:02}" not in known:
                self._matter(number, row)
                new += 1
        return new

    def _when(self, days_ago: int, number: int) -> dt.datetime:
        """A morning of a working day, a different minute for each matter, never later than now."""
        day = self.calendar.previous_workday(timezone.localdate(self.now) - dt.timedelta(days=days_ago))
        return min(_at(day, 9 + number % 3, number * 7 % 60), self.now - dt.timedelta(minutes=30))

    @transaction.atomic
    def _matter(self, number: int, row: dict[str, Any]) -> None:
        at, clerk = self._when(row["days"], number), self.clerks[number % len(self.clerks)]
        case = register_visit(
            actor=self.house.act(clerk, at),
            hall_id=self.house.hall.pk,
            visit_id=None,
            new=self._new(number, row, at),
            form_token=uuid.uuid5(DEMO, f"matter {number}"),
            now=at,
        )
        for after, verb, *args in row.get("next", ()):
            later = self._when(row["days"] - after, number) + dt.timedelta(minutes=20)
            if timezone.localdate(self.now) - dt.timedelta(days=row["days"] - after) > timezone.localdate(
                self.now
            ):
                break
            self._do(verb, args, case, clerk, min(later, self.now))

    def _new(self, number: int, row: dict[str, Any], at: dt.datetime) -> cases.NewCase:
        people = tuple(self._person(number, order, *facts) for order, facts in enumerate(row["people"]))
        duplicates: tuple[cases.DuplicateChoice, ...] = ()
        if earlier := row.get("repeat_of"):
            first = Case.objects.get(hall=self.house.hall, source_ref=f"demo-{earlier:02}")
            reasons = ("id_number", "phone")
            duplicates = (
                cases.DuplicateChoice(candidate_id=first.pk, score=95, reasons=reasons, decision="repeat"),
            )
        return cases.NewCase(
            channel="visit",
            purpose=row["purpose"],
            title=row["title"],
            content=row["content"],
            received_on=timezone.localdate(at),
            people=people,
            claims=tuple(row["claims"]),
            respondents=tuple(cases.NewRespondent(name=row[key]) for key in ("respondent",) if key in row),
            duplicates=duplicates,
            category_id=self.categories.get(row["category"]),
            place=row["place"],
            head_count=row.get("head_count", len(people)),
            is_oral=row.get("is_oral", False),
            read_back_at=at if row.get("is_oral") else None,
            is_urgent=row.get("urgent", False),
            is_law_related=row.get("law_related", False),
            electronic_consent=True,
            source_ref=f"demo-{number:02}",
        )

    @staticmethod
    def _person(number: int, order: int, name: str, sex: str, born: str, role: str) -> cases.Person:
        """An invented person: the region of the number is not in use, and neither is the telephone."""
        if name == "曲文海":
            number = 1  # comes twice
        serial = 900 + (number * 3 + order) % 50 * 2 + (sex == "male")
        digits = REGION + born.replace("-", "") + f"{serial:03}"
        return cases.Person(
            role=role,
            name=name,
            sex=sex,
            birth_date=dt.date.fromisoformat(born),
            id_kind="resident",
            id_number=digits + ric.calc_check_digit(digits + "0"),
            phone=f"1990000{number:02}{order:02}",
            address=f"云溪县文昌镇示范路{number}号",
            region_code=REGION,
        )

    def _do(self, verb: str, args: list[str], case: Case, clerk: str, at: dt.datetime) -> None:
        """One step of the script: accept, forward, assign, receive, guide, decline."""
        act = self.house.act
        decide: dict[str, Callable[..., Any]] = {
            "accept": partial(self._give, cases.accept_case),
            "forward": partial(self._give, cases.forward_case),
            "assign": partial(self._give, cases.forward_case, kind="assign"),
            "guide": partial(self._send, cases.guide_case),
            "decline": partial(self._send, cases.decline_case),
            "decline_handled": self._handled,
        }
        if verb == "receive":
            liaison = next(unit["liaison"][0] for unit in self.house.plan["units"] if unit["code"] == args[0])
            cases.receive_case(actor=act(liaison, at), case_id=case.pk, now=at)
        else:
            decide[verb](*args, actor=act(clerk, at), case=case, at=at)

    def _give(self, verb: Callable[..., Case], unit: str, demand: str = "", *, actor: Any, case: Case,
              at: dt.datetime, kind: str = "") -> None:  # fmt: skip
        department = self.house.units[unit]
        reason = f"该事项属于{department.name}职权范围，请依法办理并书面答复信访人。"
        more = {"kind": kind, "demand": demand} if kind else {}
        verb(actor=actor, case_id=case.pk, department_id=department.pk, reason=reason, now=at, **more)

    def _send(self, verb: Callable[..., Case], ground: str, route: str, body: str = "", *, actor: Any,
              case: Case, at: dt.datetime) -> None:  # fmt: skip
        found = StatutoryRoute.objects.filter(code=route).first()
        organ = body or (found.organ if found else "有权处理的机关")
        reason = f"该事项应当通过法定途径解决，请向{organ}提出。我单位已当面说明有关法律规定。"
        verb(actor=actor, case_id=case.pk, ground=ground, reason=reason, competent_body=organ,
             route_id=found.pk if found else None, now=at)  # fmt: skip

    def _handled(self, unit: str, body: str, *, actor: Any, case: Case, at: dt.datetime) -> None:
        reason = f"同一事项正在{body}办理期限内，请向{body}查询办理情况。"
        cases.decline_case(actor=actor, case_id=case.pk, ground="handled", reason=reason, competent_body=body,
                           related_case_id=case.repeat_of_id, now=at)  # fmt: skip


def reminders(house: House, now: dt.datetime) -> int:
    """What the worker would have sent on each working morning of these three months."""
    calendar, today, sent = statutory_calendar(), timezone.localdate(now), 0
    first = today - dt.timedelta(days=max(row["days"] for row in read("matters.toml")["matters"]))
    for day in (first + dt.timedelta(days=n) for n in range((today - first).days + 1)):
        morning = _at(day, 8, 30)
        if calendar.is_workday(day) and morning <= now:
            sent += cases.sweep_deadlines(now=morning)
    return sent


# -- today -------------------------------------------------------------------------------------------------------


TODAY: tuple[tuple[str, str, int, str, int], ...] = (
    # letter, what became of it, minutes ago, why it goes first, heads
    ("A", "done", 95, "", 1),
    ("B", "done", 88, "", 1),
    ("A", "done", 80, "elderly", 1),
    ("D", "done", 74, "", 2),
    ("A", "missed", 61, "", 1),
    ("D", "serving", 40, "", 1),
    ("A", "serving", 33, "", 3),
    ("B", "waiting", 21, "", 1),
    ("A", "waiting", 17, "", 1),
    ("A", "waiting", 12, "infant", 2),
    ("D", "waiting", 8, "", 1),
    ("A", "waiting", 5, "", 6),
)


def today(house: House, now: dt.datetime) -> int:
    """A morning's numbers, in the order in which they were taken; nothing when numbers were taken today already."""
    day = timezone.localdate(now)
    if Ticket.objects.filter(hall=house.hall, day=day).exists():
        return 0
    first = _at(day, 0)
    queues = {queue.letter: queue for queue in Queue.objects.filter(hall=house.hall)}
    guide = house.act("heyulan")
    for number, (letter, fate, minutes, why, heads) in enumerate(TODAY):
        at = max(now - dt.timedelta(minutes=minutes), first + dt.timedelta(seconds=number))
        ticket = take_number(
            actor=guide, queue_id=queues[letter].pk, form_token=uuid.uuid5(DEMO, f"ticket {day} {number}"),
            priority_reason=why, head_count=heads, now=at,
        )  # fmt: skip
        if fate != "waiting":
            _serve(house, ticket, fate, at, now)
    return len(TODAY)


def _serve(house: House, ticket: Ticket, fate: str, at: dt.datetime, now: dt.datetime) -> None:
    """Called five minutes after it was taken, at the first window of its queue, and what came of that."""
    staff, window = {"A": ("linxiaowen", 1), "B": ("zhouzihan", 2), "D": ("chenzhiyuan", 3)}[
        ticket.queue.letter
    ]
    actor, step = house.act(staff), dt.timedelta(minutes=4)
    called = min(at + step, now)
    call_next(actor=actor, window_id=house.windows[window].pk, now=called)
    if fate == "missed":
        miss_ticket(actor=actor, ticket_id=ticket.pk, now=min(called + step, now))
        return
    serve_ticket(actor=actor, ticket_id=ticket.pk, now=min(called + step / 4, now))
    if fate == "done":
        finish_ticket(actor=actor, ticket_id=ticket.pk, now=min(called + 2 * step, now))
