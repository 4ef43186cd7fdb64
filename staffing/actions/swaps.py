"""Swapping a duty: one asks, the other agrees, the manager approves; then both duties change at once."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hall import journal
from hall.access import Actor, Refused
from hall.batch import broken_by
from hall.models import User
from staffing import queries, rules
from staffing.actions.rota import in_one_place, locked_hall, tell
from staffing.lifecycle import DUTY_SWAP, HALL_MANAGER
from staffing.models import Duty, DutySwap


def _lock(swap_id: int) -> DutySwap:
    locked_hall(DutySwap.objects.values_list("duty__hall_id", flat=True).get(pk=swap_id))
    swap = DutySwap.objects.locked(swap_id)
    ids = [pk for pk in (swap.duty_id, swap.other_duty_id) if pk is not None]
    list(Duty.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    return swap


def _move(actor: Actor, verb: str, swap: DutySwap, *, reason: str = "", now: dt.datetime) -> None:
    before, swap.status = swap.status, DUTY_SWAP.target(verb, swap.status)
    swap.reason = reason.strip()
    swap.save(update_fields=["status", "reason"])
    journal.record(
        actor, verb, swap, stream=swap.duty.hall, before={"status": before},
        after={"status": swap.status, "duty": swap.duty_id, "other_duty": swap.other_duty_id},
        reason=swap.reason, now=now,
    )  # fmt: skip


def _tell(kind: str, swap: DutySwap, to: list[User], now: dt.datetime) -> None:
    people = {
        "asker": swap.asker.name, "asker_en": swap.asker.name_en,
        "other": swap.other.name, "other_en": swap.other.name_en,
    }  # fmt: skip
    tell(
        kind, swap.duty, *to, once=f"{kind}/{swap.pk}", now=now, reason=swap.reason,
        exchange=swap.other_duty_id is not None, **people,
    )  # fmt: skip


@transaction.atomic
def request_swap(
    *, actor: Actor, duty_id: int, other_id: int, other_duty_id: int | None = None, now: dt.datetime
) -> DutySwap:
    """Ask a colleague to take one's duty, for one of theirs or for nothing."""
    locked_hall(Duty.objects.values_list("hall_id", flat=True).get(pk=duty_id))
    duty = Duty.objects.locked(duty_id)
    other = User.objects.filter(pk=other_id, is_active=True).first()
    if other is None:
        raise Refused(_("请选择另一位同事。"), "input", field="other")
    other_duty = Duty.objects.locked(other_duty_id) if other_duty_id else None
    rules.check_can_request_swap(actor, duty, other=other, other_duty=other_duty, now=now)
    swap = DutySwap(duty=duty, other_duty=other_duty, asker=duty.person, other=other, asked_at=now)
    try:
        with transaction.atomic():
            swap.save(force_insert=True)
    except IntegrityError as error:
        if broken_by(error) == "swap_one_open":
            raise Refused(_("这个班已经在商量换班。"), "state") from error
        raise
    facts = {"duty": duty.pk, "other": other.pk, "other_duty": other_duty_id}
    journal.record(actor, "request_swap", swap, stream=duty.hall, after=facts, now=now)
    _tell("swap_requested", swap, [other], now)
    return swap


@transaction.atomic
def agree_swap(*, actor: Actor, swap_id: int, now: dt.datetime) -> DutySwap:
    """The other one agrees; now the manager is asked."""
    swap = _lock(swap_id)
    rules.check_can_agree_swap(actor, swap, now=now)
    _move(actor, "agree_swap", swap, now=now)
    managers = queries.holders(HALL_MANAGER, hall_id=swap.duty.hall_id, day=swap.duty.day)
    _tell("swap_agreed", swap, list(managers), now)
    return swap


@transaction.atomic
def approve_swap(*, actor: Actor, swap_id: int, now: dt.datetime) -> DutySwap:
    """Both duties change hands in one transaction, or neither does."""
    swap = _lock(swap_id)
    rules.check_can_approve_swap(actor, swap, now=now)
    _give(swap)
    _move(actor, "approve_swap", swap, now=now)
    _tell("swap_approved", swap, [swap.asker, swap.other], now)
    return swap


def _give(swap: DutySwap) -> None:
    """Nobody sits at either for a moment, so that the constraint never sees one person twice."""
    pairs = [(swap.duty, swap.other)]
    if swap.other_duty is not None:
        pairs.append((swap.other_duty, swap.asker))
    for duty, _person in pairs:
        duty.sitter = None
        duty.save(update_fields=["sitter"])
    for duty, person in pairs:
        if duty.substitute_id == person.pk:  # A and B change seats
            duty.substitute_id = duty.person_id
        duty.person = duty.sitter = person
        with in_one_place():
            duty.save(update_fields=["person", "sitter", "substitute"])


@transaction.atomic
def refuse_swap(*, actor: Actor, swap_id: int, reason: str = "", now: dt.datetime) -> DutySwap:
    """The other one does not want to, or the manager says no and why."""
    swap = _lock(swap_id)
    rules.check_can_refuse_swap(actor, swap, reason=reason, now=now)
    _move(actor, "refuse_swap", swap, reason=reason, now=now)
    _tell("swap_refused", swap, [swap.asker], now)
    return swap


@transaction.atomic
def withdraw_swap(*, actor: Actor, swap_id: int, now: dt.datetime) -> DutySwap:
    """Whoever asked takes it back."""
    swap = _lock(swap_id)
    rules.check_can_withdraw_swap(actor, swap, now=now)
    _move(actor, "withdraw_swap", swap, now=now)
    return swap
