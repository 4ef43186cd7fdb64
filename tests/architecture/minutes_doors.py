"""Minutes, commitments, the joint conference in the house that is walked through: rows of the table, forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from tests.cast import Cast
from tests.consultations.minutes_steps import (
    FACTS,
    RESOLUTION,
    all_signed,
    called,
    circulating,
    drafted,
    issued,
    referred,
    reported,
)
from tests.matters import accepted

MINUTES_TABLE = """
# minutes                                        anon clrk guid lias head lia2 lead mana supe admi stra idle
/consultations/<pk>/minutes/                  GET   in   200  404  200  200  200  200  200  200  404  404  404
/consultations/<pk>/draft-minutes/            GET   in   200  404  200  200  403  403  200  403  404  404  404
/consultations/<pk>/draft-minutes/            POST  in   302  404  302  302  403  403  302  403  404  404  404
/consultations/<pk>/circulate-minutes/        GET   in   200  404  200  200  403  403  200  403  404  404  404
/consultations/<pk>/circulate-minutes/        POST  in   302  404  302  302  403  403  302  403  404  404  404
/consultations/<pk>/countersign-minutes/      GET   in   403  404  403  200  404  403  403  403  404  404  404
/consultations/<pk>/countersign-minutes/      POST  in   403  404  403  302  404  403  403  403  404  404  404
/consultations/<pk>/return-minutes/           GET   in   403  404  403  200  404  403  403  403  404  404  404
/consultations/<pk>/return-minutes/           POST  in   403  404  403  302  404  403  403  403  404  404  404
/consultations/<pk>/pass-over-unit/           GET   in   200  404  200  200  403  403  200  403  404  404  404
/consultations/<pk>/pass-over-unit/           POST  in   302  404  302  302  403  403  302  403  404  404  404
/consultations/<pk>/issue-minutes/            GET   in   200  404  200  200  403  403  200  403  404  404  404
/consultations/<pk>/issue-minutes/            POST  in   302  404  302  302  403  403  302  403  404  404  404
/consultations/<pk>/refer-to-conference/      GET   in   200  404  200  200  403  403  200  403  404  404  404
/consultations/<pk>/refer-to-conference/      POST  in   302  404  302  302  403  403  302  403  404  404  404
/consultations/<pk>/decide-conference/        GET   in   403  404  403  403  403  200  200  403  404  404  404
/consultations/<pk>/decide-conference/        POST  in   403  404  403  403  403  302  302  403  404  404  404
/consultations/commitments/                   GET   in   200  403  200  200  200  200  200  200  403  200  403
/consultations/commitments/<pk>/              GET   in   200  404  200  200  200  200  200  200  404  404  404
/consultations/commitments/<pk>/report-commitment/   GET   in   403  404  403  403  200  403  403  403  404  404  404
/consultations/commitments/<pk>/report-commitment/   POST  in   403  404  403  403  302  403  403  403  404  404  404
/consultations/commitments/<pk>/confirm-commitment/  GET   in   200  404  200  200  403  403  200  403  404  404  404
/consultations/commitments/<pk>/confirm-commitment/  POST  in   302  404  302  302  403  403  302  403  404  404  404
/consultations/commitments/<pk>/return-commitment/   GET   in   200  404  200  200  403  403  200  403  404  404  404
/consultations/commitments/<pk>/return-commitment/   POST  in   302  404  302  302  403  403  302  403  404  404  404
/consultations/commitments/<pk>/extend-commitment/   GET   in   200  404  200  200  403  403  200  403  404  404  404
/consultations/commitments/<pk>/extend-commitment/   POST  in   302  404  302  302  403  403  302  403  404  404  404
/consultations/commitments/<pk>/drop-commitment/     GET   in   200  404  200  200  403  403  200  403  404  404  404
/consultations/commitments/<pk>/drop-commitment/     POST  in   302  404  302  302  403  403  302  403  404  404  404
"""

WHY = "经过核实，理由写在这里，足够详细。"


def minutes_rows(cast: Cast, now: dt.datetime) -> dict[str, int]:
    """A consultation in each state that a door asks for, each on a case of its own; by the names that `FORMS` uses."""
    early = now - dt.timedelta(days=20)

    def fresh(at: dt.datetime, name: str, **facts: Any) -> Any:
        return called(cast, at, case=accepted(cast, at, title=name), **facts)

    done = issued(cast, fresh(now, "商定任务的事"), now).consultation
    owed = done.commitments.get(department=cast.units["housing"])
    answered = issued(cast, fresh(now, "已经反馈的事"), now).consultation
    told = reported(cast, answered.commitments.get(department=cast.units["housing"]), now)
    whole = all_signed(cast, fresh(now, "会签完毕的事"), now)
    late = circulating(cast, fresh(early, "逾期会签的事"), early)
    return {
        "drafted": drafted(cast, fresh(now, "起草纪要的事"), now).consultation.pk,
        "turn": circulating(cast, fresh(now, "会签纪要的事", units=()), now, lines=()).pk,
        "late": late.pk,
        "whole": whole.pk,
        "conference": referred(cast, fresh(now, "联席会议的事"), now).pk,
        "owed": owed.pk,
        "reported": told.pk,
    }


def _day(here: Any, days: int) -> str:
    return (timezone.localdate(here.now) + dt.timedelta(days=days)).isoformat()


def _at(name: str, **data: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda here: {"args": {"pk": here.minutes[name]}, "data": data}


_ONE, _TASK = "/consultations/<pk>/", "/consultations/commitments/<pk>/"
MINUTES_FORMS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    _ONE + "minutes/": _at("late"),
    _ONE + "draft-minutes/": _at(
        "drafted", version=1, rows=3, facts_text=FACTS + "另作核对。", resolution=RESOLUTION, plan=""
    ),
    _ONE + "circulate-minutes/": _at("drafted"),
    _ONE + "countersign-minutes/": _at("turn", version=1, how="signed"),
    _ONE + "return-minutes/": _at("turn", version=1, reason=WHY),
    _ONE + "pass-over-unit/": _at("late", version=1),
    _ONE + "issue-minutes/": _at("whole"),
    _ONE + "refer-to-conference/": _at("drafted", ground="conflict", reason=WHY),
    _ONE + "decide-conference/": lambda here: {
        "args": {"pk": here.minutes["conference"]},
        "data": {
            "rows": 3, "met_on": _day(here, 0), "chaired_by": "赵明德", "attended": "各单位负责人", "decision": WHY,
        },
    },
    _TASK: _at("owed"),
    _TASK + "report-commitment/": _at("owed", text=WHY),
    _TASK + "confirm-commitment/": _at("reported"),
    _TASK + "return-commitment/": lambda here: {
        "args": {"pk": here.minutes["reported"]}, "data": {"reason": WHY, "due_on": _day(here, 20)}
    },
    _TASK + "extend-commitment/": _at("owed", days=5, reason=WHY),
    _TASK + "drop-commitment/": _at("owed", reason=WHY),
}  # fmt: skip
