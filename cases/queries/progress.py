"""What a petitioner is told of the matter: the same clock and the same papers as the office has."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from cases.models import Case, Deadline, StatutoryRoute
from cases.queries.case_file import CaseFile, Paper, file_of
from cases.queries.lights import RED, light
from cases.queries.ribbons import ribbon
from cases.queries.timeline import Act, timeline
from cases.terms import WINDOWS
from hall import documents, journal
from hall.fields import mask_name
from hall.models import IssuedDocument, statutory_calendar

MOST_ACTS = 60
_REMINDERS = "take_step"
INTERNAL = frozenset({"arbitrate", "contribute", "report", "report_urgent", "follow_up"})
"""Periods between offices; what the petitioner waits for does not depend on them."""


@dataclass(frozen=True, slots=True)
class Check:
    """The journal as an outsider can check it: the digest printed on the receipt, and whether the chain is whole."""

    digest: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Progress:
    file: CaseFile
    name: str
    route: StatutoryRoute | None
    acts: list[Act]
    ribbons: list[dict[str, Any]]
    late: list[tuple[Deadline, int]]
    reminders: int
    papers: list[Paper]
    check: Check


def for_petitioner(kind: str) -> bool:
    """Papers that are addressed to the petitioner; letters between units are not theirs to get."""
    known = documents.KINDS.get(kind)
    return known is not None and known.to.startswith("{petitioner}")


def progress_of(case: Case, *, now: dt.datetime) -> Progress:
    """Everything for the answer. The case was found by its code; nobody else's rights come into it."""
    today = timezone.localdate(now)
    file = file_of(case.pk, today=today)
    calendar = statutory_calendar()
    shown = [one for one in file.running if one.kind != "object" and one.kind not in INTERNAL]
    acts = timeline(case, size=MOST_ACTS).acts
    return Progress(
        file=file,
        name=mask_name(next((one.name for one in file.people if one.is_principal), "")),
        route=StatutoryRoute.objects.get(pk=file.triage.route_id)
        if file.triage and file.triage.route_id
        else None,
        acts=[act for act in reversed(acts) if act.is_open],
        ribbons=[
            ribbon(
                one, file.holds, calendar=calendar, today=today, level=light(one.due_at, one.amber_at, now)
            )
            for one in shown
        ],
        late=[
            (one, (today - one.due_on).days)
            for one in shown
            if one.due_on and one.kind not in WINDOWS and light(one.due_at, one.amber_at, now) == RED
        ],
        reminders=sum(act.name == _REMINDERS for act in acts),
        papers=[one for one in file.papers if for_petitioner(one.kind) and not one.is_void],
        check=_check(case),
    )


def _check(case: Case) -> Check:
    stream = f"case:{case.pk}"
    receipt = IssuedDocument.objects.filter(stream=stream, kind="receipt").order_by("id").first()
    digest = documents.facts(receipt).get("journal_hash", "") if receipt else ""
    return Check(digest or journal.head(stream), not journal.verify(stream))


__all__ = ["INTERNAL", "Check", "Progress", "for_petitioner", "progress_of"]
