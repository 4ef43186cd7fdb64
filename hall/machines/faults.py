"""What a page's choices keep out and a machine may send, said as a refusal; every other fault stays a fault (500).

Three things only: an id that the body names and that is not there, a text or a number of the body that the column does
not hold (too long, too large, below zero), and a constraint that stands in `SAID`. Anything else that the database
refuses is a fault of the house: it is logged, and answered as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, IntegrityError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hall.access import Refused

Told = tuple[str, str | Promise]
_TAKEN = (
    "leader_in_one_place", "participant_in_one_place", "person_in_one_place", "room_taken_once",
    "ticket_one_at_a_window", "ticket_one_window_for_a_visit", "unit_on_call_once", "visit_leader_in_one_place",
)  # fmt: skip
_THERE = (
    "booking_one_a_phone", "commitment_once", "docket_case_once", "docket_place_once", "link_once",
    "participant_duty_cell", "participant_once", "participant_one_account", "party_once", "petitioner_one_id",
    "posting_held_once", "report_made_once_at_a_time", "scheme_one_at_a_time", "scheme_versions", "seat_member_once",
)  # fmt: skip
SAID: Mapping[str, Told] = MappingProxyType(
    dict.fromkeys(_TAKEN, ("state", _("这个时间的人员、场所或者窗口已有别的安排，请重新读取后再决定。")))
    | dict.fromkeys(_THERE, ("state", _("已经有同样的一条，或者正文里写了两次，请重新读取后再决定。")))
)
"""Constraint → the kind of refusal and its sentence: what two people can race for, or a body names twice. None before
which an action's lock and rule always stand, or that the action itself says: that one is a fault of ours.
"""
FOREIGN_KEY, CHECK, TOO_LONG, TOO_LARGE = "23503", "23514", "22001", "22003"
_BELOW = re.compile(r"_check\d*$")
"""How Django names the check of a column that holds nothing below zero; a constraint of ours has its own name."""
SMALLEST_COLUMN = 2**15 - 1
_KEY = re.compile(r"=\((\d+)\)")
_LENGTH = re.compile(r"\((\d+)\)")


@contextmanager
def faults_said(body: Mapping[str, Any]) -> Iterator[None]:
    """Raises Refused(input, state) for what the body, as it was checked, is to blame for."""
    try:
        yield
    except ObjectDoesNotExist:
        if not any(True for _name, _one in _numbers(body)):
            raise
        raise Refused(_("正文所指的对象不存在，或者您无权查看。"), "input") from None
    except DataError as fault:
        if not _does_not_fit(fault, body):
            raise
        raise Refused(_("有的值太长或者太大，不能保存。"), "input") from None
    except IntegrityError as fault:
        raise _of_constraint(fault, body) from fault


def _of_constraint(fault: IntegrityError, body: Any) -> Exception:
    """A refusal, or the fault itself."""
    cause: Any = fault.__cause__
    if getattr(cause, "sqlstate", "") == FOREIGN_KEY:
        found = _KEY.search(cause.diag.message_detail or "")
        wanted = int(found[1]) if found else None
        for name, one in _numbers(body):
            if one == wanted:
                return Refused(_("没有找到，或者您无权查看。"), "input", field=name)
        return fault
    if getattr(cause, "sqlstate", "") == CHECK and _BELOW.search(cause.diag.constraint_name or ""):
        if any(one < 0 for _name, one in _numbers(body)):
            return Refused(_("数字不能小于零。"), "input")
        return fault
    kind, sentence = SAID.get(cause.diag.constraint_name or "", ("", "")) if cause is not None else ("", "")
    return Refused(sentence, kind) if kind else fault


def _does_not_fit(fault: DataError, body: Any) -> bool:
    state = getattr(fault.__cause__, "sqlstate", "")
    if state == TOO_LONG:
        found = _LENGTH.search(str(fault))
        return found is not None and any(len(one) > int(found[1]) for one in _texts(body))
    return state == TOO_LARGE and any(abs(one) > SMALLEST_COLUMN for _name, one in _numbers(body))


def _numbers(body: Any, at: str = "") -> Iterator[tuple[str, int]]:
    """Every whole number of the body with the path of its member."""
    if isinstance(body, Mapping):
        for name, one in body.items():
            if str(name).isdecimal():  # a mapping from ids
                yield at, int(name)
            yield from _numbers(one, f"{at}.{name}".strip("."))
    elif isinstance(body, list):
        for number, one in enumerate(body):
            yield from _numbers(one, f"{at}.{number}".strip("."))
    elif isinstance(body, int) and not isinstance(body, bool):
        yield at, body


def _texts(body: Any) -> Iterator[str]:
    if isinstance(body, Mapping | list):
        for one in body.values() if isinstance(body, Mapping) else body:
            yield from _texts(one)
    elif isinstance(body, str):
        yield body
