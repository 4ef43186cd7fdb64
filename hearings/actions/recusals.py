"""Somebody of the panel steps back: asked for, decided with reasons. The words stay in the rows, not in the journal."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.actions.parts import office_people, readers_of
from cases.models import Case, Recusal
from cases.rules.common import check_said
from hall import journal
from hall.access import Actor
from hall.models import User
from hearings import rules
from hearings.actions.locking import lock_hearing
from hearings.actions.panel import leave_seat, tell_of_panel
from hearings.models import Hearing, PanelSeat, RecusalRequest
from hearings.rules.panel import check_recusal_said
from staffing.lifecycle import DEPARTMENT_HEAD


@transaction.atomic
def request_recusal(
    *, actor: Actor, seat_id: int, by: str, ground: str, reason: str, now: dt.datetime
) -> RecusalRequest:
    """`by` says who asks: a party, one of the panel about another, or about oneself."""
    case, hearing = lock_hearing(PanelSeat.objects.values_list("hearing", flat=True).get(pk=seat_id))
    seat = PanelSeat.objects.select_related("member__participant").get(pk=seat_id)
    seat.hearing = hearing
    rules.check_can_request_recusal(actor, seat, now=now)
    check_recusal_said(by, ground, reason)
    asked = RecusalRequest.objects.create(
        seat=seat,
        by=by.strip(),
        ground=ground,
        reason=reason.strip(),
        asked_at=now,
        asked_by_id=actor.user_id,
    )
    journal.record(
        actor, "request_recusal", asked, stream=case, after={"seat": seat.pk, "role": seat.role, "ground": ground},
        now=now,
    )  # fmt: skip
    tell_of_panel(
        hearing, _deciders(hearing, seat, now), "recusal_asked", once=asked.pk, role=seat.role, now=now
    )
    return asked


def _deciders(hearing: Hearing, seat: PanelSeat, now: dt.datetime) -> list[User]:
    """The head of the organiser, else the hall's managers; about who presides they alone. Nobody about oneself."""
    heads = [] if seat.role == "presider" else readers_of(
        hearing.case, hearing.organiser, DEPARTMENT_HEAD, now=now
    )  # fmt: skip
    people = heads or office_people(hearing.case, now=now)
    return [one for one in people if one.pk != seat.user_id]


def _keep_out(case: Case, asked: RecusalRequest, *, actor: Actor, now: dt.datetime) -> None:
    """Who is a party, or has an interest, stays out of the whole matter, not of the panel alone (第二十八条); who has
    only handled it, or works with the unit, knows it anyhow.
    """
    seat = asked.seat
    user_id = seat.user_id or (seat.member.participant.user_id if seat.member else None)
    if user_id is None or asked.ground in ("handled", "unit"):
        return
    Recusal.objects.get_or_create(
        case=case,
        user_id=user_id,
        defaults={"reason": asked.decision, "at": now, "recorded_by_id": actor.user_id},
    )


@transaction.atomic
def decide_recusal(
    *, actor: Actor, recusal_id: int, granted: bool, decision: str, now: dt.datetime
) -> RecusalRequest:
    """Granted, the seat is free at once and waits for a replacement; refused, it stays. With reasons either way."""
    seat_of = RecusalRequest.objects.values_list("seat__hearing", flat=True).get(pk=recusal_id)
    case, hearing = lock_hearing(seat_of)
    asked = RecusalRequest.objects.select_related("seat__member__participant", "asked_by").get(pk=recusal_id)
    asked.seat.hearing = hearing
    rules.check_can_decide_recusal(actor, asked, now=now)
    asked.decision = check_said(decision, "decision")
    asked.granted, asked.decided_at, asked.decided_by_id = granted, now, actor.user_id
    asked.save(update_fields=["decision", "granted", "decided_at", "decided_by"])
    if granted:
        leave_seat(asked.seat, "decide_recusal", asked.decision, now=now)
        _keep_out(case, asked, actor=actor, now=now)
    journal.record(
        actor, "decide_recusal", asked, stream=case,
        after={"seat": asked.seat.pk, "role": asked.seat.role, "ground": asked.ground, "granted": granted},
        now=now,
    )  # fmt: skip
    if asked.asked_by is not None:
        tell_of_panel(
            hearing, [asked.asked_by], "recusal_decided", once=asked.pk, role=asked.seat.role, granted=granted,
            now=now,
        )  # fmt: skip
    return asked
