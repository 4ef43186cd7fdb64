"""Month reports: the list, one more, the files."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import IO, Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accountability import actions
from accountability.forms import ReportForm, excel_file, word_file
from accountability.forms.reader import Reader
from accountability.lifecycle import MONTH_REPORT
from accountability.models import MonthReport, ReportFile
from accountability.queries import Period
from accountability.queries.hidden import hidden_from
from accountability.queries.month_report import month_facts, paper
from accountability.queries.periods import Hidden
from cases.actions.store import path_of
from hall.access import Refused, Request, get_visible, whole_number
from hall.citations import in_english
from staffing.models import Hall

PAGE = 20
MONTHS = 24
"""So many months back may be chosen; older ones through the month board's address."""
TONES = {"queued": "grey", "making": "blue", "ready": "green", "failed": "red"}
FOLDER = "reports"


def _form(request: Request, reader: Reader, today: dt.date, data: Any = None) -> ReportForm:
    """The month before is what is wanted as a rule; the month board leads here with its own."""
    months = [Period.month(today)]
    while len(months) < MONTHS:
        months.append(months[-1].previous())
    wanted = Period.parse(request.GET.get("period", ""))
    if wanted and wanted.grain == "month" and wanted.start <= today and wanted not in months:
        months.append(wanted)
    chosen = wanted if wanted in months else months[1]
    halls = {one.pk: one.label for one in Hall.objects.filter(pk__in=reader.halls).order_by("code")}
    return ReportForm(
        data,
        halls=halls,
        units=reader.units,
        whole=reader.whole,
        months=[one.start for one in months],
        initial={"month": chosen.start.isoformat() if chosen else ""},
    )


def _page(request: Request, reader: Reader, form: ReportForm, *, status: int = 200) -> HttpResponse:
    after = request.GET.get("after", "")
    rows = MonthReport.objects.visible_to(request.actor).select_related("hall", "department", "asked_by")
    if (last := whole_number(after)) is not None:
        rows = rows.filter(pk__lt=last)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    context = {
        "form": form,
        "rows": [
            {
                "report": one,
                "name": Period.month(one.month).name,
                "who": one.department.label if one.department else one.hall.label,
                "state": _(MONTH_REPORT.state(one.status).label),
                "tone": TONES[one.status],
                "under_way": one.status in ("queued", "making"),
                "files": [(label, reverse(f"accountability:report-{kind}", args=[one.pk]))
                          for kind, label in (("docx", "Word"), ("xlsx", "Excel"))] if one.status == "ready" else [],
            }
            for one in shown
        ],
        "many_halls": len(reader.halls) > 1,
        "after": str(shown[-1].pk) if len(found) > PAGE else "",
        "is_moving": any(one.status in ("queued", "making") for one in shown),
    }  # fmt: skip
    return render(request, "accountability/report.html", context, status=status)


@require_safe
def report(request: Request) -> HttpResponse:
    """`/reports/`: what was made and is being made, the latest first; `?period=2026-10` has that month chosen."""
    reader = Reader(request.actor)
    return _page(request, reader, _form(request, reader, timezone.localdate()))


@require_POST
def ask_report(request: Request) -> HttpResponse:
    """`/reports/ask/`: one click; who clicks again while it is being made finds that one.

    From the month board one comes back to it.
    """
    reader, now = Reader(request.actor), timezone.now()
    form = _form(request, reader, timezone.localdate(now), request.POST)
    if not form.is_valid():
        return _page(request, reader, form, status=422)
    asked = form.cleaned_data
    try:
        actions.ask_report(
            actor=request.actor, hall_id=asked["hall"], month=asked["month"], department_id=asked["unit"],
            again=asked["again"], now=now,
        )  # fmt: skip
    except Refused as refused:
        if refused.kind != "input":
            raise
        form.add_error(refused.field or None, str(refused))
        return _page(request, reader, form, status=422)
    if request.POST.get("from") == "board":
        shown = {"period": f"{asked['month']:%Y-%m}", "hall": asked["hall"], "unit": asked["unit"]}
        said = urlencode({name: value for name, value in shown.items() if value})
        return redirect(f"{reverse('accountability:month')}?{said}#report")
    return redirect("accountability:report")


@require_safe
def report_file(request: Request, report_id: int, kind: str) -> FileResponse:
    """`/reports/<id>.docx`, `.xlsx`: in the reader's language."""
    found = get_visible(MonthReport.objects.visible_to(request.actor), pk=report_id)
    if found.status != "ready":
        raise Refused(_("这份月报还没有生成。"), "state")
    files = ReportFile.objects.filter(report=found, language="en" if in_english() else "zh-hans")
    file = get_visible(files, kind=kind)
    if (hidden := hidden_from(request.actor)).case_ids:
        return _sent(io.BytesIO(_without(found, kind, hidden)), file)
    path = path_of(file.file, FOLDER)
    if not path.is_file():
        raise Refused(_("月报文件不在存储中，请重新生成，或者联系系统管理员从备份恢复。"), "state")
    return _sent(path.open("rb"), file)


def _without(report: MonthReport, kind: str, hidden: Hidden) -> bytes:
    """The same paper for a reader from whom cases are kept: told of the same moment, written on the spot."""
    made_at = report.ended_at or report.asked_at
    facts = month_facts(report, hidden=hidden, now=made_at)
    told = paper(replace(facts, as_of=report.as_of or facts.as_of))
    return word_file(told, made_at) if kind == "docx" else excel_file(told)


def _sent(data: IO[bytes], file: ReportFile) -> FileResponse:
    response = FileResponse(data, content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
