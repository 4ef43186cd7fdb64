"""The recorded facts of a case, read for `causes`: its clocks, its journal, who held which post."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from accountability.queries.causes import VERBS, Clock, Fact, File, Post, Span, by_holder
from cases.models import Case, Deadline
from cases.queries.respondents import petition_office
from cases.terms import TERMS
from hall.models import JournalEntry, stream_of
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LIAISON
from staffing.models import Posting

RANKS = {LIAISON: 0, DEPARTMENT_HEAD: 1, HALL_MANAGER: 0}


def file_of(case: Case) -> File:
    """Everything about the case's periods that was ever written down."""
    clocks = Deadline.objects.filter(case=case).order_by("id")
    entries = JournalEntry.objects.filter(stream=stream_of(case), verb__in=VERBS).order_by("seq")
    office = petition_office(case)
    return File(
        clocks=tuple(
            Clock(one.pk, one.kind, one.department_id, one.started_on, one.due_on, one.item) for one in clocks
        ),
        facts=tuple(
            Fact(one.pk, one.at, timezone.localdate(one.at), one.verb, one.object, one.before, one.after)
            for one in entries
        ),
        office_id=office.pk if office else None,
        pausable=frozenset(code for code, term in TERMS[case.law].items() if term.holds_article),
    )


def posts_of(hall_id: int, spans: Iterable[Span]) -> list[Post]:
    """Who held the posts that answer, in the units of these days and in the hall, in the time that they cover."""
    whole = list(spans)
    if not whole:
        return []
    first, last = min(one.from_on for one in whole), max(one.to_on for one in whole)
    units = {one.department_id for one in whole if one.department_id}
    rows = Posting.objects.filter(from_on__lte=last).exclude(until_on__lt=first)
    # A unit may have people at several halls: those of this one come before those of none, those of others never.
    in_units = rows.filter(
        Q(hall=hall_id) | Q(hall=None), department__in=units, role__in=(LIAISON, DEPARTMENT_HEAD)
    )
    in_hall = rows.filter(hall=hall_id, role=HALL_MANAGER)
    return [
        Post(
            one.pk,
            one.department_id,
            one.role == HALL_MANAGER,
            2 * RANKS[one.role] + (one.hall_id is None),
            one.from_on,
            one.until_on,
        )
        for one in (in_units | in_hall)
    ]


def held(hall_id: int, spans: list[Span]) -> list[Span]:
    """The days, split by who held the post on each."""
    return by_holder(spans, posts_of(hall_id, spans))


def last_day(now: dt.datetime) -> dt.date:
    return timezone.localdate(now)
