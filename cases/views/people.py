"""A petitioner's page: their matters, and who looked at their numbers; and the door through which one looks."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases import actions, rules
from cases.forms import RevealForm
from cases.models import Case, CaseParty, Petitioner
from hall.access import Refused, Request, allowed, get_visible
from hall.models import JournalEntry, stream_of

LOOKS_SHOWN = 50
CASES_SHOWN = 50


@require_safe
def person(request: Request, pk: int) -> HttpResponse:
    """`/petitioners/<pk>/`, for who may see at least one matter of theirs."""
    visible = Case.objects.visible_to(request.actor)
    on_visible = CaseParty.objects.filter(petitioner=OuterRef("pk"), case__in=visible)
    found = get_visible(Petitioner.objects.filter(Exists(on_visible)).defer("search"), pk=pk)
    matters = visible.filter(parties__petitioner=found).select_related("hall", "first_handler")
    looks = JournalEntry.objects.filter(stream=stream_of(found), verb="reveal_person").order_by("-seq")
    context = {
        "person": found,
        "cases": matters.defer("search", "content").order_by("-id")[:CASES_SHOWN],
        "looks": looks[:LOOKS_SHOWN],
    }
    return render(request, "cases/person.html", context)


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
        if form.is_valid():
            try:
                shown = actions.reveal_person(
                    actor=request.actor,
                    petitioner_id=petitioner_id,
                    case_id=pk,
                    reason=form.cleaned_data["reason"],
                    now=now,
                )
            except Refused as refused:
                if refused.kind != "input":
                    raise
                form.add_error("reason", str(refused.reason))
        status = 200 if shown else 422
    verdict = allowed(rules.check_can_reveal_person, request.actor, case, "----", now=now)
    context = {"case": case, "party": party, "form": form, "shown": shown, "verdict": verdict, "now": now}
    response = render(request, "cases/reveal_person.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
