"""The door through which one looks at a petitioner's numbers; their own page stands in `intake`."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases import actions, rules
from cases.forms import RevealForm
from cases.models import Case, CaseParty, Petitioner
from hall.access import Refused, Request, allowed, get_visible


def revealed(
    request: Request, form: RevealForm, *, case_id: int, petitioner_id: int, now: dt.datetime
) -> Petitioner | None:
    """The person unmasked, for the reason typed; None when that is wrong, which the form then says."""
    if not form.is_valid():
        return None
    try:
        return actions.reveal_person(
            actor=request.actor, petitioner_id=petitioner_id, case_id=case_id,
            reason=form.cleaned_data["reason"], now=now,
        )  # fmt: skip
    except Refused as refused:
        if refused.kind != "input":
            raise
        form.add_error("reason", str(refused.reason))
        return None


@require_http_methods(["GET", "POST"])
def reveal_person(request: Request, pk: int, petitioner_id: int) -> HttpResponse:
    """`/cases/<pk>/people/<id>/reveal/`: asks for the reason, then shows the data once; nothing is cached."""
    now = timezone.now()
    case = get_visible(
        Case.objects.visible_to(request.actor).only("pk", "number", "title", "hall", "first_handler"), pk=pk
    )
    party = get_visible(
        CaseParty.objects.select_related("petitioner"), case=case, petitioner_id=petitioner_id
    )
    form, shown, status = RevealForm(request.POST or None), None, 200
    if request.method == "POST":
        shown = revealed(request, form, case_id=pk, petitioner_id=petitioner_id, now=now)
        status = 200 if shown else 422
    verdict = allowed(rules.check_can_reveal_person, request.actor, case, "----", now=now)
    context = {"case": case, "party": party, "form": form, "shown": shown, "verdict": verdict, "now": now}
    response = render(request, "cases/reveal_person.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
