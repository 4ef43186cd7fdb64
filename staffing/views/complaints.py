"""Complaints about service, for the supervisor and the hall manager."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hall.access import Refused, Request, allowed, get_visible, whole_number
from staffing import actions, queries, rules
from staffing.forms import AnswerComplaintForm, ComplaintsFilter, ForwardComplaintForm, show
from staffing.models import Complaint

MOST_EXPORTED = 10_000


@require_safe
def complaints(request: Request) -> HttpResponse:
    """`/complaints/`: newest first, with the light of each."""
    rules.check_sees_complaints(request.actor)
    today = timezone.localdate()
    form = ComplaintsFilter(request.GET)
    asked, after = form.asked(), request.GET.get("after", "")
    page = queries.complaints_page(
        request.actor,
        today=today,
        after=whole_number(after),
        **asked,
    )
    waiting, late = queries.complaint_counts(request.actor, today)
    context = {
        "form": form,
        "rows": page.rows,
        "after": page.after or "",
        "is_front": not after,
        "is_filtered": any(asked.values()),
        "waiting": waiting,
        "late": late,
        "today": today,
    }
    return render(request, "staffing/complaints.html", context)


@require_safe
def export_complaints(request: Request) -> HttpResponse:
    """The same list as CSV: what it is about and how it was dealt with; no words, no names."""
    rules.check_sees_complaints(request.actor)
    form = ComplaintsFilter(request.GET)
    page = queries.complaints_page(
        request.actor, today=timezone.localdate(), size=MOST_EXPORTED, **form.asked()
    )
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="complaints.csv"'
    response.write("\ufeff")
    out = csv.writer(response)
    out.writerow(
        [_("编号"), _("收到日期"), _("关于什么"), _("窗口"), _("状态"), _("答复期限"), _("答复时间")]
    )
    for row in page.rows:
        one = row.complaint
        out.writerow([
            one.pk, timezone.localdate(one.received_at), _(one.get_about_display()),
            one.window.label if one.window else "", _(one.get_status_display()), one.due_on,
            timezone.localdate(one.answered_at) if one.answered_at else "",
        ])  # fmt: skip
    return response


def _seen(request: Request, complaint_id: int) -> Complaint:
    visible = Complaint.objects.visible_to(request.actor).select_related("hall", "window", "answered_by")
    return get_visible(visible, pk=complaint_id)


@never_cache
@require_safe
def complaint(request: Request, complaint_id: int) -> HttpResponse:
    """One complaint: what was said, until when, and the two ways to deal with it."""
    return _page(request, _seen(request, complaint_id))


def _page(request: Request, one: Complaint, status: int = 200, **bound: forms.Form) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    today = timezone.localdate(now)
    context = {
        "complaint": one,
        "today": today,
        "light": queries.light_of(one, today),
        "answer_form": bound.get("answer") or AnswerComplaintForm(auto_id="answer_%s"),
        "forward_form": bound.get("forward") or ForwardComplaintForm(auto_id="forward_%s"),
        "may_answer": allowed(rules.check_can_answer_complaint, actor, one, now=now),
        "may_forward": allowed(rules.check_can_forward_complaint, actor, one, now=now),
    }
    return render(request, "staffing/complaint.html", context, status=status)


@never_cache
@require_http_methods(["POST"])
def answer_complaint(request: Request, complaint_id: int) -> HttpResponse:
    form = AnswerComplaintForm(request.POST, auto_id="answer_%s")

    def act(now: dt.datetime, **said: Any) -> object:
        return actions.answer_complaint(actor=request.actor, complaint_id=complaint_id, now=now, **said)

    return _dealt_with(request, complaint_id, form, "answer", act, _("答复已记录，投诉人可以凭受理码查看。"))


@never_cache
@require_http_methods(["POST"])
def forward_complaint(request: Request, complaint_id: int) -> HttpResponse:
    form = ForwardComplaintForm(request.POST, auto_id="forward_%s")

    def act(now: dt.datetime, *, forwarded_to: str, answer: str) -> object:
        return actions.forward_complaint(
            actor=request.actor, complaint_id=complaint_id, to=forwarded_to, answer=answer, now=now
        )

    return _dealt_with(request, complaint_id, form, "forward", act, _("已转交，投诉人可以凭受理码查看。"))


def _dealt_with(
    request: Request, complaint_id: int, form: forms.Form, name: str, act: Callable[..., object], said: str
) -> HttpResponse:
    one = _seen(request, complaint_id)
    if form.is_valid():
        try:
            act(timezone.now(), **form.cleaned_data)
        except Refused as refused:
            if refused.kind != "input":
                raise
            show(form, refused)
        else:
            messages.success(request, said)
            return redirect("staffing:complaint", complaint_id)
    return _page(request, one, 422, **{name: form})
