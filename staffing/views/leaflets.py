"""Leaflets for who writes, publishes and withdraws them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import Refused, Request, allowed, get_visible
from staffing import actions, queries, rules
from staffing.forms import LeafletForm, show
from staffing.models import Leaflet


def _leaflet(request: Request, leaflet_id: int) -> Leaflet:
    return get_visible(Leaflet.objects.visible_to(request.actor).select_related("hall"), pk=leaflet_id)


@require_GET
def leaflets(request: Request) -> HttpResponse:
    rules.check_can_keep_people(request.actor)
    actor, now = request.actor, timezone.now()
    rows = Leaflet.objects.visible_to(actor).select_related("hall").order_by("order", "pk")
    lines = [
        {
            "leaflet": row,
            "may_publish": allowed(rules.check_can_publish_leaflet, actor, row, now=now),
            "may_withdraw": allowed(rules.check_can_withdraw_leaflet, actor, row, now=now),
            "keeps": bool(allowed(rules.check_keeps, actor, row.hall_id)),
        }
        for row in rows
    ]
    hall = queries.managed_halls(actor).first()
    return render(request, "staffing/leaflet_list.html", {"lines": lines, "place": hall})


@require_http_methods(["GET", "POST"])
def save_leaflet(request: Request, leaflet_id: int | None = None) -> HttpResponse:
    rules.check_can_keep_people(request.actor)
    leaflet = _leaflet(request, leaflet_id) if leaflet_id else None
    if leaflet is not None:
        rules.check_keeps(request.actor, leaflet.hall_id)
    form = LeafletForm(request.POST or None, halls=queries.managed_halls(request.actor), leaflet=leaflet)
    if request.method == "POST" and form.is_valid():
        hall = form.cleaned_data.get("hall")
        try:
            saved = actions.save_leaflet(
                actor=request.actor, facts=form.facts(), hall_id=hall.pk if hall else None,
                leaflet_id=leaflet_id, now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("“%(title)s”已保存。") % {"title": saved.label})
            return redirect("staffing:leaflet-list")
    context = {"form": form, "leaflet": leaflet}
    return render(request, "staffing/save_leaflet.html", context, status=422 if form.is_bound else 200)


@require_POST
def publish_leaflet(request: Request, leaflet_id: int) -> HttpResponse:
    leaflet = _leaflet(request, leaflet_id)
    actions.publish_leaflet(actor=request.actor, leaflet_id=leaflet.pk, now=timezone.now())
    messages.success(request, _("“%(title)s”已公布。") % {"title": leaflet.label})
    return redirect("staffing:leaflet-list")


@require_POST
def withdraw_leaflet(request: Request, leaflet_id: int) -> HttpResponse:
    leaflet = _leaflet(request, leaflet_id)
    actions.withdraw_leaflet(actor=request.actor, leaflet_id=leaflet.pk, now=timezone.now())
    messages.success(request, _("“%(title)s”已撤下。") % {"title": leaflet.label})
    return redirect("staffing:leaflet-list")
