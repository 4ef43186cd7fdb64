"""What the guide desk lists: leaflets by topic, talks, referrals; and who a visitor can be sent on to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q, QuerySet

from cases.models import Case
from hall.access import Actor
from hall.models import statutory_calendar
from intake.lifecycle import REFERRAL_KINDS
from intake.models import GuidanceRule, GuidanceTalk, ServiceReferral, Ticket, Visit
from staffing.models import Hall, SocialParticipant


def answer_day(hall_id: int, today: dt.date) -> dt.date | None:
    """The hall's own number of working days after the day it was asked; None where the hall sets none."""
    rule = GuidanceRule.objects.filter(hall=hall_id).first()
    return statutory_calendar().add_workdays(today, rule.answer_days) if rule else None


def find_talks(actor: Actor, hall: Hall, *, topic: str = "") -> QuerySet[GuidanceTalk]:
    """The last word of each."""
    found = GuidanceTalk.objects.visible_to(actor).current().filter(hall=hall)
    if topic:
        found = found.filter(topic=topic)
    return found.select_related("by", "case").order_by("-pk")


def earlier_of(talk: GuidanceTalk) -> list[GuidanceTalk]:
    """What it corrects, the latest first: a statement for each version, and there are few."""
    found: list[GuidanceTalk] = []
    pk = talk.corrects_id
    while pk:
        one = GuidanceTalk.objects.select_related("by").get(pk=pk)
        found.append(one)
        pk = one.corrects_id
    return found


def find_referrals(
    actor: Actor, hall: Hall, *, status: str = "", mine: bool = False
) -> QuerySet[ServiceReferral]:
    """Of the hall; `mine`: addressed to the actor."""
    found = ServiceReferral.objects.visible_to(actor).filter(hall=hall)
    if mine:
        found = found.mine(actor)
    if status:
        found = found.filter(status=status)
    return found.select_related("participant", "case", "asked_by").order_by("-pk")


def addressees(hall: Hall) -> QuerySet[SocialParticipant]:
    """Who helps in the hall and has promised secrecy; of the kinds that one sends on to, and organisations."""
    return SocialParticipant.objects.filter(
        hall=hall, is_active=True, promised_on__isnull=False, kind__in=[*REFERRAL_KINDS, "organisation"]
    ).order_by("kind", "name", "pk")


def numbers_of(visits: set[int]) -> dict[int, str]:
    """Visit → the number its visitor had. One query."""
    return dict(Ticket.objects.filter(visit__in=visits).order_by("-pk").values_list("visit", "number"))


def talks_about(actor: Actor, cases: Sequence[Case]) -> list[tuple[GuidanceTalk, bool]]:
    """For the person's own file: of their matters, and of the visits of these; whether they came alone."""
    rows = GuidanceTalk.objects.visible_to(actor).filter(_of(cases)).select_related("visit").order_by("pk")
    return [(one, one.visit is None or one.visit.head_count == 1) for one in rows]


def referrals_about(actor: Actor, cases: Sequence[Case]) -> list[tuple[ServiceReferral, bool]]:
    """As `talks_about`."""
    rows = ServiceReferral.objects.visible_to(actor).filter(_of(cases))
    rows = rows.select_related("visit", "participant").order_by("pk")
    return [(one, one.visit is None or one.visit.head_count == 1) for one in rows]


def _of(cases: Sequence[Case]) -> Q:
    return Q(case__in=cases) | Q(visit__in=Visit.objects.filter(cases__in=cases))
