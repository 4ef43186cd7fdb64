"""A hearing whose date everybody is to be told of, and the steps of doing so by the real actions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from cases.actions.proceedings import open_proceeding
from cases.models import Case
from hall.access import PUBLIC, SYSTEM, Refused
from hearings import actions
from hearings.actions.notices import notices_of_postponement
from hearings.models import (
    Announcement,
    Hearing,
    HearingDate,
    HearingParty,
    HearingRules,
    Notice,
    PanelSeat,
    PoolMember,
    PublicSeat,
)
from hearings.rules import Proof, PublicWords, SeatWish
from staffing.models import Room
from tests.cast import NOW, Cast, at, save
from tests.kept import kept
from tests.matters import accepted
from tests.social import participant

STARTS = at("2026-12-16 09:00")
"""A Wednesday, four weeks on."""
TITLE = "拖欠工资信访事项听证"
ATTEND = "请带身份证件，提前二十分钟到大厅登记入场，服从现场秩序，不录音录像。"
WORDS = PublicWords(title=TITLE, attend=ATTEND, contact="云溪县联合接访大厅", seats=3)
PANEL = (("deputy", "许国梁", "13900010001"), ("lawyer", "沈惠明", "13900010002"), ("citizen", "钟小琴", ""))


@kept
def rules_of(cast: Cast, **facts: Any) -> HearingRules:
    """The hall's rules: ten working days before the hearing, as in Shandong."""
    if known := HearingRules.objects.filter(hall=cast.hall).first():
        return known
    # until asking is joined
    stated: dict[str, Any] = {
        "code": "test", "name": "云溪县信访听证办法", "name_en": "Yunxi rules of hearings",
        "source": "云溪县信访听证办法第九条", "apply_days": 7, "serve_days": 10,
        "source_en": "Yunxi rules of hearings, Art. 9", "in_force_from": dt.date(2026, 1, 1), "decide_days": 7,
        "hold_days": 30, "notice_days": 10, "notice_unit": "workday", "conclude_days": 10, "adopted_at": NOW,
    }  # fmt: skip
    return HearingRules.objects.create(hall=cast.hall, **{**stated, **facts})


@kept
def room_of(cast: Cast, capacity: int = 40) -> Room:
    known = Room.objects.filter(hall=cast.hall, kind="hearing").first()
    room = Room(hall=cast.hall, name="听证室", name_en="Hearing room", kind="hearing", capacity=capacity)
    return known or save(room, NOW)


@kept
def scheduled(
    cast: Cast,
    *,
    case: Case | None = None,
    starts_at: dt.datetime = STARTS,
    now: dt.datetime = NOW,
    public: bool = True,
    rules: dict[str, Any] | None = None,
    in_file: bool = True,
    **facts: Any,
) -> Hearing:
    """Granted, with a panel of three, presider, recorder, both parties and an agent, a room and a time."""
    case = case or accepted(cast, now)
    room = room_of(cast)
    # until asking and panel are joined
    hearing = Hearing.objects.create(
        **{
            "case": case, "hall": cast.hall, "organiser": cast.units["labour"],
            "rules": rules_of(cast, **(rules or {})), "origin": "own_motion", "title": TITLE,
            "reason": "事项重大复杂。", "status": "preparing", "opened_at": now, "is_public": public,
            "closed_ground": "" if public else "privacy", "closed_reason": "" if public else "涉及个人隐私。",
            "panel_size": 3, **facts,
        }
    )  # fmt: skip
    if in_file:
        open_proceeding(
            case,
            "hearing",
            hearing.pk,
            title=TITLE,
            stage="preparing",
            actor=SYSTEM,
            now=now,
            blocks_opinion=True,
        )
    principal = case.parties.get(role="principal").petitioner
    party(hearing, "petitioner", principal.name, petitioner=principal)
    party(hearing, "unit", "云溪县人力资源和社会保障局", department=cast.units["labour"])
    party(hearing, "agent", "田守义", phone="13800010077")
    for role, user in (("presider", cast.head2), ("recorder", cast.clerk2)):
        PanelSeat.objects.create(hearing=hearing, role=role, user=user, name=user.name, seated_at=now)
    for kind, name, phone in PANEL:
        seat(cast, hearing, kind, name, phone, now=now)
    return dated(hearing, starts_at, room, now=now)


