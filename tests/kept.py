"""Steps that many tests begin with: done for real, and from the second time on put back as the rows they left.

`@kept` stands before a builder such as `accepted(cast)`. Its rows are put back only into the very state that they
were taken from: a test that is rolled back, `cast` as its first act, since then nothing but kept steps with the same
arguments under the same settings. Anything else that is written in between, by a test or by an action, and the builder
works for real; so it does with a moment that is the clock's own, which does not come again. A savepoint that is given
up counts as written.

A row is an argument like any other: the same with the same facts. What the step made of it in memory is put back too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import pickle
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from django.core.signals import setting_changed
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

if TYPE_CHECKING:
    from tests.cast import Cast

P = ParamSpec("P")
R = TypeVar("R")
Rows = dict[str, tuple[bytes, ...]]
Path = tuple[Any, ...]

_TABLES = "FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
_COUNT = (
    "pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)"
    " + pg_stat_get_xact_tuples_deleted(oid)"
)
TABLES = f"SELECT relname {_TABLES}"
WRITTEN = f"""
SELECT coalesce(string_agg(relname || ' ' || n, ',' ORDER BY relname), '')
FROM (SELECT relname, {_COUNT} AS n {_TABLES}) AS tables WHERE n > 0
"""
"""How many rows of which tables were written by now."""


class _State:
    """What is known of the database in this test: the steps that led here, and how much was written by then."""

    path: Path | None = None
    written: str = ""
    settings: dict[str, str] = {}
    """What the test has set otherwise."""


_kept: dict[Path, tuple[bytes, str]] = {}
_stood: dict[Path, Rows] = {}
"""The rows at the end of each path."""


_spent: Counter[str] = Counter()
MOST = 40
"""So often a step is kept in vain: a property asks for another one each time."""


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


def arrived(path: Path) -> None:
    """These steps led here, each with the same rows as ever."""
    _State.path, _State.written = path, _written()


def put_back(cursor: CursorWrapper, statements: str, path: Path | None) -> None:
    """The rows of the last step of this path, or of a step that no known path led to, in one message."""
    cursor.execute(f"{statements}; {WRITTEN}")
    while cursor.nextset():
        pass
    if path is not None:
        _State.path, _State.written = path, str(cursor.fetchone()[0])


def path() -> Path | None:
    """The steps that led here; None when something else was written."""
    if _State.path is not None and _State.written != _written():
        _State.path = None
    return _State.path


def kept(
    build: Callable[Concatenate[Cast, P], R],
) -> Callable[Concatenate[Cast, P], R]:
    @wraps(build)
    def step(cast: Cast, *args: P.args, **kwargs: P.kwargs) -> R:
        came = path()
        if came is None:
            return build(cast, *args, **kwargs)
        told: list[str] = [f"{build.__module__}.{build.__qualname__}"]
        given: list[Model] = []
        try:
            _tell((args, sorted(kwargs.items()), sorted(_State.settings.items())), told, given)
        except _Unlike:
            return build(cast, *args, **kwargs)
        key = (*came, hashlib.sha256("\0".join(told).encode()).digest())
        if key not in _kept:
            if _spent[told[0]] > MOST:
                return build(cast, *args, **kwargs)
            _spent[told[0]] += 1
            return _keep(came, key, cast, given, lambda: build(cast, *args, **kwargs))
        _spent[told[0]] -= 3
        made, statements = _kept[key]
        with connection.cursor() as cursor:
            put_back(cursor, statements, key)
        answer, units, people, facts = _Loaded(made, given).load()
        for row, its in zip(given, facts, strict=True):
            vars(row).clear()
            vars(row).update(its)
        cast.units.update(units)
        cast.people.update(people)
        return answer  # type: ignore[no-any-return]

    return step  # type: ignore[return-value]


def once(name: str, build: Callable[[], R]) -> R:
    """What `build` gives, which asks nothing of what stands: the first time for real, from then on put back.

    Built anew each time where the role may not write rows without their triggers.
    """
    if not may_write_anything():
        return build()
    came = () if is_untouched() else path()
    here = None if came is None else (*came, name)
    if name in _once:
        made, statements = _once[name]
        with connection.cursor() as cursor:
            put_back(cursor, statements, here)
        answer: R = pickle.loads(made)
        return answer
    with transaction.atomic():
        answer, statements = taken(came, here, build)
    if here is not None:
        arrived(here)
    _once[name] = pickle.dumps(answer), statements
    return answer


_once: dict[str, tuple[bytes, str]] = {}


def may_write_anything() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


def _keep(came: Path, key: Path, cast: Cast, given: list[Model], build: Callable[[], R]) -> R:
    units, people = set(cast.units), set(cast.people)
    answer, statements = taken(came, key, build)
    news = (
        answer,
        {code: unit for code, unit in cast.units.items() if code not in units},
        {name: user for name, user in cast.people.items() if name not in people},
        [vars(row) for row in given],
    )
    stream = io.BytesIO()
    _Dumped(stream, given).dump(news)
    _kept[key] = stream.getvalue(), statements
    arrived(key)
    return answer


class _Unlike(Exception):
    """An argument that no later one can be known to be like."""


MOMENT = 600
"""So near to the clock's own, in seconds, a moment is one that the test took from there."""


