"""Findings: the list and its file, one of them, and the account of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_safe

from accountability import actions, rules
from accountability.forms.findings import FindingFilterForm
from accountability.lifecycle import AGAINST_UNIT, CAUSES, DECISIONS, FINDING, SUPERVISION, TRIGGERS
from accountability.models import ExemplaryCase, Finding, FindingSpan, Supervision
from accountability.queries.beside import advices_of_finding, notices_of, supervisions_of_case
from accountability.queries.findings import (
    READERS,
    bar_of,
    fault_of,
    finding_list,
    findings_of_case,
    kinds_found,
    plain,
    proofs_of,
    proposed_days,
    row_of,
    seen_cases,
    state_of,
    term_of,
    tone_of,
    units_found,
)
from accountability.queries.traces import account_links
from cases.models import Case
from cases.queries.work_list import Cursor
from hall.access import Actor, Request, allowed, get_visible
from staffing.forms import attached, sheet
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LIAISON, SUPERVISOR
from staffing.models import Hall

UNIT_VERBS = ("state_case", "request_finding_review")
DECIDING = ("uphold_finding", "reduce_finding", "dismiss_finding", "reopen_finding")
REVIEWING = ("confirm_finding", "change_finding")
LABELS = {
    "state_case": lazy("说明情况"),
    "request_finding_review": pgettext_lazy("act", "申请复核"),
    "uphold_finding": pgettext_lazy("act", "认定"),
    "reduce_finding": pgettext_lazy("act", "部分认定"),
    "dismiss_finding": pgettext_lazy("act", "不予认定"),
    "reopen_finding": lazy("重新认定"),
    "confirm_finding": lazy("复核维持"),
    "change_finding": lazy("复核变更"),
}


def _line(one: Finding) -> dict[str, Any]:
    return {
        "one": one,
        "term": term_of(one),
        "fault": fault_of(one),
        "state": state_of(one),
        "tone": tone_of(one),
    }


@require_safe
def findings(request: Request) -> HttpResponse:
    """`/findings/`: a hall's for its supervisor, manager and leaders, a unit's own; the newest first."""
    rules.check_sees_findings(request.actor)
    after = Cursor.parse(request.GET.get("after", ""))
    form = FindingFilterForm(request.GET, units_found(request.actor), kinds_found(request.actor))
    page = finding_list(request.actor, form.asked(), after=after)
    context = {
        "form": form,
        "is_filtered": form.is_filtered,
        "rows": [_line(one) for one in page.rows],
        "halls": Hall.objects.filter(pk__in=request.actor.halls(SUPERVISOR, HALL_MANAGER)).order_by("pk"),
        "seen": seen_cases(request.actor, page.rows),
        "after": str(page.after or ""),
        "is_front": after is None,
        "today": timezone.localdate(),
        "export_query": request.GET.urlencode(),
    }
    return render(request, "accountability/findings.html", context)


@require_GET
def export_findings(request: Request) -> HttpResponse:
    """`/findings/export.xlsx`: the filtered list; on record first."""
    now = timezone.now()
    asked = FindingFilterForm(request.GET, units_found(request.actor), kinds_found(request.actor)).asked()
    rows = actions.export_findings(actor=request.actor, asked=asked, now=now)
    headings = [
        _("编号"), _("责任单位"), _("问题"), _("期限"), _("届满日期"), _("办结日期"), _("逾期日数"),
        *(str(_(label)) for label in CAUSES.values()), _("状态"), _("认定日数"),
    ]  # fmt: skip
    name = f"findings-{timezone.localdate(now):%Y%m%d}.xlsx"
    return attached(sheet(_("责任认定"), headings, (row_of(one) for one in rows)), name)


@require_safe
def finding(request: Request, finding_id: int) -> HttpResponse:
    """`/findings/<finding_id>/`: the period day by day, or the fault with its evidence; what was said to it, what was
    decided, what can be done.
    """
    now, actor = timezone.now(), request.actor
    rows = Finding.objects.visible_to(actor).select_related(
        "case", "deadline", "department", "hall", "opened_by"
    )
    # Its spans are read once: the rules behind the buttons count their days as well.
    spans_with_holders = FindingSpan.objects.select_related("department", "posting__user")
    one: Finding = get_visible(rows.prefetch_related(Prefetch("spans", spans_with_holders)), pk=finding_id)
    spans = list(one.spans.all())
    today = timezone.localdate(now)
    context = {
        **_line(one),
        "sees_case": one.case_id in seen_cases(actor, [one]),
        "bar": bar_of(one, spans) if one.is_late else None,
        "proposed": proposed_days(one, plain(spans)) if one.is_late else 0,
        "evidence": proofs_of(one.evidence, one.case.law) if one.evidence else [],
        "statements": list(one.statements.select_related("by").prefetch_related("files")),
        "decisions": [(row, _(DECISIONS[row.verb])) for row in one.decisions.select_related("by")],
        "buttons": _buttons(actor, one, now),
        "waits_until": one.state_by_on if rules.waits_for_say(one, now=now) else None,
        "supervisions": _supervised(supervisions_of_case(actor, one.case_id)),
        "notices": notices_of(actor, one.pk),
        "advices": advices_of_finding(actor, one.pk),
        "follows": _follows(actor, one),
        "may_review_until": one.review_by_on
        if FINDING.move("request_finding_review", one.status)
        and one.review_by_on
        and one.review_by_on >= today
        else None,
        "today": today,
    }
    return render(request, "accountability/finding.html", context)


def _supervised(rows: Sequence[Supervision]) -> list[dict[str, Any]]:
    return [
        {"one": one, "trigger": _(TRIGGERS[one.trigger]), "state": _(SUPERVISION.state(one.status).label)}
        for one in rows
    ]


def _follows(actor: Actor, one: Finding) -> list[tuple[Any, str]]:
    """What a person of the office may draft on it: nothing follows by itself."""
    if (
        one.status not in AGAINST_UNIT
        or one.department_id is None
        or not actor.has(*rules.OFFICE, hall_id=one.hall_id)
    ):
        return []
    return [
        (words, f"{reverse(f'accountability:{name}')}?finding={one.pk}")
        for words, name in ((_("起草通报"), "draft-criticism"), (_("起草建议"), "draft-advice"))
        if name == "draft-advice" or not one.criticisms.filter(is_live=True).exists()
    ]


def _buttons(actor: Actor, one: Finding, now: dt.datetime) -> list[dict[str, Any]]:
    """The doors of the reader's side that the state knows, each with what its rule says."""
    verbs: list[str] = []
    in_unit = one.department_id and actor.has(LIAISON, DEPARTMENT_HEAD, department_id=one.department_id)
    if in_unit or (one.is_hall and actor.has(HALL_MANAGER, hall_id=one.hall_id)):
        verbs += UNIT_VERBS
    if actor.has(SUPERVISOR, hall_id=one.hall_id):
        verbs += DECIDING
    if one.status == "in_review" and actor.has(rules.reviewed_by(one, now=now), hall_id=one.hall_id):
        verbs += REVIEWING
    found: list[dict[str, Any]] = []
    for verb in verbs:
        waits = one.status == "opened" and verb in DECIDING[:3]
        if FINDING.move(verb, one.status) is None and not waits:
            continue
        verdict = allowed(getattr(rules, f"check_can_{verb}"), actor, one, now=now)
        first = bool(verdict) and not any(row["kind"] == "primary" for row in found)
        href = reverse(f"accountability:{verb.replace('_', '-')}", kwargs={"finding_id": one.pk})
        kind = "primary" if first else "plain"
        found.append({"label": LABELS[verb], "href": href, "verdict": verdict, "kind": kind})
    return found


