"""How a matter ends: closed, settled, answered as a suggestion, handed over as an accusation; who stays out of it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import Case, Recusal, Settlement
from hall.access import Actor


@transaction.atomic
def close_case(*, actor: Actor, case_id: int, reason: str = "", now: dt.datetime) -> Case:
    raise NotImplementedError("close_case")


@transaction.atomic
def settle_case(
    *,
    actor: Actor,
    case_id: int,
    kind: str,
    parties: str,
    facts: str,
    terms: str,
    performance: str,
    agreed_on: dt.date,
    mediator: str = "",
    now: dt.datetime,
) -> Settlement:
    raise NotImplementedError("settle_case")


@transaction.atomic
def answer_suggestion(*, actor: Actor, case_id: int, adoption: str, text: str, now: dt.datetime) -> Case:
    raise NotImplementedError("answer_suggestion")


@transaction.atomic
def hand_over_accusation(
    *, actor: Actor, case_id: int, competent_body: str, reason: str, now: dt.datetime
) -> Case:
    raise NotImplementedError("hand_over_accusation")


@transaction.atomic
def recuse_from_case(
    *, actor: Actor, case_id: int, user_id: int | None, reason: str, now: dt.datetime
) -> Recusal:
    raise NotImplementedError("recuse_from_case")
