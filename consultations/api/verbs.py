"""Verbs of units that sit down together over one matter."""

from __future__ import annotations

from django.db.models import QuerySet

from cases.forms.machines import CASE, acts_in_file
from consultations import actions
from consultations.models import Commitment, Consultation, ConsultedUnit, Sitting
from consultations.queries.commitments import visible_commitments
from hall.access import Actor
from hall.machines import Act, acts

READ, HANDLE = "consultations:read", "consultations:handle"


def _of(actor: Actor) -> QuerySet[Consultation]:
    return Consultation.objects.visible_to(actor).select_related("case").defer("case__search")


VERBS: tuple[Act, ...] = (
    *acts(
        "cases/<int:case_id>/", (actions.call_consultation,), HANDLE, CASE,
    ),
    *acts_in_file(
        "consultations", "consultation_id", _of, Consultation, "case_id", HANDLE,
        actions.change_consultation, actions.circulate_minutes, actions.countersign_minutes,
        actions.decide_conference, actions.draft_minutes, actions.end_consultation, actions.issue_minutes,
        actions.pass_over_unit, actions.plan_sitting, actions.refer_to_conference, actions.return_minutes,
    ),
    *acts_in_file(
        "consulted-units", "unit_id",
        lambda actor: ConsultedUnit.objects.filter(consultation__in=Consultation.objects.visible_to(actor)),
        ConsultedUnit, "consultation__case_id", HANDLE, actions.give_unit_opinion, actions.release_unit,
    ),
    *acts_in_file(
        "sittings", "sitting_id",
        lambda actor: Sitting.objects.filter(consultation__in=Consultation.objects.visible_to(actor)),
        Sitting, "consultation__case_id", HANDLE,
        actions.cancel_sitting, actions.change_sitting, actions.record_sitting,
    ),
    *acts_in_file(
        "commitments", "commitment_id", visible_commitments, Commitment, "consultation__case_id", HANDLE,
        actions.confirm_commitment, actions.drop_commitment, actions.extend_commitment, actions.report_commitment,
        actions.return_commitment,
    ),
)  # fmt: skip
