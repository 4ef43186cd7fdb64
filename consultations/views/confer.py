"""Consultations: the list and its file, those of a case, the page of one, and the doors of the verbs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_safe

from cases.models import Case
from cases.queries.work_list import Cursor
from consultations import actions, rules
from consultations.forms.calls import (
    CallConsultationForm,
    ChangeConsultationForm,
    EndConsultationForm,
    ReleaseUnitForm,
)
from consultations.forms.lists import ConsultationFilterForm
from consultations.forms.opinions import GiveUnitOpinionForm
from consultations.forms.sittings import (
    CancelSittingForm,
    ChangeSittingForm,
    PlanSittingForm,
    PlanSittingVideoForm,
    RecordSittingForm,
)
from consultations.lifecycle import OPEN_STATES
from consultations.models import Consultation, ConsultedUnit, Sitting
from consultations.queries.lists import ConsultationRow, consultations, of_case
from consultations.queries.minutes_panel import minutes_of
from consultations.queries.page import rooms_of_sittings, whole
from consultations.views.confer_door import ConferDoor
from hall.access import Actor, Request, allowed, get_visible
from staffing.forms.sheets import attached, sheet

TONES = {
    "called": "blue", "drafting": "blue", "circulating": "blue", "conference": "amber",
    "agreed": "green", "decided": "green", "ended": "grey",
}  # fmt: skip
UNIT_TONES = {"asked": "blue", "answered": "green", "silent": "amber", "late": "amber", "released": "grey"}
SITTING_TONES = {"planned": "blue", "held": "green", "cancelled": "grey"}
OUTCOMES = {
    "agreed": (lazy("各单位都同意"), "green"),
    "conditional": (lazy("同意，有条件"), "blue"),
    "conflict": (lazy("意见不一致"), "amber"),
    "nobody": (lazy("没有单位认为属于自己的职责"), "amber"),
    "mixed": (lazy("意见已齐，有单位认为不属于自己的职责"), "line"),
    "open": (lazy("意见未齐"), "line"),
}


# -- rows that the reader sees -------------------------------------------------------------------------------------


def _cases(actor: Actor) -> QuerySet[Case]:
    found: QuerySet[Case] = Case.objects.visible_to(actor)
    return found.select_related("hall", "first_handler").defer("search")


def _consultations(actor: Actor) -> QuerySet[Consultation]:
    found: QuerySet[Consultation] = Consultation.objects.visible_to(actor)
    return found.select_related("case", "case__hall", "hall", "convenor", "called_by").defer("case__search")


def _units(actor: Actor) -> QuerySet[ConsultedUnit]:
    rows = ConsultedUnit.objects.filter(consultation__in=Consultation.objects.visible_to(actor))
    return rows.select_related("department", "deadline", "consultation__case__hall", "consultation__convenor")


def _sittings(actor: Actor) -> QuerySet[Sitting]:
    rows = Sitting.objects.filter(consultation__in=Consultation.objects.visible_to(actor))
    return rows.select_related(
        "room", "chair", "video_room", "consultation__case__hall", "consultation__convenor"
    )


# -- pages ---------------------------------------------------------------------------------------------------------


@require_safe
def consultations_page(request: Request) -> HttpResponse:
    """`/consultations/`: those of my units, or of my halls, the latest first."""
    rules.check_can_export_consultations(request.actor, now=timezone.now())
    now, after = timezone.now(), Cursor.parse(request.GET.get("after", ""))
    form = ConsultationFilterForm(request.GET, request.actor)
    page = consultations(request.actor, form.asked(), now=now, after=after)
    context = {
        "form": form,
        "is_filtered": form.is_filtered,
        "rows": [(row, TONES[row.one.status]) for row in page.rows],
        "after": str(page.after or ""),
        "is_front": after is None,
        "today": timezone.localdate(now),
        "export_query": request.GET.urlencode(),
    }
    return render(request, "consultations/consultations.html", context)


@require_GET
def export_consultations(request: Request) -> HttpResponse:
    """`/consultations/export.xlsx`: the filtered list; on record first."""
    now = timezone.now()
    rules.check_can_export_consultations(request.actor, now=now)
    asked = ConsultationFilterForm(request.GET, request.actor).asked()
    rows = actions.export_consultations(actor=request.actor, asked=asked, now=now)
    headings = [
        _("事项编号"), _("议题"), _("召集单位"), _("召集日期"), _("状态"), _("参加单位"), _("待提出意见的单位"),
        _("逾期的单位"), _("会商结束的期限"),
    ]  # fmt: skip
    name = f"consultations-{timezone.localdate(now):%Y%m%d}.xlsx"
    return attached(sheet(_("会商"), headings, (_line(row) for row in rows)), name)


def _line(row: ConsultationRow) -> list[Any]:
    def named(units: list[ConsultedUnit]) -> str:
        return _("、").join(unit.department.label for unit in units)

    one = row.one
    return [
        one.case.number, one.title, one.convenor.label, timezone.localdate(one.called_at),
        _(one.get_status_display()), named(row.units), named(row.awaited), named(row.silent), one.until_on,
    ]  # fmt: skip


@require_safe
def case_consultations(request: Request, pk: int) -> HttpResponse:
    """`/cases/<pk>/consultations/`: what was conferred on in this case, and the way to call one."""
    now = timezone.now()
    case = get_visible(_cases(request.actor), pk=pk)
    context = {
        "case": case,
        "rows": [(row, TONES[row.one.status]) for row in of_case(request.actor, case.pk, now=now)],
        "verdict": allowed(rules.check_can_call_consultation, request.actor, case, now=now),
        "today": timezone.localdate(now),
    }
    return render(request, "consultations/case_consultations.html", context)


@require_safe
def consultation(request: Request, consultation_id: int) -> HttpResponse:
    """`/consultations/<id>/`: the frame of one; what the minutes add comes in by their partial."""
    now, actor = timezone.now(), request.actor
    one = get_visible(_consultations(actor), pk=consultation_id)
    found = whole(one, now=now)
    context = {
        "one": one,
        "case": one.case,
        "found": found,
        "table": found.table,
        "lines": [(line, *OUTCOMES[line.outcome]) for line in found.table.lines],
        "has_words": any(said.text or said.basis for unit in found.table.units for said in unit.said),
        "tone": TONES[one.status],
        "is_open": one.status in OPEN_STATES,
        "units": [_unit(actor, one, row, now) for row in found.units],
        "sittings": [_sitting(actor, one, row, now) for row in found.sittings],
        "video_rooms": rooms_of_sittings(actor, one),
        "opinion": _own_opinion(actor, one, found.units, now),
        "buttons": _buttons(actor, one, now),
        "may_read_letter": one.document_id is not None,
        "today": timezone.localdate(now),
        **minutes_of(actor, one, now=now),
    }
    return render(request, "consultations/consultation.html", context)


def _unit(actor: Actor, one: Consultation, row: Any, now: dt.datetime) -> dict[str, Any]:
    row.unit.consultation = one
    verdict = allowed(rules.check_can_release_unit, actor, row.unit, now=now)
    return {"row": row, "tone": UNIT_TONES[row.unit.status], "may_release": bool(verdict)}


def _own_opinion(actor: Actor, one: Consultation, rows: list[Any], now: dt.datetime) -> dict[str, Any] | None:
    """The button for the reader's own unit, with its reason where it is not for now."""
    mine = [row.unit for row in rows if row.unit.department_id in actor.departments()]
    if not mine:
        return None
    unit = next((row for row in mine if row.status in ("asked", "silent")), mine[0])
    unit.consultation = one
    verdict = allowed(rules.check_can_give_unit_opinion, actor, unit, now=now)
    if not verdict and verdict.kind != "state":
        return None
    return {
        "href": reverse("consultations:give-unit-opinion", args=[unit.pk]),
        "verdict": verdict,
        "label": _("提出书面意见") if unit.status in ("asked", "silent") else _("修改书面意见"),
        "kind": "primary" if unit.status in ("asked", "silent") else "plain",
    }


