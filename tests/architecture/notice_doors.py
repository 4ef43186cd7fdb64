"""Notices, announcements and public seats of hearings in the house that is walked through, and what is typed there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone

from staffing.actions import seal
from tests.cast import Cast
from tests.hearings.notice_steps import ATTEND, TITLE, WORDS, announced, notice_of, notified, scheduled, taken
from tests.matters import accepted

TABLE = """
# notice: everybody and the public are told of the date of a hearing
/halls/<code>/hearings/                              GET  200
/halls/<code>/hearings.atom                          GET  200
/halls/<code>/hearings.json                          GET  200
/halls/<code>/hearings/<hearing_id>/                 GET  200
/halls/<code>/hearings/<hearing_id>/hearing.ics      GET  200
/halls/<code>/hearings/<hearing_id>/seat/            GET  200
/halls/<code>/hearings/<hearing_id>/seat/            POST 200
/hearing-seats/                                      GET  200
/hearing-seats/                                      POST 200
/hearing-seats/cancel/                               POST 200
/hearings/<hearing_id>/notices/                      GET  in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/notify-parties/               GET  in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/notify-parties/               POST in   403  404  302  302  404  403  302  403  404  404  404
/hearings/<hearing_id>/announce-hearing/             GET  in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/announce-hearing/             POST in   403  404  302  302  404  403  302  403  404  404  404
/hearings/audiences/                                 GET  in   200  200  200  200  200  403  200  403  403  200  403
/hearings/<hearing_id>/audience/                     GET  in   200  200  200  200  404  403  200  403  404  404  404
/hearings/<hearing_id>/audience/print/               GET  in   200  200  200  200  404  403  200  403  404  404  404
/hearings/<hearing_id>/admit-public/                 POST in   302  302  302  302  404  403  302  403  404  404  404
/hearing-notices/<notice_pk>/record-notice-service/  GET  in   200  404  200  200  404  200  200  200  404  404  404
/hearing-notices/<notice_pk>/record-notice-service/  POST in   403  404  302  302  404  403  302  403  404  404  404
/hearing-notices/<notice_pk>/waive-notice-period/    GET  in   200  404  200  200  404  200  200  200  404  404  404
/hearing-notices/<notice_pk>/waive-notice-period/    POST in   403  404  302  302  404  403  302  403  404  404  404
"""
"""Part of the table of `permissions.py`, which is full."""


def notice_rows(cast: Cast, now: dt.datetime) -> dict[str, Any]:
    """One hearing some weeks ahead, notified and announced, and one that begins within the hour."""
    before = now - dt.timedelta(days=2)
    ahead = scheduled(
        cast,
        case=accepted(cast, now, title="将要听证的事"),
        starts_at=now + dt.timedelta(days=40),
        now=before,
    )
    notified(cast, ahead, before)
    announced(cast, ahead, before, replace(WORDS, seats=20))
    at_the_door = scheduled(
        cast,
        case=accepted(cast, now, title="今天听证的事"),
        starts_at=now + dt.timedelta(minutes=50),
        now=before,
    )
    announced(cast, at_the_door, before, replace(WORDS, seats=20))
    return {
        "hearing_id": ahead.pk,
        "notice_pk": notice_of(ahead, "petitioner").pk,
        "hearing_today": at_the_door.pk,
        "hearing_seat": taken(ahead, 1, now).code,
        "hearing_seat_today": taken(at_the_door, 2, now).code,
    }


def _today(here: Any) -> str:
    return timezone.localdate(here.now).isoformat()


def _form(here: Any) -> dict[str, str]:
    drawn = timezone.now() - dt.timedelta(seconds=30)
    return {"mark": seal(drawn), "name": "褚旁听", "phone": "13700017777", "agreed": "on"}


Asked = dict[str, Any]


def _ahead(here: Any, **data: Any) -> Asked:
    """Asked of the hearing that was notified and announced."""
    return {"args": {"hearing_id": here.hearing["hearing_id"]}, "data": data}


NOTICE_FORMS: Mapping[str, Callable[[Any], Asked]] = {
    **dict.fromkeys(
        (
            "/halls/<code>/hearings/<hearing_id>/", "/halls/<code>/hearings/<hearing_id>/hearing.ics",
            "/hearings/<hearing_id>/notices/", "/hearings/<hearing_id>/notify-parties/",
            "/hearings/<hearing_id>/audience/", "/hearings/<hearing_id>/audience/print/",
        ),
        lambda here: _ahead(here),
    ),
    "/halls/<code>/hearings/<hearing_id>/seat/": lambda here: _ahead(here, **_form(here)),
    "/hearing-seats/": lambda here: {"data": {"code": here.hearing["hearing_seat"]}},
    "/hearing-seats/cancel/": lambda here: {"data": {"code": here.hearing["hearing_seat"]}},
    "/hearings/<hearing_id>/announce-hearing/": lambda here: _ahead(
        here, title=TITLE, attend=ATTEND, contact="云溪县联合接访大厅", seats="20"
    ),
    "/hearings/<hearing_id>/admit-public/": lambda here: {
        "args": {"hearing_id": here.hearing["hearing_today"]}, "data": {"code": here.hearing["hearing_seat_today"]},
    },
    "/hearing-notices/<notice_pk>/record-notice-service/": lambda here: {
        "data": {"method": "direct", "served_on": _today(here), "proof": "本人当面签收。"}
    },
    "/hearing-notices/<notice_pk>/waive-notice-period/": lambda here: {
        "data": {"waived_on": _today(here), "waiver": "本人签名的声明。"}
    },
}  # fmt: skip
