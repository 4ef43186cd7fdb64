"""Every verb on a matter as `POST /api/v1/cases/<case_id>/<verb>/`, and those on what lies beside the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, OuterRef, QuerySet

from cases import actions, rules
from cases.actions.store import keep_file
from cases.forms.machines import CASE
from cases.forms.materials import read_file
from cases.models import (
    Case,
    FieldVisit,
    NoticeCase,
    PublicFigure,
    ResultNotice,
    Sponsorship,
    VisitTask,
)
from cases.queries.docket import docket_items, receptions_near
from hall.access import Actor, Refused, get_visible
from hall.machines import Act, Sent, Subject, acts
from staffing.models import Hall

READ, HANDLE, REGISTER = "cases:read", "cases:handle", "cases:register"
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
    actions.note_national_number,
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


_HALL = Subject("hall_id", lambda actor: Hall.objects.all())
_SEEN = {
    "other_id": CASE.visible,
    "into_id": CASE.visible,
    "related_case_id": CASE.visible,
    "case_id": CASE.visible,
    "visit_id": FieldVisit.objects.visible_to,
    "sponsorship_id": Sponsorship.objects.visible_to,
}


def _whole_notices(actor: Actor) -> QuerySet[ResultNotice]:
    """Those whose words the reader may read: who sees every case that they tell of."""
    unseen = NoticeCase.objects.filter(notice=OuterRef("pk")).exclude(case__in=Case.objects.visible_to(actor))
    return ResultNotice.objects.visible_to(actor).filter(~Exists(unseen))


def _on(where: str, param: str, rows: Any, *verbs: Any) -> tuple[Act, ...]:
    return acts(f"{where}/<int:{param}>/", verbs, HANDLE, Subject(param, rows), _SEEN)


def _paper(
    actor: Actor, ids: Mapping[str, int], upload: UploadedFile[Any], now: dt.datetime
) -> actions.StoredFile:
    """As at the page: the rule first, then a look at the bytes; who may not leaves nothing on the disk."""
    case = get_visible(CASE.visible(actor), pk=ids["case_id"])
    rules.check_can_add_material(actor, case, now=now)
    try:
        return keep_file(read_file(upload))
    except ValidationError as error:
        raise Refused(" ".join(error.messages), "input", field="file") from None


VERBS: tuple[Act, ...] = (
    Act("cases/<int:case_id>/add-material/", actions.add_material, HANDLE, CASE, sent=Sent("file", _paper)),
    Act("halls/<int:hall_id>/cases/", actions.register_case, REGISTER, _HALL),
    *acts("cases/<int:case_id>/", _ON_CASE, HANDLE, CASE, _SEEN),
    *acts("halls/<int:hall_id>/", (actions.plan_field_visit, actions.take_charge), HANDLE, _HALL),
    *acts("results/", (actions.draft_result,), HANDLE, None, _SEEN),
    *_on(
        "field-visits", "visit_id", FieldVisit.objects.visible_to,
        actions.cancel_field_visit, actions.change_field_visit, actions.conclude_field_visit,
        actions.record_field_visit,
    ),
    *_on(
        "visit-tasks", "task_id",
        lambda actor: VisitTask.objects.filter(case__in=Case.objects.visible_to(actor)),
        actions.finish_visit_task,
    ),
    *_on(
        "sponsorships", "sponsorship_id", Sponsorship.objects.visible_to,
        actions.end_sponsorship, actions.extend_sponsorship, actions.record_progress,
    ),
    *_on(
        "results", "notice_id", _whole_notices, actions.approve_result, actions.drop_result, actions.edit_result,
        actions.return_result, actions.withdraw_result,
    ),
    *_on("receptions", "reception_id", receptions_near, actions.place_on_docket),
    *_on(
        "docket-items", "item_id", docket_items, actions.link_docket_case, actions.record_reception,
        actions.remove_from_docket,
    ),
    *_on(
        "figures", "figure_id", PublicFigure.objects.visible_to, actions.publish_figures,
    ),
)  # fmt: skip
