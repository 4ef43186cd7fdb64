"""Whoever is on call is called in, and comes: both with their minute."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hall import journal
from hall.access import Actor, Refused
from hall.batch import broken_by
from staffing import rules
from staffing.actions.rota import tell
from staffing.lifecycle import CALL_IN
from staffing.models import CallIn, Duty


@transaction.atomic
def call_in(*, actor: Actor, duty_id: int, note: str = "", now: dt.datetime) -> CallIn:
    """Ask them to come. The telephone rings by hand; here stands when, and until when they must be there."""
    duty = Duty.objects.locked(duty_id)
    rules.check_can_call_in(actor, duty, now=now)
    call = CallIn(
        duty=duty, person_id=duty.sitter_id or 0, called_by_id=actor.user_id or 0, called_at=now,
        due_at=now + dt.timedelta(minutes=duty.respond_minutes), note=note.strip(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            call.save(force_insert=True)
    except IntegrityError as error:
        if broken_by(error) == "call_in_one_open":
            raise Refused(_("已经呼叫，还没有到场。"), "state") from error
        raise
    facts = {"duty": duty.pk, "person": call.person_id, "due_at": call.due_at}
    journal.record(actor, "call_in", call, stream=duty.hall, after=facts, now=now)
    due = timezone.localtime(call.due_at).isoformat()
    tell("duty_on_call", duty, call.person, once=f"call-in/{call.pk}", now=now, due_at=due)
    return call


@transaction.atomic
def answer_call_in(*, actor: Actor, call_id: int, now: dt.datetime) -> CallIn:
    """They are here. Late stays late, and is shown."""
    call = CallIn.objects.select_for_update(of=("self",)).get(pk=call_id)
    rules.check_can_answer_call_in(actor, call.duty, call.person_id, status=call.status, now=now)
    call.status = CALL_IN.target("answer_call_in", call.status)
    call.answered_at = max(now, call.called_at)  # called from a host whose clock is ahead
    call.save(update_fields=["status", "answered_at"])
    facts = {"answered_at": call.answered_at, "minutes": call.minutes, "late": call.came_late}
    journal.record(actor, "answer_call_in", call, stream=call.duty.hall, after=facts, now=now)
    return call
