"""What the opinion on a case says so far, what was said before, and what units of this kind usually rest on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from cases.lifecycle import CONCLUSIONS
from cases.models import OPEN_OPINION, Case, Claim, Opinion, OpinionRow
from cases.queries.standing import standing

PARTS = ("conclusion", "facts", "basis", "answer")
"""What is said to each claim (第三十二条), in the order in which it is written."""
MOST_BASES = 6


@dataclass(frozen=True, slots=True)
class Said:
    """One claim with what the opinion says to it so far, and what the last issued one said."""

    claim: Claim
    row: OpinionRow | None
    earlier: OpinionRow | None

    @property
    def conclusion(self) -> str:
        return CONCLUSIONS.get(self.row.conclusion, "") if self.row else ""

    @property
    def earlier_conclusion(self) -> str:
        return CONCLUSIONS.get(self.earlier.conclusion, "") if self.earlier else ""


def open_claims(case: Case) -> QuerySet[Claim]:
    """The claims that this case still has to answer itself."""
    return case.claims.filter(transferred_at=None, split_to=None).order_by("number")


def open_opinion(case: Case) -> Opinion | None:
    """The one that is being written, waits for its signature, or has it."""
    return case.opinions.filter(OPEN_OPINION).select_related("drafted_by", "countersigned_by").first()


def last_issued(case: Case) -> Opinion | None:
    return case.opinions.filter(status="issued").select_related("document").order_by("-id").first()


def rows_of(opinion: Opinion | None) -> dict[int, OpinionRow]:
    """What it says, by claim."""
    return {row.claim_id: row for row in opinion.rows.all()} if opinion else {}


def open_rows(case: Case) -> dict[int, OpinionRow]:
    """What the open opinion says, by claim."""
    opinion = standing(case).opinion
    rows = OpinionRow.objects.filter(opinion=opinion["id"]).order_by() if opinion else ()
    return {row.claim_id: row for row in rows}


def said_so_far(case: Case, opinion: Opinion | None) -> list[Said]:
    """Every open claim in order, with what the open opinion says to it."""
    now, before = rows_of(opinion), rows_of(last_issued(case))
    return [Said(claim, now.get(claim.pk), before.get(claim.pk)) for claim in open_claims(case)]


def mark_of(rows: Iterable[OpinionRow], heard: str = "") -> str:
    """A mark of these words: another mark means that somebody wrote in between."""
    said: list[object] = [*sorted((row.claim_id, *(getattr(row, part) for part in PARTS)) for row in rows)]
    if heard:
        said.append(heard)
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def is_repeated(now: Mapping[int, OpinionRow], before: Mapping[int, OpinionRow]) -> bool:
    """Every claim is answered as before: the same conclusion, and word for word the same facts and answer."""

    def told(row: OpinionRow | None) -> tuple[str, str] | None:
        return (row.conclusion, "".join((row.facts + row.answer).split())) if row else None

    return bool(now) and all(told(row) == told(before.get(pk)) for pk, row in now.items())


def used_bases(case: Case) -> list[str]:
    """What the same unit last rested on in matters of the same category, the latest first."""
    if case.category_id is None:
        return []
    rows = OpinionRow.objects.filter(
        opinion__status="issued",
        opinion__department=case.first_handler_id,
        opinion__case__category=case.category_id,
    ).exclude(opinion__case=case)
    latest = rows.values("basis").annotate(last=Max("id")).order_by("-last")[:MOST_BASES]
    return [row["basis"] for row in latest]
