"""The units sit down: room and people are taken together, let go on a change, and who came is recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from cases.actions.video import call_off_video, move_video
from cases.rules import check_said
from consultations import rules
from consultations.actions.parts import locked, show_sitting, tell
from consultations.lifecycle import SITTING
from consultations.models import Attendance, Consultation, Sitting
from consultations.rules import Roll, SittingPlan
from consultations.rules.sittings import check_record, check_roll, check_sitting_plan
from hall import journal
from hall.access import SYSTEM, Actor
from hall.models import User
from staffing.actions.engagements import engage, release
from staffing.lifecycle import DEPARTMENT_ROLES
from staffing.models import Posting
from staffing.rules.engagements import Meeting, check_meeting_time


def ref_of(sitting: Sitting) -> str:
    return f"consultations.sitting:{sitting.pk}"


def _meeting(one: Consultation, sitting: Sitting) -> Meeting:
    return Meeting(
        hall_id=one.hall_id,
        purpose="consultation",
        ref=ref_of(sitting),
        starts_at=sitting.starts_at,
        ends_at=sitting.ends_at,
        path=f"/consultations/{one.pk}/",
    )


@transaction.atomic
def plan_sitting(*, actor: Actor, consultation_id: int, plan: SittingPlan, now: dt.datetime) -> Sitting:
    """A time, a room, a chair, an agenda; everybody invited is told, and the case page shows the day."""
    one = locked(consultation_id)
    rules.check_can_plan_sitting(actor, one, now=now)
    sitting = Sitting(consultation=one, planned_at=now)
    people = _fill(sitting, one, plan, now=now)
    sitting.save(force_insert=True)
    _take(sitting, one, plan, people, now=now)
    _tell(sitting, one, people.values(), "sitting_planned", once="planned", actor=actor, now=now)
    _record(sitting, one, "plan_sitting", actor=actor, now=now)
    return sitting


def _fill(sitting: Sitting, one: Consultation, plan: SittingPlan, *, now: dt.datetime) -> dict[int, User]:
    """The facts of the plan, checked. Raises Refused(input)."""
    sitting.starts_at, sitting.ends_at = plan.starts_at, plan.ends_at
    check_meeting_time(_meeting(one, sitting), now=now)
    people = check_sitting_plan(one, plan, now=now)
    sitting.room_id, sitting.place = plan.room_id, plan.place.strip()
    sitting.agenda, sitting.chair = plan.agenda.strip(), people[plan.chair_id or 0]
    return people


def _take(
    sitting: Sitting, one: Consultation, plan: SittingPlan, people: Mapping[int, User], *, now: dt.datetime
) -> None:
    """Room and people are taken, and stand on the list of who is invited."""
    engage(_meeting(one, sitting), room_id=plan.room_id, user_ids=people, now=now)
    posts = _posts(one, people, timezone.localdate(plan.starts_at))
    Attendance.objects.bulk_create(
        Attendance(
            sitting=sitting, user=person, name=person.name, department_id=posts[pk][0], title=posts[pk][1]
        )
        for pk, person in people.items()
    )
    show_sitting(one)


def _posts(one: Consultation, people: Iterable[int], day: dt.date) -> dict[int, tuple[int, str]]:
    """For which unit each comes, and as what; who comes for the hall comes for the unit that convenes."""
    seats = set(one.units.exclude(status="released").values_list("department_id", flat=True))
    found = dict.fromkeys(people, (one.convenor_id, ""))
    for post in Posting.objects.on(day).filter(user__in=found).order_by("-pk"):
        if post.department_id in seats and post.role in DEPARTMENT_ROLES:
            found[post.user_id] = (post.department_id or one.convenor_id, post.title)
        elif not found[post.user_id][1]:
            found[post.user_id] = (found[post.user_id][0], post.title)
    return found


def _of(sitting_id: int) -> tuple[Sitting, Consultation]:
    """The case, the consultation, then the sitting, each under its lock."""
    consultation_id = Sitting.objects.values_list("consultation", flat=True).get(pk=sitting_id)
    one = locked(consultation_id)
    sitting = Sitting.objects.select_for_update(of=("self",)).get(pk=sitting_id)
    sitting.consultation = one
    return sitting, one


@transaction.atomic
def change_sitting(*, actor: Actor, sitting_id: int, plan: SittingPlan, now: dt.datetime) -> Sitting:
    """Another time, room or company: what was taken is let go, what is wanted now is taken, or nothing changes."""
    sitting, one = _of(sitting_id)
    rules.check_can_change_sitting(actor, sitting, now=now)
    before = _facts(sitting)
    invited = {row.user_id: row.user for row in sitting.attendance.select_related("user") if row.user}
    people = _fill(sitting, one, plan, now=now)
    sitting.status = SITTING.target("change_sitting", sitting.status)
    sitting.save()
    release(ref_of(sitting), now=now)
    sitting.attendance.filter(present=None).delete()
    _take(sitting, one, plan, people, now=now)
    move_video(
        actor=actor,
        room_id=sitting.video_room_id,
        starts_at=sitting.starts_at,
        ends_at=sitting.ends_at,
        now=now,
    )
    stamp = now.isoformat()
    _tell(sitting, one, people.values(), "sitting_changed", once=stamp, actor=actor, now=now)
    gone = [person for pk, person in invited.items() if pk not in people]
    _tell(sitting, one, gone, "sitting_cancelled", once=f"gone/{stamp}", actor=actor, now=now)
    _record(sitting, one, "change_sitting", actor=actor, now=now, before=before)
    return sitting


@transaction.atomic
def cancel_sitting(*, actor: Actor, sitting_id: int, reason: str, now: dt.datetime) -> Sitting:
    """It does not take place; room and people are free again."""
    sitting, one = _of(sitting_id)
    rules.check_can_cancel_sitting(actor, sitting, now=now)
    said = check_said(reason, "reason")[:300]
    _cancel(sitting, one, reason=said, actor=actor, now=now)
    show_sitting(one)
    _record(sitting, one, "cancel_sitting", actor=actor, now=now, reason=said)
    return sitting


def _cancel(
    sitting: Sitting, one: Consultation, *, reason: str, now: dt.datetime, actor: Actor | None = None
) -> None:
    sitting.status = SITTING.target("cancel_sitting", sitting.status)
    sitting.cancel_reason = reason
    sitting.save(update_fields=["status", "cancel_reason"])
    release(ref_of(sitting), now=now)
    call_off_video(actor=actor or SYSTEM, room_id=sitting.video_room_id, reason=reason, now=now)
    invited = [row.user for row in sitting.attendance.select_related("user") if row.user]
    _tell(sitting, one, invited, "sitting_cancelled", once="cancelled", actor=actor, now=now, reason=reason)


def call_off_sittings(one: Consultation, *, reason: str, now: dt.datetime) -> None:
    """Part of an end: whatever was still planned does not take place. The act that ends it is in the journal."""
    rows = Sitting.objects.select_for_update(of=("self",)).filter(consultation=one, status="planned")
    for sitting in rows:
        _cancel(sitting, one, reason=reason, now=now)


@transaction.atomic
def record_sitting(*, actor: Actor, sitting_id: int, record: str, roll: Roll, now: dt.datetime) -> Sitting:
    """What was discussed and who came of each unit, by name; the record is internal."""
    sitting, one = _of(sitting_id)
    rules.check_can_record_sitting(actor, sitting, now=now)
    said = check_record(record)
    others = check_roll(sitting, one, roll)
    for row in sitting.attendance.all():
        row.present = bool(roll.present.get(row.pk))
        row.save(update_fields=["present"])
    Attendance.objects.bulk_create(
        Attendance(
            sitting=sitting, department_id=came.department_id, name=came.name.strip()[:60],
            title=came.title.strip()[:80], present=True,
        )
        for came in others
    )  # fmt: skip
    sitting.status = SITTING.target("record_sitting", sitting.status)
    sitting.record = said
    sitting.save(update_fields=["status", "record"])
    if sitting.ends_at > now:  # over before its time
        release(ref_of(sitting), now=now)
    show_sitting(one)
    _record(sitting, one, "record_sitting", actor=actor, now=now)
    return sitting


def _facts(sitting: Sitting) -> dict[str, object]:
    return {"on": timezone.localdate(sitting.starts_at), "room": sitting.room_id}


def _record(
    sitting: Sitting,
    one: Consultation,
    verb: str,
    *,
    actor: Actor,
    now: dt.datetime,
    before: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    journal.record(
        actor, verb, sitting, stream=one.case, before=before, after=_facts(sitting), reason=reason, now=now
    )


def _tell(
    sitting: Sitting,
    one: Consultation,
    people: Iterable[User],
    kind: str,
    *,
    once: str,
    actor: Actor | None,
    now: dt.datetime,
    reason: str = "",
) -> None:
    start, end = timezone.localtime(sitting.starts_at), timezone.localtime(sitting.ends_at)
    tell(
        one,
        [person for person in people if actor is None or person.pk != actor.user_id],
        kind,
        once=f"{sitting.pk}/{once}",
        now=now,
        starts_at=start.isoformat(),
        ends_at=end.isoformat(),
        place=sitting.place or (sitting.room.name if sitting.room else ""),
        reason=reason,
    )
