"""One world for a whole file of tests, and everybody in it at a browser of their own."""

from __future__ import annotations

import datetime as dt
import gc
import os
import pickle
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from hall import embedded
from tests import kept
from tests.architecture.device_doors import devices
from tests.architecture.permissions import KEPT_OUT, PEOPLE
from tests.architecture.permissions_guidance import guided
from tests.architecture.walking import Walker
from tests.architecture.world import World, world
from tests.role import as_role, grant

FRESH = dt.timedelta(minutes=5)
"""So old may a world be when the next file of tests moves in: doors take the time from the wall."""


def _world(now: dt.datetime) -> World:
    """Built once in a run of the tests and handed on as its rows, to the other workers too: it takes 15 seconds.

    By the role of web and worker, so that these 15 seconds also show that the role may do what the house does.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    file = embedded.state_dir() / f"world-{run}.pickle"
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:  # may not write rows without their triggers
            return guided(devices(world(now)))
        with embedded.exclusive(
            embedded.here(), "world"
        ):  # two files begin at once: the second takes it over
            with suppress(FileNotFoundError):
                here, statements = pickle.loads(file.read_bytes())
                if now - here.now < FRESH:
                    cursor.execute(statements)
                    return here
            return _built(cursor, now, file)


def _built(cursor: CursorWrapper, now: dt.datetime, file: Path) -> World:
    before = kept.rows(cursor)
    grant()
    with as_role():
        here = guided(devices(world(now)))
        cursor.execute("SELECT current_user")
        here.built_by = cursor.fetchone()[0]
    statements = kept.changes(cursor, before, kept.rows(cursor))
    cursor.execute("SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE last_value > 0")
    counted = [
        f"SELECT setval('{name}', greatest({last}, (SELECT last_value FROM {name})))"
        for name, last in cursor.fetchall()
    ]
    for old in file.parent.glob("world-*.pickle"):
        old.unlink(missing_ok=True)
    new = file.with_name(f"{file.stem}-{os.getpid()}.new")
    new.write_bytes(pickle.dumps((here, "; ".join([statements, *counted]))))
    new.rename(file)
    return here


@pytest.fixture(scope="module")
def here(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for the whole module, in a transaction that is given up at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        here = _world(timezone.now())
        connection.check_constraints()  # else each test's end checks all of the world's foreign keys again
        gc.freeze()  # what stands now stays to the end: no need to look through it between requests
        yield here
        gc.unfreeze()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def walkers(here: World) -> dict[str, Walker]:
    """Everybody of the table at a browser of their own, signed in where they have an account."""
    walkers = {"anon": Walker()}
    for name in {*PEOPLE, *KEPT_OUT} - {"anon"}:
        walkers[name] = Walker()
        walkers[name].force_login(here.cast.people[name])
        session = walkers[name].session
        # Here a minute ago, to the end of the walk: else each request writes its session anew, and takes it back.
        session["seen"] = int((timezone.now() + dt.timedelta(hours=2)).timestamp())
        session.save()
    return walkers
