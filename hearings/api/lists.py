"""What a machine reads of hearings; who takes part stands on the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases.queries.work_list import Cursor
from hall.access import Actor, Refused
from hall.machines import Rows
from hall.machines.arguments import Arguments, OfHall, filter_of
from hall.machines.rows import Page, by_key, shape_of
from hearings import rules
from hearings.api.codes import CODES
from hearings.api.verbs import READ
from hearings.models import Hearing, HearingRules, Notice, PoolMember
from hearings.queries.hearing_lists import STATES, hearing_list
from hearings.queries.pool import PoolFilter, pool_members
from hearings.queries.rule_sets import PERIODS, PLAIN
from hearings.rules.local_rules import READERS, check_sees_rules


class HearingFilter(Arguments):
    """`state` of its course; `scope`: `mine` for what the reader's own unit holds."""

    state = serializers.ChoiceField(choices=list(STATES), required=False)
    scope = serializers.ChoiceField(choices=["mine"], required=False, allow_blank=True)


def _hearings(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    if not actor.has(*READERS):
        raise Refused(_("您的岗位没有听证清单。"), "role")
    rows, behind = hearing_list(actor, **asked, now=now, after=Cursor.parse(after), size=size)
    return Page([row.one for row in rows], str(behind or ""))


def _pool(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_reads_pool(actor)
    return by_key(pool_members(actor, PoolFilter(**asked)), after, size)


def _rules(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    check_sees_rules(actor)
    return by_key(HearingRules.objects.filter(hall__in=actor.halls(*READERS), **asked), after, size)


def _notices(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    return by_key(Notice.objects.visible_to(actor), after, size)


LISTS = (
    Rows(
        "hearings/", "list_hearings", _hearings,
        shape_of(Hearing, "case", "hall", "organiser", "origin", "stage", "status", "opened_at", "is_public", "room",
                 "starts_at", "ends_at", "round", "panel_size", "public_seats"),
        READ, HearingFilter, "Hearings that the reader may know of, the newest first.",
    ),
    Rows(
        "pool-members/", "list_pool_members", _pool,
        shape_of(PoolMember, "hall", "participant", "category", "employer"), READ, filter_of(PoolFilter, CODES),
        "The pool from which panels are drawn.",
    ),
    Rows(
        "hearing-rules/", "list_hearing_rules", _rules,
        shape_of(
            HearingRules, "hall", "code", "name", "name_en", "source", "source_en", "in_force_from",
            *(f"{name}_{part}" for name in PERIODS for part in ("days", "unit")), *PLAIN, "given", "adopted_at",
        ),
        READ, OfHall, "The versions by which a hall holds its hearings; the one of today began last.",
    ),
    Rows(
        "hearing-notices/", "list_hearing_notices", _notices,
        shape_of(Notice, "hearing", "round", "method", "served_on", "waived_on"), READ, None,
        "Notices of a hearing and whether they have arrived.",
    ),
)  # fmt: skip
