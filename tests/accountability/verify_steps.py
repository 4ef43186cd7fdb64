"""Tampering, as somebody with the database in hand would: triggers off, raw SQL, triggers on."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from hall import journal
from hall.access import SYSTEM
from hall.models import Counter, JournalEntry
from tests.cast import NOW


def write(
    stream: str = "case:1", times: int = 1, *, now: dt.datetime = NOW, reason: str = ""
) -> JournalEntry:
    """Entries of a stream, as any act writes them; the last one as the database has it."""
    thing = Counter.objects.get_or_create(key="thing")[0]
    for _n in range(times):
        entry = journal.record(
            SYSTEM, "test", thing, stream=stream, now=now, after={"a": "一\t二\\三\n"}, reason=reason
        )
    entry.refresh_from_db()
    return entry


def tamper(statement: str, *values: object) -> None:
    """The statement with the journal's triggers switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE hall_journalentry DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        cursor.execute("ALTER TABLE hall_journalentry ENABLE TRIGGER USER")


REHASH = """
UPDATE hall_journalentry SET hash = encode(sha256(convert_to({said}, 'UTF8')), 'hex') WHERE stream = %s AND seq = %s
"""
