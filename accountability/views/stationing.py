"""Advice on stationing: asked for with a target, waited for, read, taken away as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accountability import actions, queries, rules
from accountability.forms import (
    StationingForm,
    assumptions,
    lacking,
    mode_name,
    own_windows,
    reason,
    stationing_file,
)
from accountability.models import StationingAdvice
from hall.access import Refused, Request, allowed, get_visible, whole_number
from staffing.forms import attached, show
from staffing.models import Hall
from staffing.queries import asked_hall

PAGE = 20


def _hall(request: Request) -> Hall:
    """The hall asked for, else the first; of those that the actor manages or supervises."""
    hall = asked_hall(queries.stationing_halls(request.actor), request.GET.get("hall", ""))
    if hall is None:
        raise Refused(_("只有本厅的大厅负责人和督查员可以测算派驻建议。"), "role")
    return hall


@require_safe
def stationing(request: Request) -> HttpResponse:
    """The advices of a hall, newest first, and the form that asks for another."""
    hall = _hall(request)
    return _list(request, hall, StationingForm())


def _list(request: Request, hall: Hall, form: StationingForm) -> HttpResponse:
    after = request.GET.get("after", "")
    found = queries.advices_of(request.actor, hall, after=whole_number(after), size=PAGE)
    context = {
        "place": hall,
        "halls": queries.stationing_halls(request.actor),
        "form": form,
        "advices": found[:PAGE],
        "after": found[PAGE - 1].pk if len(found) > PAGE else "",
        "may_ask": allowed(
            rules.check_can_request_stationing_advice, request.actor, hall.pk, now=timezone.now()
        ),
    }
    return render(request, "accountability/stationing.html", context, status=422 if form.errors else 200)


@require_POST
def request_stationing_advice(request: Request) -> HttpResponse:
    hall, form = _hall(request), StationingForm(request.POST)
    if form.is_valid():
        try:
            advice = actions.request_stationing_advice(
                actor=request.actor, hall_id=hall.pk, now=timezone.now(), **form.cleaned_data
            )
        except Refused as refused:
            show(form, refused)
        else:
            return redirect("accountability:stationing-advice", advice.pk)
    return _list(request, hall, form)


def _advice(request: Request, stationing_id: int) -> StationingAdvice:
    visible = StationingAdvice.objects.visible_to(request.actor)
    return get_visible(visible.select_related("hall", "asked_by"), pk=stationing_id)


@require_safe
def stationing_advice(request: Request, stationing_id: int) -> HttpResponse:
    """One advice; while the worker is at it, the page asks again by itself."""
    advice = _advice(request, stationing_id)
    context: dict[str, Any] = {"advice": advice, "place": advice.hall}
    if advice.state == "ready":
        context |= _shown(advice)
    return render(request, "accountability/stationing_advice.html", context)


def _shown(advice: StationingAdvice) -> dict[str, Any]:
    result = advice.result
    if not result["enough"]:
        return {"result": result}
    own = own_windows()
    units: list[dict[str, Any]] = [
        {
            "one": one,
            "presence": mode_name(one.facts["presence"]),
            "mode": mode_name(one.facts["mode"]),
            "why": reason(one.facts, result["rules"]),
            "lacking": lacking(one.facts, result["rules"]),
            "left": _percent(one.facts["left_share"]),
        }
        for one in queries.units_shown(result, own)
    ]
    bars, rows = queries.bars(result), queries.compared_hours(result, own)
    error = result["error"]
    most, have = max((bar.most for bar in bars), default=0), result["windows"]
    return {
        "result": result,
        "units": units,
        "changes": [line for line in units if line["one"].changes],
        "bars": bars,
        "most": most,
        "windows_note": _("多于现有的%(n)s个窗口") % {"n": have} if most > have else "",
        "chart_width": len(bars) * queries.CHART_STEP,
        "compared": rows,
        "worst": rows[0] if rows else None,
        "error": error,
        "error_first": queries.day_of(error["first"]),
        "error_last": queries.day_of(error["last"]),
        "assumptions": assumptions(advice),
    }


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


@require_safe
def export_stationing_advice(request: Request, stationing_id: int) -> HttpResponse:
    """The advice as an Excel file; 409 while there is nothing to put into it."""
    advice = _advice(request, stationing_id)
    if advice.state != "ready" or not advice.result["enough"]:
        raise Refused(_("这项建议没有可以导出的结果。"), "state")
    own = own_windows()
    data = stationing_file(
        advice, queries.units_shown(advice.result, own), queries.compared_hours(advice.result, own)
    )
    day = timezone.localdate(advice.asked_at)
    return attached(data, _("派驻建议-%(day)s.xlsx") % {"day": day.isoformat()})
