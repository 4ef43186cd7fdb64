"""What a petitioner is told of the matter: the same clock and the same papers as the office has."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils import timezone

from cases.models import Case, Deadline, StatutoryRoute
from cases.queries.case_file import CaseFile, Paper, file_of
from cases.queries.lights import RED, light
from cases.queries.ribbons import ribbon
from cases.queries.timeline import Act, timeline
from hall import documents, journal
from hall.fields import mask_name
from hall.models import IssuedDocument, statutory_calendar

MOST_ACTS = 60
PROMISED = ("sort", "notify", "simple_accept", "simple_handle", "handle", "serve", "review", "reexamine")
"""The periods in which the office owes the petitioner something; what units owe each other is not told."""
OWN = ("supplement", "apply_review", "apply_reexamination")
"""The periods in which the petitioner may do something."""
_REMINDERS = "take_step"
_NEXT_BODY = {"apply_review": "opinion", "apply_reexamination": "review_opinion"}
"""Which paper named the body that one may turn to."""


@dataclass(frozen=True, slots=True)
class Check:
    """The journal as an outsider can check it: the digest printed on the receipt, and whether the chain is whole."""

    digest: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """`own`: the petitioner's windows that are open now, by kind; `upper`: to whom they turn in them, as the paper
    said. `late` clocks run over their day, with the days; `was_late` were met after it.
    """

    file: CaseFile
    name: str
    route: StatutoryRoute | None
    acts: list[Act]
    ribbons: list[dict[str, Any]]
    promised: list[Deadline]
    own: dict[str, Deadline]
    upper: str
    late: list[tuple[Deadline, int]]
    was_late: list[tuple[Deadline, int]]
    reminders: int
    papers: list[Paper]
    check: Check
    onward: list[Case]


def for_petitioner(kind: str) -> bool:
    """Papers that are addressed to the petitioner; letters between units are not theirs to get."""
    known = documents.KINDS.get(kind)
    return known is not None and known.to.startswith("{petitioner}")


def progress_of(case: Case, *, now: dt.datetime) -> Progress:
    """Everything for the answer. The case was found by its code; nobody else's rights come into it."""
    today = timezone.localdate(now)
    file = file_of(case.pk, today=today)
    calendar = statutory_calendar()
    own = {one.kind: one for one in file.running if one.kind in OWN and one.due_at and now < one.due_at}
    promised = [one for one in file.running if one.kind in PROMISED]
    acts = timeline(case, size=MOST_ACTS).acts
    return Progress(
        file=file,
        name=mask_name(next((one.name for one in file.people if one.is_principal), "")),
        route=StatutoryRoute.objects.get(pk=file.triage.route_id)
        if file.triage and file.triage.route_id
        else None,
        acts=[_masked(act, file) for act in reversed(acts) if act.is_open],
        ribbons=[
            ribbon(
                one, file.holds, calendar=calendar, today=today, level=light(one.due_at, one.amber_at, now)
            )
            for one in (*own.values(), *promised)
        ],
        promised=promised,
        own=own,
        upper=_upper(file, own),
        late=[
            (one, (today - one.due_on).days)
            for one in promised
            if one.due_on and light(one.due_at, one.amber_at, now) == RED
        ],
        was_late=list(_met_late(file)),
        reminders=sum(act.name == _REMINDERS for act in acts),
        papers=[one for one in file.papers if for_petitioner(one.kind) and not one.is_void],
        check=_check(case),
        onward=_onward(file),
    )


def _masked(act: Act, file: CaseFile) -> Act:
    """The act without anybody's full name, which the heading of a paper may carry."""
    text = act.text
    for one in file.people:
        text = text.replace(one.name, mask_name(one.name))
    return replace(act, text=text)


def _met_late(file: CaseFile) -> list[tuple[Deadline, int]]:
    """What was done for the petitioner after its day, and by how many days."""
    return [
        (one, (timezone.localdate(one.met_at) - one.due_on).days)
        for one in file.deadlines
        if one.kind in PROMISED and one.met_at and one.due_at and one.due_on and one.met_at >= one.due_at
    ]


def _onward(file: CaseFile) -> list[Case]:
    """Where claims of this matter are handled now, to tell its code: split off from it, or the one it was merged into.

    Only such as everybody in this one is in, too: who asks here could ask there.
    """
    pks = [row["id"] for row in file.links if row["kind"] in ("split", "merged")]
    if not pks:
        return []
    went = Q(linked_from__case=file.case.pk, linked_from__kind="split")
    if file.case.status == "merged":
        went |= Q(pk__in=[row["id"] for row in file.links if row["kind"] == "merged"])
    here = set(file.case.parties.values_list("petitioner_id", flat=True))
    found = (
        Case.objects.filter(went, pk__in=pks).distinct().only("number", "query_code", "title").order_by("id")
    )
    return [one for one in found if here <= set(one.parties.values_list("petitioner_id", flat=True))]


def _upper(file: CaseFile, own: dict[str, Deadline]) -> str:
    """The body one level up, as the last opinion named it; read only while somebody may turn to it."""
    kind = next((paper for window, paper in _NEXT_BODY.items() if window in own), "")
    last = next((one.pk for one in file.papers if one.kind == kind and not one.is_void), None)
    paper = IssuedDocument.objects.filter(pk=last).first() if last else None
    return str(documents.facts(paper).get("upper_organ", "")) if paper else ""


def _check(case: Case) -> Check:
    stream = f"case:{case.pk}"
    receipt = IssuedDocument.objects.filter(stream=stream, kind="receipt").order_by("id").first()
    digest = documents.facts(receipt).get("journal_hash", "") if receipt else ""
    return Check(digest or journal.head(stream), not journal.verify(stream))


__all__ = ["OWN", "PROMISED", "Check", "Progress", "for_petitioner", "progress_of"]
