"""Who may plan training and write down who came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from hall.models import User
from staffing.models import Course, CourseAttendance, Hall
from staffing.queries import may_enrol
from staffing.rules.who import check_manages


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFacts:
    title: str
    kind: str
    starts_at: dt.datetime
    hours: Decimal
    title_en: str = ""
    place: str = ""
    place_en: str = ""
    teacher: str = ""
    materials: str = ""


Mark = tuple[str, str]
"""Presence and result of one person."""


def check_can_save_course(
    actor: Actor, hall: Hall, facts: CourseFacts, *, course: Course | None, now: dt.datetime
) -> None:
    """The manager plans. Once somebody's presence is written down, day and hours stay: hours were credited by them."""
    check_manages(actor, hall.pk)
    if course is not None and course.hall_id != hall.pk:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    if not facts.title.strip():
        raise Refused(_("请填写课程名称。"), "input", field="title")
    if facts.kind not in dict(Course.KINDS):
        raise Refused(_("请选择类别。"), "input", field="kind")
    if not 0 < facts.hours <= 200:
        raise Refused(_("学时须大于0，不超过200。"), "input", field="hours")
    if course is None or (facts.hours, facts.starts_at) == (course.hours, course.starts_at):
        return
    if CourseAttendance.objects.filter(course=course).exclude(presence="").exists():
        raise Refused(_("已经记录到课，时间和学时不能再改。"), "input", field="hours")


def check_can_enrol_in_course(
    actor: Actor, course: Course, user_ids: Collection[int] = (), *, now: dt.datetime
) -> None:
    """The hall's own people, before or after the day: who came without enrolling is entered, too."""
    check_manages(actor, course.hall_id)
    if not user_ids:
        return
    known = set(
        may_enrol(course, timezone.localdate(now)).filter(pk__in=user_ids).values_list("pk", flat=True)
    )
    if strangers := set(user_ids) - known:
        name = User.objects.filter(pk__in=strangers).values_list("name", flat=True).first() or ""
        raise Refused(_("%(name)s不是本厅在岗人员，或者已经报名。") % {"name": name}, "input", field="people")


def check_can_record_course(
    actor: Actor, course: Course, marks: Mapping[int, Mark] | None = None, *, now: dt.datetime
) -> None:
    """Not before it has begun; a result belongs to who was present."""
    check_manages(actor, course.hall_id)
    if course.starts_at > now:
        raise Refused(_("课程还没有开始。"), "state")
    for presence, result in (marks or {}).values():
        if presence not in ("", *dict(CourseAttendance.PRESENCE)):
            raise Refused(_("没有这种到课情况。"), "input")
        if result not in ("", *dict(CourseAttendance.RESULTS)):
            raise Refused(_("没有这种考核结果。"), "input")
        if result and presence != "present":
            raise Refused(_("没有到课的，不填考核结果。"), "input")
