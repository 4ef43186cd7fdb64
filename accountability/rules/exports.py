"""Who takes a list along as a file: whoever sees it, and no more of it than is seen."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from accountability.models import Inspection
from accountability.queries.analysis import SMALL
from accountability.queries.periods import Scope
from accountability.rules.access import check_sees_access_log
from accountability.rules.indicators import check_sees_scope
from accountability.rules.inspect import check_sees_inspections
from hall.access import Actor, Refused


def check_can_export_inspections(actor: Actor, *, now: dt.datetime) -> None:
    check_sees_inspections(actor)


def check_can_export_sample(actor: Actor, one: Inspection, *, now: dt.datetime) -> None:
    """When there is one."""
    check_sees_inspections(actor)
    if one.drawn_at is None:
        raise Refused(_("还没有抽样，没有可以导出的清单。"), "state")


def check_can_export_figure(actor: Actor, scope: Scope, *, now: dt.datetime) -> None:
    check_sees_scope(actor, scope)


def check_can_export_repeated(actor: Actor, scope: Scope, *, now: dt.datetime) -> None:
    check_sees_scope(actor, scope)


def check_can_export_topic(actor: Actor, scope: Scope, *, now: dt.datetime) -> None:
    check_sees_scope(actor, scope)


def check_can_export_unusual_access(actor: Actor, *, now: dt.datetime) -> None:
    check_sees_access_log(actor)


def check_may_list(whole: int, seen: int) -> None:
    """A small group that the reader may not see whole is a number without a list: the rest could be worked out."""
    if 0 < whole < SMALL and seen < whole:
        raise Refused(_("这一组不足%(n)s件，其中有您无权查看的，只给数字，不列名单。") % {"n": SMALL}, "role")
