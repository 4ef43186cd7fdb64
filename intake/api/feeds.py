"""The queue for machines: what the display shows, and what a window's console knows."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views.decorators.http import condition
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hall.access import PUBLIC, get_visible
from intake.forms.devices import at_a_device, opens
from intake.queries.board import console_state, current_at, display_state
from intake.queries.queue import hall_now, stamp
from intake.rules import check_works_at_windows
from staffing.models import Hall, Window


def _hall_stamp(request: HttpRequest, hall: str) -> str | None:
    known = stamp("hall", hall, now=timezone.now())
    return f'"json-{known}"' if known else None


@method_decorator(login_not_required, name="dispatch")
@method_decorator(at_a_device, name="dispatch")
@method_decorator(condition(etag_func=_hall_stamp), name="dispatch")
class DisplayFeed(APIView):
    """GET: the hall display as JSON, with an ETag. Ask every half second; 304 means that nothing has moved.

    Public: numbers, windows and counts, nothing about a person.
    """

    authentication_classes: Any = []
    permission_classes: Any = []

    def get(self, request: Request, hall: str) -> Response:
        now = timezone.now()
        today = timezone.localdate(now)
        place = get_visible(Hall.objects.filter(is_open=True), code=hall)
        opens(request._request, place, "display", PUBLIC)
        answer = Response(display_state(place, hall_now(place.pk, now=now, today=today), today=today))
        patch_cache_control(answer, no_cache=True)
        return answer


class ConsoleFeed(APIView):
    """GET: who is at the window and who comes next. For staff who may call there."""

    def get(self, request: Request, window: int) -> Response:
        actor: Any = request._request.actor  # type: ignore[attr-defined]
        now = timezone.now()
        today = timezone.localdate(now)
        place = get_visible(Window.objects.filter(hall__in=actor.halls()), pk=window)
        check_works_at_windows(actor, place.hall_id)
        state = hall_now(place.hall_id, now=now, today=today)
        current = current_at(place.pk)
        if current is not None and current.day != today:
            current = None
        answer = Response(console_state(state.window(place.pk), state, current))
        patch_cache_control(answer, private=True, no_store=True)
        return answer
