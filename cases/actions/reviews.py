"""Review and re-examination by the body one level up (第三十五条、第三十六条)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import Review
from hall.access import Actor


@transaction.atomic
def request_review(
    *,
    actor: Actor,
    case_id: int,
    department_id: int | None,
    requested_on: dt.date,
    request: str,
    late_reason: str = "",
    now: dt.datetime,
) -> Review:
    raise NotImplementedError("request_review")


@transaction.atomic
def issue_review(
    *, actor: Actor, case_id: int, outcome: str, findings: str, basis: str, conclusion: str, now: dt.datetime
) -> Review:
    raise NotImplementedError("issue_review")


@transaction.atomic
def request_reexamination(
    *,
    actor: Actor,
    case_id: int,
    department_id: int | None,
    requested_on: dt.date,
    request: str,
    late_reason: str = "",
    now: dt.datetime,
) -> Review:
    raise NotImplementedError("request_reexamination")


@transaction.atomic
def issue_reexamination(
    *, actor: Actor, case_id: int, outcome: str, findings: str, basis: str, conclusion: str, now: dt.datetime
) -> Review:
    raise NotImplementedError("issue_reexamination")


@transaction.atomic
def order_redo(
    *, actor: Actor, case_id: int, findings: str, basis: str, conclusion: str, now: dt.datetime
) -> Review:
    raise NotImplementedError("order_redo")
