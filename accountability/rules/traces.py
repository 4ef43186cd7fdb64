"""Who may correct what a repeat was traced to: a supervisor, with a reason."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from accountability.lifecycle import LED_TO
from cases.models import Case
from cases.queries.standing import standing
from cases.rules.common import check_interest
from hall.access import Actor, Refused
from staffing.lifecycle import SUPERVISOR


def check_can_trace_repeat(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The system by itself; a supervisor of the hall in words."""
    if actor.kind == "system":
        return
    check_interest(actor, standing(case))
    if not actor.has(SUPERVISOR, hall_id=case.hall_id):
        raise Refused(_("重复信访、越级信访的原因由本大厅的督查员更正。"), "role")


def check_cause(cause: str) -> str:
    if cause not in LED_TO:
        raise Refused(_("请选择原因。"), "input", field="cause")
    return cause
