"""Leaders' instructions as they are read: on the leader's own list, the unit's, the hall's, and beside a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.lifecycle import INSTRUCTION
from cases.models import OPEN_INSTRUCTION, Case, Instruction, InstructionReport
from cases.queries.lights import light
from hall.access import Actor
from hall.citations import in_english
from staffing.lifecycle import DEPARTMENT_ROLES, HALL_MANAGER, LEADER, SUPERVISOR

PAGE = 25
STATES = {
    "open": lazy("没有了结的"),
    "given": lazy("待反馈"),
    "reported": lazy("已反馈，待审阅"),
    "ended": lazy("已了结、已撤回"),
}
READERS = (LEADER, HALL_MANAGER, SUPERVISOR, *DEPARTMENT_ROLES)
_WHICH = {
    "open": OPEN_INSTRUCTION,
    "given": Q(status="given"),
    "reported": Q(status="reported"),
    "ended": ~OPEN_INSTRUCTION,
}


@dataclass(frozen=True, slots=True)
class InstructionShown:
    """One with the light of its clock and what was last reported on it."""

    one: Instruction
    level: str
    due_on: dt.date | None
    report: str
    reported_at: dt.datetime | None

    @property
    def state(self) -> str:
        return _(INSTRUCTION.state(self.one.status).label)

    @property
    def person(self) -> str:
        """Who answers in the unit, in the reader's language."""
        known = self.one.person
        return (in_english() and known and known.name_en) or self.one.person_name


def _rows() -> QuerySet[Instruction]:
    last = InstructionReport.objects.filter(instruction=OuterRef("pk")).order_by("-id")
    return (
        Instruction.objects.select_related(
            "case", "department", "leader", "person", "deadline", "item__reception"
        )
        .defer("case__search", "case__content")
        .annotate(report=Subquery(last.values("text")[:1]), reported_at=Subquery(last.values("at")[:1]))
    )


def _shown(one: Instruction, now: dt.datetime) -> InstructionShown:
    clock = one.deadline
    level = light(
        clock.due_at, clock.amber_at, now, met=clock.met_at is not None, void=clock.void_at is not None
    )
    report: str | None = getattr(one, "report")  # noqa: B009 - annotated
    return InstructionShown(one, level, clock.due_on, report or "", getattr(one, "reported_at"))  # noqa: B009


def instructions_of_cases(pks: Sequence[int], *, now: dt.datetime) -> dict[int, list[InstructionShown]]:
    """Every instruction on these cases, the oldest first, by case."""
    found: dict[int, list[InstructionShown]] = {}
    for one in _rows().filter(case__in=pks).order_by("id"):
        found.setdefault(one.case_id, []).append(_shown(one, now))
    return found


def instruction_list(
    actor: Actor,
    *,
    state: str = "open",
    now: dt.datetime,
    after: int | None = None,
    size: int = PAGE,
) -> tuple[list[InstructionShown], int | None]:
    """A leader's own, a unit's own, all of a hall for its manager and supervisor; the newest first."""
    mine = Q(department__in=actor.departments(*DEPARTMENT_ROLES)) | Q(
        case__hall__in=actor.halls(HALL_MANAGER, SUPERVISOR)
    )
    if actor.has(LEADER):
        mine |= Q(leader=actor.user_id)
    rows = _rows().filter(mine, _WHICH.get(state, OPEN_INSTRUCTION))
    rows = rows.filter(case__in=Case.objects.visible_to(actor).order_by())
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-id")[: size + 1])
    shown = found[:size]
    return [_shown(one, now) for one in shown], shown[-1].pk if len(found) > size else None


def open_instructions(actor: Actor, *, now: dt.datetime, most: int = 10) -> list[InstructionShown]:
    """Those that the leader still waits for, the most urgent first: beside the docket."""
    rows = _rows().filter(OPEN_INSTRUCTION, leader=actor.user_id)
    rows = rows.filter(case__in=Case.objects.visible_to(actor).order_by())
    return [_shown(one, now) for one in rows.order_by("-status", "due_on", "id")[:most]]
