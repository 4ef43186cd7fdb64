"""Verbs at the door of the hall: numbers, windows, bookings, services, and the registration of a visit."""

from __future__ import annotations

from django.db.models import QuerySet

from cases.forms.machines import CASE, visible_cases
from hall.access import Actor
from hall.machines import Act, Subject, acts
from intake import actions
from intake.lifecycle import DOOR_ROLES
from intake.models import Booking, GuidanceTalk, Queue, ServiceNote, ServiceReferral, Ticket, Visit
from staffing.models import Hall, LeaderReception, SocialParticipant, Window

READ, HANDLE = "intake:read", "intake:handle"


def _bookings(actor: Actor) -> QuerySet[Booking]:
    return Booking.objects.visible_to(actor).filter(placed_at__isnull=False)


def _bookable(actor: Actor) -> QuerySet[LeaderReception]:
    return LeaderReception.objects.filter(hall__in=actor.halls(*DOOR_ROLES)).exclude(published_at=None)


def _visits(actor: Actor) -> QuerySet[Visit]:
    return Visit.objects.filter(hall__in=actor.halls())


_SEEN = {
    "case_id": visible_cases,
    "visit_id": _visits,
    "queue_id": lambda actor: Queue.objects.filter(hall__in=actor.halls()),
    "window_id": lambda actor: Window.objects.filter(hall__in=actor.halls()),
    "reception_id": _bookable,
    "ticket_id": Ticket.objects.visible_to,
}
_ON_TICKET = (
    actions.call_ticket, actions.finish_ticket, actions.leave_hall, actions.miss_ticket, actions.park_ticket,
    actions.recall_ticket, actions.reinstate_ticket, actions.serve_ticket, actions.transfer_ticket,
)  # fmt: skip
_ON_BOOKING = (
    actions.accept_place, actions.advance_booking, actions.cancel_booking, actions.miss_booking,
)  # fmt: skip
_ON_REFERRAL = (
    actions.accept_service_referral, actions.decline_service_referral, actions.report_service_result,
    actions.withdraw_service_referral,
)  # fmt: skip
_HALL = Subject("hall_id", lambda actor: Hall.objects.all())

VERBS: tuple[Act, ...] = (
    *acts("queues/<int:queue_id>/", (actions.take_number,), HANDLE, Subject("queue_id", _SEEN["queue_id"]), _SEEN),
    *acts("windows/<int:window_id>/", (actions.call_next,), HANDLE, Subject("window_id", _SEEN["window_id"])),
    *acts("tickets/<int:ticket_id>/", _ON_TICKET, HANDLE, Subject("ticket_id", _SEEN["ticket_id"]), _SEEN),
    *acts(
        "halls/<int:hall_id>/", (actions.assign_windows, actions.check_in_booking, actions.register_visit), HANDLE,
        _HALL, _SEEN,
    ),
    *acts("halls/<int:hall_id>/", (actions.record_talk, actions.refer_to_service), HANDLE, _HALL, _SEEN),
    *acts(
        "guidance-talks/<int:talk_id>/", (actions.correct_talk,), HANDLE,
        Subject("talk_id", GuidanceTalk.objects.visible_to),
    ),
    *acts(
        "service-referrals/<int:referral_id>/", _ON_REFERRAL, HANDLE,
        Subject("referral_id", ServiceReferral.objects.visible_to),
    ),
    *acts("receptions/<int:reception_id>/", (actions.book_for_visitor,), HANDLE, Subject("reception_id", _bookable)),
    *acts("bookings/<int:booking_id>/", _ON_BOOKING, HANDLE, Subject("booking_id", _bookings)),
    *acts(
        "participants/<int:participant_id>/", (actions.record_service,), HANDLE,
        Subject("participant_id", SocialParticipant.objects.visible_to), _SEEN,
    ),
    *acts(
        "services/<int:note_id>/", (actions.correct_service, actions.take_over_service), HANDLE,
        Subject("note_id", ServiceNote.objects.visible_to),
    ),
    *acts(
        "cases/<int:case_id>/", (actions.link_visit,), HANDLE, CASE, _SEEN,
    ),
)  # fmt: skip
