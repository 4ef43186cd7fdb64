"""Where every address leads: each app's pages, the public ones at the root, the way of a health check."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from staffing.views import set_language


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 once the hall is open: the database answers and is migrated. Redis is not asked: we open without it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM hall_counter WHERE false")
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for looking at (development only)."""
    return render(request, "hall/gallery.html")


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("", include("staffing.urls")),
    path("", include("cases.urls")),
    path("", include("intake.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("_gallery/", gallery, name="gallery"))
