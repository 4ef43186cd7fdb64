"""Who reads which figures, and who has a month counted anew."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.queries.periods import Scope
from hall.access import Actor, Refused
from staffing.lifecycle import ADMINISTRATOR, DEPARTMENT_HEAD, HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Hall

HALL_READERS = (HALL_MANAGER, LEADER, SUPERVISOR, ADMINISTRATOR)


def check_sees_indicators(actor: Actor) -> None:
    if not actor.halls(*HALL_READERS, DEPARTMENT_HEAD):
        raise Refused(_("统计指标由大厅负责人、领导、督查员和单位负责人查看。"), "role")


def check_sees_scope(actor: Actor, scope: Scope) -> None:
    """The hall's are for its manager, leaders, supervisor and administrator; a unit's head sees the own unit's."""
    check_sees_indicators(actor)
    whole = set(actor.halls(*HALL_READERS))
    for hall_id in scope.hall_ids:
        if hall_id not in whole and not (
            scope.department_id is not None
            and actor.has(DEPARTMENT_HEAD, hall_id=hall_id, department_id=scope.department_id)
        ):
            raise Refused(_("您的岗位看不到这个范围的指标。"), "role")


def check_can_recount_indicators(
    actor: Actor, hall: Hall, *, first: dt.date, last: dt.date, now: dt.datetime
) -> None:
    if actor.kind != "system" and not actor.has(HALL_MANAGER, ADMINISTRATOR, hall_id=hall.pk):
        raise Refused(_("统计数据由大厅负责人或者系统管理员重新统计。"), "role")
    if first > last:
        raise Refused(_("起始日期不能晚于结束日期。"), "input", field="first")
    if last > timezone.localdate(now):
        raise Refused(_("还没有到来的日子不能统计。"), "input", field="last")
