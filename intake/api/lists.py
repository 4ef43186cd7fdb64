"""What a machine reads of the queue, of bookings and of services: numbers and states, nobody's name or telephone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from hall.access import Actor, Refused, get_visible
from hall.machines import Rows
from hall.machines.arguments import Arguments, OfHall
from hall.machines.rows import Page, by_key, shape_of
from intake import rules
from intake.api.verbs import READ
from intake.lifecycle import BOOKING, DOOR_ROLES, SERVICE_REFERRAL, TALK_TOPICS, TICKET
from intake.models import Booking, GuidanceTalk, Queue, ServiceNote, ServiceReferral, Ticket
from intake.queries import guidance
from staffing.lifecycle import CLERK, GUIDE, HALL_MANAGER, PARTICIPANT, SUPERVISOR
from staffing.models import Hall

ID = 2**63 - 1
GUIDES = (GUIDE, CLERK, HALL_MANAGER, SUPERVISOR)


class TicketFilter(OfHall):
    """`day`; `status`; `window` where it is called; `queue`."""

    day = serializers.DateField(required=False)
    status = serializers.ChoiceField(choices=[code for code, _words in TICKET.choices], required=False)
    queue = serializers.IntegerField(min_value=1, max_value=ID, required=False)
    window = serializers.IntegerField(min_value=1, max_value=ID, required=False)


class BookingFilter(Arguments):
    """`reception`; `status`."""

    reception = serializers.IntegerField(min_value=1, max_value=ID, required=False)
    status = serializers.ChoiceField(choices=[code for code, _words in BOOKING.choices], required=False)


def _queues(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    return by_key(Queue.objects.filter(hall__in=actor.halls(), **asked), after, size, newest=False)


def _tickets(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    return by_key(Ticket.objects.visible_to(actor).filter(**asked), after, size)


def _bookings(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    if not actor.has(*DOOR_ROLES):
        raise Refused(_("预约由本大厅的窗口、导访和负责人办理。"), "role")
    found = Booking.objects.visible_to(actor).filter(placed_at__isnull=False, **asked)
    return by_key(found.defer("name", "phone", "subject"), after, size)


def _services(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_sees_services(actor)
    return by_key(ServiceNote.objects.visible_to(actor).current().filter(**asked), after, size)


class TalkFilter(Arguments):
    """`hall`: of that hall, as on the page; `topic`."""

    hall = serializers.IntegerField(min_value=1, max_value=ID)
    topic = serializers.ChoiceField(choices=list(TALK_TOPICS), required=False)


class ReferralFilter(Arguments):
    """`hall`: of that hall, as on the page; `status`."""

    hall = serializers.IntegerField(min_value=1, max_value=ID)
    status = serializers.ChoiceField(choices=[code for code, _w in SERVICE_REFERRAL.choices], required=False)


def _talks(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_sees_guidance(actor)
    hall = get_visible(Hall.objects.filter(pk__in=actor.halls(*GUIDES)), pk=asked["hall"])
    found = guidance.find_talks(actor, hall, topic=asked.get("topic", ""))
    return by_key(found.defer("explained", "why"), after, size)


def _referrals(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    """Of the hall; for who helps from outside, those that are addressed to them."""
    rules.check_sees_service_referrals(actor)
    hall = get_visible(Hall.objects.filter(pk__in=actor.halls(*GUIDES, PARTICIPANT)), pk=asked["hall"])
    mine = not actor.has(*GUIDES, hall_id=hall.pk)
    found = guidance.find_referrals(actor, hall, status=asked.get("status", ""), mine=mine)
    return by_key(found.defer("need", "contact", "answer", "result"), after, size)


LISTS = (
    Rows(
        "queues/", "list_queues", _queues,
        shape_of(Queue, "hall", "letter", "name", "name_en", "department", "is_active"),
        READ, OfHall, "The queues of the reader's halls.",
    ),
    Rows(
        "tickets/", "list_tickets", _tickets,
        shape_of(Ticket, "visit", "hall", "queue", "day", "number", "priority", "status", "window", "queued_at",
                 "called_at", "calls", "seq", "since"),
        READ, TicketFilter, "Numbers that were taken in the reader's halls, the newest first.",
    ),
    Rows(
        "bookings/", "list_bookings", _bookings,
        shape_of(Booking, "reception", "head_count", "channel", "status", "asked_at", "placed_at", "line_at",
                 "held_until", "ended_at", "end"),
        READ, BookingFilter, "Places with leaders; who they are stands on the page.",
    ),
    Rows(
        "guidance-talks/", "list_guidance_talks", _talks,
        shape_of(GuidanceTalk, "hall", "visit", "case", "topic", "outcome", "leaflet", "talked_at", "corrects"),
        READ, TalkFilter, "Talks at the guide desk, the last version of each; what was said stays on the page.",
    ),
    Rows(
        "service-referrals/", "list_service_referrals", _referrals,
        shape_of(ServiceReferral, "hall", "visit", "case", "kind", "participant", "status", "outcome", "asked_at",
                 "answer_by", "answered_at", "closed_at"),
        READ, ReferralFilter, "Where visitors were sent on to, and what came of it; never what they need.",
    ),
    Rows(
        "services/", "list_services", _services,
        shape_of(ServiceNote, "version", "hall", "participant", "kind", "visit", "case", "served_at", "referred"),
        READ, OfHall, "What lawyers, mediators and others did for visitors; never what was said.",
    ),
)  # fmt: skip
