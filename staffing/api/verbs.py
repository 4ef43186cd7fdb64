"""Verbs on posts, duties, receptions and what else the hall keeps of itself; accounts and keys have no door here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from hall.access import Actor
from hall.machines import Act, Subject, acts
from staffing import actions, queries
from staffing.lifecycle import LEADER
from staffing.models import (
    Absence,
    CallIn,
    Commitment,
    Complaint,
    Course,
    Duty,
    DutySwap,
    Hall,
    HandoverNote,
    LeaderReception,
    Leaflet,
    Leave,
    ParticipantDuty,
    PlanProposal,
    Posting,
    RhythmRule,
    SocialParticipant,
    Window,
)

READ, HANDLE = "staffing:read", "staffing:handle"


def _receptions(actor: Actor) -> QuerySet[LeaderReception]:
    return LeaderReception.objects.filter(hall__in=queries.managed_halls(actor))


def _held(actor: Actor) -> QuerySet[LeaderReception]:
    return LeaderReception.objects.filter(leader=actor.user_id or 0) | _receptions(actor)


def _approved(actor: Actor) -> QuerySet[LeaderReception]:
    return LeaderReception.objects.filter(hall__in=queries.approving_halls(actor))


def _badged(actor: Actor) -> QuerySet[Posting]:
    return Posting.objects.filter(Q(user__in=queries.people_of(actor)) | Q(user=actor.user_id or 0))


def _leaders(actor: Actor) -> QuerySet[Posting]:
    return Posting.objects.filter(hall__in=queries.managed_halls(actor), role=LEADER)


def _on(where: str, param: str, visible: Callable[[Actor], QuerySet[Any]], *verbs: Any) -> tuple[Act, ...]:
    return acts(f"{where}/<int:{param}>/", verbs, HANDLE, Subject(param, visible))


_SEEN = {
    "course_id": Course.objects.visible_to,
    "participant_id": SocialParticipant.objects.visible_to,
    "commitment_id": Commitment.objects.visible_to,
    "leaflet_id": Leaflet.objects.visible_to,
    "other_duty_id": Duty.objects.visible_to,
    "rule_id": lambda actor: RhythmRule.objects.filter(hall__in=queries.managed_halls(actor)),
}
"""What is changed when its id is named in the body, and made new when it is not."""
_IN_HALL = (
    actions.approve_month, actions.check_in, actions.check_out, actions.fill_week, actions.keep_pattern,
    actions.leave_post, actions.plan_participant_duty, actions.plan_reception, actions.propose_month,
    actions.publish_month, actions.request_leave, actions.return_to_post, actions.save_commitment,
    actions.save_course, actions.save_duty, actions.save_participant, actions.save_rhythm_rule, actions.write_duty,
)  # fmt: skip

VERBS: tuple[Act, ...] = (
    *acts(
        "halls/<int:hall_id>/", _IN_HALL, HANDLE, Subject("hall_id", lambda actor: Hall.objects.all()), _SEEN
    ),
    *acts("leaflets/", (actions.save_leaflet,), HANDLE, None, _SEEN),
    *acts("absences/", (actions.report_absence,), HANDLE),
    *_on("windows", "window_id", lambda actor: Window.objects.filter(hall__in=queries.posted_halls(actor)),
         actions.stand_in),
    *_on("receptions", "reception_id", _approved, actions.approve_reception),
    *_on("receptions", "reception_id", _receptions, actions.cancel_reception,
         actions.change_reception, actions.postpone_reception, actions.publish_reception,
         actions.substitute_leader),
    *_on("receptions", "reception_id", _held, actions.hold_reception),
    *_on("proposals", "proposal_id",
         lambda actor: PlanProposal.objects.filter(hall__in=queries.managed_halls(actor)),
         actions.adopt_proposal),
    *_on("absences", "absence_id", Absence.objects.visible_to, actions.withdraw_absence),
    *_on("leaves", "leave_id", Leave.objects.visible_to, actions.agree_leave,
         actions.approve_leave, actions.refuse_leave, actions.withdraw_leave),
    *acts("duties/<int:duty_id>/", (actions.call_in, actions.remove_duty, actions.request_swap), HANDLE,
          Subject("duty_id", Duty.objects.visible_to),
          {"other_duty_id": _SEEN["other_duty_id"]}),
    *_on("swaps", "swap_id", DutySwap.objects.visible_to, actions.agree_swap,
         actions.approve_swap, actions.refuse_swap, actions.withdraw_swap),
    *_on("call-ins", "call_id",
         lambda actor: CallIn.objects.filter(duty__in=Duty.objects.visible_to(actor).values("pk")),
         actions.answer_call_in),
    *_on("participant-duties", "duty_id",
         lambda actor: ParticipantDuty.objects.filter(hall__in=queries.managed_halls(actor)),
         actions.cancel_participant_duty, actions.change_participant_duty),
    *_on("people", "user_id", queries.people_of, actions.keep_personnel_file, actions.post_person),
    *_on("postings", "posting_id", lambda actor: Posting.objects.filter(user__in=queries.people_of(actor)),
         actions.end_posting),
    *_on("postings", "posting_id", queries.postings_of_sides, actions.ask_posting_end),
    *_on("postings", "posting_id", _badged, actions.issue_badge),
    *_on("postings", "posting_id", _leaders, actions.rank_leader),
    *_on("postings", "posting_id", lambda actor: Posting.objects.filter(user=actor.user_id or 0),
         actions.write_handover),
    *_on("posting-ends", "end_id", queries.posting_ends, actions.agree_posting_end,
         actions.refuse_posting_end, actions.withdraw_posting_end),
    *_on("handovers", "note_id", HandoverNote.objects.visible_to, actions.accept_handover),
    *_on("service-commitments", "commitment_id", Commitment.objects.visible_to,
         actions.publish_commitment, actions.withdraw_commitment),
    *_on("courses", "course_id", Course.objects.visible_to, actions.enrol_in_course,
         actions.record_course),
    *_on("leaflets", "leaflet_id", Leaflet.objects.visible_to, actions.publish_leaflet,
         actions.withdraw_leaflet),
    *_on("complaints", "complaint_id", Complaint.objects.visible_to,
         actions.answer_complaint, actions.forward_complaint),
)  # fmt: skip
