"""Who binds a visit to an open matter, and which visit it may be."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from cases import rules as case_rules
from cases.models import Case
from hall.access import Actor, Refused
from intake.models import Ticket, Visit

REST = dt.timedelta(minutes=10)
"""Without a number, the same matter is not said to have been come for again within this."""
MOST = 500


def check_can_link_visit(actor: Actor, case: Case, ticket: Ticket | None = None, *, now: dt.datetime) -> None:
    """A number of today at the hall of the matter, once; a visit to a leader stands on the docket already."""
    case_rules.check_can_link_visit(actor, case, now=now)
    if ticket is None:
        just = Visit.objects.filter(cases=case, tickets=None, arrived_at__gt=now - REST, reception=None)
        if just.exists():
            raise Refused(_("刚刚已经登记过这次来访。"), "input", field="ticket_number")
        return
    if ticket.hall_id != case.hall_id or ticket.day != timezone.localdate(now):
        raise Refused(_("本厅今天没有这个号码。"), "input", field="ticket_number")
    if ticket.visit.reception_id is not None:
        raise Refused(_("这是预约领导接访的号码，已经记在接访安排中。"), "input", field="ticket_number")
    if ticket.visit.cases.filter(pk=case.pk).exists():
        raise Refused(_("这个号码的来访已经登记在这件事项下。"), "input", field="ticket_number")


def check_people(count: int) -> None:
    if not 1 <= count <= MOST:
        raise Refused(_("请填写1至%(most)s之间的数。") % {"most": MOST}, "input", field="head_count")