_VERBS = (
    ("change_consultation", lazy("增加单位、问题，调整期限"), "plain"),
    ("plan_sitting", lazy("安排会议"), "plain"),
    ("end_consultation", lazy("终止会商"), "quiet"),
)


def _buttons(actor: Actor, one: Consultation, now: dt.datetime) -> list[dict[str, Any]]:
    """What the convenor may do; what is not for this person is not drawn, what is not for now says why."""
    found = []
    for verb, label, kind in _VERBS:
        verdict = allowed(getattr(rules, f"check_can_{verb}"), actor, one, now=now)
        if not verdict and (verdict.kind != "state" or one.status not in OPEN_STATES):
            continue
        href = reverse(f"consultations:{verb.replace('_', '-')}", args=[one.pk])
        found.append({"href": href, "label": label, "kind": kind, "verdict": verdict})
    return found


def _sitting(actor: Actor, one: Consultation, row: Any, now: dt.datetime) -> dict[str, Any]:
    row.one.consultation = one
    verbs = (
        ("record_sitting", _("记录会议")), ("plan_sitting_video", _("安排视频")),
        ("change_sitting", _("变更")), ("cancel_sitting", _("取消")),
    )  # fmt: skip
    links = [
        {"href": reverse(f"consultations:{verb.replace('_', '-')}", args=[row.one.pk]), "label": label}
        for verb, label in verbs
        if row.one.status == "planned"
        and allowed(getattr(rules, f"check_can_{verb}"), actor, row.one, now=now)
    ]
    return {"row": row, "tone": SITTING_TONES[row.one.status], "links": links}


