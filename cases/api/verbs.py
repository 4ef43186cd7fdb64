"""Every verb on a matter as `POST /api/v1/cases/<case_id>/<verb>/`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cases import actions
from cases.models import Case
from hall.machines import Act, Subject

READ, HANDLE, REGISTER = "cases:read", "cases:handle", "cases:register"
CASE = Subject(
    "case_id", lambda actor: Case.objects.visible_to(actor).defer("search"), Case.objects.locked, "case"
)
_ON_CASE: tuple[Callable[..., Any], ...] = (
    actions.accept_case,
    actions.answer_suggestion,
    actions.approve_extension,
    actions.close_case,
    actions.close_follow_up,
    actions.close_instruction,
    actions.countersign_opinion,
    actions.decline_case,
    actions.decline_closed_case,
    actions.dispute_case,
    actions.divert_case,
    actions.draft_opinion,
    actions.end_simple_procedure,
    actions.forward_case,
    actions.give_instruction,
    actions.guide_case,
    actions.hand_over_accusation,
    actions.involve_unit,
    actions.issue_opinion,
    actions.issue_reexamination,
    actions.issue_review,
    actions.lift_hold,
    actions.link_cases,
    actions.merge_case,
    actions.note_service,
    actions.object_to_referral,
    actions.order_redo,
    actions.place_hold,
    actions.raise_urgent,
    actions.receive_case,
    actions.receive_supplement,
    actions.record_consent,
    actions.record_work,
    actions.recuse_from_case,
    actions.refuse_extension,
    actions.report_back,
    actions.report_instruction,
    actions.report_urgent,
    actions.request_extension,
    actions.request_reexamination,
    actions.request_review,
    actions.request_supplement,
    actions.reroute_case,
    actions.return_instruction,
    actions.return_opinion,
    actions.serve_document,
    actions.serve_opinion,
    actions.settle_case,
    actions.simplify_case,
    actions.split_case,
    actions.submit_opinion,
    actions.transfer_claims,
    actions.uphold_referral,
    actions.withdraw_case,
    actions.withdraw_instruction,
)


def _on_case(action: Callable[..., Any]) -> Act:
    return Act(f"cases/<int:case_id>/{action.__name__.replace('_', '-')}/", action, HANDLE, CASE)


VERBS = (
    Act("halls/<int:hall_id>/cases/", actions.register_case, REGISTER),
    *(_on_case(action) for action in _ON_CASE),
)
