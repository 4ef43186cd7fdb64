"""One's own sign-in security: the second factor, the sessions, confirming; and what others do for a lost phone."""

from __future__ import annotations

import uuid
from typing import cast

import pyotp
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import Refused, Request, allowed, get_visible
from hall.models import User
from staffing import actions, queries, rules
from staffing.forms import (
    AuthenticatorForm,
    ConfirmSessionForm,
    KeyAnswerForm,
    ResetSecondFactorForm,
    show,
)
from staffing.models import Authenticator, KeptForm, StaffSession
from staffing.views import key_asked, known_devices
from staffing.views.accounts import closed_page, next_page
from staffing.views.people import ask_first
from staffing.views.step_up import confirm
from staffing.views.who import FACTOR_DUE


def _self(request: Request) -> User:
    return cast("User", request.user)


@never_cache
@require_GET
def second_factor(request: Request) -> HttpResponse:
    """“登录安全”: what is set up, and where one is signed in."""
    user, now = _self(request), timezone.now()
    sessions = queries.sessions_of(user, key=request.session.session_key or "", now=now)
    app = queries.authenticator_of(user)
    keys = [(key, allowed(rules.check_can_remove_security_key, request.actor, key, now=now))
            for key in queries.keys_of(user).select_related("user")]  # fmt: skip
    context = {
        "app": app,
        "keys": keys,
        "has_factor": app is not None or bool(keys),
        "keys_work": queries.keys_work_here(),
        "codes_left": queries.codes_left(user) if app or keys else 0,
        "needed": queries.needs_second_factor(user, now=now),
        "due": queries.second_factor_due(user),
        "late": 0 < request.session.get(FACTOR_DUE, 0) <= now.timestamp(),
        "may_remove": allowed(rules.check_can_remove_authenticator, user, now=now),
        "sessions": sessions,
        "others": any(not line.is_this for line in sessions),
        "idle_minutes": settings.HALL_IDLE_MINUTES,
    }
    return render(request, "staffing/second_factor.html", context)


@require_POST
def make_authenticator(request: Request) -> HttpResponse:
    actions.make_authenticator(actor=request.actor, now=timezone.now())
    return redirect("staffing:confirm-authenticator")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def confirm_authenticator(request: Request) -> HttpResponse:
    """The secret as a picture and as text; the first code confirms it, and the recovery codes are shown once."""
    user = _self(request)
    pending = Authenticator.objects.filter(user=user, confirmed_at=None).first()
    if pending is None:
        return redirect("staffing:second-factor")
    form = AuthenticatorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = actions.confirm_authenticator(
                actor=request.actor, code=form.cleaned_data["code"], now=timezone.now()
            )
        except Refused as refused:
            show(form, refused)
        else:
            request.session.pop(FACTOR_DUE, None)
            if codes:
                return show_codes(request, codes, is_new=True)
            messages.success(request, _("手机验证码已启用，原来的恢复码照旧有效。"))
            return redirect("staffing:second-factor")
    uri = pyotp.TOTP(pending.secret).provisioning_uri(name=user.username, issuer_name=_("联合接访大厅"))
    groups = [pending.secret[at : at + 4] for at in range(0, len(pending.secret), 4)]
    context = {"form": form, "uri": uri, "secret": groups}
    return render(
        request, "staffing/confirm_authenticator.html", context, status=422 if form.is_bound else 200
    )


def show_codes(request: Request, codes: list[str], *, is_new: bool) -> HttpResponse:
    context = {"codes": codes, "is_new": is_new, "person": _self(request), "now": timezone.now()}
    return render(request, "staffing/recovery_codes.html", context)


@never_cache
@require_POST
def renew_recovery_codes(request: Request) -> HttpResponse:
    rules.check_can_renew_recovery_codes(_self(request), now=timezone.now())
    back, consequence = reverse("staffing:second-factor"), _("原来的恢复码立即全部失效。")
    if asked := ask_first(request, _("换一组恢复码吗？"), consequence, _("换一组恢复码"), back):
        return asked
    codes = actions.renew_recovery_codes(actor=request.actor, now=timezone.now())
    return show_codes(request, codes, is_new=False)


@require_POST
def remove_authenticator(request: Request) -> HttpResponse:
    rules.check_can_remove_authenticator(_self(request), now=timezone.now())
    back, consequence = (
        reverse("staffing:second-factor"),
        _("没有登记安全密钥的，以后登录只需要密码，恢复码同时失效。"),
    )
    if asked := ask_first(request, _("停用手机验证码吗？"), consequence, _("停用手机验证码"), back):
        return asked
    actions.remove_authenticator(actor=request.actor, now=timezone.now())
    messages.success(request, _("手机验证码已停用。"))
    return redirect("staffing:second-factor")


