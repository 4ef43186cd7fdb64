"""How the house fares, for who keeps it running: as a page, and as JSON."""

from __future__ import annotations

import logging

import redis
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accountability.queries.house import BAD, GOOD, WARN, Fact, facts
from accountability.rules.house import check_sees_status
from hall.access import Request
from hall.operations import beat

log = logging.getLogger("hall.operations")
BUSY = 200
"""So many pieces of work in the broker are more than a sweep leaves behind."""


def queue() -> Fact:
    """The broker's queue; away, it is said."""
    way = lazy("看Redis和worker。大厅没有它们也能取号、登记和办理，到期的事项恢复后补办。")
    try:
        count = beat.queued()
    except (redis.RedisError, OSError) as fault:
        log.warning("the broker does not answer: %s", type(fault).__name__)
        return Fact("queue_length", lazy("任务队列"), None, _("连不上"), BAD, way)
    return Fact("queue_length", lazy("任务队列"), count, str(count), WARN if count > BUSY else GOOD, way)


@never_cache
@require_safe
def status(request: Request) -> HttpResponse:
    """`/status`: what is bad comes first, each with what to do; `?format=json` the same for programs."""
    check_sees_status(request.actor)
    now = timezone.now()
    found = [*facts(now=now), queue()]
    turns = beat.turns(now=now)
    late = [turn for turn in turns if turn.is_late]
    if request.GET.get("format") == "json" or request.headers.get("Accept") == "application/json":
        told = {
            "at": now, "good": not late and all(one.state == GOOD for one in found),
            "facts": {one.name: {"value": one.value, "state": one.state} for one in found},
            "tasks": {
                turn.task: {
                    "succeeded_at": turn.run.succeeded_at if turn.run else None, "due_at": turn.due_at,
                    "late": turn.is_late, "error": turn.run.error if turn.run else "",
                }
                for turn in turns
            },
        }  # fmt: skip
        return JsonResponse(told)
    order = {BAD: 0, WARN: 1, GOOD: 2}
    shown = sorted((one for one in found if one.way), key=lambda one: order[one.state])
    context = {
        "now": now, "facts": shown, "late": len(late), "ran": [turn for turn in turns if turn.run],
        "idle": [turn for turn in turns if not turn.run],
        "wrong": sum(one.state != GOOD for one in shown) + len(late),
    }  # fmt: skip
    return render(request, "accountability/status.html", context)
