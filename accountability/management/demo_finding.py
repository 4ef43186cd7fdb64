"""Findings of the demonstration hall: what its matters broke is found, some are stated, decided, reviewed."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from accountability import actions
from accountability.models import Finding
from accountability.queries.hand_findings import evidence_of
from hall.access import SYSTEM, Actor, Refused
from hall.models import User
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Hall, Posting
from staffing.queries import actor_of

STATEMENTS = (
    "承办人员同期外出调查，台账核对多用了几日，今后提前安排；流转记录一并附上。",
    "协办单位的意见迟到，本单位已两次书面催办，请将等待的日子扣除。",
)
REASON = "经查阅逐日记录并听取说明，依据流转记录作出认定。"
NOT_OURS = "迟延发生在协调争议期间，不是责任单位的原因。"
CONFIRMED = "复核流转记录，协办意见到达以前已无等待，维持原认定。"
PASSED_ON = "来访人两次询问，责任科室均答复不归本科室管，没有指明由谁办理。"
AGAIN = "等待协办意见的日子应当扣除，请求复核。"


def findings(now: dt.datetime) -> int:
    """Opened as of yesterday, so that there is something to say; every third one is left for the visitor to try."""
    yesterday = now - dt.timedelta(days=1)
    for hall in Hall.objects.order_by("pk"):  # what the play's past broke is found, too
        long_ago = timezone.localdate(now) - dt.timedelta(days=366)
        actions.set_findings_from(actor=SYSTEM, hall_id=hall.pk, from_on=long_ago, now=now)
    opened = actions.open_findings(now=yesterday)
    actions.trace_repeats(now=yesterday)
    rows = Finding.objects.filter(status="opened").select_related("department").order_by("id")
    for number, finding in enumerate(list(rows)):
        _lead_on(finding, number, now)
    if rows:
        _by_hand(rows[0], now)
    return opened


def _by_hand(finding: Finding, now: dt.datetime) -> None:
    """One that no clock sees, in a matter that was late besides."""
    supervisor = _at(SUPERVISOR, now, hall_id=finding.hall_id)
    entries = list(evidence_of(finding.case).values_list("pk", flat=True)[:2])
    if supervisor is None or finding.department_id is None:
        return
    with contextlib.suppress(Refused):
        actions.open_finding(
            actor=supervisor,
            case_id=finding.case_id,
            department_id=finding.department_id,
            fault="passed_on",
            reason=PASSED_ON,
            evidence=entries,
            now=now,
        )


def _lead_on(finding: Finding, number: int, now: dt.datetime) -> None:
    unit = _at(DEPARTMENT_HEAD, now, department_id=finding.department_id)
    is_final = finding.is_hall or unit is not None
    unit = unit or _at(LIAISON, now, department_id=finding.department_id)
    unit = _at(HALL_MANAGER, now, hall_id=finding.hall_id) if finding.is_hall else unit
    supervisor = _at(SUPERVISOR, now, hall_id=finding.hall_id)
    if number % 3 == 0 or unit is None or supervisor is None:
        return
    steps: list[Callable[[], object]] = [
        lambda: actions.state_case(
            actor=unit, finding_id=finding.pk, text=STATEMENTS[number % 2], is_final=is_final, now=now
        )
    ]
    facts: dict[str, Any] = {"actor": supervisor, "finding_id": finding.pk, "now": now}
    if number % 4 == 1:
        steps.append(lambda: actions.uphold_finding(reason=REASON, **facts))
        steps.append(
            lambda: actions.request_finding_review(actor=unit, finding_id=finding.pk, reason=AGAIN, now=now)
        )
        manager = _at(LEADER if finding.is_hall else HALL_MANAGER, now, hall_id=finding.hall_id)
        if number % 8 == 1 and manager is not None:
            steps.append(
                lambda: actions.confirm_finding(
                    actor=manager, finding_id=finding.pk, reason=CONFIRMED, now=now
                )
            )
    elif number % 4 == 2:
        steps.append(lambda: actions.reduce_finding(days=1, reason=REASON, **facts))
    elif number % 4 == 3:
        steps.append(lambda: actions.dismiss_finding(reason=NOT_OURS, **facts))
    for step in steps:
        try:
            step()
        except Refused:  # there may be no other number of days; who has an interest may not decide
            return


def _at(role: str, now: dt.datetime, **place: int | None) -> Actor | None:
    """Who holds that post today."""
    if not all(place.values()):
        return None
    post = Posting.objects.on(now.date()).filter(role=role, **place).order_by("id").first()
    user = User.objects.get(pk=post.user_id) if post else None
    return actor_of(user, today=now.date()) if user else None
