"""What the hall and the units in it promise in public (国信发〔2015〕12号（十一）): drafted, published, withdrawn."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from hall import journal
from hall.access import Actor
from staffing import rules
from staffing.lifecycle import COMMITMENT
from staffing.models import Commitment, Department, Hall


@transaction.atomic
def save_commitment(
    *,
    actor: Actor,
    hall_id: int,
    text: str,
    text_en: str = "",
    department_id: int | None = None,
    order: int = 10,
    commitment_id: int | None = None,
    now: dt.datetime,
) -> Commitment:
    """A new draft, or another wording of one. Nobody outside sees it."""
    hall = Hall.objects.get(pk=hall_id)
    one = Commitment.objects.locked(commitment_id) if commitment_id else Commitment(status="drafted")
    one.hall = one.hall if commitment_id else hall
    one.department = Department.objects.filter(pk=department_id).first() if department_id else None
    one.text, one.text_en, one.order = text.strip(), text_en.strip(), order
    rules.check_can_save_commitment(actor, one.hall, one, now=now)
    one.save()
    journal.record(
        actor, "save_commitment", one, after={"text": one.text, "department": department_id}, now=now
    )
    return one


@transaction.atomic
def publish_commitment(*, actor: Actor, commitment_id: int, now: dt.datetime) -> Commitment:
    one = Commitment.objects.locked(commitment_id)
    rules.check_can_publish_commitment(actor, one, now=now)
    one.status, one.published_at = COMMITMENT.target("publish_commitment", one.status), now
    one.save(update_fields=["status", "published_at"])
    journal.record(actor, "publish_commitment", one, after={"text": one.text}, now=now)
    return one


@transaction.atomic
def withdraw_commitment(
    *, actor: Actor, commitment_id: int, reason: str = "", now: dt.datetime
) -> Commitment:
    """No longer promised; what was public stays readable with the date and the reason."""
    one = Commitment.objects.locked(commitment_id)
    rules.check_can_withdraw_commitment(actor, one, reason=reason, now=now)
    one.status = COMMITMENT.target("withdraw_commitment", one.status)
    one.withdrawn_at, one.withdraw_reason = now, reason.strip()
    one.save(update_fields=["status", "withdrawn_at", "withdraw_reason"])
    journal.record(
        actor, "withdraw_commitment", one, after={"status": one.status}, reason=one.withdraw_reason, now=now
    )
    return one
