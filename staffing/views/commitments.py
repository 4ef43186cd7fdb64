"""What the hall promises: drafted, published and withdrawn by its manager."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import Refused, Request, allowed, get_visible
from staffing import actions, queries, rules
from staffing.forms import CommitmentForm, WithdrawCommitmentForm, show
from staffing.models import Commitment, Hall
from staffing.views.receptions import hall_of


def _back(hall: Hall) -> HttpResponse:
    return redirect(f"{reverse('staffing:commitment-plan')}?hall={hall.code}")


def _commitment(request: Request, commitment_id: int) -> Commitment:
    visible = Commitment.objects.visible_to(request.actor).select_related("hall", "department")
    return get_visible(visible, pk=commitment_id)


@require_GET
def commitment_plan(request: Request) -> HttpResponse:
    hall, now, actor = hall_of(request), timezone.now(), request.actor
    rows = Commitment.objects.filter(hall=hall).select_related("department", "hall")
    lines = [
        {
            "one": one,
            "may_change": allowed(rules.check_can_save_commitment, actor, hall, one, now=now),
            "may_publish": allowed(rules.check_can_publish_commitment, actor, one, now=now),
            "may_withdraw": allowed(rules.check_can_withdraw_commitment, actor, one, now=now),
        }
        for one in rows.order_by("status", "order", "pk")
    ]
    context = {"place": hall, "halls": queries.managed_halls(actor), "lines": lines}
    return render(request, "staffing/commitment_plan.html", context)


def _save(request: Request, hall: Hall, one: Commitment | None) -> HttpResponse:
    now = timezone.now()
    rules.check_can_save_commitment(request.actor, hall, one, now=now)
    initial = (
        {"department": one.department_id, "text": one.text, "text_en": one.text_en, "order": one.order}
        if one
        else None
    )
    form = CommitmentForm(request.POST or None, hall=hall, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_commitment(
                actor=request.actor, hall_id=hall.pk, commitment_id=one.pk if one else None, now=now,
                **form.facts(),
            )  # fmt: skip
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("已保存，公布后才在公开页面显示。"))
            return _back(hall)
    context = {"form": form, "place": hall, "one": one}
    return render(request, "staffing/save_commitment.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def save_commitment(request: Request) -> HttpResponse:
    return _save(request, hall_of(request), None)


@require_http_methods(["GET", "POST"])
def change_commitment(request: Request, commitment_id: int) -> HttpResponse:
    one = _commitment(request, commitment_id)
    return _save(request, one.hall, one)


@require_POST
def publish_commitment(request: Request, commitment_id: int) -> HttpResponse:
    one = _commitment(request, commitment_id)
    actions.publish_commitment(actor=request.actor, commitment_id=one.pk, now=timezone.now())
    messages.success(request, _("已公布。"))
    return _back(one.hall)


@require_http_methods(["GET", "POST"])
def withdraw_commitment(request: Request, commitment_id: int) -> HttpResponse:
    now, one = timezone.now(), _commitment(request, commitment_id)
    rules.check_can_withdraw_commitment(request.actor, one, now=now)
    form = WithdrawCommitmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_commitment(
                actor=request.actor, commitment_id=one.pk, now=now, **form.cleaned_data
            )
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("已撤下。"))
            return _back(one.hall)
    context = {"form": form, "one": one, "place": one.hall}
    return render(request, "staffing/withdraw_commitment.html", context, status=422 if form.is_bound else 200)
