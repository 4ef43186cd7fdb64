"""Inspections: the list, one with what was drawn, and the doors of its verbs."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from accountability import rules
from accountability.forms.inspect import (
    CancelInspectionForm,
    ConcludeInspectionForm,
    DrawSampleForm,
    PlanInspectionForm,
    PublishInspectionForm,
    RecordCheckForm,
    WithdrawInspectionForm,
)
from accountability.lifecycle import CHECKS, INSPECTION, STRATA
from accountability.models import Inspection, InspectionCheck
from accountability.queries.inspections import check_of, checks_of, inspections, one_of
from accountability.queries.sampling import holds
from accountability.views.opening import Door, acted, buttons
from hall.access import Refused, Request, get_visible
from staffing.lifecycle import HALL_MANAGER, SUPERVISOR
from staffing.models import Hall

TONES = {
    "planned": "grey", "drawn": "blue", "concluded": "amber", "published": "green", "withdrawn": "grey",
    "cancelled": "grey",
}  # fmt: skip
CHECK_TONES = {"in_order": "green", "minor": "amber", "problem": "red"}


def _state(one: Inspection) -> tuple[str, str]:
    return _(INSPECTION.state(one.status).label), TONES[one.status]


@require_safe
def inspections_page(request: Request) -> HttpResponse:
    """`/inspections/`: the latest first."""
    actor = request.actor
    rules.check_sees_inspections(actor)
    after, status = request.GET.get("after", ""), request.GET.get("status", "")
    known = status if status in {code for code, _label in INSPECTION.choices} else ""
    page = inspections(
        actor, status=known, after=int(after) if after.isdecimal() and len(after) < 19 else None
    )
    context = {
        "rows": [(one, *_state(one)) for one in page.rows],
        "after": page.after,
        "is_front": not after,
        "is_filtered": bool(known),
        "status": known,
        "states": [(code, _(label)) for code, label in INSPECTION.choices],
        "plans": actor.has(SUPERVISOR, HALL_MANAGER),
    }
    return render(request, "accountability/inspect/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_inspection(request: Request) -> HttpResponse:
    """`/inspections/new/?hall=<code>`"""
    now, actor = timezone.now(), request.actor
    rules.check_plans_inspections(actor)
    halls = Hall.objects.filter(pk__in=actor.halls(SUPERVISOR, HALL_MANAGER)).order_by("pk")
    code = request.GET.get("hall", "")
    hall = halls.filter(code=code).first() if code else halls.first()
    if hall is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    form, status = PlanInspectionForm(request.POST or None, actor=actor, hall=hall, now=now), 200
    if request.method == "POST":
        status = acted(form, form.act)
        if status == 302:
            messages.success(request, _("已计划；期间结束后可以抽样。"))
            return redirect("accountability:inspections")
    return render(request, "accountability/inspect/plan.html", {"form": form}, status=status)


@require_safe
def inspection(request: Request, inspection_id: int) -> HttpResponse:
    """`/inspections/<inspection_id>/`: the plan, how it was drawn, what was found, and whether the draw holds."""
    now, actor = timezone.now(), request.actor
    one = get_visible(one_of(actor), pk=inspection_id)
    checks = checks_of(actor, one)
    recordable = rules.may_record(actor, one, checks)
    found = Counter(check.conclusion for check in checks if check.conclusion)
    state, tone = _state(one)
    context = {
        "one": one,
        "state": state,
        "tone": tone,
        "strata": [
            (_(label), min(size, total) if one.drawn_at else size, total)
            for code, label in STRATA.items()
            for size, total in [(one.sizes.get(code, 0), len(one.frame.get(code, ())))]
        ],
        "checks": [
            (
                check,
                _(STRATA[check.stratum]),
                _(CHECKS[check.conclusion]) if check.conclusion else "",
                CHECK_TONES.get(check.conclusion, ""),
                check.pk in recordable,
            )
            for check in checks
        ],
        "found": [(_(label), found[code]) for code, label in CHECKS.items()] if found else [],
        "holds": holds(one) if one.drawn_at else None,
        "may_supervise": actor.has(SUPERVISOR, HALL_MANAGER, hall_id=one.hall_id),
        "buttons": buttons(DOORS, INSPECTION, one, actor, now),
    }
    return render(request, "accountability/inspect/one.html", context)


# -- the doors of the verbs ------------------------------------------------------------------------------------------


def _inspection_of(row: Inspection | InspectionCheck) -> Inspection:
    return row if isinstance(row, Inspection) else row.inspection


def _to_one(row: Inspection | InspectionCheck) -> str:
    return reverse("accountability:inspection", args=[_inspection_of(row).pk])


def _beside(row: Inspection | InspectionCheck, now: dt.datetime) -> dict[str, Any]:
    return {"one": _inspection_of(row), "case": None if isinstance(row, Inspection) else row.case}


InspectDoor = partial(
    Door, back=_to_one, shown=_beside, shut=True, template="accountability/inspect/verb.html"
)


DOORS = (
    InspectDoor(
        rows=one_of,
        form=DrawSampleForm,
        title=lazy("抽样"),
        button=lazy("抽样"),
        said=lazy("已抽样。"),
        intro=lazy("由系统按种子抽取，只抽一次；种子和抽样范围的摘要留存，任何人都可以核对。"),
    ),
    InspectDoor(
        rows=one_of,
        form=ConcludeInspectionForm,
        title=lazy("督查结果"),
        button=lazy("保存结果"),
        said=lazy("已保存督查结果。"),
    ),
    InspectDoor(
        rows=one_of,
        form=PublishInspectionForm,
        title=lazy("批准公开"),
        button=lazy("批准并公开"),
        said=lazy("已公开。"),
        intro=lazy("公开以后内容不再修改；需要更正的，撤回。"),
    ),
    InspectDoor(
        rows=one_of,
        form=CancelInspectionForm,
        title=lazy("取消督查"),
        button=lazy("取消这次督查"),
        said=lazy("已取消。"),
        danger=True,
    ),
    InspectDoor(
        rows=one_of,
        form=WithdrawInspectionForm,
        title=lazy("撤回公开"),
        button=lazy("撤回"),
        said=lazy("已撤回。"),
        danger=True,
    ),
)
CHECK_DOOR = InspectDoor(
    form=RecordCheckForm,
    title=lazy("记录实地核查"),
    button=lazy("保存记录"),
    said=lazy("已记录。"),
    intro=lazy("记录保存后不再修改。"),
    rows=check_of,
)
