"""Leave: asked for oneself, agreed by the unit, approved by the hall. Approved, B is called in or a gap opens."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from hall import journal, outbox
from hall.access import Actor
from hall.batch import broken_by
from hall.models import User
from staffing import queries, rules
from staffing.actions.rota import hand_over, is_free, locked_hall, tell, uncover
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEAVE
from staffing.models import Duty, Hall, Leave


def _facts(leave: Leave) -> dict[str, object]:
    return {
        "user": leave.user_id, "from_on": leave.from_on, "from_half": leave.from_half,
        "until_on": leave.until_on, "until_half": leave.until_half, "unit": leave.unit_id,
    }  # fmt: skip


def _tell(kind: str, leave: Leave, to: list[User], now: dt.datetime) -> None:
    context = {
        "name": leave.user.name, "name_en": leave.user.name_en, "from_on": leave.from_on.isoformat(),
        "until_on": leave.until_on.isoformat(), "reason": leave.reason,
    }  # fmt: skip
    outbox.post(kind, to=to, context=context, url="/my-duty/", once=f"{kind}/{leave.pk}", now=now)


def _lock(leave_id: int) -> Leave:
    """The hall first, then the leave: a swap or a cell that touches the same people waits."""
    locked_hall(Leave.objects.values_list("hall_id", flat=True).get(pk=leave_id))
    return Leave.objects.locked(leave_id)


@transaction.atomic
def request_leave(
    *,
    actor: Actor,
    hall_id: int,
    kind: str,
    from_on: dt.date,
    from_half: str = "am",
    until_on: dt.date,
    until_half: str = "pm",
    now: dt.datetime,
) -> Leave:
    """Ask for days or half-days. A stationed unit's head is asked first, the hall manager after."""
    hall = Hall.objects.get(pk=hall_id)
    start, end = queries.leave_bounds(from_on, from_half, until_on, until_half)
    leave = Leave(
        hall=hall, kind=kind, from_on=from_on, from_half=from_half, until_on=until_on, until_half=until_half,
        starts_at=start, ends_at=end, asked_at=now,
    )  # fmt: skip
    leave.user_id = actor.user_id or 0
    rules.check_can_request_leave(actor, hall, leave, now=now)
    leave.unit_id = rules.unit_that_agrees(leave.user_id, hall, from_on)
    try:
        with transaction.atomic():
            leave.save(force_insert=True)
    except IntegrityError as error:
        if broken_by(error) == "leave_once":
            rules.refuse_second_leave(leave)
        raise
    journal.record(actor, "request_leave", leave, after=_facts(leave), now=now)
    if leave.unit_id:
        heads = queries.holders(DEPARTMENT_HEAD, department_id=leave.unit_id, day=from_on)
        _tell("leave_requested", leave, list(heads.exclude(pk=leave.user_id)), now)
    else:
        managers = queries.holders(HALL_MANAGER, hall_id=hall.pk, day=from_on)
        _tell("leave_requested", leave, list(managers.exclude(pk=leave.user_id)), now)
    return leave


@transaction.atomic
def agree_leave(*, actor: Actor, leave_id: int, now: dt.datetime) -> Leave:
    """The unit's side agrees; now the hall manager is asked."""
    leave = _lock(leave_id)
    rules.check_can_agree_leave(actor, leave, now=now)
    before, leave.status = leave.status, LEAVE.target("agree_leave", leave.status)
    leave.unit_agreed_by_id, leave.unit_agreed_at = actor.user_id, now
    leave.save(update_fields=["status", "unit_agreed_by", "unit_agreed_at"])
    journal.record(
        actor, "agree_leave", leave, before={"status": before}, after={"status": leave.status}, now=now
    )
    managers = queries.holders(HALL_MANAGER, hall_id=leave.hall_id, day=leave.from_on)
    _tell("leave_agreed", leave, list(managers.exclude(pk=leave.user_id)), now)
    return leave


@transaction.atomic
def approve_leave(*, actor: Actor, leave_id: int, now: dt.datetime) -> tuple[Leave, int]:
    """The hall's side approves. The person's duties go to B, who is told, or stay open. Returns the gaps as well."""
    leave = _lock(leave_id)
    rules.check_can_approve_leave(actor, leave, now=now)
    gaps = uncover(
        actor, leave.user, starts_at=max(leave.starts_at, now), ends_at=leave.ends_at,
        why={"leave": leave.pk}, now=now,
    )  # fmt: skip
    before, leave.status = leave.status, LEAVE.target("approve_leave", leave.status)
    leave.approved_by_id, leave.approved_at = actor.user_id, now
    leave.save(update_fields=["status", "approved_by", "approved_at"])
    journal.record(
        actor, "approve_leave", leave, before={"status": before},
        after={"status": leave.status, "gaps": gaps}, now=now,
    )  # fmt: skip
    _tell("leave_approved", leave, [leave.user], now)
    return leave, gaps


@transaction.atomic
def refuse_leave(*, actor: Actor, leave_id: int, reason: str, now: dt.datetime) -> Leave:
    """Either side says no, and why."""
    leave = _lock(leave_id)
    rules.check_can_refuse_leave(actor, leave, reason=reason, now=now)
    before, leave.status = leave.status, LEAVE.target("refuse_leave", leave.status)
    leave.reason = reason.strip()
    leave.save(update_fields=["status", "reason"])
    journal.record(
        actor, "refuse_leave", leave, before={"status": before}, after={"status": leave.status},
        reason=leave.reason, now=now,
    )  # fmt: skip
    _tell("leave_refused", leave, [leave.user], now)
    return leave


@transaction.atomic
def withdraw_leave(*, actor: Actor, leave_id: int, now: dt.datetime) -> Leave:
    """Not needed after all. The duties still ahead come back, unless the manager gave them to somebody else."""
    leave = _lock(leave_id)
    rules.check_can_withdraw_leave(actor, leave, now=now)
    before, leave.status = leave.status, LEAVE.target("withdraw_leave", leave.status)
    leave.save(update_fields=["status"])
    if before == "approved":
        _take_back(actor, leave, now)
    journal.record(
        actor, "withdraw_leave", leave, before={"status": before}, after={"status": leave.status}, now=now
    )
    return leave


def _take_back(actor: Actor, leave: Leave, now: dt.datetime) -> None:
    duties = (
        Duty.objects.planned()
        .overlapping(leave.starts_at, leave.ends_at)
        .filter(person=leave.user_id, starts_at__gt=now)
        .exclude(sitter=leave.user_id)
        .select_for_update(of=("self",))
        .select_related("sitter", "window", "unit", "hall", "person")
        .order_by("starts_at", "id")
    )
    for duty in list(duties):
        if duty.sitter_id not in (None, duty.substitute_id) or not is_free(duty, duty.person):
            continue
        former = duty.sitter
        hand_over(duty, leave.user_id, now)
        journal.record(
            actor, "restore_duty", duty, stream=duty.hall, before={"sitter": former.pk if former else None},
            after={"sitter": duty.sitter_id, "leave": leave.pk}, now=now,
        )  # fmt: skip
        if former is not None:
            tell(
                "duty_released", duty, former, once=f"released/{duty.pk}/{leave.pk}", now=now,
                name=leave.user.name, name_en=leave.user.name_en,
            )  # fmt: skip
