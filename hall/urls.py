"""Where every address leads: each app's pages, the public ones at the root, the way of a health check."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import include, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from hall.fresh import fresh, kept
from hall.operations.views import healthz, readyz
from staffing.views import set_language

LOOKS = {"size": ("large", "normal"), "contrast": ("high", "normal"), "theme": ("light", "dark")}


@login_not_required
@require_safe
def set_look(request: HttpRequest) -> HttpResponse:
    """Remember large letters, contrast or dark in a cookie and go back; the switch for browsers without scripts."""
    back = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    answer = HttpResponseRedirect(back if safe else "/")
    for name, known in LOOKS.items():
        if (value := request.GET.get(name)) in known:
            answer.set_cookie(name, value, max_age=365 * 24 * 3600, samesite="Lax")
    return answer


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponseBase:
    """What this site does for people who read, hear or move with difficulty, and whom to tell when it fails."""
    return kept(request, "accessibility", lambda asked: fresh(asked, "hall/accessibility.html", {}))


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponseBase:
    """What is kept of whom, why, for how long, who sees it, and what one may ask for (《个人信息保护法》)."""
    return kept(request, "privacy", lambda asked: fresh(asked, "hall/privacy.html", {}))


@login_not_required
def gallery(request: HttpRequest, page: str = "") -> HttpResponse:
    """Every component in every state, for looking at (development only)."""
    return render(request, f"hall/gallery_{page}.html" if page else "hall/gallery.html")


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("look/", set_look, name="set_look"),
    path("accessibility/", accessibility, name="accessibility"),
    path("privacy/", privacy, name="privacy"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("hall.machines.schema")),
    path("api/v1/", include("staffing.api.doors")),
    path("api/v1/", include("cases.api")),
    path("api/v1/", include("intake.api")),
    path("api/v1/", include("consultations.api")),
    path("api/v1/", include("hearings.api")),
    path("api/v1/", include("accountability.api")),
    path("", include("staffing.urls")),
    path("", include("cases.urls")),
    path("", include("intake.urls")),
    path("", include("consultations.urls")),
    path("", include("hearings.urls")),
    path("", include("accountability.urls")),
]
handler500 = "hall.operations.views.server_error"
if settings.DEBUG:
    urlpatterns.append(path("_gallery/", gallery, name="gallery"))
    urlpatterns.append(path("_gallery/<slug:page>/", gallery, name="gallery"))
