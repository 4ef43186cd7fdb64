"""The indicators for machines: every figure of a period, for a hall or a unit, with what it is counted from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accountability import rules
from accountability.api.verbs import READ
from accountability.forms.reader import Reader
from accountability.queries import INDICATORS, Period
from accountability.queries.indicators import answers, figures
from cases.lifecycle import CHANNELS
from hall.access import Actor, Refused, whole_number
from hall.machines import Rows
from hall.machines.arguments import Arguments
from hall.machines.rows import Page

ID = 2**63 - 1


class FigureFilter(Arguments):
    """`period`: `2026-11-18`, `2026-11`, `2026Q4`, `2026` or `2026-11-01..2026-11-15`, else this month; `hall`, `unit`,
    `channel` narrow it as far as the reader may ask.
    """

    period = serializers.CharField(required=False, max_length=30)
    hall = serializers.IntegerField(min_value=1, max_value=ID, required=False)
    unit = serializers.IntegerField(min_value=1, max_value=ID, required=False)
    channel = serializers.ChoiceField(choices=list(CHANNELS), required=False)


class FigureShape(serializers.Serializer[Any]):
    """`value` is null where there is nothing to count or divide by; what came after `as_of` is not in it."""

    code = serializers.CharField()
    name = serializers.CharField()
    period = serializers.CharField()
    value = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True)
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    excluded = serializers.IntegerField()
    as_of = serializers.DateTimeField()


def _figures(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    reader = Reader(actor)
    period = Period.parse(asked["period"]) if "period" in asked else Period.month(timezone.localdate(now))
    if period is None:
        raise Refused(_("看不懂这个统计期；区间最长三年。"), "input", field="period")
    for name, known in (("hall", reader.halls), ("unit", reader.units)):
        if name in asked and asked[name] not in known:
            raise Refused(_("没有找到，或者您无权查看。"), "input", field=name)
    scope = reader.scope(asked.get("unit"), asked.get("channel", ""), "", asked.get("hall"))
    rules.check_sees_scope(actor, scope)
    codes = [code for code in INDICATORS if answers(code, scope)]
    first = whole_number(after) or 0
    shown = codes[first : first + size]
    (found,) = figures(shown, scope, [period], now=now) if shown else [{}]
    more = str(first + size) if len(codes) > first + size else ""
    return Page(list(found.values()), more)


FIGURES = (
    Rows(
        "indicators/", "list_indicators", _figures, FigureShape, READ, FigureFilter,
        "The indicators of a period.",
    ),
)  # fmt: skip
