"""A schedule is approved before it is published, where the hall asks for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from hall import journal
from hall.access import Actor, Refused
from staffing import rules
from staffing.actions.engagements import lock_rooms_and_people
from staffing.lifecycle import RECEPTION
from staffing.models import Hall, LeaderReception


def _approve(reception: LeaderReception, *, actor: Actor, now: dt.datetime) -> None:
    reception.status = RECEPTION.target("approve_reception", reception.status)
    reception.approved_at, reception.approved_by_id = now, actor.user_id
    reception.save(update_fields=["status", "approved_at", "approved_by"])
    after = {"approved_at": now, "revision": reception.revision}
    journal.record(actor, "approve_reception", reception, after=after, now=now)


@transaction.atomic
def approve_reception(*, actor: Actor, reception_id: int, revision: int, now: dt.datetime) -> LeaderReception:
    """What was read may be published; a change of it asks for a new approval."""
    reception = LeaderReception.objects.locked(reception_id)
    rules.check_can_approve_reception(actor, reception, revision=revision, now=now)
    _approve(reception, actor=actor, now=now)
    return reception


@transaction.atomic
def approve_month(
    *, actor: Actor, hall_id: int, seen: Mapping[int, int], now: dt.datetime
) -> list[LeaderReception]:
    """All that the page showed (id → revision) at once; when one of them was changed meanwhile, none."""
    hall = Hall.objects.get(pk=hall_id)
    rules.check_can_approve_month(actor, hall, now=now)
    shown = list(
        LeaderReception.objects.select_for_update(of=("self",))
        .filter(hall=hall, pk__in=seen)
        .select_related("hall", "leader")
        .order_by("starts_at", "id")
    )
    if not shown:
        raise Refused(_("没有等待批准的接访。"), "state")
    lock_rooms_and_people({one.room_id for one in shown}, {one.leader_id for one in shown})
    for reception in shown:
        rules.check_can_approve_reception(actor, reception, revision=seen[reception.pk], now=now)
        _approve(reception, actor=actor, now=now)
    journal.record(actor, "approve_month", hall, after={"receptions": [one.pk for one in shown]}, now=now)
    return shown
