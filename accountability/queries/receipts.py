"""The check value of a receipt, held against the record as it stands now and against the published digest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accountability.queries.digests import Proof, end_of, proof_of
from hall import journal
from hall.models import JournalEntry

SHORTEST = 16
"""Hexadecimal digits: the part of the check value that a receipt prints large."""


@dataclass(frozen=True, slots=True)
class ReceiptCheck:
    """What may be told to whoever holds the value: never of which matter the entry is.

    `is_whole`: the entry and all before it in its file are as they were chained; `proof` is None until its day is
    published.
    """

    value: str
    day: dt.date
    is_whole: bool
    later_is_whole: bool
    proof: Proof | None

    @property
    def verdict(self) -> str:
        """`proved`, `early` (not published yet), or `broken`."""
        if not self.is_whole or (self.proof is not None and not self.proof.holds):
            return "broken"
        return "proved" if self.proof else "early"


def receipt_check(value: str, day: dt.date) -> ReceiptCheck | None:
    """None when no entry of that day has this hash (or begins it)."""
    entry = (
        JournalEntry.objects.filter(
            at__gte=end_of(day - dt.timedelta(days=1)), at__lt=end_of(day), hash__startswith=value
        )
        .order_by("id")
        .first()
    )
    if entry is None:
        return None
    flaw = next(iter(journal.walk(entry.stream).flaws), None)
    return ReceiptCheck(
        value=entry.hash,
        day=day,
        is_whole=flaw is None or flaw.seq > entry.seq,
        later_is_whole=flaw is None,
        proof=proof_of(entry.pk),
    )
