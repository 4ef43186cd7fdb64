"""The frame of Django's admin: who comes in, and through which door."""

from __future__ import annotations

from typing import Any

from django.contrib import auth
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from hall.access import Actor, Refused
from staffing import actions
from staffing.rules import is_administrator


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


class BackRoom(AdminSite):
    """Only who holds the role administrator comes in, through the one page for signing in."""

    site_header = _("联合接访大厅 · 系统管理")
    site_title = _("系统管理")
    index_title = _("基础数据与记录")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated) and is_administrator(_actor(request))

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise Refused(_("只有系统管理员可以进入系统管理。"), "role")
        wanted = urlencode({"next": request.GET.get("next") or reverse("admin:index")})
        return redirect(f"{reverse('staffing:sign-in')}?{wanted}")

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        actions.sign_out(actor=_actor(request), now=timezone.now())
        auth.logout(request)
        return redirect("staffing:sign-in")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("staffing:change-password")
