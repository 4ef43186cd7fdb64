"""The last day on which a notice may be served. Pure: a value of the hearing's day, the rule and the calendar.

The rules count "so many days before": that many whole days lie between the day of service and the day of the hearing,
neither of which is counted (《民法典》第二百零一条, by analogy). Nothing must be done on the last of these days, so
it does not move over rest days (第二百零三条).
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from hall import clock
from hall.clock import Calendar, Term, Unit

_ONE = dt.timedelta(days=1)
_SHOWN = ("day_zero", "day_n", "counted", "left_out", "makeup", "provisional")
"""Of the clock's own reasons those about the days between."""


def last_notice_day(hearing_day: dt.date, days: int, unit: str, calendar: Calendar) -> dt.date:
    """The latest day after which `days` whole days (or working days) still lie before the hearing."""
    first = hearing_day
    for _n in range(days):
        first -= _ONE
        while unit == Unit.WORKDAY and not calendar.is_workday(first):
            first -= _ONE
    return first - _ONE


def days_short(served_on: dt.date, hearing_day: dt.date, days: int, unit: str, calendar: Calendar) -> int:
    """How many of the rule's days a service on that day leaves out; 0 when it was in time."""
    if unit == Unit.WORKDAY:
        between = calendar.workdays_between(served_on, hearing_day - _ONE) if served_on < hearing_day else 0
    else:
        between = max((hearing_day - served_on).days - 1, 0)
    return max(days - between, 0)


def in_words(days: int, unit: str) -> str:
    """`10个工作日`, `7个自然日`."""
    if unit == Unit.WORKDAY:
        return ngettext("%(n)s个工作日", "%(n)s个工作日", days) % {"n": days}
    return ngettext("%(n)s个自然日", "%(n)s个自然日", days) % {"n": days}


def why_last_day(hearing_day: dt.date, days: int, unit: str, calendar: Calendar, *, source: str) -> list[str]:
    """The same day by counting forward from it, in sentences of the reader's language. `source`: the rule's name."""
    language = get_language() or "zh-hans"
    last = last_notice_day(hearing_day, days, unit, calendar)
    facts = {
        "source": source,
        "days": in_words(days, unit),
        "day": clock.say_date(hearing_day, language),
        "last": clock.say_date(last, language),
    }
    steps = clock.due(last, term_of(days, unit), calendar=calendar).steps
    return [
        _("%(source)s：通知须提前%(days)s送达，送达当日和听证当日都不计入。") % facts,
        _("听证在%(day)s举行。") % facts,
        *(clock.say(step, language) for step in steps if step.code in _SHOWN),
        _("再晚一天，到听证前就不足%(days)s；所以最迟%(last)s送达。") % facts,
    ]


def term_of(days: int, unit: str) -> Term:
    """The lead time as the clock counts it."""
    return Term(
        code="hearing_notice",
        law="",
        name="听证通知提前",
        name_en="notice of a hearing",
        days=days,
        unit=Unit(unit),
        article="",
        article_en="",
        in_force_from=dt.date(2005, 5, 1),
        rule="",
        rule_en="",
    )
