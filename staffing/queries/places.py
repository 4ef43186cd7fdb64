"""Halls, their windows and units, and how they stand at this moment."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Case, IntegerField, Prefetch, QuerySet, When
from django.utils import timezone

from hall.access import Actor, printable
from hall.batch import Ask, Rows
from staffing.lifecycle import ADMINISTRATOR, HALL_MANAGER, SUPERVISOR
from staffing.models import Hall, LeaderReception, Posting, Station, Window
from staffing.queries.hours import Opening, open_now
from staffing.queries.receptions import Notice, notices

KINDS_OF_PLACES = "省市州盟地区县旗乡镇"
"""What a name of a place ends with, and people leave out."""


def open_halls() -> QuerySet[Hall]:
    """The halls that the public may look at."""
    return Hall.objects.filter(is_open=True).select_related("jurisdiction").order_by("code")


_COLUMNS = [field.attname for field in Hall._meta.concrete_fields]
_HALL = f"SELECT {', '.join(_COLUMNS)} FROM staffing_hall WHERE id = %s"  # noqa: S608


def hall_asked(hall_id: int) -> Ask[Hall]:
    """The hall, as one of several answers. Raises Hall.DoesNotExist."""

    def read(rows: Rows) -> Hall:
        if not rows:
            raise Hall.DoesNotExist(hall_id)
        return Hall.from_db(DEFAULT_DB_ALIAS, _COLUMNS, rows[0])

    return Ask(_HALL, [hall_id], read)


def words_of_places() -> set[str]:
    """What everybody knows of where the halls are: their codes and the names of their places, in small letters."""
    rows = Hall.objects.values_list("code", "jurisdiction__name", "jurisdiction__name_en")
    said = " ".join(name for row in rows for name in (*row, row[1].rstrip(KINDS_OF_PLACES))).casefold()
    found = set(re.findall(r"[a-z]{4,}|[^\W\da-z_]{2,}", said))
    return found - {"province", "prefecture", "city", "county", "district", "hall"}


def managed_halls(actor: Actor) -> QuerySet[Hall]:
    """The halls that the actor answers for."""
    return _halls(actor, HALL_MANAGER)


def asked_hall(among: QuerySet[Hall], code: str) -> Hall | None:
    """Of these the one whose code stands in an address, or the first where none does; None for any other code."""
    code = printable(code)
    return among.filter(code=code).first() if code else among.first()


def watched_halls(actor: Actor) -> QuerySet[Hall]:
    """The halls whose state the actor may look at: those answered for, and those supervised."""
    return _halls(actor, HALL_MANAGER, SUPERVISOR)


def _halls(actor: Actor, *roles: str) -> QuerySet[Hall]:
    halls = Hall.objects.select_related("jurisdiction").order_by("code")
    if actor.is_superuser or actor.has(ADMINISTRATOR):
        return halls
    return halls.filter(pk__in=actor.halls(*roles))


def posted_halls(actor: Actor) -> QuerySet[Hall]:
    """The halls in which the actor holds any post; an administrator all."""
    halls = Hall.objects.select_related("jurisdiction").order_by("code")
    if actor.is_superuser or actor.has(ADMINISTRATOR):
        return halls
    return halls.filter(pk__in=actor.halls())


PRESENCE = ("resident", "rotating", "on_call")


def stations_of(hall: Hall) -> QuerySet[Station]:
    """The units in a hall: the petition office, then those always there, those by turns, those on call."""
    return (
        Station.objects.filter(hall=hall, department__is_active=True)
        .select_related("department")
        .annotate(
            order=Case(
                *(When(presence=kind, then=n) for n, kind in enumerate(PRESENCE)), output_field=IntegerField()
            )
        )
        .order_by("-department__is_petition_office", "order", "department__code")
    )


@dataclass(frozen=True, slots=True)
class HallNow:
    """A hall at a glance: opening, windows with who is posted, units with their people, today's receptions."""

    opening: Opening
    windows: Sequence[Window]
    units: Sequence[Station]
    receptions: list[Notice]
    unpublished: int
    others: list[Posting]

    @property
    def staffed(self) -> int:
        return sum(bool(window.posted_today) for window in self.windows)  # type: ignore[attr-defined]

    @property
    def empty(self) -> int:
        return len(self.windows) - self.staffed


def hall_now(hall: Hall, now: dt.datetime) -> HallNow:
    """Eight queries, whatever the size of the hall. Windows carry `posted_today`, units `people_today`."""
    today = timezone.localdate(now)
    tz = timezone.get_current_timezone()
    midnight = dt.datetime.combine(today, dt.time.min, tz)
    posts = Posting.objects.on(today).filter(user__is_active=True).select_related("user").order_by("pk")
    windows = list(
        Window.objects.filter(hall=hall, is_active=True)
        .select_related("department", "room")
        .prefetch_related(Prefetch("postings", queryset=posts, to_attr="posted_today"))
        .order_by("number")
    )
    units = list(
        stations_of(hall).prefetch_related(
            Prefetch("department__postings", queryset=posts.filter(hall=hall), to_attr="people_today")
        )
    )
    here = (
        LeaderReception.objects.filter(hall=hall).select_related("leader", "room").order_by("starts_at", "id")
    )
    soon = here.filter(status="planned", starts_at__gt=now, starts_at__lt=now + dt.timedelta(days=7))
    return HallNow(
        opening=open_now(hall, now),
        windows=windows,
        units=units,
        receptions=notices(
            here.filter(starts_at__gte=midnight, starts_at__lt=midnight + dt.timedelta(days=1)), now
        ),
        unpublished=soon.count(),
        others=list(
            posts.filter(hall=hall, window=None, department=None)
            .select_related("user")
            .order_by("role", "pk")
        ),
    )
