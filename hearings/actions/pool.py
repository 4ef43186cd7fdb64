"""The pool of a hall. Names and telephone numbers stand in the rows alone, never in the journal."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from hall import journal
from hall.access import Actor
from hall.models import User
from hearings import rules
from hearings.models import PoolMember
from hearings.queries.pool import PoolFilter, every_member
from hearings.rules.pool import PoolFacts
from staffing.actions.rota import locked_hall
from staffing.models import SocialParticipant


@transaction.atomic
def add_to_pool(
    *, actor: Actor, hall_id: int, participant_id: int, facts: PoolFacts, now: dt.datetime
) -> PoolMember:
    """Somebody of the hall's list may be drawn from now on."""
    hall = locked_hall(hall_id)
    who = SocialParticipant.objects.filter(pk=participant_id).first()
    rules.check_can_add_to_pool(actor, hall, who, facts, now=now)
    member = PoolMember.objects.create(
        hall=hall, participant_id=participant_id, category=facts.category, employer_id=facts.employer_id,
        phone=facts.phone.strip(), added_at=now,
    )  # fmt: skip
    after = {"participant": participant_id, "category": facts.category, "employer": facts.employer_id}
    journal.record(actor, "add_to_pool", member, after=after, now=now)
    return member


@transaction.atomic
def change_pool_member(*, actor: Actor, member_id: int, facts: PoolFacts, now: dt.datetime) -> PoolMember:
    """Category, employer, telephone; who it is stays."""
    member = PoolMember.objects.locked(member_id)
    rules.check_can_change_pool_member(actor, member, facts, now=now)
    said = {"category": facts.category, "employer_id": facts.employer_id, "phone": facts.phone.strip()}
    before = {name: getattr(member, name) for name in said}
    changed = [name for name in said if said[name] != before[name]]
    if not changed:
        return member
    for name in changed:
        setattr(member, name, said[name])
    member.save(update_fields=[name.removesuffix("_id") for name in changed])
    told = [name for name in changed if name != "phone"]
    after: dict[str, Any] = {name: said[name] for name in told}
    if "phone" in changed:
        after["phone_changed"] = True
    journal.record(
        actor,
        "change_pool_member",
        member,
        before={name: before[name] for name in told},
        after=after,
        now=now,
    )
    return member


@transaction.atomic
def retire_pool_member(*, actor: Actor, member_id: int, reason: str, now: dt.datetime) -> PoolMember:
    """Drawn no more. Seats that are filled already stay: they are replaced one by one."""
    member = PoolMember.objects.locked(member_id)
    rules.check_can_retire_pool_member(actor, member, reason, now=now)
    member.is_active = False
    member.save(update_fields=["is_active"])
    journal.record(
        actor, "retire_pool_member", member, after={"active": False}, reason=reason.strip(), now=now
    )
    return member


@transaction.atomic
def restore_pool_member(*, actor: Actor, member_id: int, now: dt.datetime) -> PoolMember:
    """May be drawn again."""
    member = PoolMember.objects.locked(member_id)
    rules.check_can_restore_pool_member(actor, member, now=now)
    member.is_active = True
    member.save(update_fields=["is_active"])
    journal.record(actor, "restore_pool_member", member, after={"active": True}, now=now)
    return member


@transaction.atomic
def export_pool(*, actor: Actor, asked: PoolFilter, now: dt.datetime) -> list[Any]:
    """The rows of the list, for a file; who took it along, and when, is on record first."""
    rules.check_can_export_pool(actor, asked.hall_id, now=now)
    facts = {name: getattr(asked, name) for name in asked.__slots__ if getattr(asked, name)}
    journal.record(actor, "export_pool", User(pk=actor.user_id), after=facts, now=now)
    return list(every_member(actor, asked))
