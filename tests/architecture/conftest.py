"""One world for a whole file of tests, and everybody in it at a browser of their own."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.architecture.device_doors import devices
from tests.architecture.permissions import KEPT_OUT, PEOPLE
from tests.architecture.permissions_guidance import guided
from tests.architecture.walking import Walker
from tests.architecture.world import World, world


@pytest.fixture(scope="module")
def here(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for the whole module, in a transaction that is given up at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        here = guided(devices(world(timezone.now())))
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
        session["seen"] = int(timezone.now().timestamp())
        session.save()
    return walkers
