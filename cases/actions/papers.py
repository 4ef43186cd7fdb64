"""From a case to the facts of a paper; numbering, words and layout belong to `hall.documents`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.models import Case, Deadline, Triage
from hall import documents
from hall.access import Actor
from hall.batch import Ask
from hall.models import IssuedDocument, ref_of, stream_of

WITHHELD = "信访人"


def issue_paper(
    kind: str, case: Case, *, actor: Actor, now: dt.datetime, triage: Triage | None = None, **more: Any
) -> IssuedDocument:
    """Issue one numbered paper about a case, from what the case knows now; `more` adds or replaces facts."""
    said = {fact.name for fact in documents.KINDS[kind].facts}
    facts = {**_facts(kind, case, triage, now=now), **more}
    return documents.issue(
        kind,
        organ=case.hall.organ,
        ref=ref_of(case),
        stream=stream_of(case),
        content={name: facts[name] for name in said & facts.keys() if facts[name] not in (None, "", [])},
        actor=actor,
        now=now,
        law=case.law,
    )


def petitioner_name(case: Case) -> str:
    """The principal's name on papers; an anonymous matter is answered without one."""
    asked = "SELECT p.name FROM cases_caseparty x JOIN cases_petitioner p ON p.id = x.petitioner_id"
    named = Ask(f"{asked} WHERE x.case_id = %s AND x.role = 'principal'", [case.pk], list).answer()
    return str(named[0][0]) if named else WITHHELD


def due_fact(deadline: Deadline) -> dict[str, Any]:
    """The last day of a clock as a paper says it."""
    return {"on": deadline.due_on, "provisional": deadline.is_provisional}


def listed(text: str) -> list[str]:
    """What was typed one thing a line, without empty lines."""
    return [line.strip() for line in text.splitlines() if line.strip()]


# The principal, the claims, and the clocks that run: what almost every paper says.
_KNOWN = """
SELECT (SELECT p.name FROM cases_caseparty x JOIN cases_petitioner p ON p.id = x.petitioner_id
        WHERE x.case_id = c.id AND x.role = 'principal'),
    (SELECT json_agg(x.text ORDER BY x.number) FROM cases_claim x WHERE x.case_id = c.id),
    (SELECT json_agg(json_build_array(x.kind, x.due_on, x.is_provisional) ORDER BY x.id) FROM cases_deadline x
        WHERE x.case_id = c.id AND x.met_at IS NULL AND x.void_at IS NULL AND x.due_on IS NOT NULL)
FROM cases_case c WHERE c.id = %s
"""


def _facts(kind: str, case: Case, triage: Triage | None, *, now: dt.datetime) -> dict[str, Any]:
    hall, unit = case.hall, case.first_handler
    name, claims, clocks = Ask(_KNOWN, [case.pk], lambda rows: rows[0]).answer()
    due = {
        kind: {"on": dt.date.fromisoformat(on), "provisional": provisional}
        for kind, on, provisional in clocks or ()
    }
    facts: dict[str, Any] = {
        "organ_name": hall.organ_name,
        "petitioner": name or WITHHELD,
        "served_to": name or WITHHELD,
        "petition_no": case.number,
        "received_on": case.received_on,
        "accepted_on": case.accepted_on,
        "matter": case.title,
        "claims": claims or [],
        "unit": unit.name if unit else "",
        "unit_phone": unit.phone if unit else "",
        "handle_due": due.get("handle"),
        "notify_due": due.get("notify"),
        "contact": hall.name,
        "contact_phone": hall.phone,
        "contact_address": hall.address,
    }
    if kind in ("letter_forward", "letter_assign"):
        facts.update(recipient=unit.name if unit else "", summary=case.summary or case.content)
    if kind == "notice_received":
        facts.update(
            route=f"该事项由{unit.name if unit else hall.organ_name}按照信访程序办理。",
            procedure="承办单位将听取您的陈述，调查核实后作出书面处理意见并送达您。",
        )
    if triage is not None:
        facts.update(reason=triage.reason, article=triage.article, competent=triage.competent_body)
        if triage.route:
            facts["route"] = triage.route.guidance
        elif kind == "notice_declined":
            facts["route"] = f"请向{triage.competent_body or hall.organ_name}提出。"
        if triage.related_case:
            facts.update(_earlier(triage.related_case, now=now))
    return facts


def _earlier(case: Case, *, now: dt.datetime) -> dict[str, Any]:
    """What is known of the earlier, finally closed matter: its last paper, else its registration."""
    paper = IssuedDocument.objects.filter(stream=stream_of(case), voided_at=None).order_by("-id").first()
    return {
        "earlier_organ": case.hall.organ_name,
        "earlier_title": paper.title if paper else case.title,
        "earlier_number": paper.number if paper else case.number,
        "earlier_on": timezone.localdate(paper.issued_at if paper else case.registered_at),
    }
