"""Assessments: the list, one of them with every line, event, word and decision, its file and paper, and its verbs."""

from __future__ import annotations

from decimal import Decimal
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

from accountability import actions, rules
from accountability.forms.assess import (
    AcceptForm,
    AcknowledgeForm,
    AppealForm,
    AssessmentFilterForm,
    DecideAppealForm,
    DecideForm,
    EnterDeductionForm,
    FileForm,
    RedrawForm,
    SendForm,
    StateForm,
)
from accountability.lifecycle import ASSESSMENT, STEPS
from accountability.models import Assessment
from accountability.queries import assess as queries
from accountability.queries.assess import LineRow
from accountability.views.opening import Door, buttons
from accountability.views.sanctions import after_of, printed
from hall import documents
from hall.access import Actor, Request, get_visible
from staffing.forms import attached, sheet
from staffing.models import Department

TONES = {
    "drawn_up": "amber", "sent": "blue", "stated": "amber", "lapsed": "amber", "decided": "blue", "appealed": "amber",
    "final": "green", "filed": "green",
}  # fmt: skip
DONE = {
    "send_assessment": pgettext_lazy("done", "送达单位"),
    "decide_assessment": pgettext_lazy("done", "作出决定"),
    "decide_appeal": pgettext_lazy("done", "对申诉作出决定"),
}
"""In the history, where the door bears the same words in Chinese."""
VERB, DECIDE = "accountability/assess/verb.html", "accountability/assess/decide.html"
EVENT_TONES = {"counted": "amber", "restored": "green", "fallen": "grey"}


@require_safe
def assessments(request: Request) -> HttpResponse:
    """`/assessments/`: those that the reader may know of, the latest first."""
    rules.check_sees_assessments(request.actor)
    actor, after = request.actor, after_of(request)
    form = AssessmentFilterForm(request.GET, queries.units_listed(actor))
    page = queries.assessments(actor, form.asked(), after=after)
    context = {
        "form": form,
        "is_filtered": form.is_filtered,
        "rows": [(one, TONES[one.status]) for one in page.rows],
        "after": page.after or "",
        "is_front": after is None,
        "is_office": actor.has(*queries.OFFICE_SEES),
        "today": timezone.localdate(timezone.now()),
    }
    return render(request, "accountability/assess/list.html", context)


def _rows(actor: Actor) -> QuerySet[Assessment]:
    found: QuerySet[Assessment] = Assessment.objects.visible_to(actor)
    return found.select_related(
        "hall", "department", "scheme", "document", "drawn_up_by", "decided_by", "appeal_decided_by"
    )


def _to_assessment(one: Assessment) -> str:
    return reverse("accountability:assessment", kwargs={"assessment_id": one.pk})


@require_safe
def assessment(request: Request, assessment_id: int) -> HttpResponse:
    """`/assessments/<assessment_id>/`: every point with what is behind it, and what is next."""
    now, actor = timezone.now(), request.actor
    one = get_visible(_rows(actor), pk=assessment_id)
    reads_paper = queries.is_reader_only(actor, one)
    lines = [] if reads_paper else queries.lines_of(one, actor)
    context = {
        "assessment": one,
        "tone": TONES[one.status],
        "lines": [_line(row) for row in lines],
        "has_events": any(row.events for row in lines),
        "steps": []
        if reads_paper
        else [(step, DONE.get(step.verb) or _(STEPS[step.verb])) for step in one.steps.select_related("by")],
        "copies": list(one.copies.select_related("department", "received_by")),
        "page": documents.page(one.document) if one.document else None,
        "buttons": buttons(DOORS, ASSESSMENT, one, actor, now),
        "is_office": actor.has(*queries.OFFICE_SEES, hall_id=one.hall_id),
        "reads_paper": reads_paper,
        "today": timezone.localdate(now),
    }
    return render(request, "accountability/assess/one.html", context)


def _line(row: LineRow) -> dict[str, Any]:
    return {"row": row, "events": [(one, EVENT_TONES[one.event.status]) for one in row.events]}


@require_safe
def assessment_file(request: Request, assessment_id: int) -> HttpResponse:
    """`/assessments/<assessment_id>/document/`: the PDF as it was printed."""
    return printed(get_visible(_rows(request.actor), pk=assessment_id).document)


