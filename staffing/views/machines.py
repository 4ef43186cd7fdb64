"""Tokens of machines, for the administrators of a hall."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hall.access import Refused, Request, allowed, get_visible, whole_number
from hall.machines import SCOPES
from staffing import actions, queries, rules
from staffing.forms import (
    IssueTokenForm,
    RegisterMachineForm,
    RevokeTokenForm,
    RotateTokenForm,
    TokenFilter,
    show,
)
from staffing.models import MachineToken


def after_of(request: Request) -> int | None:
    return whole_number(request.GET.get("after", ""))


def show_secret(
    request: Request, *, title: str, facts: list[tuple[str, str]], hint: str, back: str
) -> HttpResponse:
    """The only page that ever has it."""
    context = {"title": title, "facts": facts, "hint": hint, "back_url": back}
    return render(request, "staffing/machine_secret.html", context)


def _token(request: Request, token_id: int) -> MachineToken:
    return get_visible(
        MachineToken.objects.visible_to(request.actor).select_related("hall", "user"), pk=token_id
    )


@require_safe
def machine_tokens(request: Request) -> HttpResponse:
    """`/machine-tokens/`: who may come in by a token, to what, until when, and when it last did."""
    rules.check_sees_machines(request.actor)
    form, now = TokenFilter(request.GET), timezone.now()
    asked = form.asked()
    page = queries.token_lines(request.actor, now=now, after=after_of(request), **asked)
    context = {
        "form": form,
        "lines": page.rows,
        "after": page.after or "",
        "is_filtered": any(asked.values()),
    }
    return render(request, "staffing/machine_tokens.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def issue_token(request: Request) -> HttpResponse:
    rules.check_sees_machines(request.actor)
    now = timezone.now()
    form = IssueTokenForm(
        request.POST or None, halls=queries.halls_with_machines(request.actor), known=SCOPES, now=now
    )
    if request.method == "POST" and form.is_valid():
        try:
            token, secret = actions.issue_token(actor=request.actor, known=SCOPES, now=now, **form.facts())
        except Refused as refused:
            show(form, refused)
        else:
            return _shown(request, _("已发放令牌"), token, secret)
    context = {"form": form, "has_accounts": form.fields["user"].queryset.exists()}  # type: ignore[attr-defined]
    return render(request, "staffing/issue_token.html", context, status=422 if form.is_bound else 200)


def _shown(request: Request, title: str, token: MachineToken, secret: str) -> HttpResponse:
    return show_secret(
        request, title=title, facts=[(_("设备或者系统"), token.name), (_("令牌"), secret)],
        hint=_("令牌只在这里显示一次，请当面或者经加密的途径交给设备的管理人；丢失的，收回后另发。"),
        back=reverse("staffing:machine-tokens"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def register_machine(request: Request) -> HttpResponse:
    """An account that nobody can sign in with; its post is given on the page of people."""
    rules.check_sees_machines(request.actor)
    form = RegisterMachineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.register_user(
                actor=request.actor, is_machine=True, now=timezone.now(), **form.cleaned_data
            )
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(
                request, _("已登记设备账户“%(name)s”。接着安排岗位，再发放令牌。") % {"name": user.label}
            )
            return redirect("staffing:post-person", user.pk)
    context = {"form": form}
    return render(request, "staffing/register_machine.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def rotate_token(request: Request, token_id: int) -> HttpResponse:
    token, now = _token(request, token_id), timezone.now()
    form = RotateTokenForm(request.POST or None, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            fresh, secret = actions.rotate_token(
                actor=request.actor, token_id=token.pk, expires_at=form.expires_at, now=now
            )
        except Refused as refused:
            if refused.kind != "input":
                raise
            show(form, refused)
        else:
            return _shown(request, _("已更换令牌，旧令牌还可以用7天"), fresh, secret)
    ends = (
        now + rules.TOKEN_OVERLAP
    )  # any that is allowed: the button asks about the token, not about the day
    may = allowed(rules.check_can_rotate_token, request.actor, token, expires_at=ends, now=now)
    context = {"form": form, "token": token, "may": may}
    return render(request, "staffing/rotate_token.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def revoke_token(request: Request, token_id: int) -> HttpResponse:
    token, now = _token(request, token_id), timezone.now()
    form = RevokeTokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.revoke_token(actor=request.actor, token_id=token.pk, now=now, **form.cleaned_data)
        messages.success(request, _("“%(name)s”的令牌已收回，立即失效。") % {"name": token.name})
        return redirect("staffing:machine-tokens")
    may = allowed(rules.check_can_revoke_token, request.actor, token, now=now)
    context = {"form": form, "token": token, "may": may}
    return render(request, "staffing/revoke_token.html", context, status=422 if form.is_bound else 200)
