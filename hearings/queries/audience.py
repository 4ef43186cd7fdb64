"""The public in the room: who sees the list, the list itself, and whose names are to be erased."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Least

from hall.access import Actor
from hearings.models import Hearing, PublicSeat
from staffing.lifecycle import GUIDE


def with_audience(actor: Actor) -> QuerySet[Hearing]:
    """Announced hearings whose door this person keeps: those seen, and for a guide all of the hall's, which everybody
    knows of.
    """
    seen = Q(pk__in=Hearing.objects.visible_to(actor).values("pk")) | Q(hall__in=actor.halls(GUIDE))
    rows: QuerySet[Hearing] = Hearing.objects.announced().filter(seen).not_barring(actor)
    return rows.select_related("hall", "room", "organiser", "announcement", "case")


MOST = 50


def doors_ahead(actor: Actor) -> list[Hearing]:
    """Those that are still to be held or are held now, the next first."""
    rows = with_audience(actor).filter(status__in=("scheduled", "in_session"), announcement__isnull=False)
    taken = Count("audience", filter=~Q(audience__status="cancelled"))
    return list(rows.annotate(taken=taken).order_by("starts_at", "pk")[:MOST])


@dataclass(frozen=True, slots=True)
class Audience:
    """The seats of one hearing in the order in which they were taken."""

    rows: list[PublicSeat]
    seats: int

    @property
    def standing(self) -> list[PublicSeat]:
        return [one for one in self.rows if one.status != "cancelled"]

    @property
    def taken(self) -> int:
        return len(self.standing)

    @property
    def came(self) -> int:
        return sum(one.status == "came" for one in self.rows)


def audience_of(hearing: Hearing) -> Audience:
    rows = PublicSeat.objects.filter(hearing=hearing).order_by("asked_at", "pk")
    return Audience(list(rows), hearing.public_seats)


def overdue_for_erasing(now: dt.datetime) -> list[Hearing]:
    """Over for so many days as the rules keep names, with a name left."""
    ended = Least("closed_at", "ended_at")  # PostgreSQL passes over what is not set
    kept = ExpressionWrapper(
        ended + F("rules__erase_days") * Value(dt.timedelta(days=1)), output_field=DateTimeField()
    )
    rows = Hearing.objects.annotate(until=kept).filter(until__lte=now)
    return list(
        rows.filter(pk__in=PublicSeat.objects.filter(erased_at=None).values("hearing")).order_by("pk")
    )
