"""Commitments as lists and pages read them: what my unit owes, what is owed in my hall; with each clock's light."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cases.models import Case
from cases.queries.lights import light
from consultations.lifecycle import COMMITMENT
from consultations.models import Commitment, Consultation
from hall.access import Actor
from hall.citations import in_english
from staffing.lifecycle import CLERK, DEPARTMENT_ROLES, HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Department

PAGE = 25
HALL_READERS = (CLERK, HALL_MANAGER, SUPERVISOR, LEADER)
READERS = (*DEPARTMENT_ROLES, *HALL_READERS)
TONES = {"open": "blue", "reported": "amber", "fulfilled": "green", "dropped": "grey"}


@dataclass(frozen=True, slots=True)
class CommitmentFilter:
    """`scope`: unit (what mine owe) or hall; `state`: running (open or reported), or one of the table's."""

    scope: str = ""
    state: str = "running"
    unit_id: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class DayCursor:
    """Behind which row the next page starts."""

    due_on: dt.date
    pk: int

    def __str__(self) -> str:
        return f"{self.due_on:%Y%m%d}_{self.pk}"

    @classmethod
    def parse(cls, text: str) -> DayCursor | None:
        """The cursor that a page handed out; None for anything else, which starts from the front."""
        day, _mark, pk = text.partition("_")
        try:
            found = cls(dt.datetime.strptime(day, "%Y%m%d").date(), int(pk))  # noqa: DTZ007 - a day, no moment
        except ValueError:
            return None
        return found if 0 <= found.pk < 2**63 else None


@dataclass(frozen=True, slots=True)
class CommitmentShown:
    """One with the light of its clock."""

    one: Commitment
    level: str
    due_on: dt.date

    @property
    def state(self) -> str:
        return _(COMMITMENT.state(self.one.status).label)

    @property
    def tone(self) -> str:
        return TONES.get(self.one.status, "line")

    @property
    def person(self) -> str:
        known = self.one.person
        return (in_english() and known and known.name_en) or self.one.person_name


def scopes(actor: Actor) -> list[str]:
    """Which lists the reader has: their units' first, then their halls'."""
    found = ["unit"] if actor.departments(*DEPARTMENT_ROLES) else []
    return [*found, "hall"] if actor.halls(*HALL_READERS) else found


def shown(one: Commitment, now: dt.datetime) -> CommitmentShown:
    clock = one.deadline
    if clock is None:
        return CommitmentShown(one, "none", one.due_on)
    level = light(
        clock.due_at, clock.amber_at, now, met=clock.met_at is not None, void=clock.void_at is not None
    )
    return CommitmentShown(one, level, clock.due_on or one.due_on)


def _rows() -> QuerySet[Commitment]:
    related = ("consultation__case", "department", "person", "deadline")
    return Commitment.objects.select_related(*related).defer(
        "consultation__case__content", "consultation__case__search"
    )


def visible_commitments(actor: Actor) -> QuerySet[Commitment]:
    """Those that this reader may see, with what a page of one needs."""
    mine = Commitment.objects.visible_to(actor).exclude(status="draft")
    return mine.select_related(
        "consultation__case__hall", "consultation__convenor", "department", "person", "deadline"
    ).defer("consultation__case__content", "consultation__case__search")


def commitments_of(one: Consultation, *, now: dt.datetime) -> list[CommitmentShown]:
    """Those of one consultation, in their order."""
    return [shown(row, now) for row in _rows().filter(consultation=one).order_by("number")]


def commitment_list(
    actor: Actor,
    asked: CommitmentFilter,
    *,
    now: dt.datetime,
    after: DayCursor | None = None,
    size: int = PAGE,
) -> tuple[list[CommitmentShown], DayCursor | None]:
    """The earliest day first; two statements, however long the list."""
    known = scopes(actor)
    scope = asked.scope if asked.scope in known else next(iter(known), "")
    rows = _rows().filter(pk__in=Commitment.objects.visible_to(actor).values("pk"))
    if scope == "unit":
        rows = rows.filter(department__in=actor.departments(*DEPARTMENT_ROLES))
    else:
        rows = rows.filter(hall__in=actor.halls(*HALL_READERS))
    rows = rows.filter(_in_state(asked.state))
    if asked.unit_id is not None:
        rows = rows.filter(department=asked.unit_id)
    if asked.late:
        rows = rows.filter(status="open", deadline__due_at__lte=now)
    if after is not None:
        rows = rows.filter(Q(due_on__gt=after.due_on) | Q(due_on=after.due_on, pk__gt=after.pk))
    found = list(rows.order_by("due_on", "pk")[: size + 1])
    page = found[:size]
    more = DayCursor(page[-1].due_on, page[-1].pk) if len(found) > size else None
    return [shown(row, now) for row in page], more


def _in_state(state: str) -> Q:
    if state in ("open", "reported", "fulfilled", "dropped"):
        return Q(status=state)
    return Q(status__in=("open", "reported")) if state == "running" else ~Q(status="draft")


def owing_units(actor: Actor, scope: str) -> Sequence[Department]:
    """Whom the filter offers: the units that owe something in the reader's halls."""
    if scope != "hall":
        return []
    owed = (
        Commitment.objects.visible_to(actor)
        .filter(hall__in=actor.halls(*HALL_READERS))
        .exclude(status="draft")
    )
    return list(Department.objects.filter(pk__in=owed.values("department")).order_by("code"))


def sees_case(actor: Actor, case_id: int) -> bool:
    return Case.objects.visible_to(actor).filter(pk=case_id).exists()
