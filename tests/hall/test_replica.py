"""Boards read from the copy; a write, a transaction, a form or another page never do."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accountability.views import boards
from hall.models import Counter
from hall.operations import replica
from hall.operations.replica import REPLICA, Router, from_replica, lag_seconds


@pytest.fixture
def named(settings: Any) -> None:
    """There is a copy, though nothing is asked of it."""
    settings.DATABASE_ROUTERS = ["hall.operations.replica.Router"]


def where(method: str = "GET", *, write: bool = False, atomic: bool = False) -> list[str]:
    """Where a marked page reads: at first, and after what it did."""
    seen = []

    @from_replica
    def page(request: HttpRequest) -> HttpResponse:
        if atomic:
            with transaction.atomic():
                seen.append(Counter.objects.filter(key="x").db)
                return HttpResponse()
        seen.append(Counter.objects.filter(key="x").db)
        if write:
            Counter.objects.create(key="x", value=1)
            seen.append(Counter.objects.filter(key="x").db)
        return HttpResponse()

    page(RequestFactory().generic(method, "/"))
    return seen


@pytest.mark.django_db(transaction=True)
def test_where_a_page_reads(named: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(django_settings.DATABASES, REPLICA, {})
    assert where() == [REPLICA]
    assert where(write=True) == [REPLICA, "default"]
    assert where(atomic=True) == ["default"]
    assert where("POST") == ["default"]
    assert Counter.objects.filter(key="x").db == "default", "what is not marked"


COPY = """
import django
django.setup()
from django.db import connections
from django.http import HttpResponse
from django.test import RequestFactory
from hall.models import Counter
from hall.operations.replica import from_replica, lag_seconds

@from_replica
def page(request):
    row = Counter.objects.get(key="y")
    first = row._state.db
    row.value = 2
    row.save(update_fields=["value"])
    row.refresh_from_db()
    print(first, row.value, row._state.db, lag_seconds(), "replica" in connections)
    return HttpResponse()

page(RequestFactory().get("/"))
"""


@pytest.mark.django_db(transaction=True)
def test_a_row_from_the_copy_is_written_and_read_again_at_home(process_env: dict[str, str]) -> None:
    """In a process of its own, whose copy is a second way to the same database."""
    Counter.objects.create(key="y", value=1)
    facts = connection.settings_dict
    url = f"postgresql://{facts['USER']}@:{facts['PORT'] or 5432}/{facts['NAME']}?host={facts['HOST']}"
    done = subprocess.run(
        [sys.executable, "-c", COPY], env=process_env | {"HALL_REPLICA_URL": url}, cwd=django_settings.BASE_DIR,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["replica", "2", "default", "0.0", "True"], done.stderr


def test_without_a_copy_nothing_changes() -> None:
    assert Router().db_for_read(Counter) == "default" and lag_seconds() is None
    assert Router().allow_migrate(REPLICA, "hall") is False
    assert boards.morning.__module__ != replica.__name__ and hasattr(boards.morning, "__wrapped__")
