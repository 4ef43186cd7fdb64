"""The page of one consultation: its units with their lights, the table of answers, the sittings, its history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from cases.models import VideoRoom
from cases.queries.lights import DONE, NONE, light
from cases.queries.verbs import Verb
from cases.queries.words import say_day, verb
from consultations.models import Attendance, Consultation, ConsultedUnit, Sitting, UnitAnswer, UnitOpinion
from consultations.queries.matrix import Asked, Matrix, Said, Voice, matrix
from hall.access import SYSTEM, Actor
from hall.models import JournalEntry, stream_of

HISTORY = 60


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with the light of its own date."""

    unit: ConsultedUnit
    due_on: dt.date | None
    level: str
    versions: int


@dataclass(frozen=True, slots=True)
class SittingRow:
    """A sitting, who was invited, and of which units people came."""

    one: Sitting
    people: list[Attendance]

    @property
    def came(self) -> list[tuple[str, list[Attendance]]]:
        """Those who came, unit by unit."""
        found: dict[str, list[Attendance]] = {}
        for row in self.people:
            if row.present:
                found.setdefault(row.department.label, []).append(row)
        return [*found.items()]

    @property
    def missing(self) -> list[Attendance]:
        return [row for row in self.people if row.present is False]


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the history."""

    at: dt.datetime
    verb: Verb
    who: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything the page shows of it."""

    one: Consultation
    units: list[UnitRow]
    table: Matrix
    sittings: list[SittingRow]
    deeds: list[Deed]

    @property
    def awaited(self) -> list[UnitRow]:
        return [row for row in self.units if row.unit.status in ("asked", "silent")]

    @property
    def next(self) -> UnitRow | None:
        """The one that is awaited first."""
        return min(self.awaited, key=lambda row: row.due_on or row.unit.due_on, default=None)


def units_read(one: Consultation) -> list[ConsultedUnit]:
    """The units in their order, each with its versions, the newest first, and what they say."""
    answers = UnitAnswer.objects.order_by("pk")
    opinions = UnitOpinion.objects.select_related("given_by").order_by("-version")
    rows = one.units.select_related("department", "deadline").order_by("order", "pk")
    return list(
        rows.prefetch_related(
            Prefetch("opinions", queryset=opinions.prefetch_related(Prefetch("answers", queryset=answers)))
        )
    )


def voice_of(unit: ConsultedUnit) -> Voice:
    said = [
        Said(
            version=row.version,
            given_at=row.given_at,
            is_late=row.is_late,
            answers={answer.question_id: (answer.position, answer.text) for answer in row.answers.all()},
            text=row.text,
            basis=row.basis,
            by=row.given_by.label if row.given_by else "",
        )
        for row in unit.opinions.all()
    ]
    return Voice(unit.pk, unit.department.label, unit.part, unit.status, said)


def table_of(one: Consultation, units: list[ConsultedUnit] | None = None) -> Matrix:
    """The answers side by side; also for whoever drafts the minutes."""
    units = units_read(one) if units is None else units
    questions = [Asked(row.pk, row.number, row.text) for row in one.questions.all()]
    return matrix(questions, [voice_of(unit) for unit in units])


def _unit_row(unit: ConsultedUnit, now: dt.datetime) -> UnitRow:
    clock = unit.deadline
    due = (clock.due_on if clock else None) or unit.due_on
    if unit.status == "released" or clock is None:
        level = NONE
    elif unit.status in ("answered", "late"):
        level = DONE
    else:
        level = light(clock.due_at, clock.amber_at, now, void=clock.void_at is not None)
    return UnitRow(unit, due, level, len(unit.opinions.all()))


def whole(one: Consultation, *, now: dt.datetime) -> Whole:
    """The consultation as its page shows it; however many units and versions, the same few statements."""
    units = units_read(one)
    people = Attendance.objects.select_related("department", "user")
    sittings = one.sittings.select_related("room", "chair", "video_room").prefetch_related(
        Prefetch("attendance", queryset=people)
    )
    rows = [SittingRow(row, list(row.attendance.all())) for row in sittings.order_by("-starts_at", "-pk")]
    return Whole(
        one, [_unit_row(unit, now) for unit in units], table_of(one, units), rows,
        _deeds(one, units, rows),
    )  # fmt: skip


def rooms_of_sittings(actor: Actor, one: Consultation) -> frozenset[int]:
    """The video rooms of its sittings that the reader may open."""
    rows = VideoRoom.objects.visible_to(actor).filter(sitting__consultation=one)
    return frozenset(rows.values_list("pk", flat=True))


def _deeds(one: Consultation, units: list[ConsultedUnit], sittings: list[SittingRow]) -> list[Deed]:
    """Its acts out of the case's journal, newest first."""
    named = [
        f"consultations.consultation:{one.pk}",
        *(f"consultations.consultedunit:{unit.pk}" for unit in units),
        *(f"consultations.sitting:{row.one.pk}" for row in sittings),
    ]
    rows = JournalEntry.objects.filter(Q(object__in=named), stream=stream_of(one.case)).order_by("-seq")
    return [_deed(row) for row in rows[:HISTORY]]


def _deed(row: JournalEntry) -> Deed:
    facts = [str(row.after[key]) for key in ("unit",) if row.after.get(key)]
    facts += [say_day(row.after[key]) for key in ("on", "until") if row.after.get(key)]
    who = "" if row.actor_name == SYSTEM.name else row.actor_name
    return Deed(row.at, verb(row.verb), who, " · ".join(facts), row.reason)
