"""The pages for people without a login: the hall, its leaders' receptions, the guide."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "staffing/home.html")


@login_not_required
def hall(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "staffing/hall.html")


@login_not_required
def receptions(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "staffing/receptions.html")


@login_not_required
def guide(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "staffing/guide.html")
