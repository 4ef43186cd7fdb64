"""Stub."""

from __future__ import annotations

import datetime as dt

from cases.models import Case
from cases.rules.common import check_move
from hall.access import Actor


def check_can_draft_opinion(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "draft_opinion")


def check_can_submit_opinion(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "submit_opinion")


def check_can_return_opinion(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "return_opinion")


def check_can_countersign_opinion(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "countersign_opinion")


def check_can_issue_opinion(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "issue_opinion")


def check_can_serve_opinion(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "serve_opinion")


def check_can_serve_document(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    check_move(actor, case, "serve_document")
