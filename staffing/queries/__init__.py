"""Reads across people and places: who holds which post, when a hall works, what the pages show."""

from staffing.queries.attendance import (
    GRACE,
    DayLine,
    MonthLine,
    day_sheet,
    month_sheet,
    my_day,
    not_come,
)
from staffing.queries.hours import (
    HalfDay,
    Opening,
    day_bounds,
    half_of,
    halves_of,
    hours_asked,
    hours_in_words,
    in_working_hours,
    leave_bounds,
    open_now,
    spans_on,
    working_hours,
)
from staffing.queries.on_duty import (
    HERE,
    SitsNow,
    Sitting,
    in_force,
    last_seen,
    on_duty,
    who_sits,
    window_duties,
)
from staffing.queries.people import account_journal, find_people, people_of, posts_of
from staffing.queries.places import (
    HallNow,
    hall_asked,
    hall_now,
    managed_halls,
    open_halls,
    posted_halls,
    stations_of,
    watched_halls,
)
from staffing.queries.receptions import (
    Change,
    Notice,
    clash,
    docket_of,
    leaders_of,
    month_named,
    months_published,
    notices,
    planned_in,
    receptions_of,
    upcoming,
)
from staffing.queries.rota import (
    Board,
    Engaged,
    Gap,
    board,
    duties_of,
    engaged,
    gaps_ahead,
    half_on,
    keeps_rota,
    monday_of,
    my_duties,
    people_on,
    week_named,
)
from staffing.queries.who import actor_of, holders, post_held

__all__ = [
    "GRACE", "HERE", "Board", "Change", "DayLine", "Engaged", "Gap", "HalfDay", "HallNow", "MonthLine",
    "Notice", "Opening", "SitsNow", "Sitting", "account_journal", "actor_of", "board", "clash",
    "day_bounds", "day_sheet", "docket_of", "duties_of", "engaged", "find_people", "gaps_ahead", "half_of",
    "half_on", "hall_asked", "hall_now", "halves_of", "holders", "hours_asked", "hours_in_words",
    "in_force", "in_working_hours", "keeps_rota", "last_seen", "leaders_of", "leave_bounds",
    "managed_halls", "monday_of", "month_named", "month_sheet", "months_published", "my_day", "my_duties",
    "not_come", "notices", "on_duty", "open_halls", "open_now", "people_of", "people_on", "planned_in",
    "post_held", "posted_halls", "posts_of", "receptions_of", "spans_on", "stations_of", "upcoming",
    "watched_halls", "week_named", "who_sits", "window_duties", "working_hours",
]  # fmt: skip
