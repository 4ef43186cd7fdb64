"""What a machine reads of places, duties, receptions and requests: ids, days and states, no private data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from hall.access import Actor
from hall.machines import Rows
from hall.machines.arguments import OfHall
from hall.machines.rows import Page, by_key, shape_of
from hall.models import User
from staffing import queries, rules
from staffing.api.verbs import READ
from staffing.models import (
    Complaint,
    Course,
    Department,
    Duty,
    DutySwap,
    Hall,
    LeaderReception,
    Leaflet,
    Leave,
    Posting,
    PostingEnd,
    RhythmRule,
    SocialParticipant,
    Window,
)


class OfDays(OfHall):
    """`hall`, and the days from `from_on` to `until_on`."""

    from_on = serializers.DateField(required=False)
    until_on = serializers.DateField(required=False)


def _read(
    rows: Callable[[Actor], QuerySet[Any]], filters: Mapping[str, str], *checks: Callable[[Actor], None]
) -> Callable[..., Page]:
    def read(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
        for check in checks:
            check(actor)
        found = rows(actor).filter(**{filters[name]: value for name, value in asked.items()})
        return by_key(found, after, size)

    return read


_HALL = {"hall": "hall"}
_MOMENTS = {"hall": "hall", "from_on": "starts_at__date__gte", "until_on": "starts_at__date__lte"}


class OfPerson(OfHall):
    """`hall`; `user`: of that person."""

    user = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


LISTS = (
    Rows(
        "people/", "list_people", _read(queries.people_of, {}, rules.check_can_keep_people),
        shape_of(User, "username", "name", "name_en", "is_active"), READ, None,
        "The staff whom the reader looks after.",
    ),
    Rows(
        "postings/", "list_postings",
        _read(lambda actor: Posting.objects.filter(user__in=queries.people_of(actor)), {"hall": "hall", "user": "user"},
              rules.check_can_keep_people),
        shape_of(Posting, "user", "role", "title", "hall", "department", "window", "from_on", "until_on"),
        READ, OfPerson, "Their posts, past ones too.",
    ),
    Rows(
        "halls/", "list_halls", _read(queries.posted_halls, {}), shape_of(Hall, "code", "name", "name_en", "is_open"),
        READ, None, "The halls in which the reader holds a post.",
    ),
    Rows(
        "departments/", "list_departments", _read(lambda actor: Department.objects.filter(is_active=True), {}),
        shape_of(Department, "code", "name", "name_en", "parent", "is_petition_office"), READ, None,
        "The units to which a matter can go.",
    ),
    Rows(
        "windows/", "list_windows", _read(lambda actor: Window.objects.filter(hall__in=actor.halls()), _HALL),
        shape_of(Window, "hall", "number", "department", "is_active"), READ, OfHall,
        "The windows of the reader's halls.",
    ),
    Rows(
        "receptions/", "list_receptions", _read(LeaderReception.objects.visible_to, _MOMENTS),
        shape_of(
            LeaderReception, "hall", "leader", "title", "form", "room", "starts_at", "ends_at", "capacity", "status",
            "published_at", "approved_at", "revision",
        ),
        READ, OfDays, "Leaders' receptions: published ones, and what the reader's own halls plan.",
    ),
    Rows(
        "rhythm-rules/", "list_rhythm_rules",
        _read(lambda actor: RhythmRule.objects.filter(hall__in=queries.managed_halls(actor)), _HALL),
        shape_of(
            RhythmRule, "hall", "name", "name_en", "rhythm", "every", "weekday", "who", "rank", "leader", "starts",
            "ends", "room_kind", "from_on", "is_active",
        ),
        READ, OfHall, "How often leaders receive, in the halls that the reader answers for.",
    ),
    Rows(
        "duties/", "list_duties", _read(Duty.objects.visible_to,
                                        {"hall": "hall", "from_on": "day__gte", "until_on": "day__lte"}),
        shape_of(Duty, "hall", "day", "half", "kind", "window", "unit", "person", "sitter", "starts_at", "ends_at",
                 "status"),
        READ, OfDays, "The rota.",
    ),
    Rows(
        "leaves/", "list_leaves", _read(Leave.objects.visible_to, _HALL),
        shape_of(Leave, "user", "hall", "unit", "from_on", "from_half", "until_on", "until_half", "status"),
        READ, OfHall, "Requests for leave; of which kind is left to the page.",
    ),
    Rows(
        "swaps/", "list_swaps", _read(DutySwap.objects.visible_to, {}),
        shape_of(DutySwap, "duty", "other_duty", "asker", "other", "status", "asked_at"), READ, None,
        "Duties that two people offer to swap.",
    ),
    Rows(
        "posting-ends/", "list_posting_ends", _read(PostingEnd.objects.visible_to, _HALL),
        shape_of(PostingEnd, "posting", "hall", "unit", "side", "on", "status", "asked_at"), READ, OfHall,
        "Postings that one side asks to end early.",
    ),
    Rows(
        "complaints/", "list_complaints",
        _read(Complaint.objects.visible_to, _HALL, rules.check_sees_complaints),
        shape_of(Complaint, "hall", "about", "window", "status", "received_at", "due_on", "answered_at"),
        READ, OfHall, "Complaints about the service; what was said stays on the page.",
    ),
    Rows(
        "courses/", "list_courses", _read(Course.objects.visible_to, _MOMENTS),
        shape_of(Course, "hall", "title", "title_en", "kind", "starts_at", "hours"), READ, OfDays, "Training.",
    ),
    Rows(
        "participants/", "list_participants",
        _read(SocialParticipant.objects.visible_to, _HALL),
        shape_of(SocialParticipant, "hall", "kind", "organisation", "is_active"), READ, OfHall,
        "Lawyers, mediators and others who help in the hall.",
    ),
    Rows(
        "leaflets/", "list_leaflets",
        _read(Leaflet.objects.visible_to, _HALL, rules.check_can_keep_people),
        shape_of(Leaflet, "hall", "slug", "topic", "title", "order", "published_at", "withdrawn_at"),
        READ, OfHall, "Leaflets for the public.",
    ),
)  # fmt: skip
