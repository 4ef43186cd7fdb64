"""Consultations in the house that is walked through: who is answered what, what is there, what is typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from tests.cast import Cast
from tests.consultations.confer_steps import RECORD, TOPIC, WHY, called, said, sat, seat_of
from tests.matters import accepted

CONFER_TABLE = """
# confer: calling, opinions, sittings (labour convenes, housing takes part)
/consultations/                                            GET   in   200  403  200  200  200  200  200  200  403  200  403
/consultations/export.xlsx                                 GET   in   200  403  200  200  200  200  200  200  403  200  403
/cases/<pk>/consultations/                                 GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/call-consultation/                             GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/call-consultation/                             POST  in   302  404  302  302  404  403  302  403  404  404  404
/consultations/<consultation_id>/                          GET   in   200  404  200  200  200  200  200  200  404  404  404
/consultations/<consultation_id>/change-consultation/      GET   in   200  404  200  200  200  200  200  200  404  404  404
/consultations/<consultation_id>/change-consultation/      POST  in   302  404  302  302  403  403  302  403  404  404  404
/consultations/<consultation_id>/end-consultation/         GET   in   200  404  200  200  200  200  200  200  404  404  404
/consultations/<consultation_id>/end-consultation/         POST  in   302  404  302  302  403  403  302  403  404  404  404
/consultations/<consultation_id>/plan-sitting/             GET   in   200  404  200  200  200  200  200  200  404  404  404
/consultations/<consultation_id>/plan-sitting/             POST  in   302  404  302  302  403  403  302  403  404  404  404
/consulted-units/<unit_id>/release-unit/                   GET   in   200  404  200  200  200  200  200  200  404  404  404
/consulted-units/<unit_id>/release-unit/                   POST  in   302  404  302  302  403  403  302  403  404  404  404
/consulted-units/<unit_id>/give-unit-opinion/              GET   in   200  404  200  200  200  200  200  200  404  404  404
/consulted-units/<unit_id>/give-unit-opinion/              POST  in   403  404  403  403  302  403  403  403  404  404  404
/sittings/<sitting_id>/change-sitting/                     GET   in   200  404  200  200  200  200  200  200  404  404  404
/sittings/<sitting_id>/change-sitting/                     POST  in   302  404  302  302  403  403  302  403  404  404  404
/sittings/<sitting_id>/cancel-sitting/                     GET   in   200  404  200  200  200  200  200  200  404  404  404
/sittings/<sitting_id>/cancel-sitting/                     POST  in   302  404  302  302  403  403  302  403  404  404  404
/sittings/<sitting_id>/record-sitting/                     GET   in   200  404  200  200  200  200  200  200  404  404  404
/sittings/<sitting_id>/record-sitting/                     POST  in   302  404  302  302  403  403  302  403  404  404  404
"""  # noqa: E501 - a table


def confer_rows(cast: Cast, now: dt.datetime) -> dict[str, int]:
    """One of everything, on cases of their own, so that no other page changes; by the names in the addresses."""
    own = accepted(cast, now, title="几个单位会商的事")
    one = called(cast, own, now, units=("labour", "housing", "land"))
    said(cast, one, "labour", now, positions=("agree", "not_ours"), text="总体同意。", basis="部门职责分工。")
    said(cast, one, "housing", now, positions=("disagree", "not_ours"))
    said(cast, one, "housing", now, positions=("conditional", "not_ours"))
    before = now - dt.timedelta(days=3)
    begun = sat(cast, called(cast, accepted(cast, before, title="开过会的事"), before), before, days=1)
    return {
        "consultation_id": one.pk,
        "unit_id": seat_of(cast, one, "housing").pk,
        "sitting_id": sat(cast, one, now).pk,
        "confer_begun": begun.pk,
    }


def _day(here: Any, days: int) -> str:
    return (timezone.localdate(here.now) + dt.timedelta(days=days)).isoformat()


def _call(here: Any) -> dict[str, Any]:
    return {
        "title": TOPIC, "until_on": _day(here, 20), "question0": "由谁督促支付？", "question_rows": 1, "unit_rows": 2,
        "unit0": here.cast.units["labour"].pk, "due0": _day(here, 9),
        "unit1": here.cast.units["housing"].pk, "due1": _day(here, 9),
    }  # fmt: skip


def _sitting(here: Any) -> dict[str, Any]:
    return {
        "day": _day(here, 6), "starts_at": "15:00", "ends_at": "16:00", "room": here.cast.room.pk,
        "chair": here.cast.manager.pk, "agenda": "逐项研究问题。",
    }  # fmt: skip


Asked = dict[str, Any]
CONFER_FORMS: Mapping[str, Callable[[Any], Asked]] = {
    "/cases/<pk>/call-consultation/": lambda here: {"data": _call(here)},
    "/consultations/<consultation_id>/change-consultation/": lambda here: {
        "data": {"reason": WHY, "until_on": _day(here, 25)}
    },
    "/consultations/<consultation_id>/end-consultation/": lambda here: {"data": {"reason": WHY}},
    "/consultations/<consultation_id>/plan-sitting/": lambda here: {"data": _sitting(here)},
    "/consulted-units/<unit_id>/release-unit/": lambda here: {"data": {"reason": WHY}},
    "/consulted-units/<unit_id>/give-unit-opinion/": lambda here: {
        "data": {"position1": "agree", "position2": "agree"}
    },
    "/sittings/<sitting_id>/change-sitting/": lambda here: {"data": _sitting(here)},
    "/sittings/<sitting_id>/cancel-sitting/": lambda here: {"data": {"reason": WHY}},
    "/sittings/<sitting_id>/record-sitting/": lambda here: {
        "args": {"sitting_id": here.leading["confer_begun"]},
        "data": {"record": RECORD, "came_unit0": here.cast.units["housing"].pk, "came0": "褚工"},
    },
}
