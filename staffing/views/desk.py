"""Each role's own place: where a day begins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from staffing.lifecycle import (
    ADMINISTRATOR,
    CLERK,
    DEPARTMENT_HEAD,
    GUIDE,
    HALL_MANAGER,
    LEADER,
    LIAISON,
    SUPERVISOR,
)

HOMES = {
    HALL_MANAGER: "staffing:hall-now",
    CLERK: "intake:console",
    GUIDE: "intake:guide-desk",
    LIAISON: "cases:work-list",
    DEPARTMENT_HEAD: "cases:work-list",
    LEADER: "staffing:docket",
    SUPERVISOR: "cases:work-list",
    ADMINISTRATOR: "admin:index",
}
"""In this order: who holds several roles begins with the first."""


def desk(request: HttpRequest) -> HttpResponse:
    roles = request.actor.roles
    for role, home in HOMES.items():
        if role in roles:
            return redirect(home)
    if request.actor.is_superuser:
        return redirect("admin:index")
    return render(request, "staffing/no_post.html")


def hall_now(request: HttpRequest) -> HttpResponse:
    return render(request, "staffing/hall_now.html")


def docket(request: HttpRequest) -> HttpResponse:
    return render(request, "staffing/docket.html")
