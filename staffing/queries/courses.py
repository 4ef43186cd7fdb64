"""Training as the pages and the sheet show it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from hall.access import Actor
from hall.models import User
from staffing.models import Course, CourseAttendance, Hall, Posting


def _year(year: int) -> tuple[dt.datetime, dt.datetime]:
    tz = timezone.get_current_timezone()
    return dt.datetime(year, 1, 1, tzinfo=tz), dt.datetime(year + 1, 1, 1, tzinfo=tz)


def find_courses(actor: Actor, hall: Hall, *, year: int, kind: str = "") -> QuerySet[Course]:
    """The year's courses, latest first, each with how many are enrolled and how many came."""
    start, end = _year(year)
    found = Course.objects.visible_to(actor).filter(hall=hall, starts_at__gte=start, starts_at__lt=end)
    if kind:
        found = found.filter(kind=kind)
    return found.annotate(
        enrolled=Count("attendances"), came=Count("attendances", filter=Q(attendances__presence="present"))
    ).order_by("-starts_at", "-pk")


def training_hours(user: User, year: int) -> Decimal:
    """The hours a person was present for in that year."""
    start, end = _year(year)
    total = CourseAttendance.objects.filter(
        user=user, presence="present", course__starts_at__gte=start, course__starts_at__lt=end
    ).aggregate(hours=Sum("course__hours"))["hours"]
    return total or Decimal(0)


def hours_by_person(hall: Hall, year: int) -> list[tuple[User, Decimal, int, int]]:
    """(person, hours present, courses attended, courses missed) of that hall and year. Two queries."""
    start, end = _year(year)
    rows = (
        CourseAttendance.objects.filter(
            course__hall=hall, course__starts_at__gte=start, course__starts_at__lt=end
        )
        .values("user")
        .annotate(
            hours=Sum("course__hours", filter=Q(presence="present")),
            came=Count("pk", filter=Q(presence="present")),
            missed=Count("pk", filter=Q(presence="absent")),
        )
        .order_by("user")
    )
    found = list(rows)
    people = User.objects.in_bulk([row["user"] for row in found])
    return [(people[r["user"]], r["hours"] or Decimal(0), r["came"], r["missed"]) for r in found]


def attendances_of(course: Course) -> QuerySet[CourseAttendance]:
    return CourseAttendance.objects.filter(course=course).select_related("user").order_by("user__name", "pk")


def may_enrol(course: Course, day: dt.date) -> QuerySet[User]:
    """The hall's people of that day who are not enrolled yet."""
    posts = Posting.objects.filter(hall=course.hall_id).on(day)
    return (
        User.objects.filter(postings__in=posts, is_active=True)
        .exclude(courses__course=course)
        .distinct()
        .order_by("name", "pk")
    )
