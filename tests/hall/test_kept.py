"""A step that is put back leaves what the real one leaves: rows, answer, and the rows that it was handed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from hall.models import Counter
from tests import kept
from tests.cast import NOW, Cast, yunxi

pytestmark = pytest.mark.django_db(transaction=True)
done: list[str] = []


@kept.kept
def begun(cast: Cast, key: str) -> Counter:
    done.append(key)
    return Counter.objects.create(key=key, value=1)


@kept.kept
def raised(cast: Cast, row: Counter, by: int = 1, now: dt.datetime = NOW) -> Counter:
    """Another has moved it on in the database; in memory it learns its new value."""
    done.append(f"{row.key}+{by}")
    Counter.objects.filter(pk=row.pk).update(value=row.value + by)
    row.value += by
    return row


def lived(act: Callable[[Cast], Any]) -> list[str]:
    """The steps that were done for real by an act that is given up at the end, as a test is."""
    done.clear()
    kept.forget()
    with transaction.atomic():
        act(yunxi())
        transaction.set_rollback(True)
    return list(done)


def test_the_second_time_it_is_put_back_and_the_handed_row_with_it() -> None:
    def act(cast: Cast) -> None:
        row = begun(cast, "twice")
        assert raised(cast, row, 5) is row
        assert (row.value, Counter.objects.get(key="twice").value) == (6, 6)
        raised(cast, row)
        assert (row.value, Counter.objects.get(key="twice").value) == (7, 7)

    assert lived(act) == ["twice", "twice+5", "twice+1"]
    assert lived(act) == []


def test_other_facts_or_another_write_and_it_is_done_for_real() -> None:
    def act(cast: Cast) -> None:
        raised(cast, begun(cast, "one"))

    def otherwise(cast: Cast) -> None:
        row = begun(cast, "one")
        row.value = 10  # in memory alone
        assert raised(cast, row).value == Counter.objects.get(key="one").value == 11

    def between(cast: Cast) -> None:
        row = begun(cast, "one")
        Counter.objects.create(key="else", value=1)
        assert raised(cast, row).value == 2

    def by_the_clock(cast: Cast) -> None:
        raised(cast, begun(cast, "one"), now=timezone.now())

    assert lived(act) == ["one", "one+1"]
    for other in (otherwise, between, by_the_clock):
        assert lived(other) == ["one+1"]
    assert lived(between) == lived(by_the_clock) == ["one+1"]
    assert lived(otherwise) == lived(act) == []
