"""Field visits: the list and its file, one visit, and the doors of its verbs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from cases import actions, rules
from cases.forms.field import (
    CancelFieldVisitForm,
    ConcludeFieldVisitForm,
    FieldVisitForm,
    FinishVisitTaskForm,
    RecordFieldVisitForm,
    shown_visit,
)
from cases.forms.field_lists import VisitFilterForm
from cases.lifecycle import FIELD_VISIT
from cases.models import Case, FieldVisit, VisitTask
from cases.queries.field_visits import field_visits, leaders_here, receives_then, seen_of, whole_for
from cases.queries.work_list import Cursor
from cases.views.row_doors import RowDoor
from hall.access import Actor, Refused, Request, Verdict, allowed, get_visible, whole_number
from staffing.forms import attached, sheet
from staffing.lifecycle import CLERK, HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Hall

TONES = {"planned": "blue", "made": "amber", "concluded": "green", "cancelled": "grey"}


def leading_halls(actor: Actor) -> list[Hall]:
    """The halls in which the reader plans visits and takes charge; 403 without any."""
    found = Hall.objects.filter(pk__in=actor.halls(HALL_MANAGER, LEADER)).select_related("jurisdiction")
    if halls := list(found.order_by("pk")):
        return halls
    raise Refused(_("由大厅负责人或者领导办理。"), "role")


def may_lead(actor: Actor) -> bool:
    return actor.has(HALL_MANAGER, LEADER)


def leaders_to_choose(actor: Actor, now: dt.datetime) -> Sequence[Any]:
    halls = actor.halls(CLERK, HALL_MANAGER, SUPERVISOR, LEADER)
    return list(leaders_here(halls, timezone.localdate(now)))


@require_safe
def field_visits_page(request: Request) -> HttpResponse:
    """`/field-visits/`: those that the reader may know of, the latest first."""
    rules.check_sees_field(request.actor)
    now, after = timezone.now(), Cursor.parse(request.GET.get("after", ""))
    form = VisitFilterForm(request.GET, leaders_to_choose(request.actor, now))
    page = field_visits(request.actor, form.asked(), after=after)
    context = {
        "form": form,
        "is_filtered": form.is_filtered,
        "rows": [(one, TONES[one.status]) for one in page.rows],
        "whole": whole_for(request.actor, page.rows),
        "after": str(page.after or ""),
        "is_front": after is None,
        "may_lead": may_lead(request.actor),
        "export_query": request.GET.urlencode(),
    }
    return render(request, "cases/field/visits.html", context)


@require_GET
def export_field_visits(request: Request) -> HttpResponse:
    """`/field-visits/export.xlsx`: the filtered list; on record first."""
    now = timezone.now()
    asked = VisitFilterForm(request.GET, leaders_to_choose(request.actor, now)).asked()
    rows = actions.export_field_visits(actor=request.actor, asked=asked, now=now)
    # Who sees only one of its matters gets no words that tell of the others.
    whole = whole_for(request.actor, rows)
    headings = [
        _("日期"), _("时间"), _("下访领导"), _("职务"), _("下访地点"), _("参加单位"), _("案由"), _("形成意见"),
        _("化解情况"), _("状态"),
    ]  # fmt: skip
    lines = (_sheet_row(one, whole=one.pk in whole) for one in rows)
    return attached(
        sheet(_("带案下访"), headings, lines), f"field-visits-{timezone.localdate(now):%Y%m%d}.xlsx"
    )


def _sheet_row(one: FieldVisit, *, whole: bool) -> list[str]:
    start, end = timezone.localtime(one.planned_from), timezone.localtime(one.planned_to)
    return [
        f"{start:%Y-%m-%d}", f"{start:%H:%M}—{end:%H:%M}", one.leader.label, one.title,
        one.place if whole else "", _("、").join(unit.label for unit in one.units.all()), one.reason if whole else "",
        one.opinion if whole else "", one.get_outcome_display(), one.get_status_display(),
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def plan_field_visit(request: Request) -> HttpResponse:
    """`/field-visits/new/?case=<pk>`: who goes when and where with which cases."""
    now, halls = timezone.now(), leading_halls(request.actor)
    form = FieldVisitForm(
        request.POST or None, actor=request.actor, now=now, halls=halls, initial=_usual(request, now)
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                visit = form.act()
            except Refused as refused:
                if refused.kind not in ("input", "state"):
                    raise
                status = 422 if refused.kind == "input" else 409
            else:
                return redirect("cases:field-visit", visit.pk)
    return render(request, "cases/field/plan_visit.html", {"form": form, "visit": None}, status=status)


def _usual(request: Request, now: dt.datetime) -> dict[str, Any]:
    """A morning, with the case that one comes from."""
    first = first_case(request)
    return {
        "cases": first.number if first else "",
        "reason": first.title if first else "",
        "starts_at": dt.time(9),
        "ends_at": dt.time(11, 30),
        "leader": request.actor.user_id,
        "units": [first.first_handler_id] if first and first.first_handler_id else [],
    }


def first_case(request: Request) -> Case | None:
    """The case that the address names, if the reader sees it."""
    number = whole_number(request.GET.get("case", ""))
    if number is None:
        return None
    visible = Case.objects.visible_to(request.actor).select_related("hall", "first_handler")
    return visible.defer("search", "content").filter(pk=number).first()


@require_http_methods(["GET", "HEAD", "POST"])
def change_field_visit(request: Request, visit_id: int) -> HttpResponse:
    """`/field-visits/<visit_id>/change/`"""
    now = timezone.now()
    visit = get_visible(_rows(request.actor), pk=visit_id)
    verdict = allowed(rules.check_can_change_field_visit, request.actor, visit, now=now)
    if not verdict and verdict.kind in ("role", "unseen"):
        # Not even to read: the form holds words that tell of every case.
        rules.check_can_change_field_visit(request.actor, visit, now=now)
    halls, status = [visit.hall], 200
    form = FieldVisitForm(
        request.POST or None, actor=request.actor, now=now, halls=halls, row=visit, initial=shown_visit(visit)
    )
    if request.method == "POST":
        status = 422 if verdict else 409
        if form.is_valid():
            try:
                form.act()
            except Refused as refused:
                if refused.kind not in ("input", "state"):
                    raise
                status = 422 if refused.kind == "input" else 409
            else:
                return redirect("cases:field-visit", visit.pk)
    context = {"form": form, "visit": visit, "verdict": verdict}
    return render(request, "cases/field/plan_visit.html", context, status=status)


def _rows(actor: Actor) -> QuerySet[FieldVisit]:
    found: QuerySet[FieldVisit] = FieldVisit.objects.visible_to(actor).select_related("hall", "leader")
    return found


_NEXT = ("record_field_visit", "conclude_field_visit", "change_field_visit", "cancel_field_visit")
_LABELS = {
    "record_field_visit": lazy("记录下访"),
    "conclude_field_visit": lazy("填写化解情况"),
    "change_field_visit": lazy("变更"),
    "cancel_field_visit": lazy("取消下访"),
}


def buttons(
    verbs: Sequence[str], labels: Any, row: Any, key: str, move: Any, actor: Actor, now: dt.datetime
) -> list[dict[str, Any]]:
    """The verbs that the state allows, each with its address and what its rule says."""
    found: list[dict[str, Any]] = []
    for verb in verbs:
        if move(verb, row.status) is None:
            continue
        verdict: Verdict = allowed(getattr(rules, f"check_can_{verb}"), actor, row, now=now)
        is_first = bool(verdict) and not any(one["kind"] == "primary" for one in found)
        found.append(
            {
                "label": labels[verb],
                "href": reverse(f"cases:{verb.replace('_', '-')}", kwargs={key: row.pk}),
                "verdict": verdict,
                "kind": "primary" if is_first else "plain",
            }
        )
    return found


@require_safe
def field_visit(request: Request, visit_id: int) -> HttpResponse:
    """`/field-visits/<visit_id>/`: the record. Who sees only some of its cases reads only what concerns those."""
    now, actor = timezone.now(), request.actor
    visit = get_visible(_rows(actor).prefetch_related("units"), pk=visit_id)
    ids = list(visit.links.order_by("position").values_list("case_id", flat=True))
    cases, whole = seen_of(actor, ids)
    seen = [case.pk for case in cases]
    tasks = (
        visit.tasks.filter(case__in=seen).select_related("department", "case", "visit").defer("case__content")
    )
    clash = receives_then(visit.leader_id, visit.planned_from, visit.planned_to)
    context = {
        "visit": visit,
        "tone": TONES[visit.status],
        "cases": cases,
        "whole": whole,
        "tasks": [
            (task, allowed(rules.check_can_finish_visit_task, actor, task, now=now))
            for task in tasks.order_by("due_on", "id")
        ],
        "photos": [
            one for one in visit.photos.select_related("material") if one.material.case_id in seen
        ] if whole else [],
        "buttons": buttons(_NEXT, _LABELS, visit, "visit_id", FIELD_VISIT.move, actor, now),
        "clash": clash if visit.status == "planned" else None,
        "notice": visit.notices.exclude(status="dropped").order_by("-id").first() if whole else None,
        "may_draft": whole
        and visit.status == "concluded"
        and all(allowed(rules.check_can_draft_result, actor, case, now=now) for case in cases),
        "today": timezone.localdate(now),
    }  # fmt: skip
    return render(request, "cases/field/visit.html", context)


def _to_visit(visit: FieldVisit) -> str:
    return reverse("cases:field-visit", kwargs={"visit_id": visit.pk})


def _tasks(actor: Actor) -> QuerySet[VisitTask]:
    """The promises of the cases that the reader sees."""
    found: QuerySet[VisitTask] = VisitTask.objects.filter(case__in=Case.objects.visible_to(actor))
    return found.select_related("visit", "department", "case")


def _with_cases(actor: Actor, visit: FieldVisit) -> dict[str, Any]:
    ids = list(visit.links.order_by("position").values_list("case_id", flat=True))
    return {"cases": seen_of(actor, ids)[0]}


DOORS = (
    RowDoor(
        form=CancelFieldVisitForm,
        title=lazy("取消下访"),
        button=lazy("取消这次下访"),
        said=lazy("已取消，领导和参加单位已得到通知。"),
        rows=_rows,
        back=_to_visit,
        danger=True,
    ),
    RowDoor(
        form=RecordFieldVisitForm,
        title=lazy("记录下访"),
        button=lazy("保存记录"),
        said=lazy("已记录，承担工作的单位已得到通知。"),
        rows=_rows,
        back=_to_visit,
        uploads=True,
        template="cases/field/record_visit.html",
        more=_with_cases,
    ),
    RowDoor(
        form=ConcludeFieldVisitForm,
        title=lazy("下访化解情况"),
        button=lazy("保存结果"),
        said=lazy("已记录化解情况。"),
        rows=_rows,
        back=_to_visit,
    ),
    RowDoor(
        form=FinishVisitTaskForm,
        title=lazy("完成下访分工"),
        button=lazy("记录完成"),
        said=lazy("已记录完成情况。"),
        rows=_tasks,
        back=lambda task: reverse("cases:case", args=[task.case_id]),
    ),
)
