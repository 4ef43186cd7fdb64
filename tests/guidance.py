"""The guide desk in tests: talks, referrals and incidents, made by the real actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from intake.actions import record_talk, refer_to_service
from intake.actions.incidents import record_incident
from intake.models import GuidanceTalk, ServiceReferral
from intake.models.incidents import Incident
from intake.rules import ReferralFacts, TalkFacts
from intake.rules.incidents import IncidentFacts
from staffing.models import SocialParticipant
from tests.cast import NOW, Cast
from tests.kept import kept

TOLD = "说明先去仲裁，时效一年，带上工资条"
NEED = "想请律师看看劳动合同怎么写的"
SHOUTED = "在候访区大声喊叫，拍打窗口玻璃"
DID = "上前劝说，请到接谈室坐下说"
OWN_WORDS = "我等了两个小时没人理我，我是急了。"


@kept
def talked(cast: Cast, visit_id: int, now: dt.datetime = NOW, **facts: Any) -> GuidanceTalk:
    stated: dict[str, Any] = {
        "topic": "law", "explained": TOLD, "outcome": "understood", "talked_at": now - dt.timedelta(minutes=5),
    }  # fmt: skip
    return record_talk(
        actor=cast.act(cast.guide, now), hall_id=cast.hall.pk, facts=TalkFacts(**{**stated, **facts}),
        visit_id=visit_id, now=now,
    )  # fmt: skip


@kept
def referred(
    cast: Cast, visit_id: int, to: SocialParticipant | None = None, now: dt.datetime = NOW, **facts: Any
) -> ServiceReferral:
    """To somebody who helps in the hall; without one, to the county's legal aid centre."""
    stated: dict[str, Any] = {
        "kind": to.kind if to else "legal_aid", "participant_id": to.pk if to else None,
        "organisation": "" if to else "云溪县法律援助中心", "need": NEED, "contact": "张女士 13800010001",
        "consented": True,
    }  # fmt: skip
    return refer_to_service(
        actor=cast.act(cast.guide, now), hall_id=cast.hall.pk, facts=ReferralFacts(**{**stated, **facts}),
        visit_id=visit_id, now=now,
    )  # fmt: skip


@kept
def happened(
    cast: Cast, visit_id: int | None = None, now: dt.datetime = NOW, by: str = "guide", **facts: Any
) -> Incident:
    stated: dict[str, Any] = {
        "kind": "noise", "happened_at": now - dt.timedelta(minutes=10), "place": "2号窗口前", "room_id": cast.room.pk,
        "what_happened": SHOUTED, "staff_did": DID, "measures": ("persuade",), "people_present": "保安一名",
    }  # fmt: skip
    return record_incident(
        actor=cast.act(cast.people[by], now), hall_id=cast.hall.pk, facts=IncidentFacts(**{**stated, **facts}),
        visit_id=visit_id, now=now,
    )  # fmt: skip
