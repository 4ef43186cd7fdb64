"""What lets others check the record: a digest a day, the nightly walk, and what a head said of unusual looking."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.lifecycle import UNUSUAL
from cases.models import APPEND_ONLY
from hall.models import User
from staffing.models import Department, Hall


class JournalDigest(models.Model):
    """One for each day: the root over the hashes of the entries behind the last digest's, up to `last_id`.

    `entries` of them; `previous_root` is under this root as well, so that the days are a chain. Published, and never
    changed: outsiders keep copies.
    """

    day = models.DateField(unique=True)
    entries = models.PositiveIntegerField()
    last_id = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    previous_root = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]
        indexes = [models.Index(fields=["last_id"], name="digest_by_last")]
        constraints = [
            models.UniqueConstraint(fields=["previous_root"], name="digest_one_chain"),
            models.CheckConstraint(condition=Q(root__regex="^[0-9a-f]{64}$"), name="digest_root"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class JournalCheck(models.Model):
    """A walk along the whole journal: how far, how long, and the first flaw of each bad stream.

    `flaws` as `hall.journal.Flaw` has them; `bad_days` are digests whose root no longer follows from the entries, or
    that the journal knows and that are gone; `lost_digests` are fewer than a walk before had found.
    """

    at = models.DateTimeField()
    entries = models.PositiveBigIntegerField()
    streams = models.PositiveBigIntegerField()
    digests = models.PositiveIntegerField()
    seconds = models.FloatField()
    bad = models.PositiveIntegerField()
    flaws = models.JSONField(default=list)
    bad_days = models.JSONField(default=list)
    lost_digests = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        triggers = [APPEND_ONLY]

    @property
    def is_whole(self) -> bool:
        return not (self.bad or self.bad_days or self.lost_digests)

    @property
    def per_second(self) -> int:
        return int(self.entries / self.seconds) if self.seconds else 0


class AccessReview(models.Model):
    """What was listed as unusual was looked at: by whom, when, and what they say. Another word may follow.

    For the hall, or for the unit, whose people its author manages; the others do not read it.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, null=True, related_name="+", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    reader = models.ForeignKey(User, models.PROTECT, related_name="access_reviews", db_index=False)
    day = models.DateField()
    kind = models.CharField(max_length=8, choices=list(UNUSUAL.items()))
    count = models.PositiveIntegerField()
    words = models.TextField(_("查看后的说明"))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["day", "reader", "kind"], name="access_review_of")]
        constraints = [
            models.CheckConstraint(condition=~Q(reader=models.F("by")), name="access_review_by_another"),
            models.CheckConstraint(condition=~Q(words=""), name="access_review_says_something"),
            models.CheckConstraint(
                condition=Q(hall=None, department__isnull=False) | Q(hall__isnull=False, department=None),
                name="access_review_of_one_scope",
            ),
        ]
        triggers = [APPEND_ONLY]
