"""The day of a hearing, for walking through its doors: one in each state, and what a careful person sends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from hall.access import SYSTEM
from hearings import actions
from hearings.models import Hearing
from tests.cast import Cast
from tests.hearings.session_steps import (
    FACTS,
    OPINION,
    REASON,
    all_signed,
    begun,
    closed,
    concluded,
    found,
    gone_through,
    key,
    keys,
    scheduled,
    written,
)

Asked = dict[str, Any]


def session_rows(cast: Cast, now: dt.datetime) -> dict[str, Hearing]:
    """`leader` presides, `clerk` records, the petition office holds them; each on a matter of its own."""
    seats: Asked = {"presider": cast.leader, "recorder": cast.clerk, "engaged": False}
    made: dict[str, Hearing] = {"scheduled": scheduled(cast, now, **seats)}
    going = made["open"] = begun(cast, now, **seats)
    for number in range(1, 5):
        actions.begin_step(actor=SYSTEM, hearing_id=going.pk, number=number, now=now)
    written(cast, going, now=now)
    signed = made["signed"] = begun(cast, now, **seats)
    gone_through(signed, now)
    written(cast, signed, now=now)
    all_signed(cast, signed, now)
    made["closed"] = closed(cast, now, **seats)
    made["found"] = closed(cast, now, **seats)
    found(cast, made["found"], "partly", "partly", "not_supported", now=now)
    made["concluded"] = concluded(cast, now, **seats).hearing
    return made


def _at(
    name: str, data: Callable[[Any, Hearing], Asked] | None = None, **args: Callable[[Hearing], int]
) -> Any:
    def asked(here: Any) -> dict[str, Asked]:
        one = here.sessions[name]
        found: dict[str, Asked] = {
            "args": {"hearing_id": one.pk, **{k: value(one) for k, value in args.items()}}
        }
        if data:
            found["data"] = data(here, one)
        return found

    return asked


def _page(one: Hearing) -> int:
    return int(one.pages.earliest("number").pk)


SESSION_FORMS: Mapping[str, Callable[[Any], dict[str, Asked]]] = {
    "/hearings/<hearing_id>/session/": _at("open"),
    "/hearings/<hearing_id>/start-hearing/": _at("scheduled", lambda here, one: {"present": keys(one)}),
    "/hearings/<hearing_id>/begin-step/": _at("open", lambda here, one: {"number": 5}),
    "/hearings/<hearing_id>/end-step/": _at("open"),
    "/hearings/<hearing_id>/skip-step/": _at("open", lambda here, one: {"number": 5, "note": "没有新的证据"}),
    "/hearings/<hearing_id>/close-session/": _at("signed", lambda here, one: {"confirmed": "1"}),
    "/hearings/<hearing_id>/transcript/": _at("open"),
    "/hearings/<hearing_id>/write-page/": _at("open", lambda here, one: {"number": 3, "text": "信访人：没有别的。"}),
    "/hearings/<hearing_id>/pages/<page_id>/correct-page/": _at(
        "open",
        lambda here, one: {"text": "主持人：现在开会。", "correction": "删去后半句", "asked_by": "张秀英"},
        page_id=_page,
    ),
    "/hearings/<hearing_id>/sign-page/": lambda here: {
        **_at("open", lambda here, one: {"pages": [_page(one)], "outcome": "signed"})(here),
        "query": {"who": key(here.sessions["open"], "张秀英")},
    },
    "/hearings/<hearing_id>/deliberation/": _at("found"),
    "/hearings/<hearing_id>/record-finding/": _at(
        "closed",
        lambda here, one: {
            "seat": one.seats.get(name="柳志刚").pk, "finding": "partly", "text": REASON,
        },
    ),
    "/hearings/<hearing_id>/conclusion/": _at("concluded"),
    "/hearings/<hearing_id>/conclude-hearing/": _at(
        "found", lambda here, one: {"finding": "partly", "facts_found": FACTS, "opinion": OPINION}
    ),
}  # fmt: skip
