"""A sitting by video: one room of the case for it, which moves and is called off with it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.actions.video import VideoPlan, plan_video_room
from cases.queries.standing import standing
from consultations import rules
from consultations.actions.parts import locked
from consultations.models import Sitting
from hall import journal
from hall.access import Actor


@transaction.atomic
def plan_sitting_video(*, actor: Actor, sitting_id: int, now: dt.datetime) -> Sitting:
    """A video room at the sitting's time, a seat for each unit at the table; one that fell through is replaced."""
    one = locked(Sitting.objects.values_list("consultation", flat=True).get(pk=sitting_id))
    sitting = Sitting.objects.select_for_update(of=("self",)).get(pk=sitting_id)
    sitting.consultation = one
    rules.check_can_plan_sitting_video(actor, sitting, now=now)
    seats = one.units.exclude(status="released").order_by("order", "pk")
    barred = standing(one.case).barred_units
    plan = VideoPlan(
        kind="consultation",
        title=one.title,
        case_id=one.case_id,
        starts_at=sitting.starts_at,
        ends_at=sitting.ends_at,
        department_ids=[unit for unit in seats.values_list("department", flat=True) if unit not in barred],
    )
    sitting.video_room = plan_video_room(actor=actor, hall_id=one.hall_id, plan=plan, now=now)
    sitting.save(update_fields=["video_room"])
    after = {"room": sitting.video_room.pk}
    journal.record(actor, "plan_sitting_video", sitting, stream=one.case, after=after, now=now)
    return sitting
