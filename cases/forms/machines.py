"""How a door for machines names a matter, in every room that has verbs on one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet

from cases.models import Case
from hall.access import Actor
from hall.machines import Act, Subject, acts


def visible_cases(actor: Actor) -> QuerySet[Case]:
    return Case.objects.visible_to(actor).defer("search")


CASE = Subject("case_id", visible_cases, Case.objects.locked, "case")


def acts_in_file(
    where: str, param: str, rows: Callable[[Actor], QuerySet[Any]], model: type[Model], to_case: str, scope: str,
    *verbs: Callable[..., Any],
) -> tuple[Act, ...]:  # fmt: skip
    """Verbs on something whose journal is its case's, which therefore gives the version and the lock.

    `to_case`: the path of lookups that leads from `model` to the id of the case.
    """

    def file(pk: int) -> int:
        case_id: int = model._default_manager.values_list(to_case, flat=True).get(pk=pk)
        return case_id

    subject = Subject(param, rows, Case.objects.locked, "case", file)
    return acts(f"{where}/<int:{param}>/", verbs, scope, subject)