@never_cache
@require_http_methods(["GET", "POST"])
def reset_second_factor(request: Request, user_id: int) -> HttpResponse:
    """The phone is lost: the person came to somebody who knows them."""
    user, now = get_visible(queries.people_of(request.actor), pk=user_id), timezone.now()
    rules.check_can_reset_second_factor(request.actor, user, "----", now=now)
    form = ResetSecondFactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reset_second_factor(
                actor=request.actor, user_id=user.pk, reason=form.cleaned_data["reason"], now=now
            )
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("%(name)s的两步验证已重置，并已通知本人。") % {"name": user.label})
            return redirect("staffing:person", user.pk)
    context = {"form": form, "person": user}
    return render(request, "staffing/reset_second_factor.html", context, status=422 if form.is_bound else 200)


# -- sessions --------------------------------------------------------------------------------------------------------


@require_POST
def end_session(request: Request, session_id: int) -> HttpResponse:
    """One's own, or one of a person whom the actor looks after; back to the page it was pressed on."""
    people = queries.people_of(request.actor) if rules.keeps_security(request.actor) else User.objects.none()
    found = get_visible(
        StaffSession.objects.filter(user__in=people.order_by().values("pk"))
        | StaffSession.objects.filter(user=request.actor.user_id or 0),
        pk=session_id,
    )
    actions.end_session(actor=request.actor, session_id=found.pk, now=timezone.now())
    messages.success(request, _("那台设备已退出登录。"))
    if found.user_id == request.actor.user_id:
        return redirect("staffing:second-factor")
    return redirect("staffing:person", found.user_id)


@require_POST
def end_other_sessions(request: Request) -> HttpResponse:
    count = actions.end_other_sessions(
        actor=request.actor, key=request.session.session_key or "", now=timezone.now()
    )
    messages.success(request, _("其他设备上的登录已全部退出（%(n)s处）。") % {"n": count})
    return redirect("staffing:second-factor")


# -- confirming ------------------------------------------------------------------------------------------------------


@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def confirm_session(request: Request) -> HttpResponse:
    """Still the same person? Then back to what was being done; what was typed is kept meanwhile."""
    user, now = _self(request), timezone.now()
    by_key = "answer" in request.POST
    with_code = queries.authenticator_of(user) is not None
    form: forms.Form = (
        KeyAnswerForm(request.POST)
        if by_key
        else ConfirmSessionForm(request.POST or None, with_code=with_code)
    )
    if request.method == "POST" and form.is_valid():
        tried = actions.begin_try(
            username=user.username, origin=known_devices.origin_of(request, user.username), now=now
        )
        if tried.pk is None:
            return closed_page(request, tried.until)
        try:
            actions.confirm_session(
                actor=request.actor,
                password=form.cleaned_data.get("password", ""),
                code=form.cleaned_data.get("code", ""),
                signed=key_asked.signed(request, user, "confirm", now=now) if by_key else None,
                tried=tried.pk,
                now=now,
            )
        except Refused as refused:
            key_asked.was_refused(refused, now=now)
            until = actions.sign_in_failed(username=user.username, tried=tried.pk, step="confirm", now=now)
            if until is not None:
                return closed_page(request, until)
            show(form, refused)
        else:
            confirm(request)
            return redirect(next_page(request, "staffing:desk"))
    context = {
        "form": ConfirmSessionForm(with_code=with_code) if by_key else form,
        "key_form": form if by_key else KeyAnswerForm(),
        "has_keys": queries.keys_of(user).usable().exists(),
        "next": next_page(request, ""),
        "minutes": settings.HALL_STEP_UP_MINUTES,
    }
    return render(request, "staffing/confirm_session.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_GET
def kept_form(request: Request, token: uuid.UUID) -> HttpResponse:
    """What was sent when the door was closed: one press sends it again, exactly as it was."""
    mine = KeptForm.objects.filter(user=request.actor.user_id or 0, expires_at__gt=timezone.now())
    kept = get_visible(mine, token=token)
    return render(request, "staffing/kept_form.html", {"kept": kept, "fields": actions.fields_of(kept)})


@require_POST
def drop_form(request: Request, token: uuid.UUID) -> HttpResponse:
    actions.drop_form(actor=request.actor, token=token, now=timezone.now())
    messages.success(request, _("保留的内容已删除。"))
    return redirect("staffing:desk")
