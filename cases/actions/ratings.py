"""Ratings by the petitioner, and what follows a low one."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import Case, FollowUp
from hall.access import Actor


def open_ratings(case: Case, *targets: str, now: dt.datetime) -> None:
    """The petitioner may rate `hall`, `unit` or both from now on; once a target. A part of an action."""


@transaction.atomic
def close_follow_up(*, actor: Actor, case_id: int, finding: str, measure: str, now: dt.datetime) -> FollowUp:
    raise NotImplementedError("close_follow_up")
