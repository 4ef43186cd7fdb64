"""The verbs; each name here is one act, journalled under that name."""

from consultations.actions.commitments import (
    confirm_commitment,
    drop_commitment,
    extend_commitment,
    report_commitment,
    return_commitment,
)
from consultations.actions.conference import decide_conference, refer_to_conference
from consultations.actions.minutes import circulate_minutes, draft_minutes, issue_minutes
from consultations.actions.signing import countersign_minutes, pass_over_unit, return_minutes

__all__ = [
    "circulate_minutes",
    "confirm_commitment",
    "countersign_minutes",
    "decide_conference",
    "draft_minutes",
    "drop_commitment",
    "extend_commitment",
    "issue_minutes",
    "pass_over_unit",
    "refer_to_conference",
    "report_commitment",
    "return_commitment",
    "return_minutes",
]
