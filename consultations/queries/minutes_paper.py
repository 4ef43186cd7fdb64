"""From a consultation to the facts of its paper: who sat there, what was asked and said, who signed and who did not.

In the house's language, as every paper is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from consultations.lifecycle import PARTS, POSITIONS
from consultations.models import Consultation, ConsultedUnit, JointConference, Sitting, UnitOpinion
from consultations.queries.minutes import Round, Seat, in_order
from hall.documents.kinds import cn_date

SIGNED = {"signed": "同意", "dissent": "会签，保留意见", "missed": "逾期未会签"}


def minutes_facts(one: Consultation, found: Round, tasks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    text = found.text
    units = [seat.unit for seat in found.seats]
    opinions = _last_opinions(units)
    sittings = list(
        one.sittings.filter(status="held")
        .select_related("room", "chair")
        .prefetch_related("attendance__department")
    )
    return {
        "topic": one.title,
        "convenor": one.convenor.name,
        "called_on": timezone.localdate(one.called_at),
        "participants": [f"{unit.department.name}（{PARTS[unit.part]}）" for unit in units],
        "sittings": [_sitting(row) for row in sittings],
        "attended": _people(sittings, present=True),
        "absent": _people(sittings, present=False),
        "questions": [row.text for row in one.questions.all()],
        "positions": _positions(units, opinions),
        "silent": "、".join(
            unit.department.name
            for unit in units
            if unit.pk not in opinions and unit.status in ("asked", "silent")
        ),
        "agreed_facts": text.facts,
        "resolution": text.resolution,
        "plan": text.plan,
        "tasks": list(tasks),
        "signatures": [_signature(seat) for seat in found.seats],
        "dissents": [
            f"{seat.unit.department.name}（{seat.signature.name}）：{seat.signature.dissent}"
            for seat in found.seats
            if seat.signature and seat.signature.dissent
        ],
        "missed": "、".join(seat.unit.department.name for seat in found.seats if seat.is_missed),
    }


def _last_opinions(units: Sequence[ConsultedUnit]) -> dict[int, UnitOpinion]:
    rows = UnitOpinion.objects.filter(unit__in=units).order_by("unit", "version")
    return {row.unit_id: row for row in rows.prefetch_related("answers__question")}


def _positions(units: Sequence[ConsultedUnit], opinions: dict[int, UnitOpinion]) -> list[str]:
    """Unit by unit, answer by answer, in the words that were given."""
    said = []
    for unit in units:
        if (opinion := opinions.get(unit.pk)) is None:
            continue
        late = "（逾期提出）" if opinion.is_late else ""
        parts = [
            f"对第{row.question.number}个问题，{POSITIONS[row.position]}"
            + (f"：{_bare(row.text)}" if row.text else "")
            for row in opinion.answers.all()
        ]
        parts += [_bare(opinion.text)] if opinion.text else []
        parts += [f"依据：{_bare(opinion.basis)}"] if opinion.basis else []
        said.append(f"{unit.department.name}{late}：{'；'.join(parts)}。")
    return said


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip("。；; ")


def _sitting(row: Sitting) -> str:
    starts, ends = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
    where = row.room.name if row.room else row.place
    return f"{cn_date(starts.date())}{starts:%H:%M}至{ends:%H:%M}，{where}，主持人：{row.chair.name}。"


def _people(sittings: Sequence[Sitting], *, present: bool) -> list[str]:
    seen: dict[str, None] = {}
    for sitting in sittings:
        for row in sitting.attendance.all():
            if row.present is present:
                seen[f"{row.department.name}{row.name}" + (f"（{row.title}）" if row.title else "")] = None
    return list(seen)


def _signature(seat: Seat) -> str:
    row = seat.signature
    if row is None:  # the paper is made once all are done
        return ""
    words = f"{seat.unit.department.name}：{SIGNED[row.kind]}"
    if row.kind == "missed":
        return words
    return f"{words}，{row.name}，{cn_date(timezone.localdate(row.signed_at))}"


def conference_facts(
    one: Consultation, conference: JointConference, tasks: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    referred: dt.date = timezone.localdate(conference.referred_at)
    return {
        "topic": one.title,
        "convenor": one.convenor.name,
        "referred_on": referred,
        "ground": str(conference.get_ground_display()),
        "reason": conference.reason,
        "met_on": conference.met_on,
        "chaired_by": conference.chaired_by,
        "attendance": conference.attended,
        "participants": [
            f"{unit.department.name}（{PARTS[unit.part]}）"
            for unit in in_order(one.units.select_related("department"))
        ],
        "decision": conference.decision,
        "tasks": list(tasks),
    }
