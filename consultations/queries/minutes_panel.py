"""The minutes of a consultation for the page of the consultation: the text that counts, the round, the commitments."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from consultations.lifecycle import SIGNATURES
from consultations.models import Consultation, IssuedMinutes, JointConference
from consultations.queries.commitments import commitments_of
from consultations.queries.minutes import Round, Seat, round_of
from hall.access import Actor


def conference_of(one: Consultation) -> JointConference | None:
    return JointConference.objects.filter(consultation=one).select_related("document", "deadline").first()


def seat_rows(found: Round, now: dt.datetime) -> list[dict[str, Any]]:
    """The round as steps: done, now, next; with the words for each."""
    turn = found.turn
    return [
        {
            "seat": seat,
            "unit": seat.unit.department.label,
            "is_lead": seat.unit.part == "lead",
            "state": "done" if seat.is_done else "now" if seat is turn and seat.clock else "next",
            "words": _words(seat, now),
            "tone": _tone(seat, now),
            "due_on": seat.clock.due_on if seat.clock else None,
        }
        for seat in found.seats
    ]


def _words(seat: Seat, now: dt.datetime) -> str:
    if seat.signature is not None:
        return _(SIGNATURES[seat.signature.kind])
    if seat.clock is None:
        return _("待会签")
    return _("已超过会签期限") if seat.is_late(now) else _("请会签")


def _tone(seat: Seat, now: dt.datetime) -> str:
    if seat.signature is not None:
        return {"signed": "green", "dissent": "amber", "missed": "red"}[seat.signature.kind]
    if seat.clock is None:
        return "line"
    return "red" if seat.is_late(now) else "blue"


def minutes_of(actor: Actor, obj: Consultation, *, now: dt.datetime) -> dict[str, Any]:
    """For `templates/consultations/_minutes.html`. The reader sees the consultation already."""
    found = round_of(obj)
    issued = IssuedMinutes.objects.filter(consultation=obj).select_related("document").first()
    return {
        "consultation": obj,
        "text": found.minutes,
        "seats": seat_rows(found, now),
        "promised": commitments_of(obj, now=now),
        "conference": conference_of(obj),
        "issued": issued,
    }
