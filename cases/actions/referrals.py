"""Whose matter it is: objection, dispute, the office's decision, further units, the report back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import Objection, Referral
from hall.access import Actor


@transaction.atomic
def object_to_referral(
    *, actor: Actor, case_id: int, reason: str, suggested_id: int | None = None, now: dt.datetime
) -> Objection:
    raise NotImplementedError("object_to_referral")


@transaction.atomic
def dispute_case(
    *, actor: Actor, case_id: int, reason: str, suggested_id: int | None = None, now: dt.datetime
) -> Objection:
    raise NotImplementedError("dispute_case")


@transaction.atomic
def uphold_referral(*, actor: Actor, case_id: int, reason: str, now: dt.datetime) -> Objection:
    raise NotImplementedError("uphold_referral")


@transaction.atomic
def reroute_case(
    *, actor: Actor, case_id: int, department_id: int | None, reason: str, now: dt.datetime
) -> Objection:
    raise NotImplementedError("reroute_case")


@transaction.atomic
def involve_unit(
    *,
    actor: Actor,
    case_id: int,
    department_id: int | None,
    part: str,
    demand: str,
    answer_by: dt.date | None = None,
    now: dt.datetime,
) -> Referral:
    raise NotImplementedError("involve_unit")


@transaction.atomic
def report_back(*, actor: Actor, case_id: int, text: str, now: dt.datetime) -> Referral:
    raise NotImplementedError("report_back")
