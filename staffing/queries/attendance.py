"""Who came and when: the day's sheet and the month's, from duties, leave and the plain record."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from hall.models import User
from staffing.models import Attendance, CallIn, Duty, Hall, Leave, Posting
from staffing.queries.hours import day_bounds
from staffing.queries.rota import duties_of, people_on

GRACE = dt.timedelta(minutes=5)
"""Up to five minutes after the beginning nobody is late."""

Stay = tuple[dt.datetime, dt.datetime | None]
"""From coming until going; None while nobody has said that they went."""


def stays(rows: Iterable[Attendance]) -> list[Stay]:
    """The stretches of a day in which somebody was in the house; stepping out for a while does not end one."""
    found: list[Stay] = []
    for row in rows:
        if row.kind == "in":
            found.append((row.at, None))
        elif row.kind == "out" and found:
            found[-1] = (found[-1][0], row.at)
    return found


def away_minutes(rows: Iterable[Attendance]) -> int:
    """How long somebody was away from the place, all times together; still away counts up to nothing."""
    total, left = dt.timedelta(), None
    for row in rows:
        if row.kind == "away":
            left = row.at
        elif left is not None:
            total, left = total + (row.at - left), None
    return int(total.total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a duty for one person.

    `state`: ahead, on_time, late, absent, leave (away with approval), replaced (somebody else sat there),
    stood_in (sat there for another; lateness is counted as for the own).
    """

    duty: Duty
    state: str
    late_minutes: int = 0


