"""The list of participants, and the half-days on which they are in the hall."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction

from hall import journal
from hall.access import Actor
from hall.batch import broken_by
from staffing import rules
from staffing.actions.rota import locked_hall
from staffing.models import Hall, ParticipantDuty, SocialParticipant
from staffing.rules import ParticipantFacts, ParticipantSlot

ONE_PLACE = {"participant_in_one_place", "participant_duty_cell"}
_SILENT = ("name", "name_en", "licence")
"""Who it is: said by the row, not repeated in the journal."""


@transaction.atomic
def save_participant(
    *,
    actor: Actor,
    hall_id: int,
    facts: ParticipantFacts,
    participant_id: int | None = None,
    now: dt.datetime,
) -> SocialParticipant:
    """Enter somebody in the list, or change what it says (国信发〔2015〕12号（八）)."""
    hall = locked_hall(hall_id)
    one = SocialParticipant.objects.locked(participant_id) if participant_id else None
    rules.check_can_save_participant(actor, hall, facts, participant=one, now=now)
    said = {key: value.strip() if isinstance(value, str) else value for key, value in asdict(facts).items()}
    before = {key: getattr(one, key) for key in said} if one else {}
    changed = {key: value for key, value in said.items() if not one or before[key] != value}
    if one is not None and not changed:
        return one
    one = one or SocialParticipant(hall=hall)
    for key, value in said.items():
        setattr(one, key, value)
    if one.pk:
        one.save(update_fields=[key.removesuffix("_id") for key in changed])
    else:
        one.save(force_insert=True)
    journal.record(
        actor, "save_participant", one,
        before={key: before[key] for key in changed if before and key not in _SILENT},
        after={key: value for key, value in changed.items() if key not in _SILENT},
        now=now,
    )  # fmt: skip
    return one


@contextmanager
def _one_place(slot: ParticipantSlot, *, but: int | None = None) -> Iterator[None]:
    """Two planners at once: the database lets one through, the other reads what is taken."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if broken_by(error) in ONE_PLACE:
            rules.refuse_participant_clash(slot, but=but)
        raise


def _fill(duty: ParticipantDuty, slot: ParticipantSlot) -> None:
    duty.participant_id, duty.day, duty.half = slot.participant_id, slot.day, slot.half
    duty.starts_at, duty.ends_at = slot.bounds()
    duty.room_id, duty.desk = slot.room_id, slot.desk.strip()


_FIELDS = ("participant_id", "day", "half", "starts_at", "ends_at", "room_id", "desk")


def _facts(duty: ParticipantDuty) -> dict[str, Any]:
    return {name.removesuffix("_id"): getattr(duty, name) for name in _FIELDS}


@transaction.atomic
def plan_participant_duty(
    *, actor: Actor, hall_id: int, slots: Sequence[ParticipantSlot], now: dt.datetime
) -> list[ParticipantDuty]:
    """Half-days of a participant, all of them or none."""
    hall = Hall.objects.get(pk=hall_id)
    rules.check_can_plan_participant_duty(actor, hall, slots, now=now)
    planned = []
    for slot in slots:
        duty = ParticipantDuty(hall=hall)
        _fill(duty, slot)
        with _one_place(slot):
            duty.save(force_insert=True)
        journal.record(actor, "plan_participant_duty", duty, after=_facts(duty), now=now)
        planned.append(duty)
    return planned


@transaction.atomic
def change_participant_duty(
    *, actor: Actor, duty_id: int, slot: ParticipantSlot, reason: str, now: dt.datetime
) -> ParticipantDuty:
    """A swap: somebody else, another time or place, with the reason that the public reads."""
    duty = ParticipantDuty.objects.locked(duty_id)
    rules.check_can_change_participant_duty(actor, duty, slot=slot, reason=reason, now=now)
    before = _facts(duty)
    _fill(duty, slot)
    after = _facts(duty)
    changed = [key for key in after if before[key] != after[key]]
    if not changed:
        return duty
    duty.changed_at, duty.change_note = now, reason.strip()
    with _one_place(slot, but=duty.pk):
        duty.save(
            update_fields=[*(name.removesuffix("_id") for name in _FIELDS), "changed_at", "change_note"]
        )
    journal.record(
        actor, "change_participant_duty", duty, before={key: before[key] for key in changed},
        after={key: after[key] for key in changed}, reason=duty.change_note, now=now,
    )  # fmt: skip
    return duty


@transaction.atomic
def cancel_participant_duty(*, actor: Actor, duty_id: int, reason: str, now: dt.datetime) -> ParticipantDuty:
    """Nobody comes instead; the row stays, with the reason."""
    duty = ParticipantDuty.objects.locked(duty_id)
    rules.check_can_cancel_participant_duty(actor, duty, reason=reason, now=now)
    duty.cancelled_at, duty.change_note = now, reason.strip()
    duty.save(update_fields=["cancelled_at", "change_note"])
    journal.record(
        actor, "cancel_participant_duty", duty, after={"cancelled": True}, reason=duty.change_note, now=now
    )
    return duty
