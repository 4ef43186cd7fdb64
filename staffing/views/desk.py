"""Each role's own place: where a day begins."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hall.access import Request
from staffing import queries, rules
from staffing.lifecycle import (
    ADMINISTRATOR,
    AUDITOR,
    CLERK,
    DEPARTMENT_HEAD,
    GUIDE,
    HALL_MANAGER,
    LEADER,
    LIAISON,
    PARTICIPANT,
    ROLES,
    SECURITY_ADMINISTRATOR,
    SUPERVISOR,
)
from staffing.views.receptions import hall_of

HOMES = {
    HALL_MANAGER: "staffing:hall-now",
    CLERK: "intake:console",
    GUIDE: "intake:guide-desk",
    LIAISON: "cases:work-list",
    DEPARTMENT_HEAD: "cases:work-list",
    LEADER: "cases:docket",
    SUPERVISOR: "cases:work-list",
    ADMINISTRATOR: "admin:index",
    PARTICIPANT: "intake:services",
    SECURITY_ADMINISTRATOR: "staffing:people",
    AUDITOR: "accountability:access-log",
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
    glance, sits = queries.hall_now(hall, now), queries.who_sits(hall, now)
    context = {
        "place": hall,
        "halls": halls,
        "manages": rules.manages(request.actor, hall.pk),
        "hall_now": glance,
        "sits": sits,
        "windows": [(window, sits.windows.get(window.pk)) for window in glance.windows],
        "now": now,
        "roles": ROLES,
    }
    return render(request, "staffing/hall_now.html", context)
