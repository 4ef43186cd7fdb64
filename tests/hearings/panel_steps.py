"""Panels for tests: a pool entered by the real actions, a hearing in preparation, drawn and set on a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cases.actions.proceedings import open_proceeding
from cases.models import Case
from hall.access import SYSTEM
from hall.models import ref_of
from hearings import actions
from hearings.actions import NewParty, PoolFacts, When
from hearings.models import Hearing, HearingRules, PanelSeat, PoolMember
from staffing.actions.engagements import release
from staffing.models import Room
from tests.cast import NOW, Cast, at, save
from tests.kept import kept
from tests.matters import accepted
from tests.social import participant

SOURCE = "《甲省信访事项听证办法》第九条"
PEOPLE = (
    # name, kind, category
    ("罗听安", "deputy", "deputy"), ("谭议明", "cppcc", "cppcc"), ("方持正", "lawyer", "lawyer"),
    ("施研之", "expert", "expert"), ("田民声", "citizen", "citizen"), ("毕公允", "deputy", "deputy"),
    ("祝同和", "citizen", "citizen"), ("于问渠", "expert", "expert"),
)  # fmt: skip
SEED = "7f3a-2026"
NINE = at("2026-12-09 09:00")
"""A Wednesday, three weeks after NOW."""


@kept
def rules_of(cast: Cast, *, least: int = 3, **facts: Any) -> HearingRules:
    """A local rule set; any number can be replaced."""
    # until asking is joined
    stated: dict[str, Any] = {
        "code": "test", "name": "甲省听证规则", "name_en": "Province A hearing rules", "source": SOURCE,
        "source_en": "Province A hearing rules, Art. 9", "in_force_from": dt.date(2026, 1, 1), "apply_days": 10,
        "decide_days": 7, "hold_days": 30, "notice_days": 7, "panel_least": least, "conclude_days": 20,
        "serve_days": 10, "adopted_at": NOW,
    }  # fmt: skip
    return HearingRules.objects.create(hall=cast.hall, **{**stated, **facts})


@kept
def preparing(
    cast: Cast,
    case: Case | None = None,
    *,
    rules: HearingRules | None = None,
    organiser: str = "petition",
    now: dt.datetime = NOW,
    **facts: Any,
) -> Hearing:
    """A hearing that was opened, with the row in the case file that opening it writes."""
    # until asking is joined
    case = case or accepted(cast, now)
    rules = rules or HearingRules.objects.filter(hall=cast.hall).first() or rules_of(cast)
    stated: dict[str, Any] = {
        "origin": "own_motion", "title": "某工地拖欠工资一事", "reason": "争议较大，需要公开听取意见。",
        "status": "preparing", "opened_at": now,
    }  # fmt: skip
    hearing = Hearing.objects.create(
        case=case, hall=cast.hall, organiser=cast.units[organiser], rules=rules, **{**stated, **facts}
    )
    open_proceeding(
        case, "hearing", hearing.pk, title=hearing.title, stage="preparing", blocks_opinion=True, actor=SYSTEM,
        now=now,
    )  # fmt: skip
    return hearing


@kept
def member(
    cast: Cast,
    name: str,
    kind: str = "citizen",
    category: str = "",
    *,
    employer: str = "",
    phone: str = "",
    now: dt.datetime = NOW,
    **facts: Any,
) -> PoolMember:
    """Somebody of the pool."""
    one = participant(cast, kind, now, **{"name": name, "name_en": "", "organisation": "", **facts})
    return actions.add_to_pool(
        actor=cast.act(cast.manager, now),
        hall_id=cast.hall.pk,
        participant_id=one.pk,
        facts=PoolFacts(
            category=category or kind,
            employer_id=cast.units[employer].pk if employer else None,
            phone=phone,
        ),
        now=now,
    )


@kept
def pool(cast: Cast, count: int = len(PEOPLE), now: dt.datetime = NOW) -> list[PoolMember]:
    return [member(cast, name, kind, category, now=now) for name, kind, category in PEOPLE[:count]]


@kept
def drawn(
    cast: Cast,
    hearing: Hearing | None = None,
    *,
    size: int = 3,
    seed: str = SEED,
    now: dt.datetime = NOW,
    **facts: Any,
) -> Hearing:
    """With a panel: the supervisor presides, the second clerk records. The pool is filled when it is empty."""
    hearing = hearing or preparing(cast, now=now)
    if not PoolMember.objects.filter(hall=cast.hall).exists():
        pool(cast, now=now)
    stated: dict[str, Any] = {"presider_id": cast.supervisor.pk, "recorder_id": cast.clerk2.pk}
    return actions.draw_panel(
        actor=cast.act(cast.manager, now), hearing_id=hearing.pk, size=size, seed=seed, now=now,
        **{**stated, **facts},
    )  # fmt: skip


@kept
def hearing_room(cast: Cast, name: str = "听证室", capacity: int = 30) -> Room:
    found = Room.objects.filter(hall=cast.hall, name=name).first()
    room = Room(hall=cast.hall, name=name, name_en="Hearing room", kind="hearing", capacity=capacity)
    return found or save(room, NOW)


def when(cast: Cast, start: dt.datetime = NINE, hours: float = 2.5, **facts: Any) -> When:
    if "place" not in facts and "room_id" not in facts:
        facts["room_id"] = hearing_room(cast).pk
    return When(starts_at=start, ends_at=start + dt.timedelta(hours=hours), **facts)


@kept
def scheduled(
    cast: Cast,
    hearing: Hearing | None = None,
    *,
    now: dt.datetime = NOW,
    confirmed: bool = False,
    **facts: Any,
) -> Hearing:
    """With a room and everybody taken."""
    hearing = hearing or drawn(cast, now=now)
    return actions.schedule_hearing(
        actor=cast.act(cast.manager, now),
        hearing_id=hearing.pk,
        when=when(cast, **facts),
        confirmed=confirmed,
        now=now,
    )


def postponed(hearing: Hearing, *, now: dt.datetime = NOW) -> Hearing:
    """Put off: room and people are free, the hearing is in preparation again."""
    # until asking is joined
    release(ref_of(hearing), now=now)
    hearing.dates.filter(dropped_at=None).update(dropped_at=now, ground="force", reason="大雪封路")
    Hearing.objects.filter(pk=hearing.pk).update(status="preparing", starts_at=None, ends_at=None)
    hearing.refresh_from_db()
    return hearing


def seat_of(hearing: Hearing, role: str = "member") -> PanelSeat:
    found = PanelSeat.objects.filter(hearing=hearing, role=role, status="seated").order_by("pk").first()
    assert found is not None
    return found


def party(kind: str = "agent", name: str = "代某某", **facts: Any) -> NewParty:
    return NewParty(kind=kind, name=name, **facts)
