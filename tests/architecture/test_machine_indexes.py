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
from tests.cast import NOW, Cast
from tests.machines import machine_doors

pytestmark = pytest.mark.django_db
LISTS = {view.rows.name: view.rows for view in machine_doors().values() if issubclass(view, RowsView)}
READERS = ("manager", "supervisor", "clerk", "head", "liaison", "leader", "administrator")
SIZE = 2
FORCED = "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_incremental_sort = off; " \
         "SET LOCAL enable_bitmapscan = off"
MORE: dict[str, str] = {}
COLUMN: dict[str, str] = {}


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
            "SELECT indexrelid, indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass", [table]
        )
        for oid, name in cursor.fetchall():
            cursor.execute(
                "UPDATE pg_index SET indisvalid = (indexrelid = %s) WHERE indrelid = %s::regclass", [oid, table]
            )
            cursor.execute("EXPLAIN (FORMAT JSON) " + sql)
            plan = list(nodes(cursor.fetchone()[0][0]["Plan"]))
            scans = [one.get("Index Cond", "") for one in plan if one.get("Index Name") == name]
            if scans and not any("Sort" in one["Node Type"] for one in plan):
                found[name] = " ".join(scans)
        transaction.set_rollback(True)
    return found


def test_explore(cast: Cast) -> None:
    out=open("/tmp/b/ix.txt","w")
    for name, rows in sorted(LISTS.items()):
        fields = fields_of(rows)
        needed = {n: value_of(f, cast) for n, f in fields.items() if f.required}
        for f in ["", *fields]:
            asked = dict(needed)
            if f: asked[f]=value_of(fields[f],cast)
            try:
                with transaction.atomic():
                    sql = statement(rows, cast, asked)
            except Exception as e:
                print(name,f,"ERR",type(e),e,file=out); continue
            if not sql: print(name,f,"NOSQL",file=out); continue
            found = conditions(sql)
            if isinstance(fields.get(f), serializers.DateField) and found: continue
            if not f and found: continue
            if any(f.removesuffix("_id") in c for c in found.values()): continue
            print(name, f or "-", table_of(sql), sql[sql.rfind("ORDER BY"):], found, file=out)
