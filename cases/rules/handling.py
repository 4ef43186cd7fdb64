"""Stub."""

from __future__ import annotations

import datetime as dt

from cases.models import Case
from cases.rules.common import check_move
from hall.access import Actor


def check_can_record_work(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "record_work")


def check_can_request_supplement(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "request_supplement")


def check_can_receive_supplement(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "receive_supplement")


def check_can_raise_urgent(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "raise_urgent")


def check_can_report_urgent(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "report_urgent")


def check_can_request_extension(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "request_extension")


def check_can_approve_extension(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "approve_extension")


def check_can_refuse_extension(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "refuse_extension")


def check_can_simplify_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "simplify_case")


def check_can_end_simple_procedure(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "end_simple_procedure")
