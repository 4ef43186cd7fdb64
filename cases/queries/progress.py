"""What a petitioner is told of the matter: the same clock and the same papers as the office has."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from cases.models import Case, CaseParty, Deadline, Triage
from cases.queries.case_page import Act, deadlines_of, documents_of, responsible_people, timeline
from cases.queries.lights import RED, light
from cases.queries.ribbons import ribbon
from hall import documents, journal
from hall.fields import mask_name
from hall.models import IssuedDocument, statutory_calendar
from staffing.models import Posting

MOST_ACTS = 60
_REMINDERS = "take_step"


@dataclass(frozen=True, slots=True)
class Check:
    """The journal as an outsider can check it: the digest printed on the receipt, and whether the chain is whole."""

    digest: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Progress:
    case: Case
    name: str
    triage: Triage | None
    acts: list[Act]
    running: list[Deadline]
    ribbons: list[dict[str, Any]]
    late: list[tuple[Deadline, int]]
    reminders: int
    papers: list[IssuedDocument]
    people: list[Posting]
    check: Check


def for_petitioner(kind: str) -> bool:
    """Papers that are addressed to the petitioner; letters between units are not theirs to get."""
    known = documents.KINDS.get(kind)
    return known is not None and known.to.startswith("{petitioner}")


def progress_of(case: Case, *, now: dt.datetime) -> Progress:
    """Everything for the answer. The case was found by its code; nobody else's rights come into it."""
    today = timezone.localdate(now)
    principal = (
        CaseParty.objects.filter(case=case, role="principal")
        .values_list("petitioner__name", flat=True)
        .first()
    )
    deadlines = deadlines_of(case.pk)
    running = [one for one in deadlines if one.met_at is None and one.void_at is None]
    holds, calendar = list(case.holds.all()), statutory_calendar()
    acts = timeline(case, size=MOST_ACTS).acts
    accused = case.respondents.exclude(user=None).values_list("user_id", flat=True)
    late = [
        (one, (today - one.due_on).days)
        for one in running
        if one.due_on and light(one.due_at, one.amber_at, now) == RED
    ]
    return Progress(
        case=case,
        name=mask_name(principal) if principal else "",
        triage=Triage.objects.filter(case=case).select_related("route", "related_case").first(),
        acts=[act for act in reversed(acts) if act.verb.open],
        running=running,
        ribbons=[ribbon(one, holds, calendar=calendar, now=now) for one in running if one.kind != "object"],
        late=late,
        reminders=sum(act.name == _REMINDERS for act in acts),
        papers=[one for one in documents_of(case.pk) if for_petitioner(one.kind) and one.voided_at is None],
        people=responsible_people(case, today, but=accused),
        check=_check(case),
    )


def _check(case: Case) -> Check:
    stream = f"case:{case.pk}"
    receipt = IssuedDocument.objects.filter(stream=stream, kind="receipt").order_by("id").first()
    digest = documents.facts(receipt).get("journal_hash", "") if receipt else ""
    return Check(digest or journal.head(stream), not journal.verify(stream))


__all__ = ["Check", "Progress", "for_petitioner", "progress_of"]
