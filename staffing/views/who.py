"""Who acts in this request, how long a session lives, and what must be done before anything else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from hall.access import PUBLIC, Actor
from staffing.queries import actor_of
from staffing.rules import must_change_password

KEEP_ALIVE_SECONDS = 60
BEFORE_THE_PASSWORD = {"staffing:change-password", "staffing:sign-out", "set_language"}
BEFORE_THE_FACTOR = BEFORE_THE_PASSWORD | {
    "staffing:second-factor", "staffing:make-authenticator", "staffing:confirm-authenticator",
    "staffing:add-security-key", "staffing:confirm-session", "staffing:kept-form",
}  # fmt: skip
FACTOR_DUE = "factor_due"
"""In the session of somebody whose role asks for a second factor: when the days of grace end."""


def _who(request: HttpRequest, now: dt.datetime) -> Actor:
    user = request.user
    return actor_of(user, today=timezone.localdate(now)) if user.is_authenticated else PUBLIC


def is_polling(request: HttpRequest) -> bool:
    """A page that refreshes itself (header `X-Polling`): nobody is there because of it."""
    return "X-Polling" in request.headers


def _still_here(request: HttpRequest, now: dt.datetime) -> None:
    session: Any = request.session
    session["seen"] = int(now.timestamp())
    since = dt.datetime.fromtimestamp(session.setdefault("since", session["seen"]), dt.UTC)
    ends = since + dt.timedelta(hours=settings.HALL_SESSION_HOURS)
    if ends < now + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE):
        session.set_expiry(ends)


class WhoActs:
    """Sets `request.actor` (read when first asked for), ends idle sessions, and lets nobody pass with an old password.

    A session ends HALL_IDLE_MINUTES after the last request of a person (GB/T 22239-2019 8.1.4), and at the latest
    HALL_SESSION_HOURS after the first: its row is written at most once a minute, never for a page that polls, and
    expires by itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(partial(_who, request, timezone.now()))  # type: ignore[attr-defined]
        return self._in_its_own_way(request, self.get_response(request))

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated:
            return None
        now = timezone.now()
        if not is_polling(request) and now.timestamp() - request.session.get("seen", 0) >= KEEP_ALIVE_SECONDS:
            _still_here(request, now)
        match = request.resolver_match
        if not getattr(view, "login_required", True) or (match and match.view_name in BEFORE_THE_PASSWORD):
            return None
        if must_change_password(user, now=now):
            return redirect("staffing:change-password")
        due = request.session.get(FACTOR_DUE)
        if due and due <= now.timestamp() and not (match and match.view_name in BEFORE_THE_FACTOR):
            return redirect("staffing:second-factor")
        return None

    def _in_its_own_way(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Being sent to sign in is a new page for a person; a fragment or a machine must not swallow that page."""
        where = response.headers.get("Location", "")
        gates = (
            resolve_url(settings.LOGIN_URL), reverse("staffing:change-password"), reverse("staffing:second-factor"),
        )  # fmt: skip
        if response.status_code != 302 or not where.startswith(gates) or request.path.startswith(gates):
            return response
        # The answer takes a stale cookie away, so the page for signing in could not know of it by itself.
        idle = (
            {"idle": "1"}
            if where.startswith(gates[0]) and settings.SESSION_COOKIE_NAME in request.COOKIES
            else {}
        )
        if request.headers.get("HX-Request"):
            back = request.headers.get("HX-Current-URL", "")
            path = "/" + back.split("/", 3)[3] if back.count("/") > 2 else ""
            answer = HttpResponse(status=401)
            query = urlencode({"next": path, **idle} if path else idle, safe="/")
            answer["HX-Redirect"] = where.split("?")[0] + (f"?{query}" if query else "")
            return answer
        if is_polling(request) or request.path.startswith("/api/"):
            return JsonResponse(
                {"reason": "sign in first", "kind": "role", "field": "", "article": ""}, status=401
            )
        if idle:
            response["Location"] = f"{where}{'&' if '?' in where else '?'}{urlencode(idle)}"
        return response
