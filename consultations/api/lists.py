"""What a machine reads of consultations and of what units have promised in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.queries.work_list import Cursor
from consultations.api.codes import CODES
from consultations.api.verbs import READ
from consultations.models import Commitment, Consultation, ConsultedUnit
from consultations.queries.commitments import READERS, CommitmentFilter, DayCursor, commitment_list
from consultations.queries.lists import ConsultationFilter, consultations
from hall.access import Actor, Refused
from hall.machines import Rows
from hall.machines.arguments import filter_of
from hall.machines.rows import Page, by_key, shape_of


def _consultations(
    actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int
) -> Page:
    page = consultations(actor, ConsultationFilter(**asked), now=now, after=Cursor.parse(after), size=size)
    return Page([row.one for row in page.rows], str(page.after or ""))


def _units(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    seen = Consultation.objects.visible_to(actor)
    return by_key(ConsultedUnit.objects.filter(consultation__in=seen), after, size)


def _commitments(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    if not actor.has(*READERS):
        raise Refused(_("您的岗位没有商定任务的清单。"), "role")
    rows, behind = commitment_list(
        actor, CommitmentFilter(**asked), now=now, after=DayCursor.parse(after), size=size
    )
    return Page([row.one for row in rows], str(behind or ""))


LISTS = (
    Rows(
        "consultations/", "list_consultations", _consultations,
        shape_of(Consultation, "case", "hall", "convenor", "due_on", "until_on", "status", "called_at", "version",
                 "ended_at"),
        READ, filter_of(ConsultationFilter, CODES), "Consultations, the latest first.",
    ),
    Rows(
        "consulted-units/", "list_consulted_units", _units,
        shape_of(ConsultedUnit, "consultation", "department", "part", "status"), READ, None,
        "The units that were asked, by consultation.",
    ),
    Rows(
        "commitments/", "list_commitments", _commitments,
        shape_of(Commitment, "consultation", "hall", "number", "department", "due_on", "status", "fulfilled_on"),
        READ, filter_of(CommitmentFilter, CODES), "What units have promised, the earliest day first.",
    ),
)  # fmt: skip
