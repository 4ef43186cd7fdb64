"""Supervisions: the list and its file, one, the doors of its verbs, and the rules by which the system proposes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
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
from accountability.forms.supervise import (
    AnswerSupervisionForm,
    CloseSupervisionForm,
    ConfirmSupervisionForm,
    DismissSupervisionForm,
    OpenSupervisionForm,
    ReturnSupervisionForm,
    SupervisionFilterForm,
    SupervisionRulesForm,
)
from accountability.lifecycle import OUTCOMES, SUPERVISION, TRIGGERS
from accountability.models import Supervision
from accountability.queries.beside import findings_beside
from accountability.queries.findings import state_of, term_of
from accountability.queries.supervision_rules import rules_of
from accountability.queries.supervision_words import seen_by, sentences
from accountability.queries.supervisions import (
    MOST_PROPOSED,
    one_of,
    others_of,
    owed,
    owes,
    proposed,
    supervisions,
    units_to_choose,
)
from accountability.views.opening import Door, acted, buttons
from accountability.views.sanctions import printed
from cases.models import Case
from cases.queries.lights import light
from cases.queries.work_list import Cursor
from hall.access import Actor, Refused, Request, allowed, get_visible, whole_number
from staffing.forms import attached, sheet
from staffing.lifecycle import HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Hall

TONES = {"proposed": "amber", "open": "blue", "answered": "amber", "closed": "green", "dismissed": "grey"}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list: the supervision, its evidence in words, its light."""

    one: Supervision
    state: str
    tone: str
    trigger: str
    seen: str
    level: str


def _lines(rows: Sequence[Supervision], now: dt.datetime) -> list[Line]:
    said = sentences(rows)
    return [
        Line(
            one,
            _(SUPERVISION.state(one.status).label),
            TONES[one.status],
            _(TRIGGERS[one.trigger]),
            said[one.pk],
            light(one.clock.due_at, one.clock.amber_at, now) if one.status == "open" and one.clock else "",
        )
        for one in rows
    ]


def _filter_form(request: Request) -> SupervisionFilterForm:
    actor = request.actor
    return SupervisionFilterForm(
        request.GET, units_to_choose(actor), sees_proposed=actor.has(SUPERVISOR, HALL_MANAGER, LEADER)
    )


@require_safe
def supervisions_page(request: Request) -> HttpResponse:
    """`/supervisions/`: what waits for the supervisor's word first, then all others, the latest first."""
    actor, now = request.actor, timezone.now()
    rules.check_sees_supervisions(actor)
    form, after = _filter_form(request), Cursor.parse(request.GET.get("after", ""))
    asked = form.asked()
    page = supervisions(actor, asked, now=now, after=after)
    decides = actor.has(SUPERVISOR, HALL_MANAGER)
    is_front = after is None and not asked.status
    waiting = proposed(actor, asked, now=now) if decides and is_front else []
    owing = owed(actor, asked, now=now) if owes(actor) and is_front else []
    context = {
        "form": form,
        "is_filtered": form.is_filtered,
        "waiting": _lines(waiting[:MOST_PROPOSED], now),
        "more_waiting": len(waiting) > MOST_PROPOSED,
        "owing": _lines(owing[:MOST_PROPOSED], now),
        "more_owing": len(owing) > MOST_PROPOSED,
        "rows": _lines(page.rows, now),
        "after": str(page.after or ""),
        "is_front": after is None,
        "decides": decides,
        "today": timezone.localdate(now),
        "export_query": request.GET.urlencode(),
    }
    return render(request, "accountability/supervise/list.html", context)


@require_GET
def export_supervisions(request: Request) -> HttpResponse:
    """`/supervisions/export.xlsx`: the filtered list; on record first."""
    now = timezone.now()
    rows = actions.export_supervisions(actor=request.actor, asked=_filter_form(request).asked(), now=now)
    heads = [
        _("事项编号"), _("标题"), _("被督办单位"), _("缘由"), _("依据"), _("状态"), _("提出时间"), _("督办时间"),
        _("反馈期限"), _("办结时间"), _("结论"),
    ]  # fmt: skip
    said = sentences(rows)
    lines = (
        [
            one.case.number, one.case.title, one.department.label, _(TRIGGERS[one.trigger]), said[one.pk],
            _(SUPERVISION.state(one.status).label), _day(one.opened_at), _day(one.confirmed_at),
            one.due_on, _day(one.closed_at), _(OUTCOMES[one.outcome]) if one.outcome else "",
        ]
        for one in rows
    )  # fmt: skip
    return attached(sheet(_("督办"), heads, lines), f"supervisions-{timezone.localdate(now):%Y%m%d}.xlsx")


def _day(at: dt.datetime | None) -> dt.date | None:
    return timezone.localdate(at) if at else None


@require_safe
def supervision(request: Request, supervision_id: int) -> HttpResponse:
    """`/supervisions/<supervision_id>/`: evidence, notice, feedback, verification, and what may be done now."""
    now, actor = timezone.now(), request.actor
    one = get_visible(one_of(actor), pk=supervision_id)
    clock = one.clock
    context = {
        "one": one,
        "line": _lines([one], now)[0],
        "sees_case": Case.objects.visible_to(actor).filter(pk=one.case_id).exists(),
        "seen": seen_by(actor, one),
        "feedback": list(one.feedback.select_related("by").prefetch_related("files")),
        "outcome": _(OUTCOMES[one.outcome]) if one.outcome else "",
        "level": light(clock.due_at, clock.amber_at, now, met=bool(clock.met_at), void=bool(clock.void_at))
        if clock
        else "",
        "is_met_late": bool(clock and clock.met_at and clock.due_at and clock.met_at >= clock.due_at),
        "findings": [(term_of(each), state_of(each), each) for each in findings_beside(actor, one.case_id)],
        "others": _lines(others_of(actor, one), now),
        "buttons": buttons(DOORS, SUPERVISION, one, actor, now) + _finding_button(actor, one, now),
        "today": timezone.localdate(now),
    }
    return render(request, "accountability/supervise/one.html", context)


