"""Taking the work list out of the house, as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.db import transaction

from cases.queries.work_list import WorkFilter, every_row
from cases.rules import check_can_export_work_list
from hall import journal
from hall.access import Actor
from hall.models import User


@transaction.atomic
def export_work_list(*, actor: Actor, asked: WorkFilter, now: dt.datetime) -> Iterator[dict[str, Any]]:
    """The rows of the list, read while they are sent; who took which list out, and when, is on record first."""
    check_can_export_work_list(actor, now=now)
    facts = {name: value for name, value in asdict(asked).items() if value}
    journal.record(actor, "export_work_list", User(pk=actor.user_id), after=facts, now=now)
    return every_row(actor, asked, now=now)
