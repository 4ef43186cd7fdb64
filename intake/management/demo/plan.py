"""How the demonstration hall plans its receptions: three rules, the ranks, a substitute, and a leader who is away."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from intake.management.demo.house import House
from staffing.actions import rank_leader, report_absence, save_rhythm_rule, substitute_leader
from staffing.lifecycle import LEADER
from staffing.models import Absence, LeaderReception, Posting
from staffing.queries import substitutes_for
from staffing.rules import Rhythm

RULES: tuple[dict[str, Any], ...] = (
    {
        "name": "每个工作日一名县领导接访",
        "name_en": "A county leader each working day",
        "rhythm": "daily",
        "who": "one",
    },
    {
        "name": "党政主要负责同志每月接访",
        "name_en": "The county's first leaders each month",
        "rhythm": "monthly",
        "who": "each",
        "rank": "principal",
        "weekday": 0,
    },
    {
        "name": "班子成员每季度至少接访一次",
        "name_en": "Every leader at least once a quarter",
        "rhythm": "quarterly",
        "who": "each",
        "rank": "member",
    },
)


def rhythm(house: House, now: dt.datetime) -> None:
    """The rules as data, once; whoever changed them keeps what they wrote."""
    if house.hall.rhythm_rules.exists():
        return
    manager, since = house.act("wangshouxin"), timezone.localdate(now).replace(month=1, day=1)
    for facts in RULES:
        rule = Rhythm(**{"from_on": since, **facts})
        save_rhythm_rule(actor=manager, hall_id=house.hall.pk, rule=rule, now=now)
    for post in Posting.objects.filter(hall=house.hall, role=LEADER, title__contains="书记"):
        rank_leader(actor=manager, posting_id=post.pk, rank="principal", now=now)


def surprises(house: House, now: dt.datetime) -> None:
    """A substitute whom the public page names, and an absence that still asks for one."""
    if Absence.objects.exists():
        return
    manager = house.act("wangshouxin")
    ahead = list(
        LeaderReception.objects.filter(
            hall=house.hall, status="published", changed_at=None, starts_at__gt=now + dt.timedelta(days=4)
        ).order_by("starts_at")
    )
    if len(ahead) < 4:
        return
    free = [one for one in substitutes_for(ahead[1]) if not one.obstacle]
    if free:
        substitute_leader(
            actor=manager,
            reception_id=ahead[1].pk,
            leader_id=free[0].user.pk,
            reason="赴省里参加会议",
            now=now,
        )
    day = timezone.localdate(ahead[3].starts_at)
    report_absence(
        actor=manager, person_id=ahead[3].leader_id, from_on=day, until_on=day + dt.timedelta(days=1),
        kind="travel", now=now,
    )  # fmt: skip
