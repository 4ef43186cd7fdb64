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
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accountability import actions, rules
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
from accountability.queries.inspections import check_of, checks_of, inspections, is_kept, one_of
from accountability.queries.sampling import holds
from accountability.views.opening import Door, acted, buttons
from hall.access import Refused, Request, get_visible, whole_number
from staffing.forms import attached, sheet
from staffing.lifecycle import HALL_MANAGER, SUPERVISOR
from staffing.models import Hall
from staffing.queries import asked_hall

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
    after, known = request.GET.get("after", ""), _status(request)
    page = inspections(actor, status=known, after=whole_number(after))
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


def _status(request: Request) -> str:
    asked = request.GET.get("status", "")
    return asked if asked in {code for code, _label in INSPECTION.choices} else ""


@require_GET
def export_inspections(request: Request) -> HttpResponse:
    """`/inspections/export.xlsx`: the filtered list; on record first."""
    now = timezone.now()
    rows = actions.export_inspections(actor=request.actor, status=_status(request), now=now)
    heads = [_("名称"), _("自"), _("至"), _("状态"), _("抽中件数"), _("已核查"), _("抽样时间"), _("公开时间")]
    lines = (
        [
            one.title,
            one.from_on,
            one.to_on,
            _state(one)[0],
            drawn,
            done,
            _day(one.drawn_at),
            _day(one.published_at),
        ]
        for one in rows
        for drawn, done in [(getattr(one, "drawn", 0), getattr(one, "done", 0))]
    )
    return attached(sheet(_("实地督查"), heads, lines), f"inspections-{timezone.localdate(now):%Y%m%d}.xlsx")


def _day(at: dt.datetime | None) -> dt.date | None:
    return timezone.localdate(at) if at else None


@require_GET
def export_sample(request: Request, inspection_id: int) -> HttpResponse:
    """`/inspections/<inspection_id>/sample.xlsx`: what was drawn, to carry along; on record first. No names, no numbers
    of people: whom to visit stands in the case.
    """
    now = timezone.now()
    one, checks = actions.export_sample(actor=request.actor, inspection_id=inspection_id, now=now)
    heads = [
        _("序号"), _("事项编号"), _("标题"), _("责任单位"), _("范围"), _("问题发生地"), _("核查日期"),
        _("结论"), _("核查情况"),
    ]  # fmt: skip
    lines = (
        [
            check.place, case.number, case.title, case.first_handler.label if case.first_handler else "",
            _(STRATA[check.stratum]), " ".join(filter(None, [
                case.place_region.label if case.place_region else "", case.place,
            ])),
            check.visited_on, _(CHECKS[check.conclusion]) if check.conclusion else "", check.found,
        ]
        for check in checks
        for case in [check.case]
    )  # fmt: skip
    caption = _("%(title)s：种子%(seed)s") % {"title": one.title, "seed": one.seed}
    return attached(sheet(_("抽中的事项"), heads, lines, caption=caption), f"inspection-{one.pk}-sample.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def plan_inspection(request: Request) -> HttpResponse:
    """`/inspections/new/?hall=<code>`"""
    now, actor = timezone.now(), request.actor
    rules.check_plans_inspections(actor)
    halls = Hall.objects.filter(pk__in=actor.halls(SUPERVISOR, HALL_MANAGER)).order_by("pk")
    hall = asked_hall(halls, request.GET.get("hall", ""))
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
    checks, kept = checks_of(actor, one), is_kept(actor, one)
    recordable = rules.may_record(actor, one, checks)
    found = Counter(check.conclusion for check in checks if check.conclusion)
    state, tone = _state(one)
    context = {
        "one": one,
        "is_kept": kept,
        "state": state,
        "tone": tone,
        "strata": [
            (_(label), min(size, total) if one.drawn_at else size, total)
            for code, label in STRATA.items()
            for size, total in [(one.sizes.get(code, 0), len(one.frame.get(code, ())))]
            if not kept
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
        "found": [(_(label), found[code]) for code, label in CHECKS.items()] if found and not kept else [],
        "holds": holds(one) if one.drawn_at and not kept else None,
        "may_find": actor.has(SUPERVISOR, hall_id=one.hall_id),
        "may_supervise": actor.has(SUPERVISOR, HALL_MANAGER, hall_id=one.hall_id),
        "buttons": [] if kept else buttons(DOORS, INSPECTION, one, actor, now),
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
        barred=is_kept,
        form=DrawSampleForm,
        title=lazy("抽样"),
        button=lazy("抽样"),
        said=lazy("已抽样。"),
        intro=lazy("由系统按种子抽取，只抽一次；种子和抽样范围的摘要留存，任何人都可以核对。"),
    ),
    InspectDoor(
        rows=one_of,
        barred=is_kept,
        form=ConcludeInspectionForm,
        title=lazy("督查结果"),
        button=lazy("保存结果"),
        said=lazy("已保存督查结果。"),
    ),
    InspectDoor(
        rows=one_of,
        barred=is_kept,
        form=PublishInspectionForm,
        title=lazy("批准公开"),
        button=lazy("批准并公开"),
        said=lazy("已公开。"),
        intro=lazy("公开以后内容不再修改；需要更正的，撤回。"),
    ),
    InspectDoor(
        rows=one_of,
        barred=is_kept,
        form=CancelInspectionForm,
        title=lazy("取消督查"),
        button=lazy("取消这次督查"),
        said=lazy("已取消。"),
        danger=True,
    ),
    InspectDoor(
        rows=one_of,
        barred=is_kept,
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
