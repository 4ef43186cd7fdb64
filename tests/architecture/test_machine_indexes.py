"""Every filter of a list for machines, and its order, is served by an index: found by asking PostgreSQL.

Of the table that a list reads, all indexes but one are hidden from the planner, one after the other, and neither a walk
through the whole table nor a sort is allowed. One of them must give the rows in their order with the filter as its
condition. How many rows there are does not matter, so nothing is filled. A range of days is read along the order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework import serializers

from hall.access import Refused
from hall.machines.arguments import Arguments
from hall.machines.rows import Rows, RowsView
from tests.architecture.exchange_doors import NATIONAL
from tests.cases.exchange import handed_in
from tests.cast import NOW, Cast
from tests.machines import machine_doors

pytestmark = pytest.mark.django_db
LISTS = {view.rows.name: view.rows for view in machine_doors().values() if issubclass(view, RowsView)}
READERS = ("manager", "supervisor", "clerk", "head", "liaison", "leader", "administrator")
SIZE = 2
FORCED = (
    "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_incremental_sort = off;"
    " SET LOCAL enable_bitmapscan = off"
)
COLUMNS: Mapping[str, str] = {"unit_id": "department_id", "entered": "hall_id", "late": "status"}
"""Filter → what it looks at, where its name does not say it."""
WRITTEN = "a statement of its own with its indexes, measured where it is written"
PAGE = "the page's own query, with the page's indexes and tests"
FEW = "some dozens for a hall"
EACH = "few of one: an index finds them, and they are put in order"
ALONG = "read along the order: most rows are of it, or it is asked together with what an index has"
OTHERWISE: Mapping[str, str] = {
    "list_work": WRITTEN,
    "list_ledger": WRITTEN,
    "search_cases": WRITTEN,
    "search_petitioners": WRITTEN,
    "list_indicators": WRITTEN,
    "list_commitments": PAGE,
    "list_field_visits": PAGE,
    "list_hearings": PAGE,
    "list_instructions": PAGE,
    "list_results": PAGE,
    "list_sponsorships": PAGE,
    "list_follow_ups": PAGE,
    "list_consultations": PAGE,
    "list_supervisions": PAGE,
    "list_criticisms": PAGE,
    "list_findings.number": PAGE,
    "list_courses": FEW,
    "list_leaflets": FEW,
    "list_participants": FEW,
    "list_posting_ends": FEW,
    "list_queues": FEW,
    "list_windows": FEW,
    "list_schemes": FEW,
    "list_pool_members": FEW,
    "list_rhythm_rules": FEW,
    "list_hearing_rules": FEW,
    "list_reports": FEW,
    "list_inspections": FEW,
    "list_postings.hall": FEW,
    "list_assessments.year": ALONG,
    "list_messages.unread": "of one reader, along their own index",
    "list_docket_items.reception": EACH,
    "list_materials.case": EACH,
    "list_postings.user": EACH,
    "list_bookings.reception": EACH,
}
"""List, or list and filter → why it is not asked about, or how it is served instead."""


def value_of(field: serializers.Field[Any, Any, Any, Any], cast: Cast) -> Any:
    if isinstance(field, serializers.ChoiceField):
        return next(code for code in field.choices if code)
    if isinstance(field, serializers.IntegerField):
        return cast.hall.pk
    if isinstance(field, serializers.DateField):
        return NOW.date()
    return True if isinstance(field, serializers.BooleanField) else "open"


def fields_of(rows: Rows) -> Mapping[str, Any]:
    return dict((rows.asked or Arguments)().fields)


def statement(rows: Rows, cast: Cast, asked: Mapping[str, Any]) -> str:
    """Of the reader's page, the one statement that takes rows and one more."""
    for name in READERS:
        with suppress(Refused), CaptureQueriesContext(connection) as caught:
            list(rows.read(cast.act(getattr(cast, name), NOW), asked, now=NOW, after="", size=SIZE).rows)
        for one in caught:
            if f"LIMIT {SIZE + 1}" in one["sql"]:
                return str(one["sql"])
    return ""


def table_of(sql: str) -> str:
    """The first table of the outermost FROM."""
    depth = 0
    for word in re.finditer(r"\(|\)|\bFROM\s+\"?(\w+)", sql):
        if word[0] == "(":
            depth += 1
        elif word[0] == ")":
            depth -= 1
        elif depth == 0:
            return word[1]
    raise LookupError(sql)


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for one in plan.get("Plans", ()):
        yield from nodes(one)


def conditions(sql: str) -> dict[str, str]:
    """Index → its condition, of each that alone gives the rows in their order."""
    found, table = {}, table_of(sql)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FORCED)
        cursor.execute(
            "SELECT indexrelid, indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass",
            [table],
        )
        for oid, name in cursor.fetchall():
            cursor.execute(
                "UPDATE pg_index SET indisvalid = (indexrelid = %s) WHERE indrelid = %s::regclass",
                [oid, table],
            )
            cursor.execute("EXPLAIN (FORMAT JSON) " + sql)
            plan = list(nodes(cursor.fetchone()[0][0]["Plan"]))
            scans = [one.get("Index Cond", "") for one in plan if one.get("Index Name") == name]
            if scans and not any("Sort" in one["Node Type"] for one in plan):
                found[name] = " ".join(scans)
        transaction.set_rollback(True)
    return found


def asked_of(rows: Rows, cast: Cast, name: str) -> dict[str, Any]:
    """What the list needs, and that filter."""
    fields = fields_of(rows)
    return {one: value_of(field, cast) for one, field in fields.items() if field.required or one == name}


@pytest.mark.parametrize("name", sorted(LISTS.keys() - OTHERWISE.keys()))
def test_an_index_has_every_filter_and_the_order(cast: Cast, name: str) -> None:
    rows, wrong, made = LISTS[name], {}, {}
    if name == "list_national_import_rows":
        made = {"file": handed_in(cast, NATIONAL).pk}
    for one in ("", *fields_of(rows)):
        if f"{name}.{one}" in OTHERWISE:
            continue
        sql = statement(rows, cast, asked_of(rows, cast, one) | made)
        found = conditions(sql) if sql else {}
        is_range = isinstance(fields_of(rows).get(one), serializers.DateField)
        column = COLUMNS.get(one, one) if one and not is_range else ""
        if not any(column in condition for condition in found.values()):
            wrong[one] = found
    assert wrong == {}, "give it an index, or say in OTHERWISE how it is served"


def test_what_is_served_otherwise_is_there() -> None:
    known = {f"{name}.{one}" for name, rows in LISTS.items() for one in fields_of(rows)} | LISTS.keys()
    assert OTHERWISE.keys() <= known
