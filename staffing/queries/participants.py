"""Who from outside helps in a hall, and when: lists, the month grid, and who is here on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hall.access import Actor
from hall.clock import Calendar
from hall.models import worded
from staffing.lifecycle import HALVES, PARTICIPANT_KINDS
from staffing.models import Hall, ParticipantDuty, SocialParticipant


def find_participants(
    actor: Actor, hall: Hall, *, kind: str = "", q: str = "", state: str = "active"
) -> QuerySet[SocialParticipant]:
    """The list of a hall in the order of their accounts, newest first. `state`: active, past or ""."""
    found = SocialParticipant.objects.visible_to(actor).filter(hall=hall)
    if kind:
        found = found.filter(kind=kind)
    if state:
        found = found.filter(is_active=state == "active")
    if q:
        words = ("name", "name_en", "organisation", "organisation_en", "speciality", "speciality_en")
        named = Q()
        for word in words:
            named |= Q(**{f"{word}__icontains": q})
        found = found.filter(named)
    return found.select_related("user").order_by("-pk")


def participant_of(actor: Actor, hall_id: int) -> SocialParticipant | None:
    """Who the actor is among the participants of that hall."""
    return SocialParticipant.objects.filter(
        hall=hall_id, user=actor.user_id, user__isnull=False, is_active=True
    ).first()


def participant_clash(
    *, participant_id: int, starts_at: dt.datetime, ends_at: dt.datetime, but: int | None = None
) -> ParticipantDuty | None:
    """A duty that stands and has this person at that time."""
    found = ParticipantDuty.objects.standing().filter(
        participant=participant_id, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if but is not None:
        found = found.exclude(pk=but)
    first: ParticipantDuty | None = found.select_related("participant").order_by("starts_at").first()
    return first


@dataclass(frozen=True, slots=True)
class Here:
    """A participant who is in the hall on a day: all of it is public."""

    kind: str
    name: str
    organisation: str
    speciality: str
    time: str
    place: str
    half: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    is_now: bool
    note: str
    """Why it was changed after it was planned, or ""."""

    @property
    def kind_name(self) -> str:
        return _(PARTICIPANT_KINDS[self.kind])


def participants_here(hall: Hall, day: dt.date, *, now: dt.datetime) -> list[Here]:
    """Who from outside is in the hall on that day, in the order of their time. One query."""
    duties = (
        ParticipantDuty.objects.standing()
        .filter(hall=hall, day=day)
        .select_related("participant", "room")
        .order_by("starts_at", "participant__kind", "pk")
    )
    return [_here(duty, now) for duty in duties]


def _here(duty: ParticipantDuty, now: dt.datetime) -> Here:
    who = duty.participant
    return Here(
        kind=who.kind,
        name=who.label,
        organisation=worded(who, "organisation"),
        speciality=worded(who, "speciality"),
        time=time_of(duty),
        place=place_of_duty(duty),
        half=duty.half,
        starts_at=duty.starts_at,
        ends_at=duty.ends_at,
        is_now=duty.starts_at <= now < duty.ends_at,
        note=duty.change_note if duty.changed_at else "",
    )


def time_of(duty: ParticipantDuty) -> str:
    start, end = timezone.localtime(duty.starts_at), timezone.localtime(duty.ends_at)
    return f"{start:%H:%M}—{end:%H:%M}"


def place_of_duty(duty: ParticipantDuty) -> str:
    return " ".join(part for part in (duty.room.label if duty.room else "", duty.desk) if part)


# -- the month grid


@dataclass(frozen=True, slots=True)
class Cell:
    day: dt.date
    is_workday: bool
    is_today: bool
    duties: tuple[ParticipantDuty, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A participant's month: a cell for each day, and how many half-days."""

    participant: SocialParticipant
    cells: tuple[Cell, ...]
    halves: int


@dataclass(slots=True)
class Grid:
    days: list[Cell] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    empty_days: list[dt.date] = field(default_factory=list)
    """Working days from today on for which nobody is planned."""


def days_of(first: dt.date) -> list[dt.date]:
    first = first.replace(day=1)
    after = (first + dt.timedelta(days=31)).replace(day=1)
    return [first + dt.timedelta(days=n) for n in range((after - first).days)]


def participant_grid(
    hall: Hall, first: dt.date, *, kind: str = "", organisation: str = "", calendar: Calendar, today: dt.date
) -> Grid:
    """The month of those of one kind or organisation. Two queries, however many people."""
    people = SocialParticipant.objects.filter(hall=hall)
    if kind:
        people = people.filter(kind=kind)
    if organisation:
        people = people.filter(organisation=organisation)
    duties: dict[int, dict[dt.date, list[ParticipantDuty]]] = {}
    in_month = ParticipantDuty.objects.standing().in_month(hall.pk, first)
    for duty in in_month.filter(participant__in=people).select_related("room").order_by("starts_at"):
        duties.setdefault(duty.participant_id, {}).setdefault(duty.day, []).append(duty)
    shown = [one for one in people.order_by("kind", "name", "pk") if one.is_active or one.pk in duties]
    days = days_of(first)
    grid = Grid(days=_cells(days, {}, calendar, today))
    for one in shown:
        own = duties.get(one.pk, {})
        grid.lines.append(Line(one, tuple(_cells(days, own, calendar, today)), sum(map(len, own.values()))))
    taken = {day for own in duties.values() for day in own}
    grid.empty_days = [day for day in days if day >= today and calendar.is_workday(day) and day not in taken]
    return grid


def _cells(
    days: Sequence[dt.date], own: dict[dt.date, list[ParticipantDuty]], calendar: Calendar, today: dt.date
) -> list[Cell]:
    return [Cell(day, calendar.is_workday(day), day == today, tuple(own.get(day, ()))) for day in days]


def organisations_of(hall: Hall) -> list[str]:
    """The organisations that send people, each once."""
    found: Iterable[str] = (
        SocialParticipant.objects.filter(hall=hall, is_active=True)
        .exclude(organisation="")
        .values_list("organisation", flat=True)
        .distinct()
        .order_by("organisation")
    )
    return list(found)


def half_days(hall: Hall, first: dt.date) -> dict[int, int]:
    """Participant → half-days in that month that were not called off."""
    counted: dict[int, int] = {}
    rows = ParticipantDuty.objects.standing().in_month(hall.pk, first)
    for pk in rows.values_list("participant_id", flat=True):
        counted[pk] = counted.get(pk, 0) + 1
    return counted


def half_name(half: str) -> str:
    return _(HALVES[half])
