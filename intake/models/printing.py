"""Paper for a number: what is to be printed where, and how often it was tried."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from hall.models import User
from intake.lifecycle import PRINT_STATES
from intake.models.visits import Ticket
from staffing.models import Device


class PrintJob(models.Model):
    """One slip of paper. The number exists without it; `copy` 2 and later is printed as 重打, and so is a slip of which
    an earlier attempt may have left the printer (`begun`).
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="print_jobs", db_index=False)
    printer = models.ForeignKey(Device, models.PROTECT, related_name="+", db_index=False)
    copy = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=10)
    status = models.CharField(max_length=8, choices=list(PRINT_STATES.items()), default="waiting")
    begun = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    next_attempt_at = models.DateTimeField(null=True)
    printed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "copy"], name="print_copy_once"),
            # A printer takes one connection at a time, and two slips must not run into each other.
            models.UniqueConstraint(
                fields=["printer"], condition=Q(status="sending"), name="print_one_at_a_printer"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("waiting", "sending"), next_attempt_at__isnull=False)
                | Q(status__in=("printed", "dead"), next_attempt_at=None),
                name="print_open_is_tried_again",
            ),
            models.CheckConstraint(
                condition=Q(status="printed", printed_at__isnull=False)
                | ~Q(status="printed") & Q(printed_at=None),
                name="print_printed_says_when",
            ),
            models.CheckConstraint(condition=Q(copy__gte=1), name="print_copy_counts"),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(status__in=("waiting", "sending")),
                name="print_due",
            ),
            models.Index(fields=["printer", "-id"], name="print_by_printer"),
            models.Index(fields=["printer", "-id"], condition=Q(status="dead"), name="print_unprinted"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="ended_is_ended",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=("printed", "dead")),
            ),
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
        ]