def _tell(value: Any, told: list[str], given: list[Model]) -> None:
    """Say the value in words that are the same for what is the same, and collect the rows in it."""
    told.append(type(value).__qualname__)
    if isinstance(value, Model):
        if any(value is row for row in given):
            return told.append(str(value.pk))
        given.append(value)
        facts = {name: its for name, its in vars(value).items() if name not in NO_FACTS}
        return _tell([facts, value._state.adding, value._state.fields_cache], told, given)
    if isinstance(value, dict):
        value = sorted(value.items())
    elif isinstance(value, set | frozenset):
        value = sorted(value, key=repr)
    elif is_dataclass(value):
        value = [getattr(value, field.name) for field in fields(value)]
    if isinstance(value, list | tuple):
        told.append(str(len(value)))
        for one in value:
            _tell(one, told, given)
        return None
    if isinstance(value, dt.datetime) and value.tzinfo and abs(value.timestamp() - time.time()) < MOMENT:
        raise _Unlike
    if value is not None and not isinstance(value, PLAIN):
        raise _Unlike
    return told.append(repr(value))


NO_FACTS = ("_state", "_django_version")
"""The second comes with a row that was pickled."""
PLAIN = (str, bytes, bool, int, float, Decimal, dt.date, dt.time, dt.timedelta, uuid.UUID)


class _Dumped(pickle.Pickler):
    """Rows that were handed in are named by their place, so that an answer can be one of them."""

    def __init__(self, stream: io.BytesIO, given: list[Model]) -> None:
        super().__init__(stream)
        self.places = {id(row): place for place, row in enumerate(given)}

    def persistent_id(self, obj: Any) -> int | None:
        return self.places.get(id(obj))


class _Loaded(pickle.Unpickler):
    def __init__(self, made: bytes, given: list[Model]) -> None:
        super().__init__(io.BytesIO(made))
        self.given = given

    def persistent_load(self, pid: Any) -> Model:
        return self.given[pid]


def _written() -> str:
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return str(cursor.fetchone()[0])


# -- rows as statements --------------------------------------------------------------------------------------------


def taken(came: Path | None, key: Path | None, step: Callable[[], R]) -> tuple[R, str]:
    """What the step answers, and statements for what it changed.

    What stood before is known from when we first were there; afterwards only those tables are read that the step has
    written. Without paths the way here is not known.
    """
    with connection.cursor() as cursor:
        before = _stood.get(came) if came is not None else None
        if before is None:
            before = rows(cursor)
        earlier = _written()
        answer = step()
        touched = _touched(earlier, _written())
        after = before | _read(cursor, touched, before)
        if came is not None and key is not None:
            _stood[came], _stood[key] = before, after
        return answer, changes(cursor, before, after)


def _touched(earlier: str, later: str) -> list[str]:
    """The tables of which more rows are written now."""
    more = set(later.split(",")) - set(earlier.split(","))
    return sorted(said.split(" ")[0] for said in more)


def rows(cursor: CursorWrapper) -> Rows:
    """Every row of every table in its order, as COPY writes them."""
    cursor.execute(TABLES)
    return _read(cursor, [table for (table,) in cursor.fetchall()])


def _read(cursor: CursorWrapper, tables: list[str], before: Rows | None = None) -> Rows:
    """What is as before takes no more room."""
    found = {}
    for table in tables:
        with cursor.cursor.copy(f'COPY "{table}" TO STDOUT') as stream:
            lines = b"".join(bytes(part) for part in stream).splitlines(keepends=True)
        known = before[table] if before else ()
        same = {line: line for line in known}
        now = tuple(same.get(line, line) for line in lines)
        found[table] = known if now == known else now
    return found


def changes(cursor: CursorWrapper, before: Rows, after: Rows) -> str:
    """Statements that lead from one to the other: past the triggers, for the rows say what triggers made of them.

    One message of many statements: a COPY for each table took a fifth of a test's time.
    """
    statements = ["SET LOCAL session_replication_role = replica"]
    for table in after:
        if after[table] is before[table]:
            continue
        was, now = set(before[table]), set(after[table])
        gone = [line for line in before[table] if line not in now]
        new = [line for line in after[table] if line not in was]
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
    if table not in _columns_of:
        cursor.execute(
            "SELECT quote_ident(attname), attnum = ANY (coalesce(indkey::int2[], '{}')) FROM pg_attribute"
            " LEFT JOIN pg_index ON indrelid = attrelid AND indisprimary"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
            " ORDER BY attnum",
            [f'"{table}"'],
        )
        found = cursor.fetchall()
        keyed = [place for place, (_name, is_key) in enumerate(found) if is_key]
        _columns_of[table] = [name for name, _key in found], keyed
    return _columns_of[table]


_columns_of: dict[str, tuple[list[str], list[int]]] = {}


def _values(line: bytes, places: Any) -> str:
    fields = line.rstrip(b"\n").split(b"\t")
    return "(" + ", ".join(_literal(fields[place]) for place in places) + ")"


def _literal(field: bytes) -> str:
    r"""A field of COPY as SQL: \N is NULL, \t, \n and \\ are written alike in both."""
    return "NULL" if field == rb"\N" else "E'" + field.decode().replace("'", "''") + "'"
