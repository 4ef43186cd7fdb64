"""Each role's own place: where a day begins."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hall.access import Actor, Request, Verdict, allowed
from staffing import queries, rules
from staffing.lifecycle import (
    ADMINISTRATOR,
    CLERK,
    DEPARTMENT_HEAD,
    GUIDE,
    HALL_MANAGER,
    LEADER,
    LIAISON,
    PARTICIPANT,
    ROLES,
    SUPERVISOR,
)
from staffing.views.receptions import hall_of

HOMES = {
    HALL_MANAGER: "staffing:hall-now",
    CLERK: "intake:console",
    GUIDE: "intake:guide-desk",
    LIAISON: "cases:work-list",
    DEPARTMENT_HEAD: "cases:work-list",
    LEADER: "staffing:docket",
    SUPERVISOR: "cases:work-list",
    ADMINISTRATOR: "admin:index",
    PARTICIPANT: "intake:services",
}
"""In this order: who holds several roles begins with the first."""


@require_GET
def desk(request: Request) -> HttpResponse:
    roles = request.actor.roles
    for role, home in HOMES.items():
        if role in roles:
            return redirect(home)
    if request.actor.is_superuser:
        return redirect("admin:index")
    return render(request, "staffing/no_post.html")


@require_GET
def hall_now(request: Request) -> HttpResponse:
    """The hall at a glance, for who answers for it and who supervises it."""
    halls = queries.watched_halls(request.actor)
    now, hall = timezone.now(), hall_of(request, halls)
    context = {
        "place": hall,
        "halls": halls,
        "manages": rules.manages(request.actor, hall.pk),
        "hall_now": queries.hall_now(hall, now),
        "now": now,
        "roles": ROLES,
    }
    return render(request, "staffing/hall_now.html", context)


@require_GET
def docket(request: Request) -> HttpResponse:
    """A leader's own receptions."""
    now = timezone.now()
    ahead, behind = queries.docket_of(request.actor.user_id or 0, now)
    lines = [
        {"notice": row, "may_hold": _may_hold(request.actor, row, now)} for row in queries.notices(ahead, now)
    ]
    context = {"lines": lines, "behind": queries.notices(behind, now), "today": timezone.localdate(now)}
    return render(request, "staffing/docket.html", context)


def _may_hold(actor: Actor, notice: queries.Notice, now: dt.datetime) -> Verdict | None:
    """The button is there from the day itself on, while the reception waits to be confirmed."""
    waits = notice.reception.status == "published" and (notice.is_today or notice.is_over)
    return allowed(rules.check_can_hold_reception, actor, notice.reception, now=now) if waits else None