def dated(hearing: Hearing, starts_at: dt.datetime, room: Room | None = None, *, now: dt.datetime) -> Hearing:
    """Gets a time and a room: the next round."""
    # until panel is joined
    hearing.refresh_from_db()
    hearing.room = room or hearing.room
    hearing.starts_at, hearing.ends_at = starts_at, starts_at + dt.timedelta(hours=3)
    hearing.round, hearing.status = hearing.round + 1, "scheduled"
    hearing.save()
    where = hearing.room.name if hearing.room else hearing.place
    HearingDate.objects.create(
        hearing=hearing,
        round=hearing.round,
        starts_at=starts_at,
        ends_at=hearing.ends_at,
        where=where,
        set_at=now,
    )
    return Hearing.objects.get(pk=hearing.pk)


@kept
def postponed(cast: Cast, hearing: Hearing, *, ground: str = "evidence", now: dt.datetime = NOW) -> Hearing:
    """The date falls, and everybody is told by the part that `postpone_hearing` calls."""
    # until asking is joined
    case = Case.objects.get(pk=hearing.case_id)
    hearing = Hearing.objects.get(pk=hearing.pk)
    from_date = hearing.dates.get(round=hearing.round)
    from_date.dropped_at, from_date.ground, from_date.reason = now, ground, "张秀英申请调取新的证据。"
    from_date.save()
    notices_of_postponement(case, hearing, actor=cast.act(cast.head, now), ground=ground, now=now)
    hearing.status = "preparing"
    hearing.save(update_fields=["status"])
    return Hearing.objects.get(pk=hearing.pk)


def party(hearing: Hearing, kind: str, name: str, **facts: Any) -> HearingParty:
    return HearingParty.objects.create(hearing=hearing, kind=kind, name=name, **facts)


@kept
def seat(
    cast: Cast, hearing: Hearing, kind: str, name: str, phone: str, *, now: dt.datetime = NOW
) -> PanelSeat:
    who = PoolMember.objects.filter(participant__name=name).first()
    if who is None:
        row = participant(cast, kind, now, name=name, name_en="", organisation="")
        who = PoolMember.objects.create(
            hall=cast.hall, participant=row, category=kind, phone=phone, added_at=now
        )
    return PanelSeat.objects.create(hearing=hearing, role="member", member=who, name=name, seated_at=now)


# -- the verbs -----------------------------------------------------------------------------------------------------


@kept
def notified(cast: Cast, hearing: Hearing, now: dt.datetime = NOW, **facts: Any) -> list[Notice]:
    return actions.notify_parties(actor=cast.act(cast.liaison, now), hearing_id=hearing.pk, now=now, **facts)


def notice_of(hearing: Hearing, kind: str) -> Notice:
    """The notice of this round to the one of that kind."""
    rows = Notice.objects.filter(hearing=hearing, round=Hearing.objects.get(pk=hearing.pk).round)
    if kind in ("presider", "member", "recorder"):
        found = rows.filter(seat__role=kind).first()
    else:
        found = rows.filter(party__kind=kind).first()
    assert found is not None
    return found


@kept
def served(
    cast: Cast, notice: Notice, on: dt.date | None = None, now: dt.datetime = NOW, method: str = "direct"
) -> Notice:
    proof = Proof(method=method, served_on=on or now.date(), proof="本人签收，附签收页。")
    actor = cast.act(cast.liaison, now)
    return actions.record_notice_service(actor=actor, notice_id=notice.pk, proof=proof, now=now)


@kept
def announced(
    cast: Cast, hearing: Hearing, now: dt.datetime = NOW, words: PublicWords = WORDS
) -> Announcement:
    return actions.announce_hearing(
        actor=cast.act(cast.liaison, now), hearing_id=hearing.pk, words=words, now=now
    )


def wish(n: int = 1, now: dt.datetime = NOW, **facts: Any) -> SeatWish:
    stated: dict[str, Any] = {
        "token": uuid.uuid4(), "drawn_at": now - dt.timedelta(seconds=30), "name": f"旁听人{n}",
        "phone": f"1370001{n:04}", "agreed": True,
    }  # fmt: skip
    return SeatWish(**{**stated, **facts})


def taken(
    hearing: Hearing, n: int = 1, now: dt.datetime = NOW, address: str = "", **facts: Any
) -> PublicSeat:
    return actions.take_seat(
        actor=PUBLIC,
        hearing_id=hearing.pk,
        wish=wish(n, now, **facts),
        address=address or f"10.0.0.{n}",
        now=now,
    )


def refused(act: Callable[..., Any], *args: Any, **kwargs: Any) -> Refused:
    try:
        act(*args, **kwargs)
    except Refused as refusal:
        return refusal
    raise AssertionError("was not refused")
