"""Who has a month report made, and who makes it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.models import MonthReport
from accountability.queries.periods import EARLIEST, Scope
from accountability.rules.indicators import check_sees_scope
from hall.access import Actor, Refused


def check_can_ask_report(
    actor: Actor, hall_id: int, *, department_id: int | None, month: dt.date, now: dt.datetime
) -> None:
    """Whoever sees the figures has them put on paper; of a month that has begun."""
    check_sees_scope(actor, Scope((hall_id,), department_id))
    if not EARLIEST <= month <= timezone.localdate(now):
        raise Refused(_("只能生成已经开始的月份的月报。"), "input", field="month")


def _check_by_the_worker(actor: Actor) -> None:
    if actor.kind != "system":
        raise Refused(_("月报由后台程序生成。"), "role")


def check_can_start_report(actor: Actor, report: MonthReport, *, now: dt.datetime) -> None:
    """When its time has come: asked for, put off after a failure, or left by a worker that died."""
    _check_by_the_worker(actor)
    if report.status not in ("queued", "making") or report.next_attempt_at is None:
        raise Refused(_("这份月报已经有了结果。"), "state")
    if report.next_attempt_at > now:
        raise Refused(_("这份月报正在生成。"), "state")


def _check_is_its_turn(actor: Actor, report: MonthReport, attempt: int) -> None:
    _check_by_the_worker(actor)
    if report.status != "making" or report.attempt != attempt:
        raise Refused(_("这份月报已经由另一次生成接手。"), "state")


def check_can_retry_report(actor: Actor, report: MonthReport, *, attempt: int, now: dt.datetime) -> None:
    _check_is_its_turn(actor, report, attempt)


def check_can_finish_report(actor: Actor, report: MonthReport, *, attempt: int, now: dt.datetime) -> None:
    _check_is_its_turn(actor, report, attempt)
