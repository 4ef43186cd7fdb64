"""What a machine reads beside the file: visits on the spot, matters in a leader's charge, results, instructions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases import rules
from cases.api.codes import CODES
from cases.api.verbs import READ
from cases.models import DocketItem, FieldVisit, Instruction, ResultNotice, Sponsorship
from cases.queries.docket import docket_items
from cases.queries.field_visits import VisitFilter, field_visits
from cases.queries.instructions import READERS, STATES, instruction_list
from cases.queries.results import result_notices
from cases.queries.sponsorships import SponsorshipFilter, sponsorships
from cases.queries.work_list import Cursor
from hall.access import Actor, Refused, whole_number
from hall.machines import Rows
from hall.machines.arguments import Arguments, filter_of
from hall.machines.rows import Page, by_key, shape_of


class NoticeFilter(Arguments):
    """`status` and `kind`."""

    status = serializers.CharField(max_length=10, required=False, allow_blank=True)
    kind = serializers.CharField(max_length=12, required=False, allow_blank=True)


class InstructionFilter(Arguments):
    """`state`: of its course."""

    state = serializers.ChoiceField(choices=list(STATES), required=False)


class DocketFilter(Arguments):
    """`reception`: before that leader."""

    reception = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


def _visits(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_sees_field(actor)
    page = field_visits(actor, VisitFilter(**asked), after=Cursor.parse(after), size=size)
    return Page(page.rows, str(page.after or ""))


def _charges(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_sees_field(actor)
    wanted, today = SponsorshipFilter(**asked), timezone.localdate(now)
    page = sponsorships(actor, wanted, today=today, after=whole_number(after), size=size)
    return Page(page.rows, str(page.after or ""))


def _results(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_sees_field(actor)
    page = result_notices(actor, **asked, after=whole_number(after), size=size)
    return Page(page.rows, str(page.after or ""))


def _instructions(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    if not actor.has(*READERS):
        raise Refused(_("您的岗位没有领导批示清单。"), "role")
    rows, behind = instruction_list(actor, **asked, now=now, after=whole_number(after), size=size)
    return Page([row.one for row in rows], str(behind or ""))


def _docket(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    return by_key(docket_items(actor).filter(**asked), after, size)


LISTS = (
    Rows(
        "field-visits/", "list_field_visits", _visits,
        shape_of(FieldVisit, "hall", "leader", "planned_from", "planned_to", "made_on", "outcome", "status"),
        READ, filter_of(VisitFilter, CODES), "Leaders' visits on the spot, the latest first.",
    ),
    Rows(
        "sponsorships/", "list_sponsorships", _charges,
        shape_of(Sponsorship, "hall", "level", "leader", "contact", "started_on", "planned_on", "percent", "status",
                 "outcome"),
        READ, filter_of(SponsorshipFilter, CODES), "Matters in a leader's charge, the newest first.",
    ),
    Rows(
        "results/", "list_results", _results,
        shape_of(ResultNotice, "hall", "kind", "visit", "sponsorship", "revision", "status", "drafted_at",
                 "published_at", "withdrawn_at"),
        READ, NoticeFilter, "Results that were drafted or published.",
    ),
    Rows(
        "instructions/", "list_instructions", _instructions,
        shape_of(Instruction, "case", "leader", "department", "due_on", "status", "given_at", "ended_at"), READ,
        InstructionFilter, "What leaders have instructed; the words stand on the page.",
    ),
    Rows(
        "docket-items/", "list_docket_items", _docket,
        shape_of(DocketItem, "reception", "case", "place", "head_count"), READ, DocketFilter,
        "What comes before a leader.",
    ),
)  # fmt: skip
