"""Commitments: the list of what one's unit owes or what is owed in one's hall, the page of one, and its doors."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from consultations.forms.commitments import (
    CommitmentFilterForm,
    ConfirmCommitmentForm,
    DropCommitmentForm,
    ExtendCommitmentForm,
    ReportCommitmentForm,
    ReturnCommitmentForm,
)
from consultations.lifecycle import COMMITMENT
from consultations.models import Commitment
from consultations.queries.commitments import (
    READERS,
    DayCursor,
    commitment_list,
    owing_units,
    scopes,
    sees_case,
    shown,
    visible_commitments,
)
from consultations.views.minutes_doors import JointDoor, buttons
from hall.access import Refused, Request, get_visible

SCOPES = {"unit": lazy("本单位承担的"), "hall": lazy("本厅全部")}


def _back(one: Commitment) -> str:
    return reverse("consultations:commitment", args=[one.pk])


def _last(one: Commitment, now: dt.datetime) -> dict[str, Any]:
    """What was reported last, for who reads it."""
    return {"last_report": one.reports.order_by("-at", "-id").first() if one.status == "reported" else None}


DOORS = (
    JointDoor(
        form=ReportCommitmentForm,
        title=lazy("反馈落实情况"),
        button=lazy("反馈"),
        said=lazy("已反馈，请等待召集单位确认。"),
        rows=visible_commitments,
        back=_back,
        icon="document",
        template="consultations/commitment_verb.html",
        more=_last,
    ),
    JointDoor(
        form=ConfirmCommitmentForm,
        title=lazy("确认已落实"),
        button=lazy("确认"),
        said=lazy("已确认落实，责任单位已得到通知。"),
        rows=visible_commitments,
        back=_back,
        icon="check",
        template="consultations/commitment_verb.html",
        more=_last,
    ),
    JointDoor(
        form=ReturnCommitmentForm,
        title=lazy("退回反馈，继续落实"),
        button=lazy("退回"),
        said=lazy("已退回，新的期限已开始计算。"),
        rows=visible_commitments,
        back=_back,
        icon="undo",
        template="consultations/commitment_verb.html",
        more=_last,
    ),
    JointDoor(
        form=ExtendCommitmentForm,
        title=lazy("延长期限"),
        button=lazy("延长"),
        said=lazy("已延长，责任单位已得到通知。"),
        rows=visible_commitments,
        back=_back,
        icon="clock",
        template="consultations/commitment_verb.html",
        more=_last,
    ),
    JointDoor(
        form=DropCommitmentForm,
        title=lazy("不再需要"),
        button=lazy("取消这项任务"),
        said=lazy("已取消，责任单位已得到通知。"),
        rows=visible_commitments,
        back=_back,
        icon="ban",
        danger=True,
        template="consultations/commitment_verb.html",
        more=_last,
    ),
)


@require_safe
def commitments(request: Request) -> HttpResponse:
    """`/consultations/commitments/`: what was agreed in minutes and by the conference, the earliest day first."""
    actor, now = request.actor, timezone.now()
    if not actor.has(*READERS):
        raise Refused(_("您的岗位没有商定任务的清单。"), "role")
    known = scopes(actor)
    scope = request.GET.get("scope", "") if request.GET.get("scope", "") in known else known[0]
    form = CommitmentFilterForm(request.GET, units=owing_units(actor, scope))
    after = DayCursor.parse(request.GET.get("after", ""))
    rows, more = commitment_list(actor, form.asked(), now=now, after=after)
    context = {
        "rows": rows,
        "form": form,
        "is_filtered": form.is_filtered,
        "scope": scope,
        "scopes": [(code, SCOPES[code]) for code in known],
        "after": str(more or ""),
        "is_front": after is None,
        "today": timezone.localdate(now),
    }
    return render(request, "consultations/commitments.html", context)


@require_safe
def commitment(request: Request, pk: int) -> HttpResponse:
    """`/consultations/commitments/<pk>/`: what was promised and reported; also for a unit that owes it while the case
    has gone to another.
    """
    actor, now = request.actor, timezone.now()
    one = get_visible(visible_commitments(actor), pk=pk)
    context = {
        "row": shown(one, now),
        "one": one,
        "reports": list(one.reports.select_related("by").order_by("-at", "-id")),
        "knows_case": sees_case(actor, one.consultation.case_id),
        "buttons": buttons(DOORS, COMMITMENT, one, actor, now),
        "today": timezone.localdate(now),
    }
    return render(request, "consultations/commitment.html", context)
