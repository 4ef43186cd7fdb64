"""Ratings as they are read: by whom a matter may be rated, what was said, and which low ones are to be looked into."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.lifecycle import FOLLOW_UP, GRADES, RATING
from cases.models import Case, Deadline, FollowUp, Rating, RatingRule
from cases.queries.case_file import worded
from cases.queries.lights import light
from hall.access import Actor
from hall.batch import Ask
from hall.fields import keyed
from staffing.lifecycle import HALL_MANAGER, SUPERVISOR
from staffing.models import Department

FOLLOW_UPS_SHOWN = 25
MARKS = {0: "done", 1: "none", 3: "amber"}
"""The shape beside a grade; its word is the grade itself."""


def rating_rule(hall_id: int) -> RatingRule:
    """The hall's own rule, else the one for all halls, else 30 days with reminders 15, 5 and 1 days before the end."""
    return rating_rule_asked(hall_id).answer()


def rating_rule_asked(hall_id: int) -> Ask[RatingRule]:
    """See `rating_rule`."""
    return Ask(
        "SELECT days, reminders FROM cases_ratingrule WHERE hall_id = %s OR hall_id IS NULL ORDER BY hall_id LIMIT 1",
        [hall_id],
        lambda rows: RatingRule(days=rows[0][0], reminders=rows[0][1]) if rows else RatingRule(),
    )


def may_be_rated(case: Case) -> bool:
    """A matter registered for the first time, of a named person, that belongs to no court and is fit to be told of.

    Not accusations, confidential or anonymous ones: what is not fit to be told of (law.md RATE, E16-4).
    """
    return not (
        case.statutory_class == "accusation"
        or case.purpose == "accusation"
        or case.is_law_related
        or case.is_anonymous
        or case.is_confidential
        or case.repeat_of_id
    )


def last_day(closes_at: dt.datetime) -> dt.date:
    """The day whose end that instant is."""
    return timezone.localdate(closes_at - dt.timedelta(seconds=1))


def code_index(code: str) -> bytes:
    """The keyed hash by which a rating code is found; the code itself is kept nowhere."""
    return keyed("rating", code)


def target_words(rating: Rating) -> str:
    """Who is rated, by name."""
    if rating.target == "unit" and rating.department is not None:
        return _("责任单位：%(unit)s") % {"unit": rating.department.label}
    hall = rating.case.hall
    return _("信访部门：%(unit)s") % {"unit": worded(hall.organ_name, hall.organ_name_en) or hall.label}


@dataclass(frozen=True, slots=True)
class RatingShown:
    """A rating for a page. `reason` and `comment` are empty for who may not read what the petitioner wrote."""

    target: str
    who: str
    state: str
    status: str
    last_day: dt.date
    rated_at: dt.datetime | None
    grade: int | None
    grade_words: str
    mark: str
    reason: str
    comment: str
    may_read: bool
    follow_up: str
    finding: str
    measure: str


def may_read_texts(reader: Actor, rating: Rating) -> bool:
    """The supervisor and the manager of the hall read what was written; the head of a unit, about their own unit."""
    if reader.kind == "system" or reader.has(SUPERVISOR, HALL_MANAGER, hall_id=rating.case.hall_id):
        return True
    return rating.target == "unit" and reader.has("department_head", department_id=rating.department_id or -1)


def ratings_of(case: Case, reader: Actor) -> list[RatingShown]:
    """The ratings of a case, hall first, as this reader may see them. One statement."""
    rows = Rating.objects.filter(case_id=case.pk).select_related("department", "follow_up", "case__hall")
    return [_shown(one, reader) for one in rows.defer("case__content", "case__search").order_by("target")]


def _shown(one: Rating, reader: Actor) -> RatingShown:
    read = may_read_texts(reader, one)
    follow_up: FollowUp | None = getattr(one, "follow_up", None)
    return RatingShown(
        target=one.target,
        who=target_words(one),
        state=_(RATING.state(one.status).label),
        status=one.status,
        last_day=last_day(one.closes_at),
        rated_at=one.rated_at,
        grade=one.grade,
        grade_words=_(GRADES[one.grade]) if one.grade is not None else "",
        mark=MARKS.get(-1 if one.grade is None else one.grade, "none"),
        reason=one.reason if read else "",
        comment=one.comment if read else "",
        may_read=read,
        follow_up=_(FOLLOW_UP.state(follow_up.status).label) if follow_up else "",
        finding=follow_up.finding if follow_up and read else "",
        measure=follow_up.measure if follow_up and read else "",
    )


# -- the supervisor's list ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    pk: int
    case: Case
    who: str
    reason: str
    status: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    due_on: dt.date | None
    level: str


@dataclass(frozen=True, slots=True)
class FollowUpPage:
    rows: list[FollowUpRow]
    after: int | None


def follow_ups(
    actor: Actor,
    *,
    now: dt.datetime,
    status: str = "open",
    department_id: int | None = None,
    after: int | None = None,
    size: int = FOLLOW_UPS_SHOWN,
) -> FollowUpPage:
    """Low ratings in the halls that the reader supervises: the open ones oldest first, the closed ones newest first."""
    found = FollowUp.objects.filter(
        status=status, case__in=Case.objects.visible_to(actor), case__hall__in=actor.halls(SUPERVISOR)
    )
    if department_id is not None:
        found = found.filter(rating__target="unit", rating__department=department_id)
    if after is not None:
        found = found.filter(pk__gt=after) if status == "open" else found.filter(pk__lt=after)
    found = found.select_related("rating__department", "case__hall").defer("case__search", "case__content")
    rows = list(found.order_by("pk" if status == "open" else "-pk")[: size + 1])
    shown = rows[:size]
    clocks = _clocks([one.case_id for one in shown]) if status == "open" else {}
    return FollowUpPage(
        [_row(one, clocks.get(one.case_id), now) for one in shown], shown[-1].pk if len(rows) > size else None
    )


def _clocks(cases: Sequence[int]) -> dict[int, Deadline]:
    running = Deadline.objects.filter(case__in=cases, kind="follow_up").open()
    return {one.case_id: one for one in running}


def _row(one: FollowUp, clock: Deadline | None, now: dt.datetime) -> FollowUpRow:
    one.rating.case = one.case
    return FollowUpRow(
        pk=one.pk,
        case=one.case,
        who=target_words(one.rating),
        reason=one.rating.reason,
        status=one.status,
        opened_at=one.opened_at,
        closed_at=one.closed_at,
        due_on=clock.due_on if clock else None,
        level=light(clock.due_at, clock.amber_at, now) if clock else "",
    )


def supervised_units(actor: Actor) -> list[Department]:
    """The units to choose from in that list: those whose matters were rated in the reader's halls."""
    rated = Rating.objects.filter(target="unit", case__hall__in=actor.halls(SUPERVISOR), grade=3)
    return list(Department.objects.filter(pk__in=rated.values("department")).order_by("code"))


__all__ = [
    "FollowUpPage", "FollowUpRow", "RatingShown", "code_index", "follow_ups", "last_day", "may_be_rated",
    "may_read_texts", "rating_rule", "ratings_of", "supervised_units", "target_words",
]  # fmt: skip
