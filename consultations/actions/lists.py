"""The list as a file: who took it along, and when, is on record first."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from consultations import rules
from consultations.queries.lists import ConsultationFilter, ConsultationRow, every_consultation
from hall import journal
from hall.access import Actor
from hall.models import User


@transaction.atomic
def export_consultations(
    *, actor: Actor, asked: ConsultationFilter, now: dt.datetime
) -> list[ConsultationRow]:
    """The rows of the list, for a file."""
    rules.check_can_export_consultations(actor, now=now)
    facts = {name: getattr(asked, name) for name in asked.__slots__ if getattr(asked, name)}
    journal.record(actor, "export_consultations", User(pk=actor.user_id), after=facts, now=now)
    return list(every_consultation(actor, asked, now=now))
