"""Coming and going, and the sheets of the day and the month for whoever answers for the hall."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hall.access import Refused, Request, get_visible, typed_line
from staffing import actions, queries, rules
from staffing.forms import attached
from staffing.lifecycle import ATTENDANCE_KINDS
from staffing.models import Attendance
from staffing.views.receptions import hall_of, month_of
from staffing.views.rota import back_to
from staffing.views.sheets import STATES, month_book


def _day(request: Request, today: dt.date) -> dt.date:
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return day if abs(day.year - today.year) < 100 else today


@require_safe
def attendance(request: Request) -> HttpResponse:
    """The day: who came when, who is late, absent or away; the manager writes down what somebody forgot."""
    halls, now = queries.watched_halls(request.actor), timezone.now()
    hall, today = hall_of(request, halls), timezone.localdate(now)
    day = _day(request, today)
    manages = rules.manages(request.actor, hall.pk) and day == today
    sheet = queries.day_sheet(hall, day, now)
    context = {
        "place": hall,
        "halls": halls,
        "day": day,
        "today": today,
        "previous": day - dt.timedelta(days=1),
        "next": day + dt.timedelta(days=1),
        "lines": [
            {
                "line": line,
                "acts": acts_after(line.now_is) if manages and line.post else [],
                "seen": ATTENDANCE_KINDS.get(line.now_is, ""),
                "outcomes": [{"one": one, "word": STATES[one.state]} for one in line.outcomes],
            }
            for line in sheet
        ],
        "absent": sum(line.worst == "absent" for line in sheet),
        "late": sum(line.worst == "late" for line in sheet),
        "here": sum(line.now_is in queries.HERE for line in sheet),
        "on_leave": sum(bool(line.leaves) for line in sheet),
    }
    return render(request, "staffing/attendance.html", context)


def acts_after(kind: str) -> list[tuple[str, str]]:
    if kind in ("", "out"):
        return [("staffing:check-in", _("到岗"))]
    if kind == "away":
        return [("staffing:return-to-post", _("回岗")), ("staffing:check-out", _("下班"))]
    return [("staffing:leave-post", _("暂时离岗")), ("staffing:check-out", _("下班"))]


@require_safe
def attendance_month(request: Request) -> HttpResponse:
    halls, now = queries.watched_halls(request.actor), timezone.now()
    hall, today = hall_of(request, halls), timezone.localdate(now)
    first = month_of(request, today)
    context = {
        "place": hall,
        "halls": halls,
        "first": first,
        "previous": first - dt.timedelta(days=1),
        "next": first + dt.timedelta(days=31),
        "lines": queries.month_sheet(hall, first, now),
    }
    return render(request, "staffing/attendance_month.html", context)


@require_safe
def attendance_export(request: Request) -> HttpResponse:
    now, hall = timezone.now(), hall_of(request, queries.watched_halls(request.actor))
    first = month_of(request, timezone.localdate(now))
    book = month_book(hall, first, queries.month_sheet(hall, first, now))
    return attached(book, _("考勤%(month)s.xlsx") % {"month": f"{first:%Y-%m}"})


# -- coming and going --------------------------------------------------------------------------------------------


def _record(request: Request, act: Callable[..., Attendance], done: str) -> HttpResponse:
    """Oneself; the manager may name somebody (`user`)."""
    halls = queries.posted_halls(request.actor)
    code = typed_line(request, "hall")
    hall = get_visible(halls, code=code) if code else halls.first()
    if hall is None:
        raise Refused(_("您今天没有大厅的岗位。"), "role")
    named = request.POST.get("user", "")
    user_id = int(named) if named.isdecimal() and len(named) < 10 else request.actor.user_id or 0
    act(
        actor=request.actor, hall_id=hall.pk, user_id=user_id, note=typed_line(request, "note", 120),
        now=timezone.now(),
    )  # fmt: skip
    messages.success(request, done)
    return redirect(back_to(request, reverse("staffing:my-duty")))


@require_POST
def check_in(request: Request) -> HttpResponse:
    return _record(request, actions.check_in, _("已记录到岗。"))


@require_POST
def check_out(request: Request) -> HttpResponse:
    return _record(request, actions.check_out, _("已记录下班。"))


@require_POST
def leave_post(request: Request) -> HttpResponse:
    return _record(request, actions.leave_post, _("已记录离岗。"))


@require_POST
def return_to_post(request: Request) -> HttpResponse:
    return _record(request, actions.return_to_post, _("已记录回岗。"))
