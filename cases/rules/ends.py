"""Stub."""

from __future__ import annotations

import datetime as dt

from cases.models import Case
from cases.rules.common import check_move
from hall.access import Actor


def check_can_close_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "close_case")


def check_can_settle_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "settle_case")


def check_can_answer_suggestion(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "answer_suggestion")


def check_can_hand_over_accusation(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "hand_over_accusation")


def check_can_recuse_from_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    raise NotImplementedError("recuse_from_case")
