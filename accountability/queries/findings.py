"""Findings as they are read: the list with its filters, one with its days and its proof, all of one case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accountability.lifecycle import CAUSES, FAULTS, FINDING, HEARD
from accountability.models import Finding, FindingSpan
from accountability.queries.causes import ONE, Span, own_late_days, totals
from accountability.queries.shares import is_own, own_cause
from cases.models import Case
from cases.queries.words import says, term_name, verb
from cases.queries.work_list import Cursor
from hall.access import SYSTEM, Actor
from hall.models import JournalEntry
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Department

PAGE = 25
NEW_ENTRIES = 50
HOLDS = ("upheld", "reduced", "in_review", "confirmed", "changed")
"""States in which a finding holds its decided days against the unit, or may."""
EXPORT_LIMIT = 20_000
HALL_SIDE = (SUPERVISOR, HALL_MANAGER, LEADER)
UNIT_SIDE = (LIAISON, DEPARTMENT_HEAD)
READERS = (*HALL_SIDE, *UNIT_SIDE)
TONES = {
    "opened": "amber", "stated": "blue", "unstated": "amber", "upheld": "red", "reduced": "amber", "dismissed": "green",
    "in_review": "blue", "confirmed": "red", "changed": "amber",
}  # fmt: skip


UNDECIDED = "undecided"
"""A filter of its own: in whichever state nobody has decided yet."""


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """What the reader asked for; empty values ask for nothing. The days are those on which the periods were due."""

    status: str = ""
    department_id: int | None = None
    fault: str = ""
    kind: str = ""
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class FindingPage:
    rows: list[Finding]
    after: Cursor | None


def _rows(actor: Actor, asked: FindingFilter) -> QuerySet[Finding]:
    rows = Finding.objects.visible_to(actor).select_related("case", "deadline", "department")
    rows = rows.defer("case__search", "case__content")
    if asked.status == UNDECIDED:
        rows = rows.filter(status__in=HEARD)
    elif asked.status:
        rows = rows.filter(status=asked.status)
    if asked.department_id:
        rows = rows.filter(department=asked.department_id)
    if asked.fault:
        rows = rows.filter(fault=asked.fault)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.from_on:
        rows = rows.filter(due_on__gte=asked.from_on)
    if asked.until_on:
        rows = rows.filter(due_on__lte=asked.until_on)
    if asked.number:
        rows = rows.filter(case__number=asked.number)
    found: QuerySet[Finding] = rows.order_by("-opened_at", "-id")
    return found


def finding_list(
    actor: Actor, asked: FindingFilter, *, after: Cursor | None = None, size: int = PAGE
) -> FindingPage:
    """The newest first."""
    rows = _rows(actor, asked)
    if after is not None and after.due_at is not None:
        rows = rows.filter(
            Q(opened_at__lt=after.due_at) | Q(opened_at=after.due_at, pk__lt=after.pk),
            opened_at__lte=after.due_at,
        )
    found = list(rows[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return FindingPage(found[:size], Cursor(last.opened_at, last.pk) if last else None)


def every_finding(actor: Actor, asked: FindingFilter) -> list[Finding]:
    return list(_rows(actor, asked).prefetch_related("spans")[:EXPORT_LIMIT])


def kinds_found(actor: Actor) -> list[str]:
    """Of which periods the reader's findings are."""
    rows = Finding.objects.visible_to(actor).exclude(kind="").order_by("kind")
    return list(rows.values_list("kind", flat=True).distinct())


def units_found(actor: Actor) -> list[Department]:
    """Which units the reader may choose among."""
    if not actor.has(*HALL_SIDE):
        return list(Department.objects.filter(pk__in=actor.departments(*UNIT_SIDE)).order_by("name"))
    halls = actor.halls(*HALL_SIDE)
    return list(Department.objects.filter(stations__hall__in=halls).distinct().order_by("name"))


def seen_cases(actor: Actor, findings: Iterable[Finding]) -> set[int]:
    """Which of their cases the reader sees: the unit keeps its finding when the matter has gone to another one."""
    pks = {one.case_id for one in findings}
    return set(Case.objects.visible_to(actor).filter(pk__in=pks).values_list("pk", flat=True))


def plain(spans: Iterable[FindingSpan]) -> list[Span]:
    return [
        Span(
            one.cause,
            one.from_on,
            one.to_on,
            one.department_id,
            tuple(one.entries),
            one.is_late,
            one.posting_id,
        )
        for one in spans
    ]


def proposed_days(finding: Finding, spans: Sequence[Span]) -> int:
    """What would be left to the unit if the days of others were given back; the person who decides is not bound."""

    own = own_cause(finding.term, is_hall=finding.is_hall)
    return own_late_days(spans, lambda span: is_own(span, own, finding.department_id))


def _own_late(finding: Finding, spans: Iterable[Span]) -> set[dt.date]:
    own = own_cause(finding.term, is_hall=finding.is_hall)
    mine = [one for one in spans if one.is_late and is_own(one, own, finding.department_id)]
    return {one.from_on + n * ONE for one in mine for n in range(one.days)}


