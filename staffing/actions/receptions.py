"""Leaders' receptions: planned, published in advance, changed and cancelled in the open, held.

Name, post, portfolio, time and place are published before (国信发〔2015〕12号（二）). Name and post are copied from
the posting of the day, so that a published schedule keeps saying what it said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from hall import journal, outbox
from hall.access import Actor
from hall.batch import broken_by
from hall.models import JournalEntry, User
from staffing import rules
from staffing.lifecycle import CLERK, GUIDE, LEADER, RECEPTION
from staffing.models import Hall, LeaderReception, Posting
from staffing.queries import due_publish_at, holders
from staffing.rules import Slot

EXCLUSIONS = {"leader_in_one_place", "room_taken_once", "leader_absent"}
SLOT_FIELDS = [
    "leader", "title", "title_en", "portfolio", "portfolio_en", "form", "room", "place", "place_en",
    "starts_at", "ends_at", "capacity",
]  # fmt: skip


def _fill(reception: LeaderReception, slot: Slot) -> None:
    day = timezone.localdate(slot.starts_at)
    post = (
        Posting.objects.filter(user=slot.leader_id, role=LEADER, hall=reception.hall_id)
        .on(day)
        .select_related("user")
        .order_by("from_on")[:1]
        .get()
    )
    reception.leader = post.user
    reception.title, reception.title_en = post.title, post.title_en
    reception.portfolio, reception.portfolio_en = post.portfolio, post.portfolio_en
    reception.form, reception.room_id = slot.form, slot.room_id
    reception.place, reception.place_en = slot.place.strip(), slot.place_en.strip()
    reception.starts_at, reception.ends_at = slot.starts_at, slot.ends_at
    reception.capacity = slot.capacity


@contextmanager
def _one_at_a_time(slot: Slot, *, but: int | None = None) -> Iterator[None]:
    """Two planners at once, or an absence: the database lets one through, the other reads who was faster."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if broken_by(error) in EXCLUSIONS:
            rules.refuse_absent_leader(slot)
            rules.refuse_clash(slot, but=but)
        raise


def _facts(reception: LeaderReception) -> dict[str, Any]:
    return {
        "leader": reception.leader_id,
        "form": reception.form,
        "room": reception.room_id,
        "place": reception.place,
        "starts_at": reception.starts_at,
        "ends_at": reception.ends_at,
        "capacity": reception.capacity,
    }


def _tell(kind: str, reception: LeaderReception, entry: JournalEntry, *who: User, now: dt.datetime) -> None:
    start, end = timezone.localtime(reception.starts_at), timezone.localtime(reception.ends_at)
    context = {
        "starts_at": start.isoformat(),
        "ends_at": end.isoformat(),
        "place": reception.place or (reception.room.name if reception.room else ""),
        "place_en": reception.place_en or (reception.room.name_en if reception.room else ""),
        "reason": entry.reason,
    }
    outbox.post(kind, to=who, context=context, url="/docket/", once=f"{kind}/{entry.pk}", now=now)


def _who_tell_visitors(reception: LeaderReception, now: dt.datetime) -> list[User]:
    """The hall's clerks and guides: visitors without a booking, and matters set down by hand, hear of it from them."""
    day = timezone.localdate(now)
    return [
        user
        for role in (CLERK, GUIDE)
        for user in holders(role, hall_id=reception.hall_id, day=day).exclude(pk=reception.leader_id)
    ]


@transaction.atomic
def plan_reception(*, actor: Actor, hall_id: int, slot: Slot, now: dt.datetime) -> LeaderReception:
    """Set a reception down; the public sees nothing of it yet."""
    hall = Hall.objects.get(pk=hall_id)
    rules.check_can_plan_reception(actor, hall, slot, now=now)
    reception = LeaderReception(hall=hall)
    _fill(reception, slot)
    with _one_at_a_time(slot):
        reception.save(force_insert=True)
    journal.record(actor, "plan_reception", reception, after=_facts(reception), now=now)
    return reception


@transaction.atomic
def publish_reception(*, actor: Actor, reception_id: int, now: dt.datetime) -> LeaderReception:
    """From now on the public reads it, and the leader is told."""
    reception = LeaderReception.objects.locked(reception_id)
    rules.check_can_publish_reception(actor, reception, now=now)
    _publish(reception, actor=actor, now=now)
    return reception


def _publish(reception: LeaderReception, *, actor: Actor, now: dt.datetime) -> None:
    reception.status = RECEPTION.target("publish_reception", reception.status)
    reception.published_at, reception.due_publish_at = now, due_publish_at(reception)
    reception.approval_needed = reception.hall.receptions_need_approval
    reception.save(update_fields=["status", "published_at", "due_publish_at", "approval_needed"])
    after = _facts(reception)
    if reception.published_late:
        after |= {"late": True, "due_publish_at": reception.due_publish_at}
    entry = journal.record(actor, "publish_reception", reception, after=after, now=now)
    _tell("reception_published", reception, entry, reception.leader, now=now)


