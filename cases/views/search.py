"""Looking for cases and people by words, pinyin, numbers."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.lifecycle import CASE
from cases.queries.search import search_cases, search_people
from cases.views.case_page import STATE_TONES
from hall.access import Request, whole_number
from hall.models import worded

PAGE = 20
PEOPLE_BESIDE = 5


@require_safe
def search(request: Request) -> HttpResponse:
    """`/search/?q=&in=cases|people&after=`: newest first. One case found by its very number is opened at once."""
    actor, text = request.actor, request.GET.get("q", "").strip()[:200]
    kind = "people" if request.GET.get("in") == "people" else "cases"
    after = whole_number(request.GET.get("after", ""))
    context = {"q": text, "kind": kind, "is_front": after is None, "after": ""}
    if not text:
        return render(request, "cases/search.html", context)
    if kind == "people":
        found_people = list(search_people(actor, text, after=after).defer("search")[: PAGE + 1])
        context["people"] = found_people[:PAGE]
        if len(found_people) > PAGE:
            context["after"] = str(found_people[PAGE - 1].pk)
        return render(request, "cases/search.html", context)
    found = search_cases(actor, text, after=after, limit=PAGE + 1)
    if (
        after is None
        and len(found) == 1
        and text.replace(" ", "").upper() in (found[0].number, found[0].query_code)
    ):
        return redirect("cases:case", found[0].pk)
    if len(found) > PAGE:
        context["after"] = str(found[PAGE - 1].pk)
    context["rows"] = [
        {
            "case": case,
            "state": _(CASE.state(case.status).label),
            "tone": STATE_TONES[case.status],
            "unit": worded(case, "handler" if case.handler else "hall"),
        }
        for case in found[:PAGE]
    ]
    if after is None:
        context["people"] = list(search_people(actor, text).defer("search")[:PEOPLE_BESIDE])
    return render(request, "cases/search.html", context)
