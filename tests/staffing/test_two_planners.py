"""Two managers at once: the database lets one through, and the other reads who was faster."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from hall.access import Refused
from staffing.actions import plan_reception
from staffing.models import LeaderReception
from staffing.rules import Slot
from tests.cast import NOW, Cast, at

NINE = at("2026-11-25 09:00")


@pytest.mark.django_db(transaction=True)
def test_two_planners_one_room(cast: Cast) -> None:
    manager, start = cast.act(cast.manager), threading.Barrier(2)
    results: list[str] = []

    def plan(leader_id: int) -> None:
        try:
            start.wait(timeout=20)
            slot = Slot(leader_id, NINE, NINE + dt.timedelta(hours=2), room_id=cast.leader_room.pk)
            plan_reception(actor=manager, hall_id=cast.hall.pk, slot=slot, now=NOW)
            results.append("planned")
        except Refused as refused:
            results.append(f"{refused.kind}: {refused}")
        finally:
            connection.close()

    threads = [threading.Thread(target=plan, args=(who.pk,)) for who in (cast.leader, cast.leader2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    results.sort(key=len)
    assert results[0] == "planned"
    assert results[1].startswith("state: 领导接访室在2026-11-25 09:00至11:00已由")
    assert LeaderReception.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_constraint_is_translated_when_the_look_was_too_early(cast: Cast) -> None:
    """The slower one looked before the faster one committed: the exclusion constraint itself answers."""
    manager = cast.act(cast.manager)
    slot = Slot(cast.leader.pk, NINE, NINE + dt.timedelta(hours=2), room_id=cast.leader_room.pk)
    answers: list[str] = []
    begun = threading.Event()

    def slower() -> None:
        try:
            begun.set()
            plan_reception(actor=manager, hall_id=cast.hall.pk, slot=slot, now=NOW)
        except Refused as refused:
            answers.append(str(refused))
        finally:
            connection.close()

    with transaction.atomic():
        plan_reception(actor=manager, hall_id=cast.hall.pk, slot=slot, now=NOW)
        thread = threading.Thread(target=slower)
        thread.start()
        assert begun.wait(timeout=10)
        _until_somebody_waits()
    thread.join(timeout=30)
    assert answers == ["赵明德在2026-11-25 09:00至11:00已安排接访。"]


def _until_somebody_waits() -> None:
    """The other connection has come as far as our row."""
    for _n in range(400):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.02)")
    raise AssertionError("nobody waited for our row")