def outcome(
    duty: Duty, user_id: int, came: Sequence[Stay], leaves: Sequence[Leave], now: dt.datetime
) -> Outcome:
    if duty.sitter_id != user_id:
        away = any(one.starts_at < duty.ends_at and one.ends_at > duty.starts_at for one in leaves)
        return Outcome(duty, "leave" if away else "replaced")
    during = [start for start, end in came if start < duty.ends_at and (end is None or end > duty.starts_at)]
    if during:
        late = min(during) - duty.starts_at
        if late > GRACE:
            return Outcome(duty, "late", int(late.total_seconds() // 60))
        return Outcome(duty, "stood_in" if duty.stood_in else "on_time")
    return Outcome(duty, "absent" if now > duty.starts_at + GRACE else "ahead")


@dataclass(slots=True)
class DayLine:
    """A person's day."""

    user: User
    post: Posting | None
    outcomes: list[Outcome] = field(default_factory=list)
    rows: list[Attendance] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)

    @property
    def first_in(self) -> dt.datetime | None:
        return next((row.at for row in self.rows if row.kind == "in"), None)

    @property
    def last_out(self) -> dt.datetime | None:
        return self.rows[-1].at if self.rows and self.rows[-1].kind == "out" else None

    @property
    def now_is(self) -> str:
        """The last row's kind; "" when nobody has seen them."""
        return self.rows[-1].kind if self.rows else ""

    @property
    def away(self) -> int:
        return away_minutes(self.rows)

    @property
    def worst(self) -> str:
        """What the light shows: absent before late before the rest."""
        states = {one.state for one in self.outcomes}
        order = ("absent", "late", "replaced", "leave", "on_time", "stood_in", "ahead")
        return next((state for state in order if state in states), "")

    @property
    def late_minutes(self) -> int:
        return sum(one.late_minutes for one in self.outcomes)


def day_sheet(hall: Hall, day: dt.date, now: dt.datetime) -> list[DayLine]:
    """Everybody posted in the hall that day, or on duty, or seen. Five queries."""
    lines = {post.user_id: DayLine(post.user, post) for post in people_on(hall.pk, day)}
    rows = list(Attendance.objects.filter(hall=hall, day=day).select_related("user").order_by("user", "seq"))
    for row in rows:
        lines.setdefault(row.user_id, DayLine(row.user, None)).rows.append(row)
    for leave in Leave.objects.approved(*day_bounds(day, day)).filter(hall=hall).select_related("user"):
        lines.setdefault(leave.user_id, DayLine(leave.user, None)).leaves.append(leave)
    for duty in _counted(hall, day, day):
        for user in _whose(duty):
            line = lines.setdefault(user.pk, DayLine(user, None))
            line.outcomes.append(outcome(duty, user.pk, stays(line.rows), line.leaves, now))
    return list(lines.values())


def _counted(hall: Hall, first: dt.date, last: dt.date) -> list[Duty]:
    """Duties at a place in the house: who is on call comes when called (`CallIn`)."""
    return [duty for duty in duties_of(hall, first, last) if duty.kind != "on_call"]


def _whose(duty: Duty) -> list[User]:
    people = [duty.person]
    if duty.sitter is not None and duty.sitter_id != duty.person_id:
        people.append(duty.sitter)
    return people


@dataclass(slots=True)
class MonthLine:
    """A person's month, counted in duties (half-days, or parts of one)."""

    user: User
    post: Posting | None
    outcomes: list[Outcome] = field(default_factory=list)
    calls: int = 0
    calls_late: int = 0

    def _count(self, *states: str) -> int:
        return sum(one.state in states for one in self.outcomes)

    @property
    def planned(self) -> int:
        return sum(one.duty.person_id == self.user.pk for one in self.outcomes)

    @property
    def present(self) -> int:
        return self._count("on_time", "late", "stood_in")

    @property
    def late(self) -> int:
        return self._count("late")

    @property
    def late_minutes(self) -> int:
        return sum(one.late_minutes for one in self.outcomes)

    @property
    def absent(self) -> int:
        return self._count("absent", "replaced")

    @property
    def leave(self) -> int:
        return self._count("leave")

    @property
    def stood_in(self) -> int:
        """For others, come in time or late."""
        return sum(
            one.duty.stood_in and one.duty.sitter_id == self.user.pk and one.state in ("stood_in", "late")
            for one in self.outcomes
        )


def month_sheet(hall: Hall, month: dt.date, now: dt.datetime) -> list[MonthLine]:
    """From the first of the month to its last day; what is still ahead is planned and nothing else. Six queries."""
    first = month.replace(day=1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    posts = {post.user_id: post for post in people_on(hall.pk, min(last, timezone.localdate(now)))}
    rows: dict[tuple[int, dt.date], list[Attendance]] = defaultdict(list)
    for row in Attendance.objects.filter(hall=hall, day__gte=first, day__lte=last).order_by(
        "user", "day", "seq"
    ):
        rows[row.user_id, row.day].append(row)
    leaves: dict[int, list[Leave]] = defaultdict(list)
    for leave in Leave.objects.approved(*day_bounds(first, last)).filter(hall=hall):
        leaves[leave.user_id].append(leave)
    lines = {post.user_id: MonthLine(post.user, post) for post in posts.values()}
    for duty in _counted(hall, first, last):
        for user in _whose(duty):
            line = lines.setdefault(user.pk, MonthLine(user, posts.get(user.pk)))
            came = stays(rows[user.pk, duty.day])
            line.outcomes.append(outcome(duty, user.pk, came, leaves[user.pk], now))
    start, end = day_bounds(first, last)
    calls = CallIn.objects.filter(duty__hall=hall, called_at__gte=start, called_at__lt=end)
    for call in calls.select_related("person"):
        line = lines.setdefault(call.person_id, MonthLine(call.person, posts.get(call.person_id)))
        line.calls += 1
        line.calls_late += call.came_late or (call.answered_at is None and now > call.due_at)
    return list(lines.values())


def not_come(hall: Hall, now: dt.datetime, after: dt.timedelta) -> list[Duty]:
    """Duties of this moment that began so long ago and whose sitter nobody has seen today."""
    today = timezone.localdate(now)
    late = [
        duty
        for duty in _counted(hall, today, today)
        if duty.sitter_id is not None and duty.starts_at + after <= now < duty.ends_at
    ]
    seen = set(
        Attendance.objects.filter(Q(kind="in"), hall=hall, day=today).values_list("user_id", flat=True)
    )
    return [duty for duty in late if duty.sitter_id not in seen]


def my_day(user_id: int, hall_id: int, day: dt.date) -> list[Attendance]:
    """A person's own rows of a day."""
    return list(Attendance.objects.filter(user=user_id, hall=hall_id, day=day).order_by("seq"))
