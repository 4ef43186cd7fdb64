"""What the codes of this room's verbs may be."""

from typing import Any

from cases.lifecycle import CHANNELS, ID_KINDS, PURPOSES
from cases.models import CaseParty, Petitioner
from hall.machines.arguments import Codes
from intake.lifecycle import (
    CONSENTS,
    PRIORITY_REASONS,
    REFERRAL_ENDS,
    REFERRAL_KINDS,
    TALK_OUTCOMES,
    TALK_TOPICS,
)

EXAMPLES: dict[str, Any] = {
    "correct_talk": {
        "facts": {
            "topic": "law", "explained": "说明先去仲裁，时效一年。", "outcome": "understood",
            "talked_at": "2026-03-02T09:20:00+08:00",
        },
        "why": "原来的时效写错了。",
    },
}  # fmt: skip
CODES: Codes = {
    "take_number.priority_reason": ["", *PRIORITY_REASONS],
    "TalkFacts.topic": list(TALK_TOPICS),
    "TalkFacts.outcome": list(TALK_OUTCOMES),
    "ReferralFacts.kind": list(REFERRAL_KINDS),
    "ReferralFacts.consent": list(CONSENTS),
    "report_service_result.outcome": list(REFERRAL_ENDS),
    "NewCase.channel": list(CHANNELS),
    "NewCase.purpose": list(PURPOSES),
    "Person.role": [code for code, _words in CaseParty.ROLES],
    "Person.sex": [code for code, _words in Petitioner.SEXES],
    "Person.id_kind": list(ID_KINDS),
}
