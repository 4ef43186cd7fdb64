"""What the codes of this room's verbs may be."""

from hall.machines.arguments import Codes
from staffing.lifecycle import (
    DUTY_KINDS,
    GROUNDS,
    HALVES,
    KINDS,
    LEAVE_KINDS,
    PARTICIPANT_KINDS,
    RANKS,
    ROLES,
)
from staffing.models import Absence, Course, LeaderReception, RhythmRule, Room


def _of(choices: list[tuple[str, object]]) -> list[str]:
    return [str(code) for code, _words in choices]


CODES: Codes = {
    "Rhythm.rank": ["", *RANKS],
    "Rhythm.rhythm": _of([*RhythmRule.RHYTHMS]),
    "Rhythm.room_kind": _of([*Room.KINDS]),
    "Rhythm.who": _of([*RhythmRule.WHO]),
    "ParticipantSlot.half": list(HALVES),
    "Slot.form": _of([*LeaderReception.FORMS]),
    "end_posting.ground": ["", *GROUNDS],
    "fill_week.source": ["pattern", "previous"],
    "post_person.role": list(ROLES),
    "post_person.kind": ["", *KINDS],
    "rank_leader.rank": list(RANKS),
    "report_absence.kind": _of([*Absence.KINDS]),
    "request_leave.kind": list(LEAVE_KINDS),
    "request_leave.from_half": list(HALVES),
    "request_leave.until_half": list(HALVES),
    "CourseFacts.kind": _of([*Course.KINDS]),
    "DutySlot.half": list(HALVES),
    "DutySlot.kind": list(DUTY_KINDS),
    "ParticipantFacts.kind": list(PARTICIPANT_KINDS),
    "write_duty.role": list(ROLES),
}