def most_days(finding: Finding) -> int:
    """For how many days the unit can be held: its own late days, without those that another finding on it in the same
    matter holds already (a report and the answer may be late on the same days).
    """
    mine = _own_late(finding, plain(finding.spans.all()))
    if finding.chain_id is None:  # it has no account of days
        return finding.days_late
    others = Finding.objects.filter(
        case=finding.case_id,
        department=finding.department_id,
        fault="late",
        status__in=HOLDS,
        decided_days__gt=0,
    )
    held = 0
    for one in others.exclude(pk=finding.pk).select_related("deadline").prefetch_related("spans"):
        held += min(one.decided_days or 0, len(mine & _own_late(one, plain(one.spans.all()))))
    return max(0, len(mine) - held)


def upheld_days(finding: Finding) -> int:
    """What upholding holds: the days that are left when those of others are given back."""
    if finding.chain_id is None:
        return finding.days_late
    return min(proposed_days(finding, plain(finding.spans.all())), most_days(finding))


def new_entries(finding: Finding) -> list[JournalEntry]:
    """What the journal of the matter says since the decision, except of findings themselves; the newest first."""
    if finding.decided_at is None:
        return []
    rows = JournalEntry.objects.filter(stream=f"case:{finding.case_id}", at__gt=finding.decided_at)
    return list(rows.exclude(object__startswith="accountability.finding:").order_by("-seq")[:NEW_ENTRIES])


@dataclass(frozen=True, slots=True)
class Part:
    """A span as it is drawn (in per cent of the whole) and as it is read."""

    number: int
    span: FindingSpan
    days: int
    at: float
    width: float
    proofs: tuple[Proof, ...]

    @property
    def cause(self) -> str:
        return _(CAUSES[self.span.cause])

    @property
    def middle(self) -> float:
        return self.at + self.width / 2


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry of the journal: the journal is the proof, so its place in the stream and its hash stand beside it."""

    at: dt.datetime
    who: str
    act: str
    text: str
    seq: int
    hash: str

    @property
    def short(self) -> str:
        return self.hash[:12]


def proof_of(entry: JournalEntry, law: str) -> Proof:
    who = _("系统") if entry.actor_name == SYSTEM.name else entry.actor_name
    act = str(verb(entry.verb).words)
    return Proof(entry.at, who, act, says(entry, law), entry.seq, entry.hash)


def proofs_of(ids: Iterable[int], law: str) -> list[Proof]:
    """These entries, in the order in which they were written."""
    return [proof_of(one, law) for one in JournalEntry.objects.filter(pk__in=list(ids)).order_by("id")]


@dataclass(frozen=True, slots=True)
class Bar:
    """The period drawn to scale."""

    parts: list[Part]
    days: int
    due_at: float
    late_width: float
    sums: list[tuple[str, str, int]]

    @property
    def anchor(self) -> str:
        return "end" if self.due_at > 60 else "start" if self.due_at < 15 else "middle"


def bar_of(finding: Finding, spans: Sequence[FindingSpan], *, proven: bool = True) -> Bar:
    """Every span with its place; `proven` with its proof in words too: one query for all entries."""
    whole = max(1, (finding.counted_to - finding.started_on).days)
    pks = {pk for one in spans for pk in one.entries} if proven else set()
    found = {one.pk: one for one in JournalEntry.objects.filter(pk__in=pks)} if pks else {}
    law = finding.case.law

    def proofs(span: FindingSpan) -> tuple[Proof, ...]:
        rows = [found[pk] for pk in span.entries if pk in found]
        return tuple(proof_of(one, law) for one in rows)

    parts = []
    for number, one in enumerate(spans, start=1):
        days = (one.to_on - one.from_on).days + 1
        at = ((one.from_on - finding.started_on).days - 1) / whole * 100
        parts.append(Part(number, one, days, round(at, 3), round(days / whole * 100, 3), proofs(one)))
    due = min(100.0, max(0.0, (finding.due_on - finding.started_on).days / whole * 100))
    counts = totals(plain(spans))
    sums = [(code, _(label), counts[code]) for code, label in CAUSES.items() if code in counts]
    return Bar(parts, whole, round(due, 3), round(100 - due, 3), sums)


def findings_of_case(actor: Actor, case: Case) -> list[Finding]:
    rows = (
        Finding.objects.visible_to(actor).filter(case=case).select_related("deadline", "department", "case")
    )
    return list(rows.prefetch_related("spans").order_by("opened_at", "id"))


def term_of(finding: Finding) -> str:
    """The period that it is about; "" where the fault is in none."""
    return term_name(finding.term, finding.case.law) if finding.term else ""


def state_of(finding: Finding) -> str:
    if finding.status == "changed" and not finding.decided_days:
        return _("复核撤销")
    return _(FINDING.state(finding.status).label)


def tone_of(finding: Finding) -> str:
    return "green" if finding.status == "changed" and not finding.decided_days else TONES[finding.status]


def fault_of(finding: Finding) -> str:
    return _(FAULTS[finding.fault])


def row_of(finding: Finding) -> list[Any]:
    """A line of the Excel file."""
    counts = totals(plain(finding.spans.all()))
    return [
        finding.case.number,
        finding.department.label if finding.department else _("大厅（信访部门）"),
        fault_of(finding),
        term_of(finding),
        finding.due_on,
        finding.met_on,
        finding.days_late if finding.is_late else None,
        *(counts.get(code, 0) if finding.is_late else None for code in CAUSES),
        state_of(finding),
        finding.decided_days if finding.is_late else None,
    ]
