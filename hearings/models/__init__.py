"""The hearing's facts and their constraints. The verbs are in `hearings.actions`."""

from hearings.models.hearings import Hearing, HearingDate, HearingParty, HearingQuerySet
from hearings.models.local_rules import HearingRules
from hearings.models.notices import Notice, PublicSeat
from hearings.models.panel import PanelSeat, PoolMember, RecusalRequest
from hearings.models.session import Conclusion, DeliberationNote, PageSignature, RunningStep, TranscriptPage

__all__ = [
    "Conclusion",
    "DeliberationNote",
    "Hearing",
    "HearingDate",
    "HearingParty",
    "HearingQuerySet",
    "HearingRules",
    "Notice",
    "PageSignature",
    "PanelSeat",
    "PoolMember",
    "PublicSeat",
    "RecusalRequest",
    "RunningStep",
    "TranscriptPage",
]
