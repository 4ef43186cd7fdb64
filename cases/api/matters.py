"""What a machine reads of a matter: its state and its dates. Nothing of a person, who is revealed on the pages only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from cases.api.verbs import READ
from cases.forms.machines import CASE
from cases.models import Case, Claim, Deadline
from cases.queries.work_list import Cursor, WorkFilter, work_list
from hall.access import Actor
from hall.machines import Rows
from hall.machines.arguments import Arguments
from hall.machines.rows import One, Page, by_key


class ClaimShape(serializers.ModelSerializer[Claim]):
    class Meta:
        model = Claim
        fields = ("id", "number", "text", "route", "transferred_at", "split_to")


class DeadlineShape(serializers.ModelSerializer[Deadline]):
    """A period of the matter: what, whose, until when; `met_at` and `void_at` where it has ended."""

    class Meta:
        model = Deadline
        fields = (
            "id",
            "kind",
            "item",
            "law",
            "department",
            "started_on",
            "due_on",
            "due_at",
            "met_at",
            "void_at",
        )


class CaseShape(serializers.ModelSerializer[Case]):
    """A matter in a list."""

    class Meta:
        model = Case
        fields = (
            "id", "number", "national_number", "hall", "channel", "purpose", "statutory_class", "procedure", "law",
            "status", "status_since", "received_on", "registered_at", "accepted_on", "first_handler", "repeat_of",
        )  # fmt: skip


class WholeCaseShape(CaseShape):
    """One matter, with its claims and its periods."""

    claims = ClaimShape(many=True)
    deadlines = DeadlineShape(many=True)

    class Meta(CaseShape.Meta):
        fields = (*CaseShape.Meta.fields, "claims", "deadlines")  # type: ignore[assignment]


class CaseFilter(Arguments):
    """`status` and `hall` of the matter; `received_from`, `received_to`: the day on which it came."""

    hall = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    status = serializers.CharField(max_length=16, required=False)
    received_from = serializers.DateField(required=False)
    received_to = serializers.DateField(required=False)


_FILTERS = {
    "hall": "hall_id",
    "status": "status",
    "received_from": "received_on__gte",
    "received_to": "received_on__lte",
}


def _cases(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    """The latest first."""
    found = Case.objects.visible_to(actor).filter(**{_FILTERS[name]: value for name, value in asked.items()})
    return by_key(found.defer("search", "content", "summary"), after, size)


class WorkShape(serializers.Serializer[Any]):
    """An open period on the reader's work list."""

    id = serializers.IntegerField()
    case_id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)


class WorkAsked(Arguments):
    """`scope`: unit or hall; `light`: red, orange, yellow, green; `term`: a kind of period."""

    scope = serializers.CharField(max_length=8, required=False, allow_blank=True)
    light = serializers.CharField(max_length=12, required=False, allow_blank=True)
    term = serializers.CharField(max_length=24, required=False, allow_blank=True)
    department_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    urgent = serializers.BooleanField(required=False)


def _work(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    page = work_list(actor, WorkFilter(**asked), now=now, after=Cursor.parse(after), size=size)
    return Page(page.rows, str(page.after) if page.after else "")


MATTERS = (
    Rows("cases/", "list_cases", _cases, CaseShape, READ, CaseFilter, "The matters that the reader may see."),
    Rows(
        "work/", "list_work", _work, WorkShape, READ, WorkAsked, "Open periods, those due first at the front."
    ),
    One("cases/<int:case_id>/", "read_case", CASE, WholeCaseShape, READ, "One matter and its periods."),
)
