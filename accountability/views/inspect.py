"""Inspections: the list, one with what was drawn, and the doors of its verbs."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
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
    InspectForm,
    PlanInspectionForm,
    PublishInspectionForm,
    RecordCheckForm,
    WithdrawInspectionForm,
)
from accountability.lifecycle import CHECKS, INSPECTION, STRATA
from accountability.models import Inspection
from accountability.queries.inspections import check_of, checks_of, inspections, is_kept, one_of
from accountability.queries.sampling import holds
from hall.access import Actor, Refused, Request, Text, allowed, get_visible
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
        status = _acted(form, form.act)
        if status == 302:
            messages.success(request, _("已计划；期间结束后可以抽样。"))
            return redirect("accountability:inspections")
    return render(request, "accountability/inspect/plan.html", {"form": form}, status=status)


def _acted(form: forms.Form, act: Callable[[], Any]) -> int:
    """302 when it was done, else the status of the page that says why not. Raises Refused(role, unseen)."""
    if not form.is_valid():
        return 422
    try:
        act()
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        return 422 if refused.kind == "input" else 409
    return 302


@require_safe
def inspection(request: Request, inspection_id: int) -> HttpResponse:
    """`/inspections/<inspection_id>/`: the plan, how it was drawn, what was found, and whether the draw holds."""
    now, actor = timezone.now(), request.actor
    one = get_visible(one_of(actor), pk=inspection_id)
    checks, kept = checks_of(actor, one), is_kept(actor, one)
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
                one.status == "drawn"
                and check.at is None
                and bool(allowed(rules.check_can_record_check, actor, check, now=now)),
            )
            for check in checks
        ],
        "found": [(_(label), found[code]) for code, label in CHECKS.items()] if found and not kept else [],
        "holds": holds(one) if one.drawn_at and not kept else None,
        "may_supervise": actor.has(SUPERVISOR, HALL_MANAGER, hall_id=one.hall_id),
        "buttons": [] if kept else _buttons(actor, one, now),
    }
    return render(request, "accountability/inspect/one.html", context)


# -- the doors of the verbs ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InspectDoor:
    """One door for a verb: it asks, and calls the action once. `rows`: those that the reader may see."""

    form: type[InspectForm]
    title: Text
    button: Text
    said: Text
    intro: Text = ""
    danger: bool = False
    rows: Callable[[Actor], QuerySet[Any]] = one_of

    @property
    def verb(self) -> str:
        return self.form.verb

    def address(self, pk: int) -> str:
        return reverse(f"accountability:{self.verb.replace('_', '-')}", args=[pk])


def _rule(door: InspectDoor) -> Callable[..., None]:
    rule: Callable[..., None] = getattr(rules, f"check_can_{door.verb}")
    return rule


DOORS = (
    InspectDoor(
        form=DrawSampleForm,
        title=lazy("抽样"),
        button=lazy("抽样"),
        said=lazy("已抽样。"),
        intro=lazy("由系统按种子抽取，只抽一次；种子和抽样范围的摘要留存，任何人都可以核对。"),
    ),
    InspectDoor(
        form=ConcludeInspectionForm,
        title=lazy("督查结果"),
        button=lazy("保存结果"),
        said=lazy("已保存督查结果。"),
    ),
    InspectDoor(
        form=PublishInspectionForm,
        title=lazy("批准公开"),
        button=lazy("批准并公开"),
        said=lazy("已公开。"),
        intro=lazy("公开以后内容不再修改；需要更正的，撤回。"),
    ),
    InspectDoor(
        form=CancelInspectionForm,
        title=lazy("取消督查"),
        button=lazy("取消这次督查"),
        said=lazy("已取消。"),
        danger=True,
    ),
    InspectDoor(
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


def _buttons(actor: Actor, one: Inspection, now: dt.datetime) -> list[dict[str, Any]]:
    """The verbs that the state allows and that are not another's business, each with what its rule says."""
    found: list[dict[str, Any]] = []
    for door in DOORS:
        if INSPECTION.move(door.verb, one.status) is None:
            continue
        verdict = allowed(_rule(door), actor, one, now=now)
        if verdict.kind == "role":
            continue
        is_first = bool(verdict) and not door.danger and not any(each["kind"] == "primary" for each in found)
        kind = "primary" if is_first else "plain"
        found.append({"label": door.title, "href": door.address(one.pk), "verdict": verdict, "kind": kind})
    return found


def opened(door: InspectDoor) -> Any:
    """The view of a door."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Request, **kwargs: int) -> HttpResponse:
        return _answer(request, door, kwargs[door.form.key])

    view.__name__ = door.verb
    return view


def _answer(request: Request, door: InspectDoor, pk: int) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    row = get_visible(door.rows(actor), pk=pk)
    one: Inspection = row if isinstance(row, Inspection) else row.inspection
    if row is one and is_kept(actor, one):  # its forms hold the results
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    verdict = allowed(_rule(door), actor, row, now=now)
    if not verdict and verdict.kind in ("role", "unseen"):
        _rule(door)(actor, row, now=now)  # who may not act is not shown the form
    status = 200
    if request.method == "POST":
        form = door.form(request.POST, actor=actor, now=now, row=row)
        status = _acted(form, form.act)
        if status == 422 and not verdict:
            form.add_error(None, str(verdict.reason))
            status = 409
        if status == 302:
            messages.success(request, str(door.said))
            return redirect("accountability:inspection", one.pk)
    else:
        form = door.form(actor=actor, now=now, row=row)
    context = {
        "door": door,
        "one": one,
        "case": None if row is one else row.case,
        "form": form,
        "fields": [field for field in form if not field.is_hidden],
        "is_publishing": door.verb == "publish_inspection",
        "verdict": verdict,
        "back": reverse("accountability:inspection", args=[one.pk]),
    }
    return render(request, "accountability/inspect/verb.html", context, status=status)
