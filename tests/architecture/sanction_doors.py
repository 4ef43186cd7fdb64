"""Criticism notices and advice in the house that is walked through, and what is typed there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from tests.accountability.sanction_steps import (
    advised,
    answer_day,
    answered,
    approved,
    asked,
    decided,
    drafted,
    fallen_advice,
    fallen_notice,
    replied,
    served,
)
from tests.cast import Cast

WHY = "经过核实，理由写在这里，足够详细。"
Asked = dict[str, Any]


def sanction_rows(cast: Cast, now: dt.datetime) -> dict[str, int]:
    """One in each state that a door asks for, by the names in the addresses; on cases of their own."""
    return {
        "criticism_id": served(cast, [decided(cast, now=now)], now=now).pk,
        "criticism_draft": drafted(cast, [decided(cast, now=now)], now=now).pk,
        "criticism_answered": answered(cast, [decided(cast, now=now)], now=now).pk,
        "advice_id": approved(cast, now=now).pk,
        "advice_draft": advised(cast, now=now).pk,
        "advice_issued": approved(cast, "policy", now=now).pk,
        "advice_replied": replied(cast, now=now).pk,
        "advice_declined": replied(cast, "declined", now=now).pk,
        "criticism_fallen": fallen_notice(cast, now=now).pk,
        "criticism_asked": asked(cast, fallen_notice(cast, now=now), now=now).pk,
        "advice_fallen": fallen_advice(cast, now=now).pk,
        "advice_asked": asked(cast, fallen_advice(cast, now=now), now=now).pk,
        "finding_free": decided(cast, now=now).pk,
    }


def _criticism(here: Any) -> Asked:
    return {
        "finding": [here.leading["finding_free"]], "title": "信访事项超期办理", "facts": "有关单位超期办结信访事项。",
        "demands": "查明原因。", "answer_by_on": answer_day(here.now).isoformat(), "revision": 1,
    }  # fmt: skip


def _advice(here: Any) -> Asked:
    return {
        "finding": [here.leading["finding_free"]], "kind": "improve", "department": here.cast.units["labour"].pk,
        "title": "劳动报酬类事项办理", "facts": "多项信访事项超过法定期限办结。", "article": "第四十条",
        "proposal": "建立当日登记、当日分办的制度。", "reply_days": 30, "revision": 1,
    }  # fmt: skip


def _on(key: str, name: str, data: Asked | Callable[[Any], Asked]) -> Callable[[Any], Asked]:
    return lambda here: {
        "args": {key: here.leading[name]}, "data": data(here) if callable(data) else data
    }  # fmt: skip


_C, _A = "/criticism-notices/<criticism_id>/", "/advices/<advice_id>/"
_NOTICE, _DRAFT = ("criticism_id", "criticism_draft"), ("advice_id", "advice_draft")
SANCTION_FORMS: Mapping[str, Callable[[Any], Asked]] = {
    "/criticism-notices/new/": lambda here: {"data": _criticism(here)},
    f"{_C}answer-criticism/": lambda here: {"data": {"text": WHY}},
    f"{_C}close-criticism/": _on("criticism_id", "criticism_answered", {"result": WHY}),
    f"{_C}edit-criticism/": _on(*_NOTICE, _criticism),
    f"{_C}return-criticism/": _on(*_NOTICE, {"reason": WHY, "revision": 1}),
    f"{_C}approve-criticism/": _on(*_NOTICE, {"revision": 1}),
    f"{_C}withdraw-criticism/": _on(*_NOTICE, {"reason": WHY}),
    f"{_C}ask-criticism-revocation/": _on("criticism_id", "criticism_fallen", {"reason": WHY}),
    f"{_C}revoke-criticism/": _on("criticism_id", "criticism_asked", {"ask_no": 1}),
    "/advices/new/": lambda here: {"data": _advice(here)},
    f"{_A}reply-advice/": lambda here: {"data": {"adopted": "adopted", "text": WHY}},
    f"{_A}record-adoption/": _on("advice_id", "advice_replied", {"kind": "done", "text": WHY}),
    f"{_A}close-advice/": _on("advice_id", "advice_declined", {"result": WHY}),
    f"{_A}serve-advice/": lambda here: {
        "args": {"advice_id": here.leading["advice_issued"]},
        "data": {"served_on": timezone.localdate(here.now).isoformat(), "proof": WHY},
    },
    f"{_A}edit-advice/": _on(*_DRAFT, _advice),
    f"{_A}return-advice/": _on(*_DRAFT, {"reason": WHY, "revision": 1}),
    f"{_A}approve-advice/": _on(*_DRAFT, {"revision": 1}),
    f"{_A}withdraw-advice/": _on(*_DRAFT, {"reason": WHY}),
    f"{_A}ask-advice-revocation/": _on("advice_id", "advice_fallen", {"reason": WHY}),
    f"{_A}revoke-advice/": _on("advice_id", "advice_asked", {"ask_no": 1}),
}
