"""What a page's choices keep out and a machine may send, said as a refusal; every other fault stays a fault (500).

Three things only: an id that the body names and that is not there, a text or a number of the body that the column does
not hold (too long, too large, below zero), and a constraint that stands in `SAID`. Anything else that the database refuses is a fault of the house: it is
logged, and answered as one.
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
SAID: Mapping[str, Told] = MappingProxyType({})
"""Constraint → the kind of refusal and its sentence."""
FOREIGN_KEY, CHECK, TOO_LONG, TOO_LARGE = "23503", "23514", "22001", "22003"
_BELOW = re.compile(r"_check\d*$")
"""How Django names the check of a column that holds no number below zero; a constraint of ours has a name of its own."""
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