# -- doors ---------------------------------------------------------------------------------------------------------


def _to(pk: int) -> str:
    return reverse("consultations:consultation", args=[pk])


DOORS = (
    ConferDoor(
        CallConsultationForm,
        lazy("召集会商"),
        lazy("召集，发会商通知"),
        lazy("会商已召集：各单位收到会商通知，期限开始计算。"),
        _cases,
        back=lambda case: reverse("consultations:case-consultations", args=[case.pk]),
        on=lambda _case, one: _to(one.pk),
    ),
    ConferDoor(
        ChangeConsultationForm,
        lazy("增加单位、问题，调整期限"),
        lazy("变更，通知各单位"),
        lazy("会商已变更，各单位已得到通知。"),
        _consultations,
        back=lambda one: _to(one.pk),
        intro=lazy("增加问题的，每个单位都要再答一次：已经提出意见和已经逾期的单位要给新的期限。"),
    ),
    ConferDoor(
        EndConsultationForm,
        lazy("终止会商"),
        lazy("终止这次会商"),
        lazy("会商已终止：各单位的期限、会议的房间和人员都已解除。"),
        _consultations,
        back=lambda one: _to(one.pk),
        intro=lazy("终止后各单位不再需要提出意见，安排的会议取消；已经提出的意见保留在案。"),
        danger=True,
    ),
    ConferDoor(
        ReleaseUnitForm,
        pgettext_lazy("act", "单位不再参加会商"),
        lazy("不再需要它参加"),
        lazy("已通知该单位不再参加。"),
        _units,
        back=lambda unit: _to(unit.consultation_id),
        intro=lazy("它的期限终止；只因这次会商才看到本事项的，不再看到。已经提出的意见保留在案。"),
        danger=True,
    ),
    ConferDoor(
        GiveUnitOpinionForm,
        lazy("会商书面意见"),
        lazy("提出意见"),
        lazy("书面意见已提出，召集单位已得到通知。"),
        _units,
        back=lambda unit: _to(unit.consultation_id),
    ),
    ConferDoor(
        PlanSittingForm,
        lazy("安排会商会议"),
        lazy("安排，通知参加的人"),
        lazy("会议已安排，参加的人已得到通知。"),
        _consultations,
        back=lambda one: _to(one.pk),
    ),
    ConferDoor(
        ChangeSittingForm,
        lazy("变更会商会议"),
        lazy("变更，通知参加的人"),
        lazy("会议已变更，原来占用的房间和人员已解除。"),
        _sittings,
        back=lambda sitting: _to(sitting.consultation_id),
    ),
    ConferDoor(
        CancelSittingForm,
        lazy("取消会商会议"),
        lazy("取消这次会议"),
        lazy("会议已取消，房间和人员已解除。"),
        _sittings,
        back=lambda sitting: _to(sitting.consultation_id),
        danger=True,
    ),
    ConferDoor(
        PlanSittingVideoForm,
        lazy("会商会议安排视频"),
        lazy("安排视频，通知各单位"),
        lazy("视频已安排，各单位已得到通知。"),
        _sittings,
        back=lambda sitting: _to(sitting.consultation_id),
        intro=lazy(
            "按会议的时间安排一间视频接访室，参加会商的各单位各有一个席位，由其确认参加；会议变更、取消的，视频随之变更、取消。"
        ),
    ),
    ConferDoor(
        RecordSittingForm,
        lazy("记录会商会议"),
        lazy("保存记录"),
        lazy("会议情况已记录。"),
        _sittings,
        back=lambda sitting: _to(sitting.consultation_id),
    ),
)
