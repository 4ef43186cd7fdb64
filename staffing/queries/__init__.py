"""Reads across people and places: who holds which post, when a hall works, what the pages show."""

from staffing.queries.complaints import ComplaintRow, complaint_counts, complaints_page, due_day, light_of
from staffing.queries.hours import (
    Opening,
    hours_asked,
    hours_in_words,
    in_working_hours,
    open_now,
    spans_on,
    working_hours,
)
from staffing.queries.people import account_journal, find_people, people_of, posts_of
from staffing.queries.places import (
    HallNow,
    hall_asked,
    hall_now,
    managed_halls,
    open_halls,
    stations_of,
    watched_halls,
)
from staffing.queries.public import ahead, hall_version
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
from staffing.queries.who import actor_of, holders, post_held

__all__ = [
    "Change", "ComplaintRow", "HallNow", "Notice", "Opening", "account_journal", "actor_of", "ahead",
    "clash", "complaint_counts", "complaints_page", "docket_of", "due_day", "find_people", "hall_asked",
    "hall_now", "hall_version", "holders", "hours_asked", "hours_in_words", "in_working_hours",
    "leaders_of", "light_of", "managed_halls", "month_named", "months_published", "notices", "open_halls",
    "open_now", "people_of", "planned_in", "post_held", "posts_of", "receptions_of", "spans_on",
    "stations_of", "upcoming", "watched_halls", "working_hours",
]  # fmt: skip
