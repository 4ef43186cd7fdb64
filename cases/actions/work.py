"""The work on a matter, and what is urgent in it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import Case, Supplement, UrgentReport, WorkNote
from hall.access import Actor


@transaction.atomic
def record_work(
    *,
    actor: Actor,
    case_id: int,
    kind: str,
    happened_on: dt.date,
    text: str,
    people: str = "",
    place: str = "",
    is_open: bool = False,
    now: dt.datetime,
) -> WorkNote:
    raise NotImplementedError("record_work")


@transaction.atomic
def request_supplement(*, actor: Actor, case_id: int, what: str, now: dt.datetime) -> Supplement:
    raise NotImplementedError("request_supplement")


@transaction.atomic
def receive_supplement(*, actor: Actor, case_id: int, note: str, now: dt.datetime) -> Supplement:
    raise NotImplementedError("receive_supplement")


@transaction.atomic
def raise_urgent(*, actor: Actor, case_id: int, reason: str, now: dt.datetime) -> Case:
    raise NotImplementedError("raise_urgent")


@transaction.atomic
def report_urgent(
    *, actor: Actor, case_id: int, reported_to: str, text: str, now: dt.datetime
) -> UrgentReport:
    raise NotImplementedError("report_urgent")
