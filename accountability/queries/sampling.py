"""Drawing by lot so that anybody can repeat it: a frame, its digest, a seed, and an order by hash.

A case's lot is the SHA-256 of seed, stratum and its id; the smallest lots are drawn. No generator of any language is
needed to check it, and the order in which the frame is read does not matter.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from accountability.lifecycle import STRATA
from accountability.models import Inspection
from cases.lifecycle import LOW
from hall.models import JournalEntry, stream_of

Frame = Mapping[str, Sequence[int]]
RESOLVED = ("closed", "finally_closed", "settled", "replied")
"""Ended with a result that can be looked at on the spot."""
# What the matter's first end was is in its deadlines and papers; that it stands ended, and since when, in the case.
_FRAME = """
WITH low AS (
    SELECT DISTINCT c.id FROM cases_rating g JOIN cases_case c ON c.id = g.case_id
    WHERE c.hall_id = %(hall)s AND g.grade = %(low)s AND (g.rated_at AT TIME ZONE %(zone)s)::date
        BETWEEN %(from)s AND %(to)s AND (%(units)s::bigint[] IS NULL OR c.first_handler_id = ANY(%(units)s))
),
resolved AS (
    SELECT c.id FROM cases_case c WHERE c.hall_id = %(hall)s AND c.status = ANY(%(resolved)s)
        AND (c.status_since AT TIME ZONE %(zone)s)::date BETWEEN %(from)s AND %(to)s
        AND (%(units)s::bigint[] IS NULL OR c.first_handler_id = ANY(%(units)s))
)
SELECT 'low_rated', id FROM low UNION ALL
SELECT 'resolved', id FROM resolved WHERE id NOT IN (SELECT id FROM low) ORDER BY 1, 2
"""


def frame_of(one: Inspection) -> dict[str, list[int]]:
    """The cases that the inspection may draw from, by stratum, each once, in order of id."""
    units = list(one.units.values_list("pk", flat=True))
    facts: dict[str, Any] = {
        "hall": one.hall_id, "low": LOW, "zone": timezone.get_current_timezone_name(), "from": one.from_on,
        "to": one.to_on, "units": units or None, "resolved": list(RESOLVED),
    }  # fmt: skip
    frame: dict[str, list[int]] = {stratum: [] for stratum in STRATA}
    with connection.cursor() as cursor:
        cursor.execute(_FRAME, facts)
        for stratum, pk in cursor.fetchall():
            frame[stratum].append(pk)
    return frame


def digest_of(frame: Frame) -> str:
    """SHA-256 of the frame as JSON with sorted names and ids and without spaces."""
    plain = {stratum: sorted(ids) for stratum, ids in frame.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def seed_of(entry_hash: str, frame_digest: str) -> str:
    """Of the journal's entry of the plan, whose hash nobody chooses, and the frame."""
    return hashlib.sha256(f"{entry_hash}:{frame_digest}".encode()).hexdigest()


def lot(seed: str, stratum: str, case_id: int) -> str:
    return hashlib.sha256(f"{seed}:{stratum}:{case_id}".encode()).hexdigest()


def drawn(frame: Frame, sizes: Mapping[str, int], seed: str) -> list[tuple[str, int]]:
    """Stratum and case of each that is drawn, in the order of their lots."""
    found: list[tuple[str, int]] = []
    for stratum in STRATA:
        ids = sorted(frame.get(stratum, ()), key=lambda pk: lot(seed, stratum, pk))
        found += [(stratum, pk) for pk in ids[: int(sizes.get(stratum, 0))]]
    return found


def holds(one: Inspection) -> bool:
    """核对抽样: the recorded frame still has its digest, the seed is that of the journal's entry of the plan, and it
    draws the very cases that stand there."""
    if not one.seed or digest_of(one.frame) != one.frame_digest:
        return False
    plan = JournalEntry.objects.filter(stream=stream_of(one), verb="plan_inspection").order_by("seq").first()
    if plan is None or one.seed != seed_of(plan.hash, one.frame_digest):
        return False
    kept = list(one.checks.order_by("place").values_list("stratum", "case_id"))
    return kept == drawn(one.frame, one.sizes, one.seed)
