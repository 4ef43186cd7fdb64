"""Reads across people and places: who holds which post, when a hall works, what the pages show."""

from staffing.queries.hours import (
    Opening,
    hours_asked,
    hours_in_words,
    in_working_hours,
    open_now,
    spans_on,
    working_days,
    working_hours,
)
from staffing.queries.people import account_journal, find_people, people_of, posts_of
from staffing.queries.personnel import (
    Promises,
    colleagues_of,
    commitments_of,
    duties_of,
    duty_in_force,
    duty_of,
    is_valid,
    photo_of,
    posting_ends,
    postings_of_sides,
    standing_badge,
    units_people,
)
from staffing.queries.places import (
    HallNow,
    hall_asked,
    hall_now,
    managed_halls,
    open_halls,
    stations_of,
    watched_halls,
)
from staffing.queries.planning import (
    Candidate,
    absence_on,
    absences_for,
    approving_halls,
    as_rows,
    asked_proposals,
    latest_proposal,
    midnight,
    month_facts,
    named,
    substitutes_for,
    to_approve,
    touched_by,
    touched_in,
    who_may_be_absent,
    without_leader,
)
from staffing.queries.receptions import (
    Change,
    Notice,
    clash,
    docket_of,
    due_publish_at,
    leaders_of,
    month_named,
    months_published,
    notices,
    planned_in,
    receptions_of,
    shown_on_slide,
    upcoming,
)
from staffing.queries.who import actor_of, holders, post_held

__all__ = [
    "Change", "HallNow", "Notice", "Opening", "account_journal", "actor_of", "clash",
    "Candidate", "Change", "HallNow", "Notice", "Opening", "absence_on", "absences_for", "account_journal",
    "actor_of", "approving_halls", "as_rows", "asked_proposals", "clash", "docket_of", "due_publish_at",
    "find_people", "hall_asked", "hall_now", "holders", "hours_asked", "hours_in_words", "in_working_hours",
    "latest_proposal", "leaders_of", "managed_halls", "midnight", "month_facts", "month_named",
    "months_published", "named", "notices", "open_halls", "open_now", "people_of", "planned_in",
    "post_held", "posts_of", "receptions_of", "shown_on_slide", "spans_on", "stations_of",
    "substitutes_for", "to_approve", "touched_by", "touched_in", "upcoming", "watched_halls",
    "who_may_be_absent", "without_leader", "working_days", "working_hours",
    "Change", "HallNow", "Notice", "Opening", "Promises", "account_journal", "actor_of", "clash",
    "colleagues_of", "commitments_of", "docket_of", "duties_of", "duty_in_force", "duty_of", "find_people",
    "hall_asked", "hall_now", "holders", "hours_asked", "hours_in_words", "in_working_hours", "is_valid",
    "leaders_of", "managed_halls", "month_named", "months_published", "notices", "open_halls", "open_now",
    "people_of", "photo_of", "planned_in", "post_held", "posting_ends", "postings_of_sides", "posts_of",
    "receptions_of", "spans_on", "standing_badge", "stations_of", "units_people", "upcoming", "watched_halls",
    "working_hours",
]  # fmt: skip
