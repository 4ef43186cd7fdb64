"""Verbs of units that sit down together over one matter."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet

from cases.models import Case
from consultations import actions
from consultations.models import Commitment, Consultation, ConsultedUnit, Sitting
from consultations.queries.commitments import visible_commitments
from hall.access import Actor
from hall.machines import Act, Subject, acts

READ, HANDLE = "consultations:read", "consultations:handle"


def _of(actor: Actor) -> QuerySet[Consultation]:
    return Consultation.objects.visible_to(actor).select_related("case").defer("case__search")


def _on(where: str, param: str, rows: Any, model: type[Model], to_case: str, *verbs: Any) -> tuple[Act, ...]:
    """The version is the case's: all of it stands in the case's journal."""

    def file(pk: int) -> int:
        case_id: int = model._default_manager.values_list(to_case, flat=True).get(pk=pk)
        return case_id

    subject = Subject(param, rows, Case.objects.locked, "case", file)
    return acts(f"{where}/<int:{param}>/", verbs, HANDLE, subject)


VERBS: tuple[Act, ...] = (
    *acts(
        "cases/<int:case_id>/", (actions.call_consultation,), HANDLE,
        Subject("case_id", lambda actor: Case.objects.visible_to(actor).defer("search"), Case.objects.locked, "case"),
    ),
    *_on(
        "consultations", "consultation_id", _of, Consultation, "case_id",
        actions.change_consultation, actions.circulate_minutes, actions.countersign_minutes,
        actions.decide_conference, actions.draft_minutes, actions.end_consultation, actions.issue_minutes,
        actions.pass_over_unit, actions.plan_sitting, actions.refer_to_conference, actions.return_minutes,
    ),
    *_on(
        "consulted-units", "unit_id",
        lambda actor: ConsultedUnit.objects.filter(consultation__in=Consultation.objects.visible_to(actor)),
        ConsultedUnit, "consultation__case_id", actions.give_unit_opinion, actions.release_unit,
    ),
    *_on(
        "sittings", "sitting_id",
        lambda actor: Sitting.objects.filter(consultation__in=Consultation.objects.visible_to(actor)),
        Sitting, "consultation__case_id", actions.cancel_sitting, actions.change_sitting, actions.record_sitting,
    ),
    *_on(
        "commitments", "commitment_id", visible_commitments, Commitment, "consultation__case_id",
        actions.confirm_commitment, actions.drop_commitment, actions.extend_commitment, actions.report_commitment,
        actions.return_commitment,
    ),
)  # fmt: skip
