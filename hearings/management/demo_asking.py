"""Hearings for the demonstration: one asked for, one refused, one granted, one of the unit's own motion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from cases.models import Case
from hall.access import SYSTEM
from hearings import actions
from hearings.models import Hearing

_WHY = "双方对数额和责任的说法不一致，请求当面质证。"
_TITLES = ("补偿标准和面积的认定", "工资数额和支付责任", "施工扰民和整改期限", "道路占用和恢复责任")


def asking(cases: Sequence[Case], *, now: dt.datetime) -> list[Hearing]:
    """On up to four cases that are in handling; driven by the real actions. The others are left alone."""
    able = [case for case in cases if case.status == "accepted" and case.statutory_class == "claim"][:4]
    before = now - dt.timedelta(days=2)
    made = []
    for number, (case, title) in enumerate(zip(able, _TITLES, strict=False)):
        if number == 3:
            made.append(
                actions.open_hearing(
                    actor=SYSTEM, case_id=case.pk, title=title, ground="contested", reason=_WHY, now=now
                )
            )
            continue
        day = max(timezone.localdate(before), case.received_on)
        one = actions.request_hearing(
            actor=SYSTEM, case_id=case.pk, title=title, reason=_WHY, requested_on=day, now=before
        )
        if number == 1:
            reason = "争议较大，有必要当面查明事实。"
            one = actions.grant_hearing(actor=SYSTEM, hearing_id=one.pk, reason=reason, now=now)
        elif number == 2:
            reason = "事实已经查清，各方没有争议，不必举行听证；事项照常办理。"
            one = actions.refuse_hearing(actor=SYSTEM, hearing_id=one.pk, reason=reason, now=now)
        made.append(one)
    return made
