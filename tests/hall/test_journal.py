"""The journal is a chain per stream that the database keeps; tampering shows."""

from __future__ import annotations

import threading

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from hall import journal
from hall.access import SYSTEM
from hall.models import Counter, JournalEntry

pytestmark = pytest.mark.django_db


def _write(stream: str = "case:1", reason: str = "") -> JournalEntry:
    thing = Counter.objects.get_or_create(key="thing")[0]
    return journal.record(
        SYSTEM, "test", thing, stream=stream, now=timezone.now(), after={"a": 1}, reason=reason
    )


def test_entries_of_a_stream_are_chained() -> None:
    for _ in range(3):
        _write()
    _write("case:2")
    rows = list(JournalEntry.objects.filter(stream="case:1").order_by("seq"))
    assert [row.seq for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows] == ["", rows[0].hash, rows[1].hash]
    assert journal.head("case:1") == rows[-1].hash
    assert journal.verify() == []


@pytest.mark.parametrize(
    "statement", ["UPDATE hall_journalentry SET reason = 'x'", "DELETE FROM hall_journalentry"]
)
def test_the_database_refuses_to_change_the_past(statement: str) -> None:
    _write()
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_tampering_under_the_trigger_is_found() -> None:
    _write(), _write(), _write()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE hall_journalentry SET reason = 'forged' WHERE seq = 2")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert journal.verify() == [("case:1", 2)]
    assert journal.verify("case:9") == []


def test_cutting_off_the_end_is_found() -> None:
    _write(), _write()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM hall_journalentry WHERE seq = 2")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert journal.verify() == [("case:1", 2)]


@pytest.mark.django_db(transaction=True)
def test_two_connections_make_one_chain() -> None:
    def writer() -> None:
        for _ in range(20):
            _write("case:7")
        connection.close()

    threads = [threading.Thread(target=writer) for _ in range(3)]
    _write("case:7")
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seqs = list(JournalEntry.objects.filter(stream="case:7").order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, 62))
    assert journal.verify() == []
