"""Boards read from the copy; a write, a transaction, a form or another page never do."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from accountability.views import boards
from hall.models import Counter
from hall.operations.replica import REPLICA, Router, from_replica, lag_seconds


@pytest.fixture
def copied(django_db_blocker: Any) -> Iterator[None]:
    """A second way to the same rows, under the name of the copy."""
    facts = copy.deepcopy(connection.settings_dict)
    both = {**connections.settings, REPLICA: facts}
    before = connections.settings
    with override_settings(DATABASES={**both}, DATABASE_ROUTERS=["hall.operations.replica.Router"]):
        connections.settings = both
        yield
        with django_db_blocker.unblock():
            connections[REPLICA].close()
        connections.settings = before
        del connections[REPLICA]


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
def test_where_a_page_reads(copied: None) -> None:
    assert where() == [REPLICA]
    assert where(write=True) == [REPLICA, "default"]
    assert where(atomic=True) == ["default"]
    assert where("POST") == ["default"]
    assert Counter.objects.filter(key="x").db == "default", "what is not marked"
    assert lag_seconds() == 0


@pytest.mark.django_db(transaction=True)
def test_a_row_from_the_copy_is_written_and_read_again_at_home(copied: None) -> None:
    Counter.objects.create(key="y", value=1)

    @from_replica
    def page(request: HttpRequest) -> HttpResponse:
        row = Counter.objects.get(key="y")
        assert row._state.db == REPLICA
        row.value = 2
        row.save(update_fields=["value"])
        row.refresh_from_db()
        assert (row.value, row._state.db) == (2, "default")
        return HttpResponse()

    page(RequestFactory().get("/"))


def test_without_a_copy_nothing_changes() -> None:
    assert where_default() == "default" and lag_seconds() is None
    assert Router().allow_migrate(REPLICA, "hall") is False
    assert hasattr(boards.morning, "__wrapped__")


def where_default() -> str:
    return Router().db_for_read(Counter)
