"""Hearings as they are listed: one's own unit's, a hall's, those of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.models import Case, Deadline
from cases.queries.lights import light
from cases.queries.work_list import Cursor
from hall.access import Actor
from hearings.lifecycle import HEARING, OPEN
from hearings.models import Hearing
from staffing.lifecycle import DEPARTMENT_ROLES

PAGE = 25
STATES = {
    "open": lazy("没有结束的"),
    "requested": lazy("待决定"),
    "ahead": lazy("筹备和已定时间"),
    "held": lazy("正在举行、合议"),
    "over": lazy("已结束"),
}
_WHICH = {
    "open": Q(status__in=OPEN),
    "requested": Q(status="requested"),
    "ahead": Q(status__in=("preparing", "scheduled", "suspended")),
    "held": Q(status__in=("in_session", "deliberating")),
    "over": ~Q(status__in=OPEN),
}
SCOPES = {"": lazy("全部"), "mine": lazy("本单位组织的")}
TONES = {
    "requested": "amber",
    "preparing": "blue",
    "scheduled": "blue",
    "in_session": "blue",
    "suspended": "amber",
    "deliberating": "blue",
    "concluded": "green",
}
CLOCKS = ("hearing_decide", "hearing_hold", "hearing_conclude")


@dataclass(frozen=True, slots=True)
class HearingShown:
    """One with the clock that runs for it: which, its last day, its light."""

    one: Hearing
    kind: str
    due_on: dt.date | None
    level: str

    @property
    def state(self) -> str:
        return _(HEARING.state(self.one.status).label)

    @property
    def tone(self) -> str:
        return TONES.get(self.one.status, "line")


def rows() -> QuerySet[Hearing]:
    return Hearing.objects.select_related(
        "case__hall", "case__first_handler", "hall", "organiser", "rules", "room"
    ).defer("case__search", "case__content")


def shown(found: Iterable[Hearing], *, now: dt.datetime) -> list[HearingShown]:
    """With their clocks, in one more statement."""
    hearings = list(found)
    open_clocks = Deadline.objects.open().filter(
        case__in={one.case_id for one in hearings},
        kind__in=CLOCKS,
        item__in=[str(one.pk) for one in hearings],
    )
    by_item = {clock.item: clock for clock in open_clocks}
    return [_shown(one, by_item.get(str(one.pk)), now) for one in hearings]


def _shown(one: Hearing, clock: Deadline | None, now: dt.datetime) -> HearingShown:
    if clock is None:
        return HearingShown(one, "", None, "")
    return HearingShown(one, clock.kind, clock.due_on, light(clock.due_at, clock.amber_at, now))


def hearing_list(
    actor: Actor,
    *,
    state: str = "open",
    scope: str = "",
    now: dt.datetime,
    after: Cursor | None = None,
    size: int = PAGE,
) -> tuple[list[HearingShown], Cursor | None]:
    """What the reader may see, the newest first; "mine": what the reader's own unit holds."""
    found = rows().filter(_WHICH.get(state, _WHICH["open"]))
    found = found.filter(pk__in=Hearing.objects.visible_to(actor).order_by().values("pk"))
    if scope == "mine":
        found = found.filter(organiser__in=actor.departments(*DEPARTMENT_ROLES))
    if after is not None and after.due_at is not None:
        found = found.filter(Q(opened_at__lt=after.due_at) | Q(opened_at=after.due_at, pk__lt=after.pk))
    page = list(found.order_by("-opened_at", "-id")[: size + 1])
    here = page[:size]
    behind = Cursor(here[-1].opened_at, here[-1].pk) if len(page) > size else None
    return shown(here, now=now), behind


def hearings_of_case(actor: Actor, case: Case, *, now: dt.datetime) -> list[HearingShown]:
    """All of a case's, the newest first."""
    mine = Hearing.objects.visible_to(actor).filter(case=case).order_by().values("pk")
    return shown(rows().filter(pk__in=mine).order_by("-opened_at", "-id"), now=now)
