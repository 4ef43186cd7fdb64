"""Signing in and out, the own password, the own language."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hall.access import Refused, Request
from hall.models import User
from staffing import actions, queries
from staffing.forms import ChangePasswordForm, KeyAnswerForm, SecondStepForm, SignInForm, show
from staffing.rules import must_change_password
from staffing.views import key_asked, known_devices
from staffing.views.step_up import confirm
from staffing.views.who import FACTOR_DUE

HALF = "half"
"""In the session of somebody who showed the right password and owes the code."""
HALF_SECONDS = 600


def next_page(request: HttpRequest, default: str) -> str:
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
    """User name and password. `?idle=1`: the person came with a session that had ended (see `WhoActs`); `?out=1`: from
    signing out, so what the browser kept of forms goes."""
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect(next_page(request, "staffing:desk"))
        came = {name: name in request.GET for name in ("idle", "out")}
        context = {"form": SignInForm(), "next": next_page(request, ""), **came}
        return render(request, "staffing/sign_in.html", context)
    form = SignInForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        username, password = form.cleaned_data["username"], form.cleaned_data["password"]
        tried = actions.begin_try(
            username=username, origin=known_devices.origin_of(request, username), now=now
        )
        if tried.pk is None:
            return closed_page(request, tried.until)
        user = auth.authenticate(request, username=username, password=password)
        if user is not None and queries.has_second_factor(user):
            half = {
                "user": user.pk,
                "hash": user.get_session_auth_hash(),
                "at": now.timestamp(),
                "tried": tried.pk,
            }
            request.session.flush()
            request.session[HALF] = {**half, "next": next_page(request, "")}
            return redirect("staffing:second-step")
        if user is not None:
            return _let_in(request, user, next_page(request, "staffing:desk"), tried=tried.pk, now=now)
        until = actions.sign_in_failed(username=username, tried=tried.pk, now=now)
        if until is not None:
            return closed_page(request, until)
        form.add_error(None, _("用户名或密码不正确。"))
    return render(
        request, "staffing/sign_in.html", {"form": form, "next": next_page(request, "")}, status=422
    )


def _let_in(
    request: HttpRequest, user: User, to: str, *, tried: int | None, second: bool = False, now: dt.datetime
) -> HttpResponse:
    """Everything was right: the session begins, and the browser is known from now on."""
    auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    entered = actions.Entered(
        key=request.session.session_key or "",
        device=queries.device_name(request.headers.get("User-Agent", "")),
        network=queries.network_name(request.META.get("REMOTE_ADDR", "")),
        second_factor=second,
    )
    actions.sign_in(user_id=user.pk, entered=entered, tried=tried, now=now)
    confirm(request)
    due = queries.second_factor_due(user)
    if due is not None:
        request.session[FACTOR_DUE] = due.timestamp()
        if due > now:
            day = timezone.localtime(due)
            messages.warning(
                request,
                _("您的岗位须使用两步验证，请在%(month)s月%(day)s日前到“登录安全”设置。")
                % {"month": day.month, "day": day.day},
            )
    response = redirect(to)
    known_devices.remember(request, response, user.username)
    _remember_language(response, user.language)
    return response


def half_in(request: HttpRequest, now: dt.datetime) -> tuple[User, dict[str, Any]] | None:
    """Who has shown the right password in this browser in the last ten minutes, and has not changed it since."""
    half = request.session.get(HALF)
    if not half or now.timestamp() - half["at"] > HALF_SECONDS:
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), half["hash"]):
        return None
    return user, half


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The second page of signing in: the code on the phone, a security key, or a recovery code."""
    now = timezone.now()
    found = half_in(request, now)
    if found is None or request.user.is_authenticated:
        return redirect("staffing:sign-in")
    user, half = found
    by_key = "answer" in request.POST
    form = KeyAnswerForm(request.POST) if by_key else SecondStepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = f"second-step/{user.pk}"
        tried = actions.begin_try(
            username=name, origin=known_devices.origin_of(request, user.username), now=now
        )
        if tried.pk is None:
            return closed_page(request, tried.until)
        try:
            signed = key_asked.signed(request, user, "sign_in", now=now) if by_key else None
            code = form.cleaned_data.get("code", "")
            actions.pass_second_step(user_id=user.pk, code=code, signed=signed, tried=tried.pk, now=now)
        except Refused as refused:
            key_asked.was_refused(refused, now=now)
            until = actions.sign_in_failed(username=user.username, tried=tried.pk, step="code", now=now)
            if until is not None:
                del request.session[HALF]
                return closed_page(request, until)
            show(form, refused)
        else:
            del request.session[HALF]
            to = half["next"] or "staffing:desk"
            return _let_in(request, user, to, tried=half["tried"], second=True, now=now)
    context = {
        "form": SecondStepForm() if by_key else form,
        "key_form": form if by_key else KeyAnswerForm(),
        "has_app": queries.authenticator_of(user) is not None,
        "has_keys": queries.keys_of(user).usable().exists(),
    }
    return render(request, "staffing/second_step.html", context, status=422 if form.is_bound else 200)


def closed_page(request: HttpRequest, until: dt.datetime | None) -> HttpResponse:
    """The same page for every name, whether anybody has it or not."""
    return render(request, "staffing/locked_out.html", {"until": until}, status=429)


@require_POST
def sign_out(request: Request) -> HttpResponse:
    actions.sign_out(actor=request.actor, now=timezone.now())
    auth.logout(request)
    messages.success(request, _("您已退出登录。"))
    response = redirect(f"{reverse('staffing:sign-in')}?out=1")
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
                key=request.session.session_key or "",
                now=timezone.now(),
            )
        except Refused as refused:
            show(form, refused)
        else:
            old = request.session.session_key or ""
            auth.update_session_auth_hash(request, user)
            actions.carry_session(old=old, new=request.session.session_key or "")
            confirm(request)
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
    response = HttpResponseRedirect(next_page(request, "/"))
    if check_for_language(language) and language in dict(settings.LANGUAGES):
        _remember_language(response, language)
        if request.user.is_authenticated:
            actions.set_language(actor=request.actor, language=language, now=timezone.now())
    return response
