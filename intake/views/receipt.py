"""The receipt: printed at once from the page, and as the official paper when the worker has made it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.lifecycle import TRIAGE_ROLES
from cases.models import Case
from hall import documents
from hall.access import Request, get_visible
from intake.actions.register_visit import check_link, query_link
from intake.queries.receipts import promises, receipt_of
from intake.rules import registration as rules


@require_safe
def receipt(request: Request, case: int) -> HttpResponse:
    """`/receipts/<case>/`: one A5 sheet. The hash is the one on the issued slip, not that of today's journal."""
    cases = (
        Case.objects.visible_to(request.actor)
        .select_related("hall", "registered_by")
        .defer("search", "content")
    )
    found = get_visible(cases, pk=case)
    rules.check_can_print_receipt(request.actor, found.hall_id)
    paper = receipt_of(found)
    context = {
        "case": found,
        "names": [
            party.petitioner.name for party in found.parties.select_related("petitioner").order_by("id")
        ],
        "claims": [claim for claim in found.claims.order_by("number") if claim.text != found.title],
        "materials": list(found.materials.order_by("id")),
        "promises": promises(found.deadlines.open().order_by("due_at")),
        "link": query_link(found.query_code),
        "site": query_link("").partition("?")[0],
        "code": f"{found.query_code[:5]}-{found.query_code[5:]}",
        "hash": documents.facts(paper)["journal_hash"] if paper else "",
        "check_site": check_link(),
        "paper": paper,
        "may_triage": found.status == "registered"
        and request.actor.has(*TRIAGE_ROLES, hall_id=found.hall_id),
        "now": timezone.now(),
    }
    return render(request, "intake/receipt.html", context)
