"""Who holds which role where, from when until when."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hall.models import User
from staffing.lifecycle import (
    DEPARTMENT_ROLES,
    GROUNDS,
    KINDS,
    POSTED,
    RANKS,
    ROLES,
    THREE_ADMINISTRATORS,
)
from staffing.models.places import Department, Hall, Window

_THREE = "(" + ", ".join(f"'{role}'" for role in THREE_ADMINISTRATORS) + ")"
# The lock on the account lets two connections that post the same person see each other's row.
_APART = f"""
PERFORM 1 FROM hall_user WHERE id = NEW.user_id FOR UPDATE;
IF EXISTS (
    SELECT FROM staffing_posting p
    WHERE p.user_id = NEW.user_id AND p.id IS DISTINCT FROM NEW.id AND p.role <> NEW.role AND p.role IN {_THREE}
      AND daterange(p.from_on, p.until_on, '[]') && daterange(NEW.from_on, NEW.until_on, '[]')
) THEN
    RAISE EXCEPTION 'the three administrators are three people (user %)', NEW.user_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_administrators_apart';
END IF;
RETURN NEW;
"""  # noqa: S608 -- constants of ours


class PostingQuerySet(models.QuerySet["Posting"]):
    def on(self, day: dt.date) -> PostingQuerySet:
        """Those in force on that day; history keeps the unit and the person of its time."""
        return self.filter(Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day)


class Posting(models.Model):
    """A person holds a role, in a hall or a department, from a day to a day (inclusive)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="postings")
    role = models.CharField(_("角色"), max_length=20, choices=list(ROLES.items()))
    hall = models.ForeignKey(Hall, models.PROTECT, null=True, blank=True, related_name="postings")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="postings")
    window = models.ForeignKey(Window, models.PROTECT, null=True, blank=True, related_name="postings")
    title = models.CharField(_("职务"), max_length=80)
    title_en = models.CharField(max_length=120, blank=True)
    portfolio = models.CharField(_("分管工作"), max_length=200, blank=True)
    portfolio_en = models.CharField(max_length=240, blank=True)
    rank = models.CharField(_("接访领导范围"), max_length=10, choices=list(RANKS.items()), default="member")
    from_on = models.DateField(_("自"))
    until_on = models.DateField(_("至"), null=True, blank=True)
    reason = models.TextField(_("提前结束的原因"), blank=True)
    ground = models.CharField(_("提前结束的情形"), max_length=12, choices=list(GROUNDS.items()), blank=True)
    kind = models.CharField(_("派驻方式"), max_length=8, choices=list(KINDS.items()), default=POSTED)
    home_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="sent", verbose_name=_("派出单位")
    )
    short_reason = models.CharField(_("不满一年的原因"), max_length=200, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "hall", "department"],
                condition=Q(until_on=None),
                nulls_distinct=False,
                name="posting_held_once",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="posting_forward"
            ),
            models.CheckConstraint(
                condition=Q(hall__isnull=False) | Q(department__isnull=False), name="posting_has_place"
            ),
            models.CheckConstraint(
                condition=Q(kind=POSTED) | Q(home_department__isnull=False), name="posting_home_kept"
            ),
        ]
        indexes = [models.Index(fields=["department", "role"]), models.Index(fields=["hall", "role"])]
        triggers = [
            pgtrigger.Trigger(
                name="administrators_apart",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("user_id", "role", "from_on", "until_on"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(new__role__in=THREE_ADMINISTRATORS),
                func=_APART,
            )
        ]

    def __str__(self) -> str:
        return f"{self.user.label} · {self.title}"

    @property
    def sending_unit(self) -> Department | None:
        """The unit whose person this is; None for the hall's own people, whom the petition office employs."""
        unit = self.home_department or (self.department if self.role in DEPARTMENT_ROLES else None)
        return unit if unit and not unit.is_petition_office else None

    @property
    def kind_label(self) -> str:
        return gettext(KINDS[self.kind])

    @property
    def is_stationed(self) -> bool:
        """A unit's person at a hall: both sides have a say (国信发〔2015〕12号（十二）)."""
        return self.hall_id is not None and self.sending_unit is not None
