"""Schemes and assessments as pages show them, and which units are assessed by which scheme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accountability.models import (
    AssessedEvent,
    Assessment,
    AssessmentLine,
    AssessmentScheme,
    Finding,
)
from accountability.queries.assess_points import share_of
from accountability.queries.assess_table import ItemWords
from cases.models import Case
from hall.access import Actor
from hall.models import IssuedDocument
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Department, Hall, Station

PAGE = 25
OFFICE_SEES = (SUPERVISOR, HALL_MANAGER, LEADER)
UNIT = (DEPARTMENT_HEAD, LIAISON)


# -- schemes -------------------------------------------------------------------------------------------------------


def schemes(actor: Actor) -> QuerySet[AssessmentScheme]:
    """The latest year first; a hall has a few a year, so that they stand on one page."""
    found: QuerySet[AssessmentScheme] = AssessmentScheme.objects.visible_to(actor)
    return found.select_related("hall").annotate(drawn=Count("assessments", distinct=True))


def halls_of(actor: Actor) -> QuerySet[Hall]:
    """Where the reader may draft."""
    return Hall.objects.filter(pk__in=actor.halls(HALL_MANAGER)).order_by("code")


def words_of(scheme: AssessmentScheme) -> list[ItemWords]:
    return [
        ItemWords(
            name=one.name, name_en=one.name_en, kind=one.kind, source=one.source, full=one.full, floor=one.floor,
            ceiling=one.ceiling, each=one.each, cap=one.cap,
        )
        for one in scheme.items.all()
    ]  # fmt: skip


def units_of(scheme: AssessmentScheme) -> QuerySet[Department]:
    """The units that it measures: those present in that way; a scheme for all leaves those to which another applies.
    The petition office, which assesses, is none of them.
    """
    stations = Station.objects.filter(hall=scheme.hall_id, department=OuterRef("pk"))
    if scheme.unit_kind:
        stations = stations.filter(presence=scheme.unit_kind)
    else:
        own = AssessmentScheme.objects.filter(
            hall=scheme.hall_id, status="published", from_on__lte=scheme.to_on, to_on__gte=scheme.from_on
        ).exclude(unit_kind="")
        stations = stations.exclude(presence__in=own.values("unit_kind"))
    found = Department.objects.filter(Exists(stations), is_petition_office=False, is_active=True)
    return found.order_by("code")


def undrawn_units(scheme: AssessmentScheme) -> QuerySet[Department]:
    """Those of them that are not assessed yet for any of these days."""
    drawn = Assessment.objects.filter(
        hall=scheme.hall_id, department=OuterRef("pk"), from_on__lte=scheme.to_on, to_on__gte=scheme.from_on
    )
    return units_of(scheme).filter(~Exists(drawn))


def results(actor: Actor, scheme: AssessmentScheme) -> list[Assessment]:
    """For hall management alone: what the units got, by their codes; no unit reads another's."""
    if not actor.has(*OFFICE_SEES, hall_id=scheme.hall_id):
        return []
    return list(scheme.assessments.select_related("department").order_by("department__code"))


# -- the list ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AssessmentFilter:
    status: str = ""
    year: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    rows: list[Assessment]
    after: int | None


def assessments(
    actor: Actor, asked: AssessmentFilter, *, after: int | None = None, size: int = PAGE
) -> AssessmentPage:
    """The latest first, by key."""
    found: QuerySet[Assessment] = Assessment.objects.visible_to(actor)
    if asked.status:
        found = found.filter(status=asked.status)
    if asked.year:
        found = found.filter(from_on__year=asked.year)
    if asked.unit_id:
        found = found.filter(department=asked.unit_id)
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.select_related("department", "scheme", "document").order_by("-pk")[: size + 1])
    return AssessmentPage(rows[:size], rows[size - 1].pk if len(rows) > size else None)


# -- one of them ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class EventRow:
    """An event as the reader may know it: `case` is None where the case is not the reader's to see."""

    event: AssessedEvent
    case: Case | None
    is_hidden: bool
    finding_id: int | None


