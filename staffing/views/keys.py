"""One's own security keys: what the browser asks them, registered, taken away."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hall.access import Refused, Request, get_visible
from hall.models import User
from staffing import actions, queries, rules
from staffing.forms import SecurityKeyForm, show
from staffing.models import SecurityKey
from staffing.views import key_asked
from staffing.views.accounts import half_in
from staffing.views.people import ask_first
from staffing.views.security import show_codes
from staffing.views.step_up import is_confirmed
from staffing.views.who import FACTOR_DUE


@login_not_required
@never_cache
@require_POST
def ask_security_key(request: HttpRequest) -> HttpResponse:
    """What the browser hands to the key, as JSON: to come in for who is half in, else to confirm or to add."""
    now = timezone.now()
    if request.user.is_authenticated:
        user, purpose = request.user, "add" if request.POST.get("purpose") == "add" else "confirm"
    elif found := half_in(request, now):
        user, purpose = found[0], "sign_in"
    else:
        raise Refused(_("登录已经过期，请重新打开登录页。"), "state")
    if purpose == "add":
        rules.check_may_have_keys(cast("Request", request).actor)
    elif not queries.keys_of(user).usable().exists():
        raise Refused(_("您的账户没有可用的安全密钥，请用验证码。"), "state")
    asked = key_asked.ask(request, user, purpose, now=now)
    make = queries.creation_options if purpose == "add" else queries.request_options
    return JsonResponse(make(user, asked))


@never_cache
@require_http_methods(["GET", "POST"])
def add_security_key(request: Request) -> HttpResponse:
    """A name, then a hand on the key. One confirms oneself first: a new key is a new way in."""
    rules.check_may_have_keys(request.actor)
    user, now = cast("User", request.user), timezone.now()
    here = reverse("staffing:add-security-key")
    if request.method == "GET" and not is_confirmed(request):
        return redirect(f"{reverse('staffing:confirm-session')}?{urlencode({'next': here})}")
    form = SecurityKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = key_asked.signed(request, user, "add", now=now)
        try:
            key, codes = actions.add_security_key(
                actor=request.actor, name=form.cleaned_data["name"], answer=said.answer, challenge=said.challenge,
                now=now,
            )  # fmt: skip
        except Refused as refused:
            show(form, refused)
        else:
            request.session.pop(FACTOR_DUE, None)
            messages.success(request, _("已登记密钥“%(name)s”。") % {"name": key.name})
            return show_codes(request, codes, is_new=True) if codes else redirect("staffing:second-factor")
    context = {"form": form, "ask_url": reverse("staffing:ask-security-key")}
    return render(request, "staffing/add_security_key.html", context, status=422 if form.is_bound else 200)


@require_POST
def remove_security_key(request: Request, key_id: int) -> HttpResponse:
    mine = SecurityKey.objects.filter(user=request.actor.user_id or 0).select_related("user")
    key, now = get_visible(mine, pk=key_id), timezone.now()
    rules.check_can_remove_security_key(request.actor, key, now=now)
    question = _("移除密钥“%(name)s”吗？") % {"name": key.name}
    consequence = _("这把密钥不能再用来登录。它是唯一的第二步时，以后登录只需要密码，恢复码同时失效。")
    if asked := ask_first(request, question, consequence, _("移除"), reverse("staffing:second-factor")):
        return asked
    actions.remove_security_key(actor=request.actor, key_id=key.pk, now=now)
    messages.success(request, _("密钥“%(name)s”已移除。") % {"name": key.name})
    return redirect("staffing:second-factor")
