"""The verbs; each name here is one act, journalled under that name."""

from consultations.actions.calls import (
    call_consultation,
    change_consultation,
    end_consultation,
    lapse_consultations,
    release_unit,
)
from consultations.actions.commitments import (
    confirm_commitment,
    drop_commitment,
    extend_commitment,
    report_commitment,
    return_commitment,
)
from consultations.actions.conference import decide_conference, refer_to_conference
from consultations.actions.lists import export_consultations
from consultations.actions.minutes import circulate_minutes, draft_minutes, issue_minutes
from consultations.actions.opinions import give_unit_opinion, record_silence
from consultations.actions.signing import countersign_minutes, pass_over_unit, return_minutes
from consultations.actions.sitting_video import plan_sitting_video
from consultations.actions.sittings import cancel_sitting, change_sitting, plan_sitting, record_sitting

__all__ = [
    "call_consultation",
    "cancel_sitting",
    "change_consultation",
    "change_sitting",
    "circulate_minutes",
    "confirm_commitment",
    "countersign_minutes",
    "decide_conference",
    "draft_minutes",
    "drop_commitment",
    "end_consultation",
    "export_consultations",
    "extend_commitment",
    "give_unit_opinion",
    "issue_minutes",
    "lapse_consultations",
    "pass_over_unit",
    "plan_sitting",
    "plan_sitting_video",
    "record_silence",
    "record_sitting",
    "refer_to_conference",
    "release_unit",
    "report_commitment",
    "return_commitment",
    "return_minutes",
]
