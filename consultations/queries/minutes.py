"""The minutes of one consultation as rules and pages read them: the text that counts, the signatures in order, whose
turn it is, what differs between two versions.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.utils import timezone

from cases.models import Deadline
from consultations.models import (
    Commitment,
    Consultation,
    ConsultedUnit,
    Countersignature,
    MinutesReturn,
    MinutesVersion,
)

Line = Mapping[str, Any]
"""A commitment as a version says it: unit (id), unit_name, person, text, due_on (ISO)."""


def digest_of(facts: str, resolution: str, plan: str, lines: Sequence[Line]) -> str:
    """What a signature stands on: the text and the commitments, to the letter."""
    said = {"facts": facts, "resolution": resolution, "plan": plan, "lines": [dict(line) for line in lines]}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def clock_item(consultation: Consultation) -> str:
    """Names the signing clocks of one consultation; the unit tells them apart."""
    return f"sign:{consultation.pk}"


def commitment_item(commitment: Commitment) -> str:
    return f"commitment:{commitment.pk}"


@dataclass(frozen=True, slots=True)
class Seat:
    """A unit's place in the round: its signature on the version that counts, or the clock on which it signs."""

    unit: ConsultedUnit
    signature: Countersignature | None
    clock: Deadline | None

    @property
    def is_done(self) -> bool:
        return self.signature is not None

    @property
    def is_missed(self) -> bool:
        return self.signature is not None and self.signature.kind == "missed"

    def is_late(self, now: dt.datetime) -> bool:
        """Its period to sign has passed without a word."""
        return not self.is_done and bool(self.clock and self.clock.due_at and self.clock.due_at <= now)


@dataclass(frozen=True, slots=True)
class Round:
    """The signatures in their order: the units that take part as they were called, the lead unit last."""

    minutes: MinutesVersion | None
    seats: tuple[Seat, ...] = field(default=())

    @property
    def text(self) -> MinutesVersion:
        """The version that counts, where the state of the consultation says that there is one."""
        if self.minutes is None:
            raise LookupError("no minutes were drafted")
        return self.minutes

    @property
    def turn(self) -> Seat | None:
        """The first that has neither signed nor been recorded as not signing."""
        return next((seat for seat in self.seats if not seat.is_done), None)

    def of(self, department_ids: Iterable[int]) -> list[Seat]:
        mine = set(department_ids)
        return [seat for seat in self.seats if seat.unit.department_id in mine]


def in_order(units: Iterable[ConsultedUnit]) -> list[ConsultedUnit]:
    """会签 goes round the table and ends with the lead unit; whoever was released has no place in it."""
    here = [unit for unit in units if unit.status != "released"]
    return sorted(here, key=lambda unit: (unit.part == "lead", unit.order, unit.pk))


def round_of(one: Consultation) -> Round:
    """Four statements, however many units."""
    units = in_order(one.units.select_related("department"))
    minutes = MinutesVersion.objects.filter(consultation=one, version=one.version).first()
    if minutes is None:
        return Round(None, tuple(Seat(unit, None, None) for unit in units))
    signed = {row.unit_id: row for row in minutes.signatures.filter(void_at=None)}
    running = Deadline.objects.open().filter(case=one.case_id, kind="countersign", item=clock_item(one))
    clocks = {clock.department_id: clock for clock in running}
    seats = (Seat(unit, signed.get(unit.pk), clocks.get(unit.department_id)) for unit in units)
    return Round(minutes, tuple(seats))


def awaited_units(one: Consultation, *, now: dt.datetime) -> list[ConsultedUnit]:
    """Those that may still give their opinion in time: the minutes do not go round before them."""
    asked = one.units.filter(status="asked", due_on__gte=timezone.localdate(now))
    return list(asked.select_related("department"))


def versions_of(one: Consultation) -> list[MinutesVersion]:
    return list(one.minutes.select_related("drafted_by").order_by("-version"))


def void_signatures(one: Consultation) -> list[Countersignature]:
    """Those that stand no longer, with the reason: kept for ever."""
    rows = Countersignature.objects.filter(minutes__consultation=one).exclude(void_at=None)
    return list(rows.select_related("unit__department", "minutes").order_by("-void_at", "-id"))


def returns_of(one: Consultation) -> list[MinutesReturn]:
    rows = MinutesReturn.objects.filter(minutes__consultation=one)
    return list(rows.select_related("unit__department", "minutes").order_by("-at", "-id"))


# -- what differs --------------------------------------------------------------------------------------------------

_WORDS = re.compile(r"[0-9A-Za-z]+|\s+|.", re.DOTALL)
"""Chinese has no spaces: every character is a piece, a number or a Latin word is one, too."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`kind`: same, added, removed."""

    kind: str
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """What was taken out and what was put in, piece by piece in the order of the text."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(before[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(Piece("removed", "".join(before[i1:i2])))
        if j2 > j1:
            pieces.append(Piece("added", "".join(after[j1:j2])))
    return pieces


def line_words(line: Line) -> str:
    """A commitment as one line of text, for comparing."""
    person = f"（{line['person']}）" if line["person"] else ""
    return f"{line['unit_name']}{person}：{line['text']}，{line['due_on']}"


@dataclass(frozen=True, slots=True)
class Comparison:
    old: MinutesVersion
    new: MinutesVersion
    facts: list[Piece]
    resolution: list[Piece]
    plan: list[Piece]
    lines: list[Piece]


def compared(old: MinutesVersion, new: MinutesVersion) -> Comparison:
    def lines(one: MinutesVersion) -> str:
        return "\n".join(line_words(line) for line in one.lines)

    return Comparison(
        old,
        new,
        differences(old.facts, new.facts),
        differences(old.resolution, new.resolution),
        differences(old.plan, new.plan),
        differences(lines(old), lines(new)),
    )
