"""Several statements in one round trip: an act that writes a dozen rows pays for the trips, not for the rows.

Each statement sees what those before it did, as if sent alone (READ COMMITTED takes a new snapshot for each), so a
lock may stand in front of the look-up that it protects. It rests on parameters being bound by the client, which is
Django's default.

And the other way to save: `planned`, for a statement so wide that planning it costs more than running it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypeVar, cast

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections
from django.db.models import AutoField, Model
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery

T = TypeVar("T")
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Ask(Generic[T]):
    """One statement, and how its rows are read."""

    sql: str
    params: Sequence[Any]
    read: Callable[[Rows], T]

    def answer(self) -> T:
        """Asked alone."""
        answer: T = together(self)[0]
        return answer


def together(*asks: Ask[Any]) -> list[Any]:
    """All answers, in the order asked. One trip."""
    found: list[Rows] = []
    with connection.cursor() as cursor:
        cursor.execute(";\n".join(ask.sql for ask in asks), [value for ask in asks for value in ask.params])
        more: bool | None = True
        while more:
            found.append(cursor.fetchall() if cursor.description else [])
            more = cursor.nextset()
    return [ask.read(rows) for ask, rows in zip(asks, found, strict=True)]


class _PlannedCursor(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **_options: Any) -> _PlannedCursor:
        return super().execute(query, params, prepare=True)


def planned(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> Rows:
    """The rows of a wide statement whose text is always the same: a connection has it planned once, and the server
    keeps the plan for as long as tables and statistics stay as they are. Values are bound by the server.

    Not for a statement whose best plan depends on its values. Behind PgBouncer it is planned each time.
    """
    connection.ensure_connection()
    if settings.HALL_PGBOUNCER:  # the next statement may be asked of another session
        wrapped: Any = connection.make_cursor(cast("Any", psycopg.Cursor(connection.connection)))
    elif connection.queries_logged:  # psycopg does not keep the text of a planned one, which the log wants
        wrapped = connection.cursor()
    else:
        connection.connection.prepare_threshold = (
            1  # Django turns plans off, for poolers that cannot keep them
        )
        wrapped = connection.make_cursor(cast("Any", _PlannedCursor(connection.connection)))
    with wrapped as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def keys(*models: type[Model]) -> Ask[tuple[int, ...]]:
    """A primary key for a row of each, taken before the row is made, so that other rows can name it."""
    taken = ", ".join("nextval(pg_get_serial_sequence(%s, 'id'))" for _model in models)
    return Ask(f"SELECT {taken}", [model._meta.db_table for model in models], lambda rows: rows[0])


def inserts(*rows: Model) -> list[Ask[None]]:
    """New rows of any tables, in this order. A row without a key gets one, but does not learn it."""
    return [Ask(sql, params, _nothing) for sql, params in _insert_statements(rows)]


def missing(*rows: Model) -> list[Ask[int]]:
    """The same, but a row that is there already (by any unique key) is left as it is; answers with how many are new."""
    return [
        Ask(f"{sql} RETURNING 1", params, len)
        for sql, params in _insert_statements(rows, on_conflict=OnConflict.IGNORE)
    ]


def _insert_statements(
    rows: Sequence[Model], on_conflict: OnConflict | None = None
) -> Iterator[tuple[str, Sequence[Any]]]:
    # The proxy `connection` looks it up again for every field of every row.
    real = connections[DEFAULT_DB_ALIAS]
    for (model, is_keyed), alike in groupby(rows, key=lambda row: (type(row), row.pk is not None)):
        fields = [
            field for field in model._meta.concrete_fields if is_keyed or not isinstance(field, AutoField)
        ]
        new = list(alike)
        known = (model, is_keyed, on_conflict) if len(new) == 1 else None
        if known in _texts:
            values = [field.get_db_prep_save(field.pre_save(new[0], add=True), real) for field in fields]
            if not any(hasattr(value, "as_sql") for value in values):
                yield _texts[known], values
                continue
        query = InsertQuery(model, on_conflict=on_conflict)
        query.insert_values(fields, new)
        for sql, params in query.get_compiler(connection=real).as_sql():
            if known and not any(hasattr(getattr(new[0], field.attname), "as_sql") for field in fields):
                _texts[known] = sql
            yield sql, params


_texts: dict[tuple[type[Model], bool, OnConflict | None] | None, str] = {}
"""The statement that inserts one row of that kind: always the same, and building it takes longer than sending it."""


def add(row: Model) -> None:
    """Insert one new row, which learns its key."""
    ((sql, params),) = _insert_statements([row])
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} RETURNING id", params)
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def insert(*rows: Model, then: Ask[Any] | None = None) -> Any:
    """Insert new rows of any tables in one trip (see `inserts`); the answer to what is asked after them."""
    answers = together(*inserts(*rows), *([then] if then else []))
    for row in rows:
        row._state.adding = False
    return answers[-1]


def _nothing(_rows: Rows) -> None:
    return None


def broken_by(error: IntegrityError) -> str:
    """The constraint that the database says was broken; "" where it names none.

    Two people at once: the rule let both pass, the constraint one. Whoever lost is told by the rule's own sentence.
    """
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
