"""Signing in and out, the own password, the own language."""

from __future__ import annotations

from typing import Any, cast

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hall.access import Refused, Request
from hall.models import User
from staffing import actions
from staffing.forms import ChangePasswordForm, SignInForm, show
from staffing.rules import must_change_password


def _next(request: HttpRequest, default: str) -> str:
    """Where to go after: a page of ours, never somebody else's."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.startswith("/") else default


def _remember_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name and password. `?idle=1`: the person came with a session that had ended (see `WhoActs`)."""
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect(_next(request, "staffing:desk"))
        context = {"form": SignInForm(), "idle": "idle" in request.GET, "next": _next(request, "")}
        return render(request, "staffing/sign_in.html", context)
    form = SignInForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        username, password = form.cleaned_data["username"], form.cleaned_data["password"]
        if not AxesProxyHandler.is_allowed(request, {"username": username}):
            return locked_out(
                request, None, {"username": username}
            )  # tried while locked: nothing more is kept
        user = auth.authenticate(request, username=username, password=password)
        if user is not None:
            actions.sign_in(user_id=user.pk, now=now)
            auth.login(request, user)
            response = redirect(_next(request, "staffing:desk"))
            _remember_language(response, user.language)
            return response
        locked = bool(getattr(request, "axes_locked_out", False))
        actions.sign_in_failed(username=username, locked=locked, now=now)
        form.add_error(None, _("用户名或密码不正确。"))
    return render(request, "staffing/sign_in.html", {"form": form, "next": _next(request, "")}, status=422)


def locked_out(
    request: HttpRequest, original_response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """django-axes asks for this page: until when the account is closed, in the reader's language."""
    username = str((credentials or {}).get("username", ""))
    last = AccessAttempt.objects.filter(username=username).aggregate(at=Max("attempt_time"))["at"]
    until = (last or timezone.now()) + get_cool_off(request)
    context = {"until": until, "tries": settings.AXES_FAILURE_LIMIT, "username": username}
    return render(request, "staffing/locked_out.html", context, status=429)


@require_POST
def sign_out(request: Request) -> HttpResponse:
    actions.sign_out(actor=request.actor, now=timezone.now())
    auth.logout(request)
    messages.success(request, _("您已退出登录。"))
    response = redirect("staffing:sign-in")
    response.delete_cookie(settings.SESSION_COOKIE_NAME)
    return response


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: Request) -> HttpResponse:
    """The own password; all other sessions of the account end."""
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.change_password(
                actor=request.actor,
                old=form.cleaned_data["old_password"],
                new=form.cleaned_data["new_password"],
                now=timezone.now(),
            )
        except Refused as refused:
            show(form, refused)
        else:
            auth.update_session_auth_hash(request, user)
            messages.success(request, _("密码已更改，其他设备上的登录已全部退出。"))
            return redirect("staffing:desk")
    user = cast("User", request.user)
    late = must_change_password(user, now=timezone.now())
    context = {
        "form": form,
        "why": ("temporary" if user.must_change_password else "old") if late else "",
        "max_days": settings.HALL_PASSWORD_MAX_DAYS,
    }
    return render(request, "staffing/change_password.html", context, status=422 if form.is_bound else 200)


@login_not_required
@csrf_exempt  # It changes words only, and public pages then need no cookie; the session is SameSite=Lax besides.
@require_POST
def set_language(request: Request) -> HttpResponse:
    """The reader's language: a cookie, and for staff their account as well."""
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(_next(request, "/"))
    if check_for_language(language) and language in dict(settings.LANGUAGES):
        _remember_language(response, language)
        if request.user.is_authenticated:
            actions.set_language(actor=request.actor, language=language, now=timezone.now())
    return response
