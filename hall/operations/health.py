"""Can this process serve? What a request cannot do without, and what it can."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

log = logging.getLogger("hall.operations")
PATIENCE = 2
_FAULTS = (DatabaseError, redis.RedisError, OSError)
_migrated = False


class NotReady(Exception):
    """Why; said in the log, never to whoever asks."""


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    """Once they are applied they stay so: looked up until then."""
    global _migrated
    if _migrated:
        return
    loader = MigrationLoader(connection)
    if missing := loader.graph.nodes.keys() - loader.applied_migrations.keys():
        raise NotReady(f"{len(missing)} migrations are not applied")
    _migrated = True


def _files() -> None:
    root = Path(settings.HALL_PRIVATE_ROOT)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=root, suffix=".part") as file:
        file.write(b"ready?")
        file.flush()


def broker() -> redis.Redis:
    """The Redis that hands work to the worker, asked with little patience."""
    address = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://").replace(
        "?virtual_host=", "?db="
    )
    found: redis.Redis = redis.Redis.from_url(
        address, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )
    return found


def _redis() -> None:
    with broker() as asked:
        asked.ping()


NEEDED: dict[str, Callable[[], None]] = {"database": _database, "migrations": _migrations, "files": _files}
HELPFUL: dict[str, Callable[[], None]] = {"redis": _redis}
"""Without it people are still registered, called and decided on; what is due is caught up with later."""


def failing(checks: dict[str, Callable[[], None]]) -> list[str]:
    """Names of what does not answer."""
    found = []
    for name, check in checks.items():
        try:
            check()
        except (*_FAULTS, NotReady) as fault:
            log.warning("not ready: %s: %s: %s", name, type(fault).__name__, fault)
            found.append(name)
    return found
