"""The last day on which a notice is still in time. (Made small by the topic `panel`; the topic `notice` owns it.)"""

from __future__ import annotations

import datetime as dt

from hall.clock import Calendar, Unit


def last_notice_day(hearing_day: dt.date, days: int, unit: str, calendar: Calendar) -> dt.date:
    """So many days before the hearing, counted backwards; the day of the hearing itself is not counted."""
    if unit == Unit.WORKDAY.value:
        return calendar.add_workdays(hearing_day, -days)
    return hearing_day - dt.timedelta(days=days)
