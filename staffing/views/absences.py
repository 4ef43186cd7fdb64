"""Absences of those who receive, and what an absence touches: a substitute is named, or the reception is postponed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import Refused, Request, allowed, get_visible
from staffing import actions, queries, rules
from staffing.forms import AbsenceForm, PostponeForm, SubstituteForm, show
from staffing.models import Absence, LeaderReception
from staffing.views.receptions import back_to_plan, managed_reception


@require_GET
def absences(request: Request) -> HttpResponse:
    """Those to come, each with the receptions that it touches."""
    now, actor = timezone.now(), request.actor
    today = timezone.localdate(now)
    if not queries.who_may_be_absent(actor, today).exists():
        raise Refused(_("只有接访领导本人或本厅的大厅负责人可以登记外出。"), "role")
    managed = set(queries.managed_halls(actor).values_list("pk", flat=True))
    rows = list(queries.absences_for(actor, today))
    touched = queries.touched_in(rows, now)
    lines = [
        {
            "absence": row,
            "touched": touched.get(row.pk, []),
            "may_withdraw": allowed(rules.check_can_withdraw_absence, actor, row, now=now),
        }
        for row in rows
    ]
    return render(request, "staffing/absences.html", {"lines": lines, "managed": managed, "today": today})


@require_http_methods(["GET", "POST"])
def report_absence(request: Request) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    today = timezone.localdate(now)
    people = queries.who_may_be_absent(actor, today)
    if not people.exists():
        raise Refused(_("只有接访领导本人或本厅的大厅负责人可以登记外出。"), "role")
    form = AbsenceForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            absence = actions.report_absence(
                actor=actor, person_id=data["person"].pk, from_on=data["from_on"], until_on=data["until_on"],
                kind=data["kind"], now=now,
            )  # fmt: skip
        except Refused as refused:
            show(form, refused)
        else:
            n = queries.touched_by(absence, now).count()
            messages.success(request, _("外出已登记。"))
            if n:
                text = ngettext(
                    "其间有%(n)s场接访，请指定代接访的领导或者延期。",
                    "其间有%(n)s场接访，请指定代接访的领导或者延期。",
                    n,
                )
                messages.warning(request, text % {"n": n})
            return redirect(f"{reverse('staffing:absences')}#a{absence.pk}")
    return render(
        request, "staffing/report_absence.html", {"form": form}, status=422 if form.is_bound else 200
    )


@require_POST
def withdraw_absence(request: Request, absence_id: int) -> HttpResponse:
    absence = get_visible(Absence.objects.visible_to(request.actor), pk=absence_id)
    actions.withdraw_absence(actor=request.actor, absence_id=absence.pk, now=timezone.now())
    messages.success(request, _("已撤销这次外出。"))
    return redirect("staffing:absences")


# -- what follows from it ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def substitute_leader(request: Request, reception_id: int) -> HttpResponse:
    now, reception = timezone.now(), managed_reception(request, reception_id)
    rules.check_can_substitute_leader(request.actor, reception, now=now)
    candidates = queries.substitutes_for(reception)
    form = SubstituteForm(request.POST or None, candidates=candidates, reception=reception)
    if request.method == "POST" and form.is_valid():
        try:
            actions.substitute_leader(
                actor=request.actor,
                reception_id=reception.pk,
                leader_id=form.cleaned_data["leader"],
                reason=form.cleaned_data["reason"],
                now=now,
            )
        except Refused as refused:
            show(form, refused)
        else:
            _said(request, reception)
            return redirect(back_to_plan(reception))
    words = {"absent": _("当日外出"), "busy": _("当时另有接访")}
    context = {
        "form": form,
        "reception": reception,
        "notice": queries.notices([reception], now)[0],
        "place": reception.hall,
        "others": [(one, words[one.obstacle]) for one in candidates if one.obstacle],
    }
    return render(request, "staffing/substitute_leader.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def postpone_reception(request: Request, reception_id: int) -> HttpResponse:
    now, reception = timezone.now(), managed_reception(request, reception_id)
    rules.check_can_postpone_reception(request.actor, reception, now=now)
    form = PostponeForm(request.POST or None, reception=reception)
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.times()
        try:
            reception = actions.postpone_reception(
                actor=request.actor,
                reception_id=reception.pk,
                starts_at=starts_at,
                ends_at=ends_at,
                reason=form.cleaned_data["reason"],
                now=now,
            )
        except Refused as refused:
            show(form, refused)
        else:
            _said(request, reception)
            return redirect(back_to_plan(reception))
    context = {
        "form": form,
        "reception": reception,
        "notice": queries.notices([reception], now)[0],
        "place": reception.hall,
    }
    return render(request, "staffing/postpone_reception.html", context, status=422 if form.is_bound else 200)


def _said(request: Request, reception: LeaderReception) -> None:
    published = reception.published_at is not None
    messages.success(request, _("已变更，并已在公开页面标明。") if published else _("已变更。"))
