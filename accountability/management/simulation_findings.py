"""The ledger of breaches planted on purpose, and the check that exactly these were found.

`simulation_manners` plants, `simulation_play` puts it into `manage.py simulate`; here the ledger is compared with the
findings, as multisets: the same matter, the same period, the same days, the same causes, no more and no fewer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accountability.models import Finding


@dataclass(frozen=True, slots=True)
class Planted:
    """A period that was broken on purpose: of which case, by how many days, and whose the days of it are.

    `holders`: where it was planted too, how many days fall to whoever held the post. `manner`: how it was done.
    """

    kind: str
    case: str
    days: int
    causes: Mapping[str, int]
    holders: Mapping[str, int] | None = None
    manner: str = ""

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Planted:
        """Out of the ledger of the play (`Timetable.planted`)."""
        return cls(
            row["kind"], row["case"], row["days"], row["causes"], row.get("holders"), row.get("manner", "")
        )

    def facts(self) -> dict[str, Any]:
        """For that ledger."""
        more = {"holders": dict(self.holders)} if self.holders is not None else {}
        return {"days": self.days, "causes": dict(self.causes), "manner": self.manner, **more}


@dataclass(frozen=True, slots=True)
class Breach:
    """What is compared."""

    case: str
    kind: str
    days: int
    causes: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        split = " ".join(f"{cause} {days}" for cause, days in self.causes)
        return f"{self.kind} {self.case}: {self.days} late ({split})"


def breach(case: str, kind: str, days: int, causes: Mapping[str, int]) -> Breach:
    return Breach(case, kind, days, tuple(sorted((cause, n) for cause, n in causes.items() if n)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """`missing` was planted and not found, `surplus` found and not planted; `misheld`: the right days, laid at the door
    of the wrong person.
    """

    planted: Counter[Breach]
    found: Counter[Breach]
    misheld: tuple[str, ...] = ()

    @property
    def missing(self) -> Counter[Breach]:
        return self.planted - self.found

    @property
    def surplus(self) -> Counter[Breach]:
        return self.found - self.planted

    @property
    def holds(self) -> bool:
        return not (self.missing or self.surplus or self.misheld)

    @property
    def wrong(self) -> list[str]:
        lost = [f"missing: {one} ×{n}" for one, n in self.missing.items()]
        return [*lost, *(f"surplus: {one} ×{n}" for one, n in self.surplus.items()), *self.misheld]

    def table(self) -> Iterator[tuple[str, ...]]:
        """Breaches per period, days late, days per cause: planted, found, missing, surplus."""
        yield "breach", "planted", "found", "missing", "surplus"
        four = (self.planted, self.found, self.missing, self.surplus)
        for kind in sorted({one.kind for one in (*self.planted, *self.found)}):
            yield kind, *(str(sum(n for one, n in rows.items() if one.kind == kind)) for rows in four)
        yield "all", *(str(rows.total()) for rows in four)
        yield "days late", *(str(sum(one.days * n for one, n in rows.items())) for rows in four)
        for cause in sorted({cause for one in (*self.planted, *self.found) for cause, _days in one.causes}):
            days = (sum(dict(one.causes).get(cause, 0) * n for one, n in rows.items()) for rows in four)
            yield f"days: {cause}", *(str(n) for n in days)


def compare(planted: Iterable[Planted], *, known_before: int = 0) -> Comparison:
    """The ledger against the findings of the matters that came after the case `known_before`."""
    wanted = list(planted)
    rows = Finding.objects.filter(case_id__gt=known_before).select_related("case", "deadline")
    findings = list(rows.prefetch_related("spans__posting__user").order_by("id"))
    found = Counter(breach(one.case.number, one.term, one.days_late, _days(one)) for one in findings)
    holders = {(one.case.number, one.term): dict(sorted(_held(one).items())) for one in findings}
    misheld = tuple(
        f"{one.kind} {one.case}: {dict(one.holders)} held the post, {holders[one.case, one.kind]} found"
        for one in wanted
        if one.holders is not None
        and (one.case, one.kind) in holders
        and {name: days for name, days in one.holders.items() if days} != holders[one.case, one.kind]
    )
    ledger = Counter(breach(one.case, one.kind, one.days, one.causes) for one in wanted)
    return Comparison(ledger, found, misheld)


def _days(finding: Finding) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for span in finding.spans.all():
        counted[span.cause] += (span.to_on - span.from_on).days + 1
    return dict(counted)


def _held(finding: Finding) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for span in finding.spans.all():
        if span.posting is not None:
            counted[span.posting.user.name] += (span.to_on - span.from_on).days + 1
    return dict(counted)
