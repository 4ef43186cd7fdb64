"""Stub."""

from __future__ import annotations

import datetime as dt

from cases.models import Case
from cases.rules.common import check_move
from hall.access import Actor


def check_can_object_to_referral(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "object_to_referral")


def check_can_dispute_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "dispute_case")


def check_can_uphold_referral(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "uphold_referral")


def check_can_reroute_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "reroute_case")


def check_can_involve_unit(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "involve_unit")


def check_can_report_back(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "report_back")