@dataclass(slots=True)
class LineRow:
    line: AssessmentLine
    events: list[EventRow] = field(default_factory=list)

    @property
    def counted(self) -> int:
        return sum(one.event.status == "counted" for one in self.events)

    @property
    def let_go(self) -> int:
        return len(self.events) - self.counted

    @property
    def lost(self) -> Decimal:
        return Decimal(self.line.item.full - self.line.points)

    @property
    def denominator(self) -> int:
        """As it counts now: what was given back has left it."""
        return (self.line.denominator or 0) - self.let_go

    @property
    def share(self) -> str:
        share = share_of(self.line.numerator or 0, self.denominator)
        return "–" if share is None else f"{(share * 100).quantize(Decimal('0.01'))}%"


def lines_of(assessment: Assessment, actor: Actor) -> list[LineRow]:
    """Every line with its events. Four statements, however many events there are."""
    events = AssessedEvent.objects.select_related("supervision", "document", "entered_by").order_by(
        "on", "id"
    )
    lines = list(
        assessment.lines.select_related("item").prefetch_related(Prefetch("events", queryset=events))
    )
    every = [one for line in lines for one in line.events.all()]
    seen = Case.objects.visible_to(actor).filter(pk__in={one.case_id for one in every if one.case_id})
    cases = {case.pk: case for case in seen.only("pk", "number", "title")}
    held = {one.finding_id for one in every if one.finding_id}
    findings = (
        set(Finding.objects.visible_to(actor).filter(pk__in=held).values_list("pk", flat=True))
        if held
        else set()
    )
    return [
        LineRow(
            line,
            [
                EventRow(
                    one,
                    cases.get(one.case_id or 0),
                    one.case_id is not None and one.case_id not in cases,
                    one.finding_id if one.finding_id in findings else None,
                )
                for one in line.events.all()
            ],
        )
        for line in lines
    ]


def counted_events(assessment: Assessment) -> QuerySet[AssessedEvent]:
    """Those that cost points, line by line."""
    found = AssessedEvent.objects.filter(line__assessment=assessment, status="counted")
    return found.select_related("line__item", "case", "finding", "supervision", "document").order_by(
        "line__item__position", "on", "id"
    )


def paper_of(number: str, hall: Hall) -> IssuedDocument | None:
    """A paper of this hall's organ that stands, by its number."""
    found = IssuedDocument.objects.filter(number=number.strip(), organ=hall.organ, voided_at=None)
    return found.first()


def case_of_paper(document: IssuedDocument) -> int | None:
    """The case in whose file it is."""
    kind, _colon, pk = document.stream.partition(":")
    return int(pk) if kind == "case" and pk.isdecimal() else None


def total(lines: Iterable[AssessmentLine]) -> Decimal:
    return sum((line.points for line in lines), Decimal(0))


def taken_events() -> QuerySet[AssessedEvent]:
    """What some assessment has counted, or given back, is never counted again."""
    return AssessedEvent.objects.all()


def is_reader_only(actor: Actor, assessment: Assessment) -> bool:
    """Who got the filed paper and is neither of the hall nor of the unit: it reads the paper, not the talk before."""
    if actor.kind == "system" or actor.has(*OFFICE_SEES, hall_id=assessment.hall_id):
        return False
    return assessment.department_id not in actor.departments(*UNIT)


def lapsing(state: str, day_field: str, *, today: dt.date, limit: int) -> Sequence[int]:
    """Assessments in that state whose day has passed."""
    late: dict[str, Any] = {"status": state, f"{day_field}__lt": today}
    return list(Assessment.objects.filter(**late).order_by("pk").values_list("pk", flat=True)[:limit])


def units_listed(actor: Actor) -> QuerySet[Department]:
    """By whom the list is filtered."""
    mine = Q(stations__hall__in=actor.halls(*OFFICE_SEES)) | Q(pk__in=actor.departments(*UNIT))
    return Department.objects.filter(mine, is_petition_office=False).distinct().order_by("code")