@require_GET
def export_assessment(request: Request, assessment_id: int) -> HttpResponse:
    """`/assessments/<assessment_id>/lines.xlsx`: its lines and events; on record first."""
    now, actor = timezone.now(), request.actor
    seen = get_visible(_rows(actor), pk=assessment_id)
    one = actions.export_assessment(actor=actor, assessment_id=seen.pk, now=now)
    headings = [
        _("项目"), _("满分"), _("得分"), _("计算"), _("日期"), _("依据"), _("扣分"), _("是否计入"), _("理由"),
    ]  # fmt: skip
    rows = [cells for row in queries.lines_of(one, actor) for cells in _cells(row)]
    rows.append([_("合计"), 100, float(one.points), "", "", "", "", "", ""])
    title = _("%(unit)s考核") % {"unit": one.department.label}
    return attached(sheet(title[:30], headings, rows), f"assessment-{one.pk}.xlsx")


def _cells(row: LineRow) -> list[list[Any]]:
    line = row.line
    counted = f"{line.numerator}/{row.denominator} = {row.share}" if line.item.kind == "rate" else ""
    cells: list[list[Any]] = [
        [line.item.words, float(line.item.full), float(line.points), counted, "", "", "", "", ""]
    ]
    for one in row.events:
        event = one.event
        behind = one.case.number if one.case else _("您无权查看的事项") if one.is_hidden else event.record
        if event.document is not None:
            behind = event.document.number
        cost = "" if event.cost is None else float(Decimal(event.cost))
        said = "\n".join(
            text for text in (event.evidence, event.note, event.appeal, event.appeal_answer) if text
        )
        cells.append(
            [line.item.words, "", "", "", event.on, behind, cost, _(event.get_status_display()), said]
        )
    return cells


def _units(actor: Actor) -> dict[str, Any]:
    return {"units": Department.objects.filter(is_active=True).order_by("code")}


DOORS = (
    Door(
        form=SendForm,
        title=lazy("送达单位"),
        button=lazy("送达这个单位"),
        said=lazy("已送达，单位有5个工作日说明。"),
        intro=lazy("送达以后，单位可以看到每一处扣分和所依据的事项；得分只能通过决定改变。"),
        rows=_rows,
        back=_to_assessment,
        template=VERB,
    ),
    Door(
        form=EnterDeductionForm,
        title=lazy("凭文书扣分"),
        button=lazy("记入"),
        said=lazy("已记入。"),
        rows=_rows,
        back=_to_assessment,
        template=VERB,
    ),
    Door(
        form=RedrawForm,
        title=lazy("重新计算"),
        button=lazy("按现在的记录重新计算"),
        said=lazy("已重新计算。"),
        intro=lazy("凭文书记入的扣分保留，其他各项按现在的记录重新计算。"),
        rows=_rows,
        back=_to_assessment,
        template=VERB,
    ),
    Door(
        form=StateForm,
        title=lazy("说明情况"),
        button=lazy("提交说明"),
        said=lazy("已提交，大厅已得到通知。"),
        rows=_rows,
        back=_to_assessment,
        template=VERB,
    ),
    Door(
        form=DecideForm,
        title=lazy("作出决定"),
        button=lazy("作出决定"),
        said=lazy("已决定，单位有5个工作日申诉。"),
        intro=lazy("依据已经改变或者正在复核的扣分，决定时自动不再计入。退还的扣分以后不会再计入。"),
        rows=_rows,
        back=_to_assessment,
        template=DECIDE,
    ),
    Door(
        form=AcceptForm,
        title=lazy("没有异议"),
        button=lazy("确认没有异议"),
        said=lazy("得分已定。"),
        intro=lazy("确认以后得分不再改变，也不能再申诉。"),
        rows=_rows,
        back=_to_assessment,
        template=VERB,
    ),
    Door(
        form=AppealForm,
        title=lazy("申诉"),
        button=lazy("提交申诉"),
        said=lazy("已提交，由没有作出原决定的人决定。"),
        intro=lazy("在有异议的扣分后面写明理由；没有异议的留空。申诉只能提交一次。"),
        rows=_rows,
        back=_to_assessment,
        template=VERB,
    ),
    Door(
        form=DecideAppealForm,
        title=lazy("对申诉作出决定"),
        button=lazy("作出决定"),
        said=lazy("已决定，得分已定。"),
        intro=lazy("逐项决定，写明理由。决定以后得分不再改变。"),
        rows=_rows,
        back=_to_assessment,
        template=VERB,
    ),
    Door(
        form=FileForm,
        title=lazy("出具文书并归档"),
        button=lazy("出具文书，送达"),
        said=lazy("已编号，并送达组织人事部门和派出单位。"),
        intro=lazy("出具有文号的考核结果，送组织人事部门和派出单位，内容不能再改。"),
        rows=_rows,
        back=_to_assessment,
        more=_units,
        template=VERB,
    ),
    Door(
        form=AcknowledgeForm,
        title=lazy("签收"),
        button=lazy("签收这份文书"),
        said=lazy("已签收。"),
        rows=_rows,
        back=_to_assessment,
        template=VERB,
    ),
)
