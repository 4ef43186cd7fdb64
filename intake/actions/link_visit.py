"""The petitioner of an open matter is here again: the visit is bound to the matter that it is about."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import Case
from hall import journal
from hall.access import Actor
from intake.models import Ticket, Visit
from intake.rules import visits as rules


@transaction.atomic
def link_visit(
    *, actor: Actor, case_id: int, ticket_id: int | None = None, head_count: int = 1, now: dt.datetime
) -> Visit:
    """The visit of that number; a new one where no number was taken. A form sent twice finds the visit linked.

    Raises Refused (unseen; role; state of the matter; input at `ticket_number` or `head_count`).
    """
    case = Case.objects.locked(case_id)
    ticket = Ticket.objects.select_related("visit").filter(pk=ticket_id).first() if ticket_id else None
    rules.check_can_link_visit(actor, case, ticket, now=now)
    rules.check_people(head_count)
    if ticket is not None:
        visit = ticket.visit
    else:
        visit = Visit.objects.create(
            hall_id=case.hall_id, arrived_at=now, head_count=head_count, is_group=head_count > 1
        )
    visit.cases.add(case)
    after = {"visit": visit.pk, "ticket": ticket.number if ticket else "", "people": visit.head_count}
    journal.record(actor, "link_visit", visit, stream=case, after=after, now=now)
    return visit
