"""One door for a verb on a finding, or on why somebody came again: it asks, and calls the action once.

Who may not see it gets 404, who may not do it 403, and what is wrong is said on the form with everything typed kept:
422 for an input, 409 for a state that has passed meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from accountability import rules
from accountability.forms.findings import (
    ChangeFindingForm,
    ConfirmFindingForm,
    DismissFindingForm,
    ReduceFindingForm,
    ReopenFindingForm,
    RequestFindingReviewForm,
    RowVerbForm,
    StateCaseForm,
    TraceRepeatForm,
    UpholdFindingForm,
)
from accountability.forms.hand_findings import FindingsFromForm, OpenFindingForm
from accountability.lifecycle import BY_HAND_FAULTS
from accountability.models import Finding
from accountability.queries.hand_findings import findings_from
from cases.models import Case
from hall.access import Actor, Refused, Request, Text, allowed, get_visible
from staffing.lifecycle import HALL_MANAGER, SUPERVISOR
from staffing.models import Hall


def _findings(actor: Actor) -> QuerySet[Any]:
    return Finding.objects.visible_to(actor).select_related("case", "deadline", "department")


def _cases(actor: Actor) -> QuerySet[Any]:
    return Case.objects.visible_to(actor).select_related("hall", "repeat_of")


def _halls(actor: Actor) -> QuerySet[Any]:
    return Hall.objects.filter(pk__in=actor.halls(SUPERVISOR, HALL_MANAGER))


def _to_list(row: Any) -> str:
    return reverse("accountability:findings")


def _begun_by_hand(request: Request, row: Any) -> dict[str, Any]:
    """The unit and the fault with which another page sends the supervisor here."""
    unit, fault = request.GET.get("unit", ""), request.GET.get("fault", "")
    facts: dict[str, Any] = {"fault": fault} if fault in BY_HAND_FAULTS else {}
    if unit.isdecimal() and unit.isascii() and len(unit) < 19:
        facts["department"] = int(unit)
    return facts


def _begun_from(request: Request, row: Any) -> dict[str, Any]:
    return {"from_on": findings_from(row)}


def _to_finding(row: Any) -> str:
    return reverse("accountability:finding", args=[row.pk])


def _to_account(row: Any) -> str:
    return reverse("accountability:case-account", args=[row.pk])


@dataclass(frozen=True, slots=True)
class FindingDoor:
    """`rows` are those that the reader may see, `back` the address of one."""

    form: type[RowVerbForm]
    title: Text
    button: Text
    said: Text
    intro: Text = ""
    rows: Callable[[Actor], QuerySet[Any]] = _findings
    back: Callable[[Any], str] = _to_finding
    key: str = "finding_id"
    begin: Callable[[Request, Any], dict[str, Any]] | None = None

    @property
    def verb(self) -> str:
        return self.form.verb

    def check(self, actor: Actor, row: Any, now: dt.datetime) -> None:
        getattr(rules, f"check_can_{self.verb}")(actor, row, now=now)


def opened(door: FindingDoor) -> Any:
    """The view of a door."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Request, **kwargs: int) -> HttpResponse:
        now = timezone.now()
        row = get_visible(door.rows(request.actor), pk=kwargs[door.key])
        facts: dict[str, Any] = {"actor": request.actor, "now": now, "row": row}
        initial = door.begin(request, row) if door.begin else None
        form, status = door.form(**facts, initial=initial), 200
        if request.method == "POST":
            form = door.form(request.POST, **facts)
            status = _acted(door, form, request.actor, row, now)
            if status == 302:
                messages.success(request, str(door.said))
                return HttpResponseRedirect(door.back(row))
        context = {
            "door": door,
            "row": row,
            "form": form,
            "fields": list(form),
            "verdict": allowed(door.check, request.actor, row, now),
            "back": door.back(row),
        }
        return render(request, "accountability/finding_verb.html", context, status=status)

    view.__name__ = door.verb
    return view


def _acted(door: FindingDoor, form: RowVerbForm, actor: Actor, row: Any, now: dt.datetime) -> int:
    """302 when it was done, else the status of the page that says why not. Raises Refused(role, unseen)."""
    if not form.is_valid():
        try:
            door.check(actor, row, now)  # who may not act at all is not asked to mend the form first
        except Refused as refused:
            if refused.kind in ("role", "unseen"):
                raise
            form.add_error(None, str(refused.reason))
            return 409
        return 422
    try:
        form.act()
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        return 422 if refused.kind == "input" else 409
    return 302


DOORS = (
    FindingDoor(
        StateCaseForm,
        lazy("说明情况"),
        lazy("提交说明"),
        lazy("情况说明已提交，督查人员会看到。"),
        lazy("认定以前可以再次补充，先前的说明都保留。"),
    ),
    FindingDoor(
        UpholdFindingForm,
        lazy("认定"),
        lazy("认定"),
        lazy("已认定，责任单位已得到通知。"),
        lazy("超期的，认定全部逾期日数。责任单位可以在10个工作日内申请复核。"),
    ),
    FindingDoor(
        ReduceFindingForm,
        lazy("部分认定"),
        lazy("认定这些日数"),
        lazy("已部分认定，责任单位已得到通知。"),
        lazy("责任单位可以在10个工作日内申请复核。"),
    ),
    FindingDoor(
        DismissFindingForm,
        lazy("不予认定"),
        lazy("不予认定"),
        lazy("已决定不予认定，责任单位已得到通知。"),
        lazy("有新的情况时可以重新认定。"),
    ),
    FindingDoor(
        ReopenFindingForm,
        lazy("重新认定"),
        lazy("重新认定"),
        lazy("已重新开始，责任单位可以再次说明。"),
        lazy("责任单位重新得到完整的说明期限。"),
    ),
    FindingDoor(
        RequestFindingReviewForm, lazy("申请复核"), lazy("提交申请"), lazy("已申请复核，请等待结果。")
    ),
    FindingDoor(
        ConfirmFindingForm,
        lazy("复核维持"),
        lazy("维持原认定"),
        lazy("复核已维持，责任单位和督查人员已得到通知。"),
    ),
    FindingDoor(
        ChangeFindingForm,
        lazy("复核变更"),
        lazy("变更认定"),
        lazy("复核已变更，责任单位和督查人员已得到通知。"),
    ),
    FindingDoor(
        TraceRepeatForm,
        lazy("更正重复信访的原因"),
        lazy("保存"),
        lazy("已更正，先前的结论仍然保留。"),
        rows=_cases,
        back=_to_account,
        key="pk",
    ),
    FindingDoor(
        OpenFindingForm,
        lazy("提出责任认定"),
        lazy("提出，请单位说明"),
        lazy("已提出，责任单位已得到通知，可以说明情况。"),
        lazy("用于超期以外的问题；超期由系统按期限列出。提出不等于认定：单位说明以后再作认定。"),
        rows=_cases,
        back=_to_account,
        key="pk",
        begin=_begun_by_hand,
    ),
    FindingDoor(
        FindingsFromForm,
        lazy("超期从哪一天起列出"),
        lazy("保存"),
        lazy("已保存，下一次检查起适用。"),
        rows=_halls,
        back=_to_list,
        key="hall_id",
        begin=_begun_from,
    ),
)
