"""What the codes of this room's verbs may be."""

from accountability.lifecycle import (
    ADOPTED,
    ADOPTION_STEPS,
    ADVICE_KINDS,
    BY_HAND_FAULTS,
    CHECKS,
    ITEM_KINDS,
    LED_TO,
    SOURCES,
    UNUSUAL,
)
from accountability.lifecycle.supervision import BY_HAND, OUTCOMES
from hall.machines.arguments import Codes

CODES: Codes = {
    "AdviceWords.kind": list(ADVICE_KINDS),
    "SanctionFilter.kind": ["", *ADVICE_KINDS],
    "ItemWords.kind": list(ITEM_KINDS),
    "ItemWords.source": list(SOURCES),
    "close_supervision.outcome": list(OUTCOMES),
    "note_access_review.kind": list(UNUSUAL),
    "open_finding.fault": list(BY_HAND_FAULTS),
    "open_supervision.trigger": list(BY_HAND),
    "record_adoption.kind": list(ADOPTION_STEPS),
    "record_check.conclusion": list(CHECKS),
    "reply_advice.adopted": list(ADOPTED),
    "trace_repeat.cause": ["", *LED_TO],
}
