"""The doors of the verbs on a finding, and on why somebody came again."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

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
from accountability.views.opening import Door
from cases.models import Case
from hall.access import Actor, Request, Text, whole_number
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
    if (number := whole_number(unit)) is not None:
        facts["department"] = number
    return facts


def _begun_from(request: Request, row: Any) -> dict[str, Any]:
    return {"from_on": findings_from(row)}


def _to_finding(row: Any) -> str:
    return reverse("accountability:finding", args=[row.pk])


def _to_account(row: Any) -> str:
    return reverse("accountability:case-account", args=[row.pk])


def _door(form: type[RowVerbForm], *words: Text) -> Door:
    """Title, button, what is said after it, and what before it."""
    title, button, said, *intro = words
    return Door(form, title, button, said, _findings, _to_finding, intro[0] if intro else "")


DOORS = (
    _door(
        StateCaseForm,
        lazy("说明情况"),
        lazy("提交说明"),
        lazy("情况说明已提交，督查员会看到。"),
        lazy("认定以前可以再次补充，先前的说明都保留。"),
    ),
    _door(
        UpholdFindingForm,
        pgettext_lazy("act", "认定"),
        pgettext_lazy("act", "认定"),
        lazy("已认定，责任单位已得到通知。"),
        lazy("超期的，认定扣除其他各方占用以后的逾期日数。责任单位可以在10个工作日内申请复核。"),
    ),
    _door(
        ReduceFindingForm,
        pgettext_lazy("act", "部分认定"),
        lazy("认定这些日数"),
        lazy("已部分认定，责任单位已得到通知。"),
        lazy("责任单位可以在10个工作日内申请复核。"),
    ),
    _door(
        DismissFindingForm,
        pgettext_lazy("act", "不予认定"),
        pgettext_lazy("act", "不予认定"),
        lazy("已决定不予认定，责任单位已得到通知。"),
        lazy("有新的情况时可以重新认定。"),
    ),
    _door(
        ReopenFindingForm,
        lazy("重新认定"),
        lazy("重新认定"),
        lazy("已重新开始，责任单位可以再次说明。"),
        lazy("责任单位重新得到完整的说明期限。"),
    ),
    _door(
        RequestFindingReviewForm,
        pgettext_lazy("act", "申请复核"),
        lazy("提交申请"),
        lazy("已申请复核，请等待结果。"),
    ),
    _door(
        ConfirmFindingForm,
        lazy("复核维持"),
        lazy("维持原认定"),
        lazy("复核已维持，责任单位和督查员已得到通知。"),
    ),
    _door(
        ChangeFindingForm,
        lazy("复核变更"),
        lazy("变更认定"),
        lazy("复核已变更，责任单位和督查员已得到通知。"),
    ),
    Door(
        TraceRepeatForm,
        lazy("更正重复信访的原因"),
        lazy("保存"),
        lazy("已更正，先前的结论仍然保留。"),
        rows=_cases,
        back=_to_account,
        in_path="pk",
    ),
    Door(
        OpenFindingForm,
        lazy("提出责任认定"),
        lazy("提出，请单位说明"),
        lazy("已提出，责任单位已得到通知，可以说明情况。"),
        intro=lazy("用于超期以外的问题；超期由系统按期限列出。提出不等于认定：单位说明以后再作认定。"),
        rows=_cases,
        back=_to_account,
        in_path="pk",
        begin=_begun_by_hand,
    ),
    Door(
        FindingsFromForm,
        lazy("超期从哪一天起列出"),
        lazy("保存"),
        lazy("已保存，下一次检查起适用。"),
        rows=_halls,
        back=_to_list,
        in_path="hall_id",
        begin=_begun_from,
    ),
)
