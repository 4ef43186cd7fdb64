"""Who publishes the quarter's figures, and when."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import PublicFigure
from cases.queries.figures import after, masked
from hall.access import Actor, Refused
from staffing.lifecycle import HALL_MANAGER, SUPERVISOR


def check_sees_figures(actor: Actor) -> None:
    if not actor.halls(HALL_MANAGER, SUPERVISOR):
        raise Refused(_("季度数据由大厅负责人公布。"), "role")


def check_can_publish_figures(
    actor: Actor, figure: PublicFigure, *, seen: dt.datetime | None = None, now: dt.datetime
) -> None:
    """The hall's manager, of a quarter that is over, as the manager has seen it."""
    if not actor.has(HALL_MANAGER, hall_id=figure.hall_id):
        raise Refused(_("季度数据由大厅负责人公布。"), "role")
    if timezone.localdate(now) < after(figure.quarter):
        raise Refused(_("这个季度还没有结束。"), "state")
    if seen is not None and seen != figure.computed_at:
        raise Refused(_("数据在您查看之后重新统计过。请看过新的数字再公布。"), "state")
    if figure.published == masked(figure.data):
        raise Refused(_("现在的数字已经公布。"), "state")
