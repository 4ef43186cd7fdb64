"""More time: asked for by the unit, approved by its head, told to the petitioner (第三十四条)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import Extension
from hall.access import Actor


@transaction.atomic
def request_extension(*, actor: Actor, case_id: int, days: int, reason: str, now: dt.datetime) -> Extension:
    raise NotImplementedError("request_extension")


@transaction.atomic
def approve_extension(*, actor: Actor, case_id: int, decision: str, now: dt.datetime) -> Extension:
    raise NotImplementedError("approve_extension")


@transaction.atomic
def refuse_extension(*, actor: Actor, case_id: int, decision: str, now: dt.datetime) -> Extension:
    raise NotImplementedError("refuse_extension")
