"""Before what weighs most the session is confirmed anew, and a form that met a closed door is kept for its sender."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hall.access import Actor
from hall.clock import HOSTS_DIFFER
from staffing import actions

STEP_UP = frozenset(
    {
        # Personal data in full
        "cases:reveal-person", "intake:reveal-booking",
        # Papers that bind
        "cases:issue-opinion", "cases:issue-review", "cases:issue-reexamination", "cases:order-redo",
        "cases:approve-extension", "consultations:issue-minutes", "accountability:approve-advice",
        "accountability:approve-criticism",
        # The locks themselves
        "staffing:add-security-key", "staffing:remove-security-key",
        "staffing:remove-authenticator", "staffing:renew-recovery-codes", "staffing:reset-second-factor",
        "staffing:reset-password",
    }
)  # fmt: skip
"""Doors (their POST) that open to a session confirmed within HALL_STEP_UP_MINUTES. Signing in confirms."""
CONFIRMED = "confirmed"
MOST_KEPT = 400_000
"""Characters of a form that are kept: more than the longest page of a transcript."""
NEVER_KEPT = {"csrfmiddlewaretoken", "password", "old_password", "new_password", "again", "code"}


def is_confirmed(request: HttpRequest) -> bool:
    minutes = settings.HALL_STEP_UP_MINUTES
    age = timezone.now().timestamp() - request.session.get(CONFIRMED, 0)
    return not minutes or -HOSTS_DIFFER.total_seconds() <= age < minutes * 60


class StepUp:
    """Asks for the password or a code first (`confirm-session`), and brings the person back to what they sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == 302 and self._met_sign_in(request, response):
            owner = _owner_of_expired(request)
            if owner is not None and (address := _keep(request, Actor("", owner))):
                response["Location"] = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': address})}"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if request.method != "POST" or match is None or not settings.HALL_STEP_UP_MINUTES:
            return None
        if request.path.startswith("/api/"):
            return self._for_api(request, match.route)
        if match.view_name not in STEP_UP or not request.user.is_authenticated or is_confirmed(request):
            return None
        actor: Actor = request.actor  # type: ignore[attr-defined]
        address = _keep(request, actor) or request.path
        wanted = f"{reverse('staffing:confirm-session')}?{urlencode({'next': address})}"
        if request.headers.get("HX-Request"):
            answer = HttpResponse(status=401)
            answer["HX-Redirect"] = wanted
            return answer
        return redirect(wanted)

    def _for_api(self, request: HttpRequest, route: str) -> HttpResponse | None:
        """A person's session at the API is held to the same; a token is not: what it opens its scopes say."""
        verb = route.rstrip("/").rpartition("/")[2]
        if verb not in {name.partition(":")[2] for name in STEP_UP} or "Authorization" in request.headers:
            return None
        if not request.user.is_authenticated or is_confirmed(request):
            return None
        reason = _("请先在网页上确认本人身份，再办理这一步。")
        told = {"type": "about:blank", "title": reason, "status": 403, "detail": reason, "kind": "confirm",
                "instance": request.path}  # fmt: skip
        return JsonResponse(told, status=403, content_type="application/problem+json")

    @staticmethod
    def _met_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
        gate = resolve_url(settings.LOGIN_URL)
        machine = request.headers.get("X-Autosave") or request.headers.get("HX-Request")
        return response["Location"].startswith(gate) and not request.path.startswith(gate) and not machine


def _owner_of_expired(request: HttpRequest) -> int | None:
    """Whose session this browser had, when it has only expired: its row is there until the night. A session that was
    ended leaves no row, and nothing that is sent with it is kept."""
    if request.user.is_authenticated:
        return None
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    row = Session.objects.filter(session_key=key, expire_date__lte=timezone.now()).first()
    owner = row.get_decoded().get(SESSION_KEY) if row else None
    return int(owner) if owner else None


def _keep(request: HttpRequest, actor: Actor) -> str:
    """The address at which the sender finds it again; "" where it is too much to keep."""
    fields = [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if name not in NEVER_KEPT
    ]
    if sum(len(name) + len(value) for name, value in fields) > MOST_KEPT:
        return ""
    kept = actions.keep_form(
        actor=actor, path=request.get_full_path(), fields=fields, had_files=bool(request.FILES), now=timezone.now()
    )  # fmt: skip
    return reverse("staffing:kept-form", args=[kept.token])


def confirm(request: HttpRequest) -> None:
    """Part of a door: from now on the session counts as confirmed."""
    cast("Any", request.session)[CONFIRMED] = int(timezone.now().timestamp())
