"""A pool, and hearings with and without their panel, in the house that is walked through; and what is typed there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from hall.models import statutory_calendar
from hearings import actions
from hearings.models import Hearing, HearingRules
from tests.cast import Cast
from tests.hearings.panel_steps import (
    drawn,
    hearing_room,
    member,
    party,
    preparing,
    rules_of,
    scheduled,
    seat_of,
)
from tests.matters import accepted

WHY = "与被反映人合伙经营，可能影响公正。"
NAMES = {
    "罗听安": ("deputy", "Luo Ting'an"), "谭议明": ("cppcc", "Tan Yiming"), "方持正": ("lawyer", "Fang Chizheng"),
    "施研之": ("expert", "Shi Yanzhi"), "田民声": ("citizen", "Tian Minsheng"), "毕公允": ("deputy", "Bi Gongyun"),
}  # fmt: skip


def panel_rows(cast: Cast, now: dt.datetime) -> dict[str, int]:
    """By what the addresses name: a hearing before its draw, with its panel, with a request, with its date."""
    manager = cast.act(cast.manager, now)
    rules = HearingRules.objects.filter(hall=cast.hall).order_by("pk").first() or rules_of(cast)
    for name, (kind, name_en) in NAMES.items():
        one = member(
            cast, name, kind, name_en=name_en, organisation="云溪社", organisation_en="Yunxi Club", now=now
        )
    out = member(
        cast, "单位人", "expert", name_en="Dan Weiren", employer="labour", phone="13900139200", now=now
    )
    gone = member(cast, "停用人", "citizen", name_en="Ting Yongren", now=now)
    actions.retire_pool_member(actor=manager, member_id=gone.pk, reason="本人要求", now=now)

    def made(title: str, **facts: Any) -> Hearing:
        return preparing(cast, accepted(cast, now, title=title), rules=rules, now=now, title=title, **facts)

    free, hearing = made("还没有抽取的听证"), drawn(cast, made("已经抽取的听证"), now=now)
    challenged = drawn(cast, made("有人申请回避的听证"), now=now)
    asked = actions.request_recusal(
        actor=manager, seat_id=seat_of(challenged).pk, by="张秀英", ground="interest", reason=WHY, now=now
    )
    there = actions.add_party(actor=manager, hearing_id=hearing.pk, party=party(phone="13900139201"), now=now)
    start = dt.datetime.combine(panel_day(now), dt.time(14), timezone.get_current_timezone())
    set_down = scheduled(cast, drawn(cast, made("已定时间的听证"), now=now), start=start, now=now)
    open_seat = seat_of(set_down)
    second = actions.request_recusal(
        actor=manager, seat_id=open_seat.pk, by="张秀英", ground="interest", reason=WHY, now=now
    )
    actions.decide_recusal(actor=manager, recusal_id=second.pk, granted=True, decision="经查属实。", now=now)
    return {
        "member": one.pk, "out": out.pk, "gone": gone.pk, "free": free.pk, "drawn": hearing.pk,
        "challenged": challenged.pk, "set": set_down.pk, "seat": seat_of(hearing).pk, "open_seat": open_seat.pk,
        "recusal": asked.pk, "party": there.pk, "room": hearing_room(cast).pk,
    }  # fmt: skip


def panel_day(now: dt.datetime) -> dt.date:
    return statutory_calendar().next_workday(timezone.localdate(now) + dt.timedelta(days=23))


Asked = dict[str, Any]
_HEARING = "/hearings/<hearing_id>"


def _at(name: str, key: str = "hearing_id", /, **data: Any) -> Callable[[Any], Asked]:
    return lambda here: {"args": {key: here.panel[name]}, "data": data}


PANEL_FORMS: Mapping[str, Callable[[Any], Asked]] = {
    "/hearing-pool/new/": lambda here: {"data": {"participant": here.social.participant.pk, "category": "lawyer"}},
    "/hearing-pool/<member_id>/": _at("member", "member_id", category="other", phone="13900139202"),
    "/hearing-pool/<member_id>/retire/": _at("member", "member_id", reason="本人要求"),
    "/hearing-pool/<member_id>/restore/": _at("gone", "member_id"),
    f"{_HEARING}/panel/": _at("challenged"),
    f"{_HEARING}/draws/": lambda here: {"args": {"hearing_id": here.panel["drawn"]}, "page": {"check": "1"}},
    f"{_HEARING}/draw-panel/": lambda here: {
        "args": {"hearing_id": here.panel["free"]},
        "data": {"size": 3, "presider": here.cast.supervisor.pk, "recorder": here.cast.clerk2.pk, "seed": "x1"},
    },
    f"{_HEARING}/parties/": _at("drawn"),
    f"{_HEARING}/add-party/": _at("drawn", kind="witness", name="证人某"),
    f"{_HEARING}/schedule-hearing/": lambda here: {
        "args": {"hearing_id": here.panel["drawn"]},
        "data": {
            "day": panel_day(here.now).isoformat(), "starts": "09:00", "ends": "11:00", "room": here.panel["room"],
        },
    },
    "/hearing-seats/<seat_id>/request-recusal/": _at(
        "seat", "seat_id", by="张秀英", ground="interest", reason=WHY
    ),
    "/hearing-seats/<seat_id>/replace-member/": _at("open_seat", "seat_id", how="draw", seed="x2"),
    "/hearing-recusals/<recusal_id>/decide/": _at("recusal", "recusal_id", granted="yes", decision="经查属实"),
    "/hearing-parties/<party_id>/remove/": _at("party", "party_id", reason="解除委托"),
}  # fmt: skip
