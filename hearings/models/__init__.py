"""The hearing's facts and their constraints. The verbs are in `hearings.actions`."""

from hearings.models.announcements import Announcement
from hearings.models.hearings import Hearing, HearingDate, HearingParty, HearingQuerySet
from hearings.models.local_rules import HearingRules
from hearings.models.notices import Notice, NoticeQuerySet, PublicSeat, PublicSeatQuerySet
from hearings.models.panel import (
    READS_POOL,
    PanelDraw,
    PanelSeat,
    PoolMember,
    PoolMemberQuerySet,
    RecusalRequest,
)
from hearings.models.session import Conclusion, DeliberationNote, PageSignature, RunningStep, TranscriptPage

__all__ = [
    "READS_POOL",
    "Announcement",
    "Conclusion",
    "DeliberationNote",
    "Hearing",
    "HearingDate",
    "HearingParty",
    "HearingQuerySet",
    "HearingRules",
    "Notice",
    "NoticeQuerySet",
    "PageSignature",
    "PanelDraw",
    "PanelSeat",
    "PoolMember",
    "PoolMemberQuerySet",
    "PublicSeat",
    "PublicSeatQuerySet",
    "RecusalRequest",
    "RunningStep",
    "TranscriptPage",
]
