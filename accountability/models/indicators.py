"""The counted months: what pages of figures read instead of the facts, and how old they are."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from staffing.models import Department, Hall


class CountedMonth(models.Model):
    """One month of one hall has been counted, as things stood at `as_of`, by these `rules`.

    Its row is locked while it is counted anew.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    as_of = models.DateTimeField()
    rules = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hall", "month"], name="month_counted_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="month_begins_on_the_first"),
        ]


class IndicatorCount(models.Model):
    """What an indicator counts in a month: a cell of unit × channel × category, or one unit's, or the whole hall's.

    Nothing here is a fact: every row can be counted again from the facts. `total` sums the values (days, seconds,
    heads), `longest` is the greatest; `measures` keeps them all where a median is wanted.
    """

    LEVELS = [(0, "hall"), (1, "unit"), (2, "cell")]

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    indicator = models.CharField(max_length=24)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    channel = models.CharField(max_length=8, blank=True)
    category = models.CharField(max_length=6, blank=True)
    denominator = models.PositiveIntegerField()
    numerator = models.PositiveIntegerField()
    excluded = models.PositiveIntegerField()
    total = models.BigIntegerField()
    longest = models.IntegerField(null=True)
    measures = ArrayField(models.IntegerField(), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "level", "month", "indicator", "department", "channel", "category"],
                nulls_distinct=False,
                name="counted_once",
            ),
            models.CheckConstraint(
                condition=Q(numerator__lte=models.F("denominator")), name="counted_part_of_whole"
            ),
        ]


class CountMark(models.Model):
    """Up to which entry of the journal the months have been counted, and when. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    entry = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="count_mark_one")]