@require_safe
def case_account(request: Request, pk: int) -> HttpResponse:
    """`/cases/<pk>/account/`: what was found in one matter, and why somebody came again; for who sees it."""
    now, actor = timezone.now(), request.actor
    rows = Case.objects.visible_to(actor).select_related("hall", "first_handler", "repeat_of").defer("search")
    case: Case = get_visible(rows, pk=pk)
    found = findings_of_case(actor, case)
    context = {
        "case": case,
        "sees_findings": actor.has(*READERS),
        "rows": [
            {**_line(one), "bar": bar_of(one, list(one.spans.all()), proven=False) if one.is_late else None}
            for one in found
        ],
        "supervisions": _supervised(supervisions_of_case(actor, case.pk)),
        "may_supervise": actor.has(SUPERVISOR, HALL_MANAGER, hall_id=case.hall_id),
        "links": (links := account_links(actor, case)),
        "is_repeat": any(row.is_own for row in links),
        "trace": allowed(rules.check_can_trace_repeat, actor, case, now=now),
        "may_trace": actor.has(SUPERVISOR, hall_id=case.hall_id),
        "mark": allowed(rules.check_can_mark_exemplary, actor, case, now=now)
        if actor.has(*rules.MARKING, hall_id=case.hall_id)
        else None,
        "exemplary": ExemplaryCase.objects.visible_to(actor).filter(case=case, status="marked").first(),
        "opens": allowed(rules.check_can_open_finding, actor, case, now=now),
        "today": timezone.localdate(now),
    }
    return render(request, "accountability/case_account.html", context)
