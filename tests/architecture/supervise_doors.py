"""Supervisions in the house that is walked through, one in each state, and what is typed at their doors."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from accountability.actions import mark_exemplary, propose_supervisions
from accountability.models import Supervision
from accountability.queries.supervision_rules import TRIGGER_DATA
from cases.actions.store import NewFile
from tests.accountability.inspect_steps import (
    FOUND,
    PUBLIC,
    RESULT,
    TITLE,
    concluded,
    drawn,
    planned,
    published,
)
from tests.accountability.supervise_steps import DEMAND, DONE, MORE, PROBLEM, VERIFIED, answered, opened
from tests.accountability.test_mark_exemplary import WORDS
from tests.cast import Cast
from tests.life import closed
from tests.matters import accepted


def supervise_rows(cast: Cast, now: dt.datetime) -> dict[str, int]:
    """On cases of their own, so that no other page changes; by the names in the addresses."""
    idle = accepted(cast, now - dt.timedelta(days=32), title="一直没有办理的事")
    propose_supervisions(now=now)
    before = now - dt.timedelta(days=2)
    open_one = opened(cast, accepted(cast, before, title="督办中的事"), before)
    told = opened(cast, accepted(cast, before, title="已反馈的事"), before)
    paper = NewFile(name="约谈记录.txt", media_type="text/plain", file=io.BytesIO("约谈记录".encode()))
    said = answered(cast, told, now, files=[paper])
    return {
        **inspect_rows(cast, now),
        "supervision_id": open_one.pk,
        "supervision_proposed": Supervision.objects.get(case=idle, trigger="half_time").pk,
        "supervision_answered": told.pk,
        "evidence_id": said.files.get().pk,
    }


def inspect_rows(cast: Cast, now: dt.datetime) -> dict[str, int]:
    """Planned, drawn, with its result, and published: over one matter that is closed."""
    ended = closed(cast, now - dt.timedelta(days=1))
    begun = drawn(cast, now)
    return {
        "inspection_id": planned(cast, now).pk,
        "inspection_drawn": begun.pk,
        "check_id": begun.checks.earliest("place").pk,
        "inspection_concluded": concluded(cast, now).pk,
        "inspection_published": published(cast, now).pk,
        "exemplary_free": ended.pk,
        "exemplary_id": mark_exemplary(
            actor=cast.act(cast.supervisor, now),
            case_id=closed(cast, now - dt.timedelta(days=1)).pk,
            now=now,
            **WORDS,
        ).pk,
    }


def _day(here: Any, days: int) -> str:
    return (timezone.localdate(here.now) + dt.timedelta(days=days)).isoformat()


def _demanded(here: Any) -> dict[str, Any]:
    return {"problem": PROBLEM, "demand": DEMAND, "feedback_on": _day(here, 7)}


def _at(state: str, data: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """The door of a verb, asked on the supervision in that state."""
    return lambda here: {"args": {"supervision_id": here.leading[f"supervision_{state}"]}, "data": data(here)}


def _in(state: str, data: dict[str, Any]) -> Callable[[Any], dict[str, Any]]:
    """The same for an inspection."""
    return lambda here: {"args": {"inspection_id": here.leading[f"inspection_{state}"]}, "data": data}


RULES = {
    name: value
    for code, one in TRIGGER_DATA.items()
    for name, value in ((f"{code}_on", "on"), (f"{code}_threshold", one.threshold))
}
_ONE, _INSPECTION = "/supervisions/<supervision_id>/", "/inspections/<inspection_id>/"
SUPERVISE_FORMS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "/supervisions/new/": lambda here: {
        "data": {
            "number": here.cases["accepted"].number, "department": here.cast.units["labour"].pk,
            "trigger": "delay", **_demanded(here),
        }
    },
    f"{_ONE}confirm-supervision/": _at("proposed", _demanded),
    f"{_ONE}dismiss-supervision/": _at("proposed", lambda here: {"reason": MORE}),
    f"{_ONE}answer-supervision/": lambda here: {"data": {"text": DONE}},
    f"{_ONE}return-supervision/": _at(
        "answered", lambda here: {"reason": MORE, "feedback_on": _day(here, 5)}
    ),
    f"{_ONE}close-supervision/": _at("answered", lambda here: {"outcome": "done", "result": VERIFIED}),
    "/inspections/new/": lambda here: {
        "data": {
            "title": TITLE, "from_on": _day(here, -30), "to_on": _day(here, -1), "low_rated": 1, "resolved": 2
        }
    },
    f"{_INSPECTION}sample.xlsx": lambda here: {"args": {"inspection_id": here.leading["inspection_drawn"]}},
    f"{_INSPECTION}cancel-inspection/": lambda here: {"data": {"reason": MORE}},
    f"{_INSPECTION}conclude-inspection/": _in("concluded", {"result": RESULT, **PUBLIC}),
    f"{_INSPECTION}publish-inspection/": _in("concluded", {"revision": 1}),
    f"{_INSPECTION}withdraw-inspection/": _in("published", {"reason": MORE}),
    "/inspection-checks/<check_id>/record-check/": lambda here: {
        "data": {"visited_on": _day(here, 0), "conclusion": "in_order", "found": FOUND}
    },
    "/exemplary-cases/<exemplary_id>/withdraw-exemplary/": lambda here: {"data": {"reason": MORE}},
    "/cases/<case_id>/mark-exemplary/": lambda here: {
        "args": {"case_id": here.leading["exemplary_free"]}, "data": WORDS
    },
    "/supervision-rules/": lambda here: {"data": RULES},
}  # fmt: skip
