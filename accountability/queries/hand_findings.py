"""What a finding that a supervisor opens may be about: units of the matter, its periods, its journal as evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Q, QuerySet

from accountability.lifecycle import READS
from accountability.models import FindingStart
from accountability.terms import SPARED
from cases.models import Case, Deadline
from cases.queries.respondents import petition_office
from cases.queries.verbs import VERBS
from hall.models import JournalEntry, stream_of
from staffing.models import Department, Hall

OFFERED = 300
"""So many entries are offered, the latest first."""
NO_EVIDENCE = {code for code, word in VERBS.items() if word.minor} | set(READS)
"""What comes along with an act, and who looked: neither says how the matter was handled."""


def evidence_of(case: Case) -> QuerySet[JournalEntry]:
    """The acts of its timeline, the latest first."""
    rows = JournalEntry.objects.filter(stream=stream_of(case)).exclude(verb__in=NO_EVIDENCE)
    return rows.select_related("actor").order_by("-seq")


def chosen_evidence(case: Case, ids: Collection[int]) -> list[JournalEntry]:
    """Those of these entries that are acts of this case, in their order."""
    return list(evidence_of(case).filter(pk__in=ids).order_by("seq"))


def answerable_units(case: Case) -> QuerySet[Department]:
    """Who has or had something to do in the matter: has it now, or had a period in it; the office among them."""
    office = petition_office(case)
    has = Q(group__casegrouppermission__content_object=case)
    had = Q(pk__in=Deadline.objects.filter(case=case).exclude(department=None).values("department"))
    return Department.objects.filter(has | had | Q(pk=office.pk if office else 0)).distinct().order_by("code")


def is_office(case: Case, department_id: int) -> bool:
    office = petition_office(case)
    return office is not None and office.pk == department_id


def periods_of(case: Case) -> QuerySet[Deadline]:
    """Its periods in which a fault may lie."""
    rows = Deadline.objects.filter(case=case).exclude(kind__in=sorted(SPARED))
    return rows.select_related("department").order_by("due_on", "id")


def findings_from(hall: Hall) -> dt.date | None:
    """From when on its findings are opened; nothing is known before the first round."""
    return FindingStart.objects.filter(hall=hall).values_list("from_on", flat=True).first()