@require_safe
def supervision_file(request: Request, supervision_id: int) -> HttpResponse:
    """`/supervisions/<supervision_id>/document/`: the notice, for who sees the supervision and no other unit."""
    one = get_visible(one_of(request.actor), pk=supervision_id)
    return printed(one.document)


def _finding_button(actor: Actor, one: Supervision, now: dt.datetime) -> list[dict[str, Any]]:
    """Who answers for what was supervised is decided on its own."""
    if one.status not in ("answered", "closed") or not actor.has(SUPERVISOR, hall_id=one.hall_id):
        return []
    verdict = allowed(rules.check_can_open_finding, actor, one.case, now=now)
    href = f"{reverse('accountability:open-finding', args=[one.case_id])}?unit={one.department_id}"
    return [{"label": _("提出责任认定"), "href": href, "verdict": verdict, "kind": "plain"}]


@require_http_methods(["GET", "HEAD", "POST"])
def open_supervision(request: Request) -> HttpResponse:
    """`/supervisions/new/?case=<pk>`: by hand."""
    now, actor = timezone.now(), request.actor
    rules.check_opens_supervisions(actor)
    case = _case_of(request)
    form = OpenSupervisionForm(request.POST or None, actor=actor, now=now, case=case)
    status = 200
    if request.method == "POST":
        made: list[Supervision] = []
        status = acted(form, lambda: made.append(form.act()))
        if made:
            words = _("已督办，通知书%(number)s已出具，单位已得到通知。")
            messages.success(request, words % {"number": made[0].document.number if made[0].document else ""})
            return redirect("accountability:supervision", made[0].pk)
    context = {"form": form, "case": case}
    return render(request, "accountability/supervise/open.html", context, status=status)


def _case_of(request: Request) -> Case | None:
    """The case that the address names, if the reader sees it."""
    number = whole_number(request.GET.get("case", ""))
    if number is None:
        return None
    return Case.objects.visible_to(request.actor).defer("search", "content").filter(pk=number).first()


# -- the doors of the verbs ------------------------------------------------------------------------------------------


def _to_one(one: Supervision) -> str:
    return reverse("accountability:supervision", args=[one.pk])


def _beside(one: Supervision, now: dt.datetime) -> dict[str, Any]:
    return {"one": one, "line": _lines([one], now)[0]}


SuperviseDoor = partial(
    Door, rows=one_of, back=_to_one, shown=_beside, shut=True, template="accountability/supervise/verb.html"
)


DOORS = (
    SuperviseDoor(
        form=ConfirmSupervisionForm,
        title=lazy("确认督办"),
        button=lazy("确认并出具督办通知书"),
        said=lazy("已督办，通知书已出具，单位已得到通知。"),
        intro=lazy("确认以后，单位收到编号的督办通知书，反馈期限开始计算。"),
    ),
    SuperviseDoor(
        form=DismissSupervisionForm,
        title=lazy("不督办"),
        button=lazy("不督办"),
        said=lazy("已记录不督办的理由。"),
        intro=lazy("同一情形不再提出；单位看不到这条建议。"),
        danger=True,
    ),
    SuperviseDoor(
        form=AnswerSupervisionForm,
        title=lazy("反馈督办"),
        button=lazy("提交反馈"),
        said=lazy("已反馈，督查员将核实。"),
        intro=lazy("写清做了什么、结果怎样；对督办的事实有不同意见的，也写在这里。"),
    ),
    SuperviseDoor(
        form=CloseSupervisionForm,
        title=lazy("核实办结"),
        button=lazy("记录结论并办结"),
        said=lazy("督办已办结。"),
        intro=lazy("结论只说整改了没有；该由谁负责，另行认定。"),
    ),
    SuperviseDoor(
        form=ReturnSupervisionForm,
        title=lazy("退回反馈"),
        button=lazy("退回并定新的期限"),
        said=lazy("已退回，单位已得到通知。"),
    ),
)


# -- rules -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def supervision_rules(request: Request) -> HttpResponse:
    """`/supervision-rules/?hall=<code>`: what the system proposes by; the hall's manager changes it."""
    now, actor = timezone.now(), request.actor
    rules.check_sees_supervision_rules(actor)
    halls = list(Hall.objects.filter(pk__in=actor.halls(SUPERVISOR, HALL_MANAGER)).order_by("pk"))
    code = request.GET.get("hall", "")
    hall = next((one for one in halls if code in ("", one.code)), None)
    if hall is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    form = SupervisionRulesForm(request.POST or None, held=rules_of([hall.pk]))
    verdict = allowed(rules.check_can_save_supervision_rules, actor, hall.pk, now=now)
    status = 200
    if request.method == "POST":
        rules.check_can_save_supervision_rules(actor, hall.pk, now=now)
        status = acted(form, lambda: form.act(actor=actor, hall_id=hall.pk, now=now))
        if status == 302:
            messages.success(request, _("规则已保存，下一次检查起适用。"))
            return redirect(f"{reverse('accountability:supervision-rules')}?hall={hall.code}")
    context = {"form": form, "halls": halls, "place": hall, "verdict": verdict}
    return render(request, "accountability/supervise/rules.html", context, status=status)
