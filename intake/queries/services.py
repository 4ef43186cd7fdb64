"""Services of people from outside as lists, notes and the month's sheet show them: visible facts, then what is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils import timezone

from cases.models import Case
from hall.access import Actor
from intake.models import ServiceContent, ServiceNote, Ticket
from staffing.lifecycle import PARTICIPANT
from staffing.models import Hall, SocialParticipant
from staffing.queries import half_days


@dataclass(frozen=True, slots=True)
class Shown:
    """A note with its content, where that is open to who asks."""

    note: ServiceNote
    content: ServiceContent | None


def month_bounds(first: dt.date) -> tuple[dt.datetime, dt.datetime]:
    tz = timezone.get_current_timezone()
    first = first.replace(day=1)
    after = (first + dt.timedelta(days=31)).replace(day=1)
    return dt.datetime.combine(first, dt.time.min, tz), dt.datetime.combine(after, dt.time.min, tz)


def find_services(
    actor: Actor,
    *,
    hall: Hall,
    month: dt.date | None = None,
    kind: str = "",
    participant_id: int | None = None,
) -> QuerySet[ServiceNote]:
    """The last versions, newest first, visible facts alone."""
    found: QuerySet[ServiceNote] = ServiceNote.objects.visible_to(actor).current().filter(hall=hall)
    if month is not None:
        start, end = month_bounds(month)
        found = found.filter(served_at__gte=start, served_at__lt=end)
    if kind:
        found = found.filter(kind=kind)
    if participant_id:
        found = found.filter(participant=participant_id)
    return found.select_related("participant", "case").order_by("-pk")


def services_of(actor: Actor, case: Case) -> QuerySet[ServiceNote]:
    """What was done for the people of a matter."""
    found: QuerySet[ServiceNote] = ServiceNote.objects.visible_to(actor).current().filter(case=case)
    return found.select_related("participant", "case").order_by("-served_at", "-pk")


def with_content(actor: Actor, notes: Iterable[ServiceNote]) -> list[Shown]:
    """Each note with what of it is open to the reader. One query."""
    rows = list(notes)
    contents = {
        content.note_id: content
        for content in ServiceContent.objects.readable_by(actor)
        .filter(note__in=[row.pk for row in rows])
        .select_related("route")
    }
    return [Shown(row, contents.get(row.pk)) for row in rows]


def versions_of(actor: Actor, note: ServiceNote) -> list[Shown]:
    """All versions of a service, the last one first."""
    notes = ServiceNote.objects.visible_to(actor).filter(service=note.service)
    return with_content(actor, notes.select_related("participant", "case", "by").order_by("-version"))


def writers_for(actor: Actor, hall: Hall) -> QuerySet[SocialParticipant]:
    """For whom the actor may write: a participant for themselves, the desk for all but psychologists."""
    own = SocialParticipant.objects.filter(hall=hall, user=actor.user_id, user__isnull=False, is_active=True)
    if actor.has(PARTICIPANT, hall_id=hall.pk) and own.exists():
        return own
    return SocialParticipant.objects.filter(hall=hall, is_active=True).exclude(kind="psychologist")


def case_numbered(hall: Hall, number: str) -> Case | None:
    return Case.objects.filter(hall=hall, number__iexact=number.strip()).defer("search", "content").first()


def ticket_numbered(hall: Hall, day: dt.date, number: str) -> Ticket | None:
    return Ticket.objects.filter(hall=hall, day=day, number=number.strip().upper()).first()


def ticket_numbers(notes: Iterable[ServiceNote]) -> dict[int, str]:
    """Visit → the number its visitor had. One query."""
    visits = {note.visit_id for note in notes if note.visit_id}
    return dict(Ticket.objects.filter(visit__in=visits).order_by("-pk").values_list("visit", "number"))


@dataclass(frozen=True, slots=True)
class Earned:
    """A participant's month: half-days on duty and services given, from which the allowance is paid."""

    participant: SocialParticipant
    half_days: int
    services: int


def allowance(hall: Hall, month: dt.date) -> list[Earned]:
    """Whoever had a duty or gave a service in the month. Three queries."""
    start, end = month_bounds(month)
    current = ServiceNote.objects.current()
    given = dict(
        current.filter(hall=hall, served_at__gte=start, served_at__lt=end)
        .values("participant")
        .annotate(n=Count("pk"))
        .order_by()
        .values_list("participant", "n")
    )
    halves = half_days(hall, month)
    people = SocialParticipant.objects.filter(pk__in={*given, *halves}).order_by("kind", "name", "pk")
    return [Earned(one, halves.get(one.pk, 0), given.get(one.pk, 0)) for one in people]
