"""The right to see a case, for statements written in SQL: `CaseQuerySet.visible_to`, compiled once for a reader."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, Func

from cases.models import Case
from hall.access import Actor, Held

_HERE = "/*condition*/ true"


class _Place(Func):
    """Where the caller's condition will stand, on the same level as the right, so that the planner weighs both."""

    output_field = BooleanField()
    template = _HERE


def visible_select(
    actor: Actor, condition: str, fields: tuple[str, ...] = ("pk",)
) -> tuple[str, dict[str, Any]]:
    """`SELECT <fields> … WHERE <may see> AND <condition> ORDER BY id DESC`, and the right's parameters by name."""
    sql, params = _compiled(actor.kind, actor.user_id, actor.held, fields)
    return sql.replace(_HERE, f"({condition})"), params


@lru_cache(maxsize=512)
def _compiled(
    kind: str, user_id: int | None, held: tuple[Held, ...], fields: tuple[str, ...]
) -> tuple[str, dict[str, Any]]:
    reader = Actor(name="", user_id=user_id, kind=kind, held=held)
    cases = Case.objects.visible_to(reader).filter(_Place()).order_by("-id").values(*fields)
    try:
        sql, params = cases.query.sql_with_params()
    except EmptyResultSet:
        columns = ", ".join(f"cases_case.id AS {field}" for field in fields)
        return f"SELECT {columns} FROM cases_case WHERE false AND {_HERE}", {}  # noqa: S608
    named = {f"right{n}": value for n, value in enumerate(params)}
    return sql % tuple(f"%({name})s" for name in named), named
