"""Where the lines of a list lead that are no case themselves: a visit and a ticket to their cases, a reception to its
docket; each where the reader may go there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cases.models import Case
from cases.queries.docket import receptions_near
from hall.access import Actor
from intake.models import Ticket, Visit


def leads_of(things: str, refs: Sequence[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """For each line: `cases`, or `docket`, whether the reader may open it."""
    if things == "reception":
        return {
            pk: {"docket": True}
            for pk in receptions_near(actor).filter(pk__in=refs).values_list("pk", flat=True)
        }
    if things not in ("visit", "ticket"):
        return {}
    visits = dict(Ticket.objects.filter(pk__in=refs).values_list("pk", "visit")) if things == "ticket" else {}
    table: dict[int, list[Case]] = {}
    links = Visit.cases.through.objects.filter(visit__in=visits.values() if visits else refs)
    pairs = list(links.values_list("visit_id", "case_id"))
    cases = Case.objects.visible_to(actor).in_bulk([case_id for _visit, case_id in pairs])
    for visit_id, case_id in sorted(pairs):
        if case_id in cases:
            table.setdefault(visit_id, []).append(cases[case_id])
    return {ref: {"cases": table.get(visits.get(ref, ref), [])} for ref in refs}
