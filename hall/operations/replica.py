"""Reports and boards may read from a copy of the database (HALL_REPLICA_URL); all else asks the database itself.

A view says so with `@from_replica`. The copy is a moment behind: it is asked for pages that only look, never within a
transaction, and from the first write of a request on no more.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.http import HttpRequest, HttpResponseBase

REPLICA = "replica"
V = TypeVar("V", bound=Callable[..., HttpResponseBase])
_elsewhere: ContextVar[bool] = ContextVar("reads_elsewhere", default=False)


def from_replica(view: V) -> V:
    """Of a page that only looks: its rows come from the copy, where there is one."""

    @wraps(view)
    def looking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") or REPLICA not in settings.DATABASES:
            return view(request, *args, **kwargs)
        token = _elsewhere.set(True)
        try:
            return view(request, *args, **kwargs)
        finally:
            _elsewhere.reset(token)

    return cast("V", looking)


class Router:
    """Where a query goes. Always said: left to Django, a row that came from the copy would be read again there."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return REPLICA if _elsewhere.get() and not connection.in_atomic_block else DEFAULT_DB_ALIAS

    def db_for_write(self, model: Any, **hints: Any) -> str:
        _elsewhere.set(False)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


def lag_seconds() -> float | None:
    """How far the copy is behind; None where there is none. Raises DatabaseError."""
    if REPLICA not in settings.DATABASES:
        return None
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0"
            " ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END"
        )
        return float(cursor.fetchone()[0] or 0)
