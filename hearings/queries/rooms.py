"""What a day looks like before a hearing is set on it: rooms, people, the last day for notices, the clock."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db.models import Case as When_
from django.db.models import IntegerField, Q, Value, When
from django.utils import timezone

from cases.models import Deadline
from hall.clock import Calendar
from hall.models import ref_of
from hearings.models import Hearing, HearingParty, PanelSeat
from hearings.queries.lead_time import last_notice_day
from staffing.models import Engagement, Hall, LeaderReception, Room
from staffing.queries.hours import Span, day_bounds, halves_of

LOOK_AHEAD = 120
"""Days in which the first possible day is looked for."""


def rooms_of(hall_id: int) -> Any:
    """Rooms of the hall, made for hearings first, then by their seats."""
    first = When_(When(kind="hearing", then=Value(0)), default=Value(1), output_field=IntegerField())
    return Room.objects.filter(hall=hall_id).order_by(first, "-capacity", "name")


def day_of_rooms(hall_id: int, day: dt.date) -> list[dict[str, Any]]:
    """Every room with what is in it on that day. Three statements."""
    start, end = day_bounds(day, day)
    taken: dict[int, list[dict[str, Any]]] = defaultdict(list)
    over = {"starts_at__lt": end, "ends_at__gt": start}
    for one in Engagement.objects.standing().filter(hall=hall_id, room__isnull=False, **over):
        taken[one.room_id or 0].append(
            {"from": one.starts_at, "to": one.ends_at, "what": one.get_purpose_display()}
        )
    receptions = LeaderReception.objects.exclude(status="cancelled").filter(
        hall=hall_id, room__isnull=False, **over
    )
    for reception in receptions:
        taken[reception.room_id or 0].append(
            {"from": reception.starts_at, "to": reception.ends_at, "what": ""}
        )
    return [
        {"room": room, "taken": sorted(taken[room.pk], key=lambda row: row["from"])}
        for room in rooms_of(hall_id)
    ]


def people_of(hearing: Hearing) -> tuple[set[int], set[int]]:
    """Who is taken for the hearing together with the room: accounts of presider, recorder and parties; participants."""
    seats = PanelSeat.objects.filter(hearing=hearing, status="seated").values_list(
        "user", "member__participant", "member__participant__user"
    )
    users = {user for user, _participant, _account in seats if user}
    # Somebody of the pool with an account is one person: both are taken.
    users |= {account for _user, _participant, account in seats if account}
    parties = HearingParty.objects.filter(hearing=hearing, removed_at=None, user__isnull=False)
    users |= {pk for pk in parties.values_list("user", flat=True) if pk}
    return users, {participant for _user, participant, _account in seats if participant}


def people_in_the_room(hearing: Hearing) -> int:
    """Panel and parties; the public comes on top."""
    seats = PanelSeat.objects.filter(hearing=hearing, status="seated").count()
    return seats + HearingParty.objects.filter(hearing=hearing, removed_at=None).count()


def day_of_people(hearing: Hearing, day: dt.date) -> list[dict[str, Any]]:
    """Who of the hearing is taken on that day, when; only for what, not by whom."""
    users, participants = people_of(hearing)
    start, end = day_bounds(day, day)
    over = {"starts_at__lt": end, "ends_at__gt": start}
    mine = Q(user__in=users) | Q(participant__in=participants)
    rows = Engagement.objects.standing().filter(mine, **over).exclude(ref=ref_of(hearing))
    found = [
        {
            "name": (one.user or one.participant).label,  # type: ignore[union-attr]  # one of both
            "from": one.starts_at, "to": one.ends_at, "what": one.get_purpose_display(),
        }
        for one in rows.select_related("user", "participant")
    ]  # fmt: skip
    receptions = LeaderReception.objects.exclude(status="cancelled").filter(leader__in=users, **over)
    found += [
        {"name": one.leader.label, "from": one.starts_at, "to": one.ends_at, "what": ""}
        for one in receptions.select_related("leader")
    ]
    return sorted(found, key=lambda row: row["from"])


def first_possible_day(hearing: Hearing, today: dt.date, calendar: Calendar) -> dt.date:
    """The first working day for which notices sent today are in time."""
    rules = hearing.rules
    for n in range(1, LOOK_AHEAD):
        day = today + dt.timedelta(days=n)
        if (
            calendar.is_workday(day)
            and last_notice_day(day, rules.notice_days, rules.notice_unit, calendar) >= today
        ):
            return day
    return today + dt.timedelta(days=LOOK_AHEAD)


def hold_by(hearing: Hearing) -> dt.date | None:
    """The day by which it is to be held; None while no such clock runs."""
    clocks = Deadline.objects.open().filter(case=hearing.case_id, kind="hearing_hold")
    return clocks.order_by("-pk").values_list("due_on", flat=True).first()


def open_spans(hall: Hall, day: dt.date) -> tuple[Span, ...]:
    """When the hall is open on that day; empty on a day off."""
    return tuple(
        (timezone.localtime(half.starts_at).time(), timezone.localtime(half.ends_at).time())
        for half in halves_of(hall, [day])[day]
    )
