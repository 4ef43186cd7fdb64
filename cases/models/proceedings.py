"""What the case file knows of a consultation or a hearing: that it is held, with whom, until when, what came of it.

The proceeding itself lives upstairs, in an app that cases does not know. It writes this row by
`cases.actions.proceedings` in its own transaction, as a pause is written by a hearing (`Hold`).
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from cases.lifecycle import PROCEEDINGS, STAGES
from cases.models.case import Case
from hall.models import IssuedDocument, User
from staffing.models import Department


class Proceeding(models.Model):
    """One consultation, joint conference or hearing on a case. `ref` is its id upstairs.

    `stage` is a word of `cases.lifecycle.STAGES`; `until_on` is what the petitioner is told; `told` are the words for
    the petitioner. While `blocks_opinion`, no opinion is issued: a hearing that was granted comes first. What a hearing
    found (`finding`, in the words of the paper) and its paper are named by every opinion that follows.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="proceedings")
    kind = models.CharField(max_length=12, choices=list(PROCEEDINGS.items()))
    ref = models.BigIntegerField()
    title = models.CharField(max_length=200)
    stage = models.CharField(max_length=14, choices=list(STAGES.items()))
    units: models.ManyToManyField[Department, models.Model] = models.ManyToManyField(
        Department, blank=True, related_name="+"
    )
    opened_on = models.DateField()
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    meets_at = models.DateTimeField(null=True)
    until_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    told = models.TextField(blank=True)
    blocks_opinion = models.BooleanField(default=False)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+", db_index=False)
    finding = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-opened_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref"], name="proceeding_once"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(blocks_opinion=False), name="proceeding_over_blocks_nothing"
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]
