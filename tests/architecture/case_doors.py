"""What is typed at the doors of a case that is in hand, filled in rightly; the verbs of other states send nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from cases.models import StatutoryRoute
from tests.architecture.world import World

WHY = "经过核实，理由写在这里，足够详细。"


def _claims(here: World) -> list[int]:
    return list(here.cases["accepted"].claims.values_list("pk", flat=True))


def _route(here: World) -> int:
    return StatutoryRoute.objects.get().pk


def _today(here: World) -> str:
    return timezone.localdate(here.now).isoformat()


def _in_days(here: World, days: int) -> str:
    return (timezone.localdate(here.now) + dt.timedelta(days=days)).isoformat()


TYPED: Mapping[str, Callable[[World], dict[str, Any]]] = {
    "note_national_number": lambda here: {"number": "GJ2026119999"},
    "dispute_case": lambda here: {"reason": WHY},
    "involve_unit": lambda here: {"department": here.cast.units["land"].pk, "part": "copy"},
    "give_instruction": lambda here: {
        "text": "月底前付清工资，当面答复信访人。", "department": here.cast.units["land"].pk,
        "due_on": _in_days(here, 9),
    },
    "report_instruction": lambda here: {"text": "已经督促付清，信访人表示满意。"},
    "withdraw_instruction": lambda here: {"reason": WHY, "instruction": here.instruction.pk},
    "record_work": lambda here: {"kind": "talk", "happened_on": _today(here), "text": "听取陈述，约定下一步。"},
    "request_supplement": lambda here: {"what": "工资条复印件。"},
    "raise_urgent": lambda here: {"reason": WHY},
    "simplify_case": lambda here: {"reason": WHY},
    "request_extension": lambda here: {"days": 10, "reason": WHY},
    "transfer_claims": lambda here: {"claims": _claims(here)[:1], "route": _route(here), "reason": WHY},
    "divert_case": lambda here: {"route": _route(here), "reason": WHY},
    "split_case": lambda here: {"claims": _claims(here)[:1], "title": "另一件", "reason": WHY},
    "merge_case": lambda here: {"into": here.cases["low"].number, "reason": WHY},
    "link_cases": lambda here: {"other": here.cases["low"].number, "kind": "related", "reason": WHY},
    "settle_case": lambda here: {
        "kind": "mediation", "parties": "张秀英；云溪路桥公司", "facts": "拖欠三个月工资。", "terms": "十五日内付清。",
        "performance": "银行转账。", "agreed_on": _today(here), "mediator": "县调委会", "consent": "on",
    },
    "record_consent": lambda here: {"is_given": "yes", "said_on": _today(here), "how": "电话确认"},
    "recuse_from_case": lambda here: {"user": here.cast.clerk.pk, "reason": WHY},
}  # fmt: skip
