"""Verifying the journal against reading the same bytes once and hashing them, without asking what they say."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection

from benchmarks.measure import Figure, against
from hall import journal

SIZE = int(os.environ.get("HALL_BENCH_ENTRIES", "1000000"))
BATCH = 100_000
STREAMS = 50_000
BOUND = 3.0

# As a hall writes them: twenty entries a case, those of one case far apart from each other.
_WRITE = """
INSERT INTO hall_journalentry (stream, seq, at, actor_name, verb, object, before, after, reason, previous, hash)
SELECT 'case:' || n %% %(streams)s, 0, '2026-01-05 08:30+08'::timestamptz + n * interval '17.3 seconds',
    (ARRAY['林晓雯', '陈志远', '杨柳', 'system'])[1 + n %% 4],
    (ARRAY['register_case', 'accept_case', 'record_work', 'take_step', 'issue_opinion'])[1 + n %% 5],
    'cases.case:' || n %% %(streams)s, '{"status": "registered"}',
    jsonb_build_object('status', 'accepted', 'department', n %% 40, 'due_on', '2026-03-06',
        'number', '云信〔2026〕' || n),
    CASE WHEN n %% 3 = 0 THEN '该事项属于人力资源和社会保障局职权。' ELSE '' END, '', ''
FROM generate_series(%(first)s, %(last)s) AS n
"""
# The same columns in the order in which they lie there.
_RAW = """
COPY (SELECT id, hash, previous, stream, seq, at, actor_id, actor_name, verb, object, before, after, reason
    FROM hall_journalentry) TO STDOUT
"""


def _fill() -> None:
    call_command("flush", interactive=False, verbosity=0)
    for first in range(1, SIZE + 1, BATCH):
        with connection.cursor() as cursor:
            facts = {"streams": STREAMS, "first": first, "last": min(first + BATCH - 1, SIZE)}
            cursor.execute(_WRITE, facts)
            cursor.execute("VACUUM hall_journalhead")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE hall_journalentry, hall_journalhead")


def verifying() -> Iterator[Figure]:
    """All chains of the journal, each entry hashed anew and followed."""
    _fill()
    speeds: list[int] = []

    def ours() -> None:
        found = journal.walk()
        assert (found.entries, found.bad) == (SIZE, 0), found
        speeds.append(found.per_second)

    def raw() -> None:
        digest = hashlib.sha256()
        with connection.cursor() as cursor, cursor.cursor.copy(_RAW) as rows:
            for row in rows:
                digest.update(row)
        digest.hexdigest()

    figure = against("verify_journal / one read and one SHA-256", ours, raw, bound=BOUND, runs=5, warm=1)
    speed = sorted(speeds)[len(speeds) // 2]
    name = f"verify_journal, {SIZE:,} entries, {speed:,}/s / read + SHA-256"
    yield Figure(name, figure.ours, figure.floor, figure.ratio, figure.bound)
