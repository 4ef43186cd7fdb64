"""When the units sit down: time, room, agenda, who came."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import VideoRoom
from consultations.lifecycle import SITTING
from consultations.models.calls import Consultation
from hall.models import User
from staffing.models import Department, Room


class Sitting(models.Model):
    """The room and the people are taken by `staffing` engagements under `consultations.sitting:<id>`."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="sittings")
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(_("地点"), max_length=120, blank=True)
    agenda = models.TextField(_("议程"))
    chair = models.ForeignKey(
        User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("主持人")
    )
    status = models.CharField(max_length=9, choices=SITTING.choices, default="planned")
    record = models.TextField(_("会议记录"), blank=True)
    cancel_reason = models.CharField(_("取消原因"), max_length=300, blank=True)
    planned_at = models.DateTimeField()
    video_room = models.OneToOneField(
        VideoRoom, models.PROTECT, null=True, blank=True, related_name="sitting", verbose_name=_("视频会议")
    )

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="sitting_forward"),
            models.CheckConstraint(condition=Q(room__isnull=False) | ~Q(place=""), name="sitting_somewhere"),
            models.CheckConstraint(condition=~Q(status="held") | ~Q(record=""), name="sitting_held_recorded"),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(cancel_reason=""), name="sitting_cancelled_for_a_reason"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(SITTING.legal_pairs())),
        ]


class Attendance(models.Model):
    """Who was invited of a unit and whether they came (`present`, set when the sitting is recorded)."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="attendance")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    title = models.CharField(max_length=80, blank=True)
    present = models.BooleanField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["sitting", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "user"], condition=Q(user__isnull=False), name="attendance_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="keep",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.present IS NOT NULL"),
            )
        ]

    @property
    def label(self) -> str:
        """The name in the reader's language; as it was typed for who came without an account here."""
        return self.user.label if self.user else self.name
