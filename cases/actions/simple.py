"""The simple procedure with its short clocks (国信办发〔2022〕17号)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import Case
from hall.access import Actor


@transaction.atomic
def simplify_case(*, actor: Actor, case_id: int, reason: str, now: dt.datetime) -> Case:
    raise NotImplementedError("simplify_case")


@transaction.atomic
def end_simple_procedure(*, actor: Actor, case_id: int, reason: str, now: dt.datetime) -> Case:
    raise NotImplementedError("end_simple_procedure")
