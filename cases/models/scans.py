"""Which kept files the virus scanner has not looked at yet, when it saw the others, which it found something in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class FileScan(models.Model):
    """A kept file that the scanner is shown after the door: kept while it did not answer, or before there was one
    (`is_old`), and again when its signatures have become much newer.

    `file` is its place below the private root. Of an infected one the bytes lie in the quarantine until
    their time is over (`gone_at`); the rows that name it stay, as does what was found.
    """

    STATES = [("waiting", "waiting"), ("clean", "clean"), ("infected", "infected")]

    file = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=8, choices=STATES, default="waiting")
    asked_at = models.DateTimeField(db_default=Now())
    is_old = models.BooleanField(db_default=False)
    tried_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    found = models.CharField(max_length=120, blank=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="file_scan_waiting"),
            models.Index(
                fields=["is_old", "tries", "asked_at", "id"],
                condition=Q(state="waiting"),
                name="file_scan_in_turn",
            ),
            models.Index(fields=["tried_at", "id"], condition=Q(state="clean"), name="file_scan_again"),
            models.Index(
                fields=["looked_at"], condition=Q(state="infected", gone_at=None), name="file_scan_infected"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", looked_at=None)
                | ~Q(state="waiting") & Q(looked_at__isnull=False),
                name="file_scan_looked_at",
            ),
            models.CheckConstraint(
                condition=Q(state="infected") ^ Q(found=""), name="file_scan_infected_says_with_what"
            ),
            models.CheckConstraint(
                condition=Q(gone_at=None) | Q(state="infected"), name="file_scan_gone_infected"
            ),
        ]
