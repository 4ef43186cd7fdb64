"""Numbers whose paper did not come out: which, where, why; and printed again."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hall.access import Request, allowed, get_visible, whole_number
from intake import rules
from intake.queries.printing import unprinted
from staffing.lifecycle import ADMINISTRATOR
from staffing.models import Hall

PAGE = 30


@require_safe
def unprinted_tickets(request: Request, hall: str = "") -> HttpResponse:
    """For the desk, which prints again, and for who keeps the devices, who sees which printer it is."""
    halls = Hall.objects.filter(pk__in=request.actor.halls()).order_by("code")
    place = get_visible(halls, code=hall) if hall else halls.first()
    rules.check_sees_unprinted(request.actor, place.pk if place else 0)
    assert place is not None  # noqa: S101 - nobody sees the slips of no hall
    now, found = timezone.now(), unprinted(place)
    if (last := whole_number(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=last)
    jobs = list(found[: PAGE + 1])
    may = allowed(rules.check_works_at_desk, request.actor, place.pk)
    rows = [
        (job, may and allowed(rules.check_is_worth_printing, job.ticket, job.printer, now=now))
        for job in jobs[:PAGE]
    ]
    context = {
        "place": place,
        "rows": rows,
        "cursor": jobs[PAGE - 1].pk if len(jobs) > PAGE else "",
        "keeps_devices": request.actor.has(ADMINISTRATOR, hall_id=place.pk),
        "at_desk": bool(may),
    }
    return render(request, "intake/unprinted_tickets.html", context)
