"""Who may have advice on stationing worked out; a worker alone answers it, once."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from accountability.models import StationingAdvice
from hall.access import Actor, Refused
from staffing.lifecycle import HALL_MANAGER, SUPERVISOR

PERIODS = (4, 8, 13, 26)
"""Weeks of history that one may choose from."""
LEASE = dt.timedelta(minutes=10)
"""What a worker took up longer ago than this, it has lost: another one takes it up."""


def check_can_request_stationing_advice(
    actor: Actor,
    hall_id: int,
    *,
    weeks: int = PERIODS[1],
    target_minutes: int = 10,
    ninety_minutes: int = 30,
    now: dt.datetime,
) -> None:
    if not actor.has(HALL_MANAGER, SUPERVISOR, hall_id=hall_id):
        raise Refused(_("只有本厅的大厅负责人和督查员可以测算派驻建议。"), "role")
    if weeks not in PERIODS:
        raise Refused(_("请从列出的时段中选择。"), "input", field="weeks")
    if not 1 <= target_minutes <= 120:
        raise Refused(_("请填写1至120分钟。"), "input", field="target_minutes")
    if not target_minutes <= ninety_minutes <= 240:
        raise Refused(_("不能少于中位数的目标，最多240分钟。"), "input", field="ninety_minutes")


def _check_waits(actor: Actor, advice: StationingAdvice) -> None:
    if actor.kind != "system":
        raise Refused(_("建议由系统测算。"), "role")
    if advice.answered_at:
        raise Refused(_("这项建议已经算出。"), "state")


def check_can_start_stationing_advice(actor: Actor, advice: StationingAdvice, *, now: dt.datetime) -> None:
    _check_waits(actor, advice)
    if advice.started_at and now - advice.started_at < LEASE:
        raise Refused(_("这项建议正在测算。"), "state")


def check_can_answer_stationing_advice(actor: Actor, advice: StationingAdvice, *, now: dt.datetime) -> None:
    _check_waits(actor, advice)


def check_can_fail_stationing_advice(actor: Actor, advice: StationingAdvice, *, now: dt.datetime) -> None:
    _check_waits(actor, advice)