@transaction.atomic
def publish_month(*, actor: Actor, hall_id: int, month: dt.date, now: dt.datetime) -> list[LeaderReception]:
    """The month's table goes out at once: everything planned in it that has not begun."""
    rules.check_can_publish_month(actor, Hall.objects.get(pk=hall_id), now=now)
    first = month.replace(day=1)
    after = (first + dt.timedelta(days=31)).replace(day=1)
    tz = timezone.get_current_timezone()
    planned = list(
        LeaderReception.objects.select_for_update(of=("self",))
        .filter(
            hall=hall_id,
            status="planned",
            starts_at__gt=now,
            starts_at__gte=dt.datetime.combine(first, dt.time.min, tz),
            starts_at__lt=dt.datetime.combine(after, dt.time.min, tz),
        )
        .select_related("leader", "room", "hall")
        .order_by("starts_at", "id")
    )
    for reception in planned:
        rules.check_can_publish_reception(actor, reception, now=now)
        _publish(reception, actor=actor, now=now)
    return planned


@transaction.atomic
def change_reception(
    *, actor: Actor, reception_id: int, slot: Slot, reason: str = "", now: dt.datetime
) -> LeaderReception:
    """Another time, place or leader. Of a published one the public sees what changed, when, and why."""
    reception = LeaderReception.objects.locked(reception_id)
    rules.check_can_change_reception(actor, reception, slot=slot, reason=reason, now=now)
    return _change(reception, slot, "change_reception", actor=actor, reason=reason, now=now)


@transaction.atomic
def substitute_leader(
    *, actor: Actor, reception_id: int, leader_id: int, reason: str = "", now: dt.datetime
) -> LeaderReception:
    """Another leader receives at the same time and place; the public sees who was to come, and why not."""
    reception = LeaderReception.objects.locked(reception_id)
    slot = replace(rules.slot_of(reception), leader_id=leader_id)
    rules.check_can_substitute_leader(actor, reception, slot=slot, reason=reason, now=now)
    return _change(reception, slot, "substitute_leader", actor=actor, reason=reason, now=now)


@transaction.atomic
def postpone_reception(
    *,
    actor: Actor,
    reception_id: int,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: str = "",
    now: dt.datetime,
) -> LeaderReception:
    """The same leader in the same place, later; the public sees from when it was moved, and why."""
    reception = LeaderReception.objects.locked(reception_id)
    slot = replace(rules.slot_of(reception), starts_at=starts_at, ends_at=ends_at)
    rules.check_can_postpone_reception(actor, reception, slot=slot, reason=reason, now=now)
    return _change(reception, slot, "postpone_reception", actor=actor, reason=reason, now=now)


def _change(
    reception: LeaderReception, slot: Slot, verb: str, *, actor: Actor, reason: str, now: dt.datetime
) -> LeaderReception:
    """Write it down, void an approval of what is no more, tell who is concerned."""
    before, former = _facts(reception), reception.leader
    _fill(reception, slot)
    after = _facts(reception)
    if before == after:
        return reception
    fields = [*SLOT_FIELDS, "revision"]
    reception.revision += 1
    # How many may book is no change that the public reads.
    seen = any(before[name] != after[name] for name in after if name != "capacity")
    if reception.published_at and seen:
        reception.changed_at, reception.change_note = now, reason.strip()
        fields += ["changed_at", "change_note"]
    elif not reception.published_at and reception.approved_at:
        before["approved_at"], after["approved_at"] = reception.approved_at, None
        reception.approved_at = reception.approved_by = None
        fields += ["approved_at", "approved_by"]
    with _one_at_a_time(slot, but=reception.pk):
        reception.save(update_fields=fields)
    changed = [name for name in after if before.get(name) != after[name]]
    entry = journal.record(
        actor, verb, reception, before={k: before[k] for k in changed},
        after={k: after[k] for k in changed}, reason=reason.strip(), now=now,
    )  # fmt: skip
    if reception.published_at and seen:
        told = [reception.leader] if former == reception.leader else [reception.leader, former]
        _tell("reception_changed", reception, entry, *told, *_who_tell_visitors(reception, now), now=now)
    return reception


@transaction.atomic
def cancel_reception(
    *, actor: Actor, reception_id: int, reason: str = "", now: dt.datetime
) -> LeaderReception:
    """It will not take place. A published one stays on the public page, struck out, with the reason."""
    reception = LeaderReception.objects.locked(reception_id)
    rules.check_can_cancel_reception(actor, reception, reason=reason, now=now)
    before, reception.status = reception.status, RECEPTION.target("cancel_reception", reception.status)
    reception.changed_at, reception.change_note = now, reason.strip()
    reception.revision += 1
    reception.save(update_fields=["status", "changed_at", "change_note", "revision"])
    entry = journal.record(
        actor, "cancel_reception", reception, before={"status": before}, after={"status": reception.status},
        reason=reason.strip(), now=now,
    )  # fmt: skip
    if reception.published_at:
        told = _who_tell_visitors(reception, now)
        _tell("reception_cancelled", reception, entry, reception.leader, *told, now=now)
    return reception


@transaction.atomic
def hold_reception(*, actor: Actor, reception_id: int, now: dt.datetime) -> LeaderReception:
    """It took place."""
    reception = LeaderReception.objects.locked(reception_id)
    rules.check_can_hold_reception(actor, reception, now=now)
    before, reception.status = reception.status, RECEPTION.target("hold_reception", reception.status)
    reception.save(update_fields=["status"])
    journal.record(
        actor,
        "hold_reception",
        reception,
        before={"status": before},
        after={"status": reception.status},
        now=now,
    )
    return reception
