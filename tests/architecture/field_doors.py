"""Field visits, leaders' charges and published results in the house that is walked through, and what is typed there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from cases.rules import TaskLine
from tests.architecture.exchange_doors import EXCHANGE_FORMS, exchange_rows
from tests.architecture.video_doors import VIDEO_FORMS, video_rows
from tests.cast import Cast
from tests.life_field import TEXT, TITLE, charge, concluded, drafted, made, planned, published, taken
from tests.matters import accepted

WHY = "经过核实，理由写在这里，足够详细。"


def field_rows(cast: Cast, now: dt.datetime) -> dict[str, Any]:
    """One of everything, on cases of their own, so that no other page changes; by the names in the addresses."""
    own, other = accepted(cast, now, title="带案下访的事"), accepted(cast, now, title="领导包案的事")
    line = TaskLine(
        department_id=cast.units["labour"].pk,
        text="核对工资清单",
        due_on=timezone.localdate(now) + dt.timedelta(days=5),
    )
    draft = drafted(cast, [own], now=now)
    third = accepted(cast, now - dt.timedelta(days=9), title="公开结果的事")
    public = published(cast, [third], now=now - dt.timedelta(days=9))
    done = made(cast, [own], now=now - dt.timedelta(days=3), tasks=[line])
    free = concluded(cast, [own], now=now - dt.timedelta(days=5))
    return {
        "visit_id": planned(cast, [own], start=now + dt.timedelta(days=6), now=now).pk,
        "task_id": done.tasks.get().pk,
        "sponsorship_id": taken(cast, [other], now=now).pk,
        "notice_id": draft.pk,
        "field_made": done.pk,
        "field_begun": planned(
            cast, [own], start=now - dt.timedelta(days=7), now=now - dt.timedelta(days=8)
        ).pk,
        "field_free": free.pk,
        "field_public": public.pk,
        **exchange_rows(cast, now),
        **video_rows(cast, now),
    }


def _day(here: Any, days: int) -> str:
    return (timezone.localdate(here.now) + dt.timedelta(days=days)).isoformat()


def _visit(here: Any) -> dict[str, Any]:
    """Of the leader, who may plan for nobody else."""
    return {
        "cases": here.cases["accepted"].number, "leader": here.cast.leader.pk, "day": _day(here, 9),
        "starts_at": "15:00", "ends_at": "17:00", "place": "城关镇工地", "visited": "工人代表",
        "reason": "某工地拖欠工资",
    }  # fmt: skip


def _charge(here: Any) -> dict[str, Any]:
    facts = charge(here.cast, now=here.now)
    return {
        "cases": here.cases["accepted"].number, "name": facts.name, "level": facts.level, "problem": facts.problem,
        "leader": facts.leader_id, "contact": facts.contact_id, "plan": facts.plan, "lead": facts.unit_ids[0],
        "responsibility": facts.responsibility, "planned_on": _day(here, 60),
    }  # fmt: skip


Asked = dict[str, Any]
_PUBLIC = "/halls/<code>/results/<notice_id>/"
FIELD_FORMS: Mapping[str, Callable[[Any], Asked]] = {
    _PUBLIC: lambda here: {"args": {"notice_id": here.leading["field_public"]}},
    **EXCHANGE_FORMS,
    **VIDEO_FORMS,
    "/field-visits/new/": lambda here: {"data": _visit(here)},
    "/field-visits/<visit_id>/change/": lambda here: {"data": _visit(here)},
    "/field-visits/<visit_id>/cancel-field-visit/": lambda here: {"data": {"reason": WHY}},
    "/field-visits/<visit_id>/record-field-visit/": lambda here: {
        "args": {"visit_id": here.leading["field_begun"]}, "data": {"coordination": WHY, "opinion": WHY},
    },
    "/field-visits/<visit_id>/conclude-field-visit/": lambda here: {
        "args": {"visit_id": here.leading["field_made"]}, "data": {"outcome": "resolved", "note": WHY},
    },
    "/visit-tasks/<task_id>/finish-visit-task/": lambda here: {"data": {"note": WHY}},
    "/sponsorships/new/": lambda here: {"data": _charge(here)},
    "/sponsorships/<sponsorship_id>/record-progress/": lambda here: {"data": {"percent": 40, "text": WHY}},
    "/sponsorships/<sponsorship_id>/extend-sponsorship/": lambda here: {
        "data": {"planned_on": _day(here, 90), "reason": WHY}
    },
    "/sponsorships/<sponsorship_id>/end-sponsorship/": lambda here: {"data": {"outcome": "resolved", "note": WHY}},
    "/result-notices/new/": lambda here: {
        "data": {"title": TITLE, "text": TEXT}, "query": {"visit": here.leading["field_free"]},
        "page": {"visit": here.leading["field_free"]},
    },
    "/result-notices/<notice_id>/edit-result/": lambda here: {"data": {"title": TITLE, "text": TEXT, "revision": 1}},
    "/result-notices/<notice_id>/return-result/": lambda here: {"data": {"reason": WHY, "revision": 1}},
    "/result-notices/<notice_id>/approve-result/": lambda here: {"data": {"revision": 1}},
    "/result-notices/<notice_id>/drop-result/": lambda here: {"data": {"reason": WHY}},
    "/result-notices/<notice_id>/withdraw-result/": lambda here: {
        "args": {"notice_id": here.leading["field_public"]}, "data": {"reason": WHY},
    },
}  # fmt: skip
