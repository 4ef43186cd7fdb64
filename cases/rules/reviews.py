"""Stub."""

from __future__ import annotations

import datetime as dt

from cases.models import Case
from cases.rules.common import check_move
from hall.access import Actor


def check_can_request_review(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "request_review")


def check_can_issue_review(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "issue_review")


def check_can_request_reexamination(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "request_reexamination")


def check_can_issue_reexamination(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "issue_reexamination")


def check_can_order_redo(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "order_redo")
