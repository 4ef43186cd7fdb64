"""Steps that many tests begin with: done for real, and from the third time on put back as the rows they left.

`@kept` stands before a builder such as `accepted(cast)`. Its rows are put back only into the very state that they
were taken from: a test that is rolled back, `cast` as its first act, since then nothing but kept steps with the same
arguments under the same settings. Anything else that is written in between, by a test or by an action, and the builder
works for real; so it does when it is handed a row, which it may change in the hands of the test. A savepoint that is
given up counts as written.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.signals import setting_changed
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from tests.cast import Cast

P = ParamSpec("P")
R = TypeVar("R")
Rows = dict[str, dict[bytes, None]]

WRITTEN = """
SELECT sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
    + pg_stat_get_xact_tuples_deleted(oid))
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


class _State:
    """What is known of the database in this test: the steps that led here, and how much was written by then."""

    path: tuple[Any, ...] | None = None
    written: int = 0
    settings: dict[str, str] = {}
    """What the test has set otherwise."""


_kept: dict[tuple[Any, ...], tuple[bytes, str]] = {}
_met: Counter[tuple[Any, ...]] = Counter()


def forget() -> None:
    """A test begins: nothing is known."""
    _State.path, _State.settings = None, {}


def _set(*, setting: str, value: Any, **_more: Any) -> None:
    _State.settings[setting] = repr(value)


setting_changed.connect(_set)


def is_untouched() -> bool:
    """Nothing was written yet in a transaction that will be given up: the database is as it was made."""
    if not connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
        return bool(cursor.fetchone()[0])


def arrived(path: tuple[Any, ...]) -> None:
    """These steps led here, each with the same rows as ever."""
    _State.path, _State.written = path, _written()


def path() -> tuple[Any, ...] | None:
    """The steps that led here; None when something else was written."""
    return _State.path if _State.path is not None and _State.written == _written() else None


def kept(
    build: Callable[Concatenate[Cast, P], R],
) -> Callable[Concatenate[Cast, P], R]:
    @wraps(build)
    def step(cast: Cast, *args: P.args, **kwargs: P.kwargs) -> R:
        came = None if _has_rows((*args, *kwargs.values())) else path()
        if came is None:
            return build(cast, *args, **kwargs)
        try:
            said = pickle.dumps((args, sorted(kwargs.items()), sorted(_State.settings.items())))
            key = (*came, f"{build.__module__}.{build.__qualname__}", said)
        except (pickle.PicklingError, TypeError, AttributeError):
            return build(cast, *args, **kwargs)
        if key not in _kept:
            _met[key] += 1
            if _met[key] < 2:  # keeping costs more than doing it once again
                return build(cast, *args, **kwargs)
            return _keep(key, cast, lambda: build(cast, *args, **kwargs))
        made, statements = _kept[key]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statements)
        arrived(key)
        answer, units, people = pickle.loads(made)
        cast.units.update(units)
        cast.people.update(people)
        return answer  # type: ignore[no-any-return]

    return step  # type: ignore[return-value]


def _has_rows(value: Any) -> bool:
    if isinstance(value, list | tuple | set):
        return any(_has_rows(one) for one in value)
    return isinstance(value, Model)


def _keep(key: tuple[Any, ...], cast: Cast, build: Callable[[], R]) -> R:
    units, people = set(cast.units), set(cast.people)
    with connection.cursor() as cursor:
        before = rows(cursor)
        answer = build()
        statements = changes(cursor, before, rows(cursor))
    news = (
        answer,
        {code: unit for code, unit in cast.units.items() if code not in units},
        {name: user for name, user in cast.people.items() if name not in people},
    )
    _kept[key] = pickle.dumps(news), statements
    arrived(key)
    return answer


def _written() -> int:
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return int(cursor.fetchone()[0])


# -- rows as statements --------------------------------------------------------------------------------------------


def rows(cursor: CursorWrapper) -> Rows:
    """Every row of every table in its order, as COPY writes them."""
    found = {}
    for table in connection.introspection.table_names(cursor):
        with cursor.cursor.copy(f'COPY "{table}" TO STDOUT') as stream:
            found[table] = dict.fromkeys(b"".join(bytes(part) for part in stream).splitlines(keepends=True))
    return found


def changes(cursor: CursorWrapper, before: Rows, after: Rows) -> str:
    """Statements that lead from one to the other: past the triggers, for the rows say what triggers made of them.

    One message of many statements: a COPY for each table took a fifth of a test's time.
    """
    statements = ["SET LOCAL session_replication_role = replica"]
    for table in after:
        gone = [line for line in before[table] if line not in after[table]]
        new = [line for line in after[table] if line not in before[table]]
        if not gone and not new:
            continue
        columns, keyed = _columns(cursor, table)
        if gone:
            named = ", ".join(columns[place] for place in keyed)
            values = ", ".join(_values(line, keyed) for line in gone)
            statements.append(f'DELETE FROM "{table}" WHERE ({named}) IN ({values})')
        if new:
            named, places = ", ".join(columns), range(len(columns))
            values = ", ".join(_values(line, places) for line in new)
            statements.append(f'INSERT INTO "{table}" ({named}) OVERRIDING SYSTEM VALUE VALUES {values}')
    statements.append("SET LOCAL session_replication_role = origin")
    return "; ".join(statements)


def _columns(cursor: CursorWrapper, table: str) -> tuple[list[str], list[int]]:
    """The columns that COPY writes, and the places of those in the primary key."""
    cursor.execute(
        "SELECT quote_ident(attname), attnum = ANY (coalesce(indkey::int2[], '{}')) FROM pg_attribute"
        " LEFT JOIN pg_index ON indrelid = attrelid AND indisprimary"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [f'"{table}"'],
    )
    found = cursor.fetchall()
    return [name for name, _key in found], [place for place, (_name, is_key) in enumerate(found) if is_key]


def _values(line: bytes, places: Any) -> str:
    fields = line.rstrip(b"\n").split(b"\t")
    return "(" + ", ".join(_literal(fields[place]) for place in places) + ")"


def _literal(field: bytes) -> str:
    r"""A field of COPY as SQL: \N is NULL, \t, \n and \\ are written alike in both."""
    return "NULL" if field == rb"\N" else "E'" + field.decode().replace("'", "''") + "'"
