"""The hall manager's order of the house: which windows call from which queue."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hall.access import Request, get_visible
from intake import actions, rules
from intake.forms.queue import AssignForm
from intake.queries.queue import hall_now
from staffing.models import Hall


@require_http_methods(["GET", "HEAD", "POST"])
def assign_windows(request: Request, hall: str = "") -> HttpResponse:
    """Windows down, queues across, a tick where a window serves a queue; with what each has to do now."""
    halls = Hall.objects.filter(pk__in=request.actor.halls()).order_by("code")
    place = (
        get_visible(halls, code=hall)
        if hall
        else get_visible(halls, pk=min(request.actor.halls(), default=0))
    )
    now = timezone.now()
    rules.check_can_assign_windows(request.actor, place, now=now)
    state = hall_now(place.pk, now=now, today=timezone.localdate(now))
    queues = [queue for queue in state.queues if queue.is_active]
    if request.method == "POST":
        served: dict[int, set[int]] = {queue.pk: set() for queue in queues}
        for queue_id, window_id in AssignForm(request.POST).pairs():
            served.setdefault(queue_id, set()).add(window_id)
        actions.assign_windows(actor=request.actor, hall_id=place.pk, served=served, now=now)
        messages.success(request, _("窗口业务已更新，从下一次叫号起生效。"))
        return redirect("intake:assign-windows", place.code)
    rows: dict[int, list[tuple[str, bool, str]]] = defaultdict(list)
    for window in state.windows:
        for queue in queues:
            ticked = window.id in state.served_by.get(queue.pk, ())
            rows[window.id].append((f"{queue.pk}-{window.id}", ticked, queue.label))
    context = {
        "hall": place,
        "loads": [load for load in state.loads() if load.queue.is_active],
        "rows": [(window, rows[window.id]) for window in state.windows if window.is_active],
        "unserved": [queue for queue in queues if not state.served_by.get(queue.pk)],
    }
    return render(request, "intake/assign_windows.html", context)
