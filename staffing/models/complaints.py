"""Complaints about service and conduct in the hall, filed without an account; and the tries that a limit counts."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.fields import EncryptedTextField, mask_name, mask_phone
from hall.models import User
from staffing.lifecycle import COMPLAINT, COMPLAINT_ABOUT, HALL_MANAGER, SUPERVISOR
from staffing.models.places import Hall, Window


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, actor: Actor) -> ComplaintQuerySet:
        """The hall's supervisor sees all; its manager those that are not about the manager; nobody else any."""
        seen = Q(hall__in=actor.halls(SUPERVISOR))
        return self.filter(seen | Q(hall__in=actor.halls(HALL_MANAGER), about_manager=False))

    def locked(self, pk: int) -> Complaint:
        return self.select_for_update(of=("self",)).select_related("hall").get(pk=pk)


class Complaint(models.Model):
    """What somebody says about how they were served. The receipt code is kept as a keyed hash alone.

    `form_token` is the form that it came with: sent twice, it is one complaint. What is said and who says it are
    encrypted; nobody needs to give a name.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="complaints")
    form_token = models.UUIDField(unique=True, editable=False)
    code_index = models.BinaryField(max_length=16, unique=True)
    about = models.CharField(_("关于什么"), max_length=8, choices=list(COMPLAINT_ABOUT.items()))
    about_manager = models.BooleanField(_("涉及大厅负责人"), default=False)
    text = EncryptedTextField(_("情况"))
    happened_on = models.DateField(_("日期"), null=True, blank=True)
    happened_at = models.CharField(_("大约几点"), max_length=40, blank=True)
    window = models.ForeignKey(Window, models.PROTECT, null=True, blank=True, related_name="+")
    name = EncryptedTextField(_("姓名"), blank=True)
    phone = EncryptedTextField(_("手机"), blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    page = models.CharField(_("网页"), max_length=200, blank=True)
    status = models.CharField(_("状态"), max_length=9, choices=COMPLAINT.choices, default="received")
    received_at = models.DateTimeField(_("收到时间"))
    due_on = models.DateField(_("答复期限"))
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    forwarded_to = models.CharField(_("转交机构"), max_length=80, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("服务投诉")
        verbose_name_plural = _("服务投诉")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hall", "-id"], name="complaint_of_hall"),
            models.Index(fields=["hall", "status", "-id"], name="complaint_by_status"),
            models.Index(fields=["hall", "about", "-id"], name="complaint_by_about"),
            models.Index(
                fields=["hall", "due_on", "-id"], condition=Q(status="received"), name="complaint_due"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="received", answered_at=None, answer="", forwarded_to="")
                | Q(status="answered", answered_at__isnull=False, forwarded_to="") & ~Q(answer="")
                | Q(status="forwarded", answered_at__isnull=False) & ~Q(answer="") & ~Q(forwarded_to=""),
                name="complaint_says_what",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(COMPLAINT.legal_pairs())),
            pgtrigger.Protect(
                name="said_once",
                operation=pgtrigger.Update,
                # Not the encrypted text: a change of keys writes it anew.
                condition=pgtrigger.AnyChange(
                    "hall", "form_token", "code_index", "about", "about_manager", "received_at", "due_on"
                ),
            ),
            pgtrigger.Protect(
                name="answered_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.status <> 'received' AND (OLD.answer, OLD.answered_at, OLD.forwarded_to)"
                    " IS DISTINCT FROM (NEW.answer, NEW.answered_at, NEW.forwarded_to)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def name_masked(self) -> str:
        return mask_name(self.name)

    @property
    def phone_masked(self) -> str:
        return mask_phone(self.phone)


class PublicTry(models.Model):
    """A try at a public form: a keyed hash of where it came from, and when. Deleted when not counted any more."""

    origin = models.BinaryField(max_length=16)
    what = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["origin", "what", "at"], name="public_try_counted"),
            models.Index(fields=["at"], name="public_try_old"),
        ]
