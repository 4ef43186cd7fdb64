"""People from outside who help in the hall: lawyers, psychologists, deputies, elders; and when each is there."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.models import Named, User
from staffing.lifecycle import ADMINISTRATOR, HALVES, PARTICIPANT_KINDS
from staffing.models.places import Hall, IdRange, Period, Room


class SocialParticipantQuerySet(models.QuerySet["SocialParticipant"]):
    def visible_to(self, actor: Actor) -> SocialParticipantQuerySet:
        """Whoever is posted in the hall knows who helps there; an administrator everywhere."""
        if actor.kind == "system" or actor.is_superuser or actor.has(ADMINISTRATOR):
            return self.all()
        return self.filter(hall__in=actor.halls())

    def locked(self, pk: int) -> SocialParticipant:
        return self.select_for_update(of=("self",)).get(pk=pk)


class SocialParticipant(Named):
    """Somebody who helps in a hall without belonging to it (国信发〔2015〕12号（八）). `user` writes own records.

    Of a psychologist the account and the kind stay what they are: the seal of the notes hangs on them.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="participants")
    kind = models.CharField(_("类别"), max_length=14, choices=list(PARTICIPANT_KINDS.items()))
    organisation = models.CharField(_("所在机构"), max_length=120, blank=True)
    organisation_en = models.CharField(max_length=160, blank=True)
    licence = models.CharField(_("执业证号或资格证号"), max_length=40, blank=True)
    term = models.CharField(_("届次"), max_length=40, blank=True)
    constituency = models.CharField(_("选区或界别"), max_length=80, blank=True)
    speciality = models.CharField(_("擅长领域"), max_length=120, blank=True)
    speciality_en = models.CharField(max_length=160, blank=True)
    promised_on = models.DateField(_("保密承诺书签署日期"), null=True, blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="participations")
    is_active = models.BooleanField(_("参与服务"), default=True)

    objects = SocialParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("社会力量")
        verbose_name_plural = _("社会力量")
        ordering = ["kind", "name", "id"]
        indexes = [models.Index(fields=["hall", "kind", "name", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["hall", "kind", "name", "organisation"], name="participant_once"),
            models.UniqueConstraint(
                fields=["hall", "user"], condition=Q(user__isnull=False), name="participant_one_account"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="psychologist_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__kind="psychologist", old__user__isnull=False)
                & (
                    pgtrigger.Q(old__kind__df=pgtrigger.F("new__kind"))
                    | pgtrigger.Q(old__user__df=pgtrigger.F("new__user"))
                ),
            ),
        ]


class ParticipantDutyQuerySet(models.QuerySet["ParticipantDuty"]):
    def standing(self) -> ParticipantDutyQuerySet:
        return self.filter(cancelled_at=None)

    def in_month(self, hall_id: int, first: dt.date) -> ParticipantDutyQuerySet:
        first = first.replace(day=1)
        after = (first + dt.timedelta(days=31)).replace(day=1)
        return self.filter(hall=hall_id, day__gte=first, day__lt=after)

    def locked(self, pk: int) -> ParticipantDuty:
        return self.select_for_update(of=("self",)).get(pk=pk)


class ParticipantDuty(models.Model):
    """A participant is in the hall on a day, from a time to a time, at one place only."""

    participant = models.ForeignKey(SocialParticipant, models.PROTECT, related_name="duties")
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="participant_duties")
    day = models.DateField(_("日期"))
    half = models.CharField(_("半天"), max_length=2, choices=list(HALVES.items()))
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+")
    desk = models.CharField(_("座席"), max_length=40, blank=True)
    changed_at = models.DateTimeField(null=True)
    change_note = models.CharField(_("变更原因"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True)

    objects = ParticipantDutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("社会力量值班")
        verbose_name_plural = _("社会力量值班")
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["hall", "day", "id"])]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="participant_duty_forward"),
            models.CheckConstraint(condition=Q(half__in=list(HALVES)), name="participant_duty_half"),
            models.UniqueConstraint(
                fields=["participant", "day", "half"],
                condition=Q(cancelled_at=None),
                name="participant_duty_cell",
            ),
            ExclusionConstraint(
                name="participant_in_one_place",
                expressions=[
                    (IdRange("participant_id"), RangeOperators.OVERLAPS),
                    (Period("starts_at", "ends_at", Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at=None),
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]
