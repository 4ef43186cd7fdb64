"""Who may have a number printed on paper, and how often."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from intake.lifecycle import DESK_ROLES
from intake.models import PrintJob, Ticket
from intake.rules.queue import check_works_at_desk
from staffing.lifecycle import ADMINISTRATOR
from staffing.models import Device

MOST_COPIES = 5
OVER = ("done", "left")


def check_can_print_ticket(
    actor: Actor, ticket: Ticket, printer: Device | None, *, kiosk: Device | None, now: dt.datetime
) -> None:
    """Today's number, on a printer of its hall: by the kiosk that gave it, or by who works at the desk.

    While a slip of it is on its way there is nothing to print again: two presses are one slip.
    """
    if kiosk is not None:
        if kiosk.revoked_at is not None or ticket.visit.device_id != kiosk.pk:
            raise Refused(_("这个号码不是在这台取号机取的，请到引导台打印。"), "role")
    else:
        check_works_at_desk(actor, ticket.hall_id)
    check_is_worth_printing(ticket, printer, now=now)
    jobs = PrintJob.objects.filter(ticket=ticket)
    if jobs.filter(status__in=("waiting", "sending")).exists():
        raise Refused(_("%(number)s正在打印，请稍等。") % {"number": ticket.number}, "state")
    if jobs.count() >= MOST_COPIES:
        raise Refused(_("%(number)s已经打印多次，请到引导台。") % {"number": ticket.number}, "busy")


def check_is_worth_printing(ticket: Ticket, printer: Device | None, *, now: dt.datetime) -> None:
    """What a list can say of each of its rows without asking the database again."""
    if printer is None or printer.revoked_at is not None or printer.hall_id != ticket.hall_id:
        raise Refused(_("这里没有可用的号票打印机，请记住号码，或到引导台打印。"), "state")
    if ticket.day != timezone.localdate(now) or ticket.status in OVER:
        raise Refused(_("%(number)s已经失效，不再打印。") % {"number": ticket.number}, "state")


def check_sees_unprinted(actor: Actor, hall_id: int) -> None:
    """The desk, and who keeps the devices of the hall."""
    if not actor.has(ADMINISTRATOR, hall_id=hall_id) and not actor.has(*DESK_ROLES, hall_id=hall_id):
        raise Refused(_("没有打出来的号票，由引导台、窗口人员和本厅的系统管理员查看。"), "role")
