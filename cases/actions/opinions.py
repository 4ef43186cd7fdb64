"""The written opinion: drafted claim by claim, countersigned, issued (第三十二条)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from cases.models import Opinion
from hall.access import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a draft says to one claim; whatever is not written yet is empty."""

    claim_id: int
    conclusion: str = ""
    facts: str = ""
    basis: str = ""
    answer: str = ""


@transaction.atomic
def draft_opinion(*, actor: Actor, case_id: int, rows: Sequence[Answer], now: dt.datetime) -> Opinion:
    raise NotImplementedError("draft_opinion")


@transaction.atomic
def submit_opinion(*, actor: Actor, case_id: int, now: dt.datetime) -> Opinion:
    raise NotImplementedError("submit_opinion")


@transaction.atomic
def return_opinion(*, actor: Actor, case_id: int, reason: str, now: dt.datetime) -> Opinion:
    raise NotImplementedError("return_opinion")


@transaction.atomic
def countersign_opinion(*, actor: Actor, case_id: int, now: dt.datetime) -> Opinion:
    raise NotImplementedError("countersign_opinion")


@transaction.atomic
def issue_opinion(*, actor: Actor, case_id: int, now: dt.datetime) -> Opinion:
    raise NotImplementedError("issue_opinion")
