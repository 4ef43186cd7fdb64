"""Training: planned, enrolled in, written down, and its hours taken out as a sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import asdict

from django.db import transaction

from hall import journal
from hall.access import Actor
from hall.models import User
from staffing import rules
from staffing.models import Course, CourseAttendance, Hall
from staffing.rules import CourseFacts, Mark


@transaction.atomic
def save_course(
    *, actor: Actor, hall_id: int, facts: CourseFacts, course_id: int | None = None, now: dt.datetime
) -> Course:
    hall = Hall.objects.get(pk=hall_id)
    course = Course.objects.locked(course_id) if course_id else None
    rules.check_can_save_course(actor, hall, facts, course=course, now=now)
    said = {key: value.strip() if isinstance(value, str) else value for key, value in asdict(facts).items()}
    before = {key: getattr(course, key) for key in said} if course else {}
    changed = {key: value for key, value in said.items() if not before or before[key] != value}
    if course is not None and not changed:
        return course
    course = course or Course(hall=hall)
    for key, value in said.items():
        setattr(course, key, value)
    if course.pk:
        course.save(update_fields=list(changed))
    else:
        course.save(force_insert=True)
    journal.record(
        actor,
        "save_course",
        course,
        before={key: before[key] for key in changed if before},
        after=changed,
        now=now,
    )
    return course


@transaction.atomic
def enrol_in_course(
    *, actor: Actor, course_id: int, user_ids: Collection[int], now: dt.datetime
) -> list[CourseAttendance]:
    """Put people of the hall on the course's list."""
    course = Course.objects.locked(course_id)
    rules.check_can_enrol_in_course(actor, course, user_ids, now=now)
    rows = CourseAttendance.objects.bulk_create(
        CourseAttendance(course=course, user=user, enrolled_at=now)
        for user in User.objects.filter(pk__in=user_ids).order_by("pk")
    )
    if rows:
        after = {"people": [row.user_id for row in rows]}
        journal.record(actor, "enrol_in_course", course, after=after, now=now)
    return rows


@transaction.atomic
def record_course(*, actor: Actor, course_id: int, marks: Mapping[int, Mark], now: dt.datetime) -> Course:
    """Who came and with what result; `marks`: person → (presence, result). What changes is on record."""
    course = Course.objects.locked(course_id)
    rules.check_can_record_course(actor, course, marks, now=now)
    before, after = {}, {}
    for row in CourseAttendance.objects.select_for_update().filter(course=course, user__in=marks):
        was, new = (row.presence, row.result), marks[row.user_id]
        if was == new:
            continue
        row.presence, row.result = new
        row.save(update_fields=["presence", "result"])
        before[str(row.user_id)], after[str(row.user_id)] = list(was), list(new)
    if after:
        journal.record(actor, "record_course", course, before=before, after=after, now=now)
    return course
