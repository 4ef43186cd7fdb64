"""Verbs of accounting: findings, notices and advice, supervision, inspection, assessment, reports."""

from __future__ import annotations

from typing import Any

from accountability import actions
from accountability.models import (
    Advice,
    Assessment,
    AssessmentScheme,
    CriticismNotice,
    ExemplaryCase,
    Finding,
)
from accountability.queries import inspections, supervisions
from cases.forms.machines import CASE
from hall.machines import Act, Subject, acts
from staffing.models import Hall

READ, HANDLE = "accountability:read", "accountability:handle"


def _on(where: str, param: str, rows: Any, *verbs: Any) -> tuple[Act, ...]:
    return acts(f"{where}/<int:{param}>/", verbs, HANDLE, Subject(param, rows))


VERBS: tuple[Act, ...] = (
    *acts(
        "cases/<int:case_id>/",
        (actions.mark_exemplary, actions.open_finding, actions.open_supervision, actions.trace_repeat), HANDLE,
        CASE,
    ),
    *_on(
        "halls", "hall_id", lambda actor: Hall.objects.all(), actions.ask_report, actions.draft_scheme,
        actions.plan_inspection, actions.request_stationing_advice, actions.save_supervision_rules,
        actions.set_findings_from,
    ),
    *acts("criticisms/", (actions.draft_criticism,), HANDLE),
    *acts("advices/", (actions.draft_advice,), HANDLE),
    *acts("access-log/", (actions.note_access_review,), HANDLE),
    *_on(
        "findings", "finding_id", Finding.objects.visible_to,
        actions.change_finding, actions.confirm_finding, actions.dismiss_finding, actions.reduce_finding,
        actions.reopen_finding, actions.request_finding_review, actions.state_case, actions.uphold_finding,
    ),
    *_on(
        "criticisms", "criticism_id", CriticismNotice.objects.visible_to,
        actions.acknowledge_criticism, actions.answer_criticism, actions.approve_criticism,
        actions.ask_criticism_revocation, actions.close_criticism, actions.edit_criticism,
        actions.return_criticism, actions.revoke_criticism, actions.withdraw_criticism,
    ),
    *_on(
        "advices", "advice_id", Advice.objects.visible_to,
        actions.approve_advice, actions.ask_advice_revocation, actions.close_advice, actions.edit_advice,
        actions.record_adoption, actions.reply_advice, actions.return_advice, actions.revoke_advice,
        actions.serve_advice, actions.withdraw_advice,
    ),
    *_on(
        "supervisions", "supervision_id", supervisions.one_of,
        actions.answer_supervision, actions.close_supervision, actions.confirm_supervision,
        actions.dismiss_supervision, actions.return_supervision,
    ),
    *_on(
        "inspections", "inspection_id", inspections.one_of,
        actions.cancel_inspection, actions.conclude_inspection, actions.draw_sample, actions.publish_inspection,
        actions.withdraw_inspection,
    ),
    *_on("inspection-checks", "check_id", inspections.check_of, actions.record_check),
    *_on(
        "exemplary-cases", "exemplary_id", ExemplaryCase.objects.visible_to,
        actions.withdraw_exemplary,
    ),
    *_on(
        "schemes", "scheme_id", AssessmentScheme.objects.visible_to,
        actions.close_scheme, actions.draw_up_assessments, actions.edit_scheme, actions.publish_scheme,
    ),
    *_on(
        "assessments", "assessment_id", Assessment.objects.visible_to,
        actions.accept_assessment, actions.acknowledge_assessment, actions.appeal_assessment,
        actions.decide_appeal, actions.decide_assessment, actions.enter_deduction, actions.file_assessment,
        actions.redraw_assessment, actions.send_assessment, actions.state_assessment,
    ),
)  # fmt: skip
