"""The gate: what speaks for which outcome, the form of the chosen one, and its paper as it would be issued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import rules
from cases.forms import PAPERS, TriageForm, fields_of, wording
from cases.lifecycle import GROUNDS, OUTCOMES, Ground, grounds_for
from cases.models import Case, StatutoryRoute
from cases.queries.case_file import case_file, related_cases
from cases.queries.triage import Finding, findings
from cases.views.acting import Stale, acting, head_of, meanwhile
from hall.access import Actor, Refused, Request, Verdict, allowed, whole_number
from staffing.models import Department

_CHECKS = {outcome: getattr(rules, f"check_can_{outcome}") for outcome in OUTCOMES}


def _first_offer(found: list[Finding]) -> dict[str, str]:
    """What the weightiest finding leads to; without any, accept in the own remit."""
    for finding in found:
        if finding.tone in ("late", "soon") and finding.offers:
            return finding.offers[0].query
    usual = next(
        (finding.offers[0].query for finding in found if finding.code == "own" and finding.offers), None
    )
    return usual or {"outcome": "accept_case", "ground": "own_remit"}


def _ground(asked: Mapping[str, str]) -> Ground:
    """The ground that was asked for, if it belongs to the outcome; else the outcome's first."""
    known = grounds_for(asked["outcome"]) if asked.get("outcome") in OUTCOMES else (GROUNDS["own_remit"],)
    return next((one for one in known if one.code == asked.get("ground")), known[0])


def _initial(asked: Mapping[str, str], case: Case, ground: Ground) -> dict[str, Any]:
    """The form's first values, from the offer that was followed: unit, route, body, and the words."""
    unit = Department.objects.filter(pk=_number(asked.get("department")), is_active=True).first()
    route = StatutoryRoute.objects.filter(pk=_number(asked.get("route")), is_active=True).first()
    typed = asked.get("competent_body", "").strip()[:200] or (route.organ if route else "")
    earlier = asked.get("related_case", "").strip()[:38]
    body = typed or (unit.name if unit else "")
    return {
        "department": unit.pk if unit else None,
        "route": route.pk if route else None,
        "competent_body": typed,
        "related_case": earlier,
        "reason": wording(
            ground, matter=case.title, organ=case.hall.organ_name, law=case.law, body=body, earlier=earlier
        ),
        "seen": head_of(case.pk),
    }


def _number(text: str | None) -> int:
    return whole_number(text or "") or 0


def _outcomes(actor: Actor, case: Case, chosen: str, now: Any) -> list[dict[str, Any]]:
    tabs = []
    for outcome, words in OUTCOMES.items():
        verdict: Verdict = allowed(_CHECKS[outcome], actor, case, now=now)
        tabs.append({"code": outcome, "words": _(words), "current": outcome == chosen, "verdict": verdict})
    return tabs


@require_http_methods(["GET", "POST"])
def triage(request: Request, pk: int) -> HttpResponse:
    """`/cases/<pk>/triage/`: GET `?outcome=&ground=…` fills the form in; POST decides, or with `preview` drafts."""
    actor, now = request.actor, timezone.now()
    file = case_file(actor, pk, today=timezone.localdate(now))
    case, found = file.case, findings(file, related_cases(actor, file))
    asked: Mapping[str, str] = request.POST if request.method == "POST" else request.GET
    if not asked.get("outcome"):
        asked = _first_offer(found)
    ground = _ground(asked)
    outcome = ground.outcome

    draft: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        form = TriageForm(request.POST, ground=ground, case=case, actor=actor)
        if form.is_valid():
            try:
                if "preview" in request.POST:
                    draft = acting(request, pk, lambda: form.preview(actor=actor, case_id=pk, now=now))
                else:
                    acting(request, pk, lambda: form.decide(actor=actor, case_id=pk, now=now))
                    return _decided(request, case, outcome)
            except Stale as stale:
                return meanwhile(request, stale, form)
            except Refused as refused:
                if refused.kind != "input":
                    raise
        status = 422 if form.errors else 200
    else:
        form = TriageForm(initial=_initial(asked, case, ground), ground=ground, case=case, actor=actor)
    context = {
        "case": case,
        "findings": found,
        "outcomes": _outcomes(actor, case, outcome, now),
        "outcome": outcome,
        "form": form,
        "fields": [form[name] for name in fields_of(ground) if name in form.fields],
        "verdict": allowed(_CHECKS[outcome], actor, case, now=now),
        "ground": {"code": ground.code, "label": _(ground.label), "article": ground.article_of(case.law)},
        "grounds": [
            {"code": one.code, "label": _(one.label), "article": one.article_of(case.law)}
            for one in grounds_for(outcome)
        ],
        "paper": PAPERS[outcome],
        "draft": draft,
        "file": file,
    }
    return render(request, "cases/triage.html", context, status=status)


def _decided(request: Request, case: Case, outcome: str) -> HttpResponse:
    words = {"number": case.number, "outcome": _(OUTCOMES[outcome]), "paper": PAPERS[outcome]}
    messages.success(request, _("%(number)s 已%(outcome)s，%(paper)s已经出具。") % words)
    return redirect("cases:case", case.pk)
