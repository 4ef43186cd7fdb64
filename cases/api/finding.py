"""What a machine looks up: matters and people by words, the ledger, follow-ups, papers, its own messages.

Names and numbers are masked, and what people have said or written is left to the pages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from cases import rules
from cases.api.verbs import READ
from cases.models import Case, Material, Petitioner
from cases.queries.docket import receptions_near
from cases.queries.ledger import STATES, LedgerFilter, LedgerKey, ledger
from cases.queries.masking import masked_name
from cases.queries.ratings import follow_ups
from cases.queries.search import search_cases, search_people
from hall.access import Actor, whole_number
from hall.machines import Rows
from hall.machines.arguments import Arguments, filter_of
from hall.machines.rows import Page, by_key, shape_of
from hall.models import Message
from staffing.models import LeaderReception

ID = 2**63 - 1


class Words(Arguments):
    """`q`: words, pinyin, or a number, as on the page of looking up."""

    q = serializers.CharField(max_length=200, trim_whitespace=False, allow_blank=True)


class FollowUpFilter(Arguments):
    """`status`; `department_id`: of that unit."""

    status = serializers.ChoiceField(choices=["open", "closed"], required=False)
    department_id = serializers.IntegerField(min_value=1, max_value=ID, required=False)


class MaterialFilter(Arguments):
    """`case`: of that matter."""

    case = serializers.IntegerField(min_value=1, max_value=ID, required=False)


class MessageFilter(Arguments):
    """`unread`: those alone."""

    unread = serializers.BooleanField(required=False)


class HallFilter(Arguments):
    """`hall`: in that hall."""

    hall = serializers.IntegerField(min_value=1, max_value=ID, required=False)


class FoundShape(serializers.Serializer[Any]):
    """A matter that fits the words."""

    id = serializers.IntegerField(source="pk")
    number = serializers.CharField()
    status = serializers.CharField()
    received_on = serializers.DateField()


class PersonShape(serializers.ModelSerializer[Petitioner]):
    """Somebody on a matter that the reader sees; `name` and the numbers are masked."""

    name = serializers.SerializerMethodField()
    phone_masked = serializers.CharField()
    id_number_masked = serializers.CharField()

    class Meta:
        model = Petitioner
        fields = ("id", "name", "phone_masked", "id_number_masked")

    def get_name(self, one: Petitioner) -> str:
        return masked_name(one.name)


class LedgerShape(serializers.Serializer[Any]):
    """A line of the ledger without what was said and who came; `visitor` is masked."""

    item_id = serializers.IntegerField()
    case_id = serializers.IntegerField(allow_null=True)
    instruction_id = serializers.IntegerField(allow_null=True)
    number = serializers.CharField()
    leader = serializers.CharField()
    form = serializers.CharField()
    at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    visitor = serializers.SerializerMethodField()
    head_count = serializers.IntegerField()
    unit = serializers.CharField(allow_blank=True)
    due_on = serializers.DateField(allow_null=True)
    level = serializers.CharField(allow_blank=True)
    done_on = serializers.DateField(allow_null=True)
    case_number = serializers.CharField(allow_blank=True)
    state = serializers.CharField(allow_blank=True)

    def get_visitor(self, row: Any) -> str:
        return masked_name(row.visitor)


class FollowUpShape(serializers.Serializer[Any]):
    """A matter that somebody was not content with; what they said stands on the page."""

    id = serializers.IntegerField(source="pk")
    case = serializers.IntegerField(source="case.pk")
    status = serializers.CharField()
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)


class DocketDayShape(serializers.ModelSerializer[LeaderReception]):
    """A reception of which the reader sees what comes before the leader."""

    class Meta:
        model = LeaderReception
        fields = ("id", "hall", "leader", "form", "starts_at", "ends_at", "status")


def _found(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    if not asked["q"].strip():
        return Page([])
    rows = search_cases(actor, asked["q"].strip(), after=whole_number(after), limit=size + 1)
    return Page(rows[:size], str(rows[size - 1].pk) if len(rows) > size else "")


def _people(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    if not asked["q"].strip():
        return Page([])
    people = search_people(actor, asked["q"].strip(), after=whole_number(after), limit=size + 1)
    return by_key(people.defer("search"), after, size)


def _ledger(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_can_export_ledger(actor, now=now)
    page = ledger(actor, LedgerFilter(**asked), now=now, after=LedgerKey.parse(after), size=size)
    return Page(page.rows, str(page.after or ""))


def _follow_ups(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rules.check_sees_follow_ups(actor)
    page = follow_ups(actor, now=now, **asked, after=whole_number(after), size=size)
    return Page(page.rows, str(page.after or ""))


def _materials(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rows = Material.objects.filter(case__in=Case.objects.visible_to(actor).values("pk"), **asked)
    return by_key(rows, after, size)


def _messages(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    rows = Message.objects.filter(user_id=actor.user_id or 0, channel="app")
    if asked.get("unread"):
        rows = rows.filter(read_at=None)
    return by_key(rows.defer("address", "context"), after, size)


def _days(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    return by_key(receptions_near(actor).filter(**asked), after, size)


FOUND = (
    Rows(
        "search/", "search_cases", _found, FoundShape, READ, Words, "Matters by words, the newest first.",
    ),
    Rows(
        "petitioners/", "search_petitioners", _people, PersonShape, READ, Words,
        "People by words, the newest first; masked, who they are is shown on the pages.",
    ),
    Rows(
        "ledger/", "list_ledger", _ledger, LedgerShape, READ,
        filter_of(LedgerFilter, {"LedgerFilter.state": ["", *STATES]}),
        "The ledger of leaders' receptions, the latest first.",
    ),
    Rows(
        "follow-ups/", "list_follow_ups", _follow_ups, FollowUpShape, READ, FollowUpFilter,
        "Low ratings that are followed up, in the halls that the reader supervises.",
    ),
    Rows(
        "materials/", "list_materials", _materials,
        shape_of(Material, "case", "media_type", "size", "added_at"), READ, MaterialFilter,
        "Files in the matters that the reader sees; what they hold stands on the page.",
    ),
    Rows(
        "messages/", "list_messages", _messages,
        shape_of(Message, "kind", "url", "urgent", "created_at", "read_at"), READ, MessageFilter,
        "What the reader was told in the house; the words stand on the page.",
    ),
    Rows(
        "docket-days/", "list_docket_days", _days,
        DocketDayShape, READ, HallFilter,
        "Receptions of which the reader sees the docket.",
    ),
)  # fmt: skip
