"""Stub."""

from __future__ import annotations

import datetime as dt

from cases.models import Case
from cases.rules.common import check_move
from hall.access import Actor


def check_can_transfer_claims(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "transfer_claims")


def check_can_divert_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "divert_case")


def check_can_split_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "split_case")


def check_can_merge_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "merge_case")


def check_can_link_cases(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "link_cases")
