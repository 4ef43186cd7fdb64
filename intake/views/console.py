"""A window's console: who is there, who comes next, and the buttons. Keyboard first, and whole without JavaScript."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from cases.rules import REGISTER_ROLES
from hall.access import Refused, Request, allowed, get_visible
from intake import rules
from intake.lifecycle import WINDOW_ROLES
from intake.models import Ticket
from intake.queries.board import NEXT, away, current_at, priority_words
from intake.queries.queue import HallNow, WindowNow, hall_now, stamp
from staffing.models import Hall, Posting, Window
from staffing.rules import check_can_stand_in, check_sits_at


@require_safe
def console_choice(request: Request) -> HttpResponse:
    """Choose a window; who is posted at one goes straight there."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    halls = Hall.objects.filter(pk__in=actor.halls(*WINDOW_ROLES), is_open=True)
    if not halls:
        raise Refused(_("叫号由在本大厅值守窗口的人员办理。"), "role")
    own = set(
        Posting.objects.filter(user=actor.user_id, window__hall__in=halls, window__is_active=True)
        .on(today)
        .values_list("window_id", flat=True)
    )
    if len(own) == 1 and "choose" not in request.GET:
        return redirect("intake:console", own.pop())
    states = [(hall, hall_now(hall.pk, now=now, today=today)) for hall in halls]
    places = [
        {
            "hall": hall,
            "windows": [
                {
                    "now": window,
                    "own": window.id in own,
                    "waiting": len(state.line_for(window)),
                    "queues": _queues_of(window, state),
                }
                for window in state.windows
                if window.is_active
            ],
        }
        for hall, state in states
    ]
    return render(request, "intake/console_choice.html", {"places": places, "now": now})


def _queues_of(window: WindowNow, state: HallNow) -> list[str]:
    return [queue.label for queue in state.queues if window.id in state.served_by.get(queue.pk, ())]


def _window(request: Request, window: int) -> Window:
    windows = Window.objects.select_related("hall").filter(hall__in=request.actor.halls())
    place = get_visible(windows, pk=window)
    rules.check_works_at_windows(request.actor, place.hall_id)
    return place


def _context(request: Request, window: Window) -> dict[str, Any]:
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    state = hall_now(window.hall_id, now=now, today=today)
    here = state.window(window.pk)
    current = current_at(window.pk)
    if current is not None and current.day != today:
        current = None
    line = state.line_for(here)
    busy = allowed(rules.check_can_call, actor, window, now=now)
    parked = list(away(window.hall_id, today, "parked"))
    return {
        "window": window,
        "here": here,
        "hall": window.hall,
        "now": now,
        "current": current,
        "priority": priority_words(current.visit) if current else "",
        "can_register": actor.has(*REGISTER_ROLES, hall_id=window.hall_id),
        "verdicts": _verdicts(request, window, current, now, waiting=bool(line)),
        "busy": busy,
        "stand_in": current is None and not busy and _may_stand_in(request, window, now),
        "suggest_miss": current is not None and current.status == "called" and current.calls >= rules.RECALLS,
        "line": [
            {
                "ticket": ticket,
                "waited": rules.ago(ticket.queued_at, now),
                "priority": priority_words(ticket.visit),
                "question": rules.turn_question(ticket, place) if place else "",
            }
            for place, ticket in enumerate(line[:NEXT])
        ],
        "waiting": len(line),
        "missed": [
            {"ticket": ticket, "question": rules.turn_question(ticket, len(line)) if line else ""}
            for ticket in away(window.hall_id, today, "missed")[:8]
        ],
        "parked": sorted(parked, key=lambda ticket: ticket.window_id != window.pk)[:8],
        "queues": [queue for queue in state.queues if queue.is_active],
        "other_windows": [w for w in state.windows if w.is_active and w.id != window.pk],
        "served": _queues_of(here, state),
    }


def _may_stand_in(request: Request, window: Window, now: Any) -> bool:
    """The way out where the rota has nobody here, or somebody else who has not come."""
    actor = request.actor
    sits = allowed(check_sits_at, actor, window, now=now)
    return not sits and bool(allowed(check_can_stand_in, actor, window, now=now))


def _verdicts(
    request: Request, window: Window, current: Ticket | None, now: Any, *, waiting: bool
) -> dict[str, Any]:
    """What each button may do, and the tooltip of those that may not."""
    actor = request.actor
    call = allowed(rules.check_can_call_next, actor, window, now=now)
    if call and not waiting:
        call = allowed(_nobody)
    if current is None:
        return {"call_next": call}
    return {
        "call_next": call,
        "recall": allowed(rules.check_can_recall_ticket, actor, current, now=now),
        "serve": allowed(rules.check_can_serve_ticket, actor, current, now=now),
        "miss": allowed(rules.check_can_miss_ticket, actor, current, now=now),
        "park": allowed(rules.check_can_park_ticket, actor, current, now=now),
        "finish": allowed(rules.check_can_finish_ticket, actor, current, now=now),
        "transfer": allowed(rules.check_can_transfer_ticket, actor, current, now=now),
    }


def _nobody() -> None:
    raise Refused(_("现在没有人等候。"), "state")


@require_safe
def console(request: Request, window: int) -> HttpResponse:
    """The whole page."""
    return render(request, "intake/console.html", _context(request, _window(request, window)))


def _stamp(request: Request, window: int) -> str | None:
    known = stamp("window", window, now=timezone.now())
    return f'"{known}-{request.user.pk}"' if known else None


@require_safe
@condition(etag_func=_stamp)
def console_board(request: Request, window: int) -> HttpResponse:
    """The changing part of the page, for polling; 304 while nothing has moved."""
    page = render(request, "intake/console_board.html", _context(request, _window(request, window)))
    patch_cache_control(page, private=True, no_cache=True)
    return page
