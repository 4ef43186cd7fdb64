"""Training: a course, who is enrolled, who came, and with what result."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.models import User, worded
from staffing.lifecycle import ADMINISTRATOR
from staffing.models.places import Hall


class CourseQuerySet(models.QuerySet["Course"]):
    def visible_to(self, actor: Actor) -> CourseQuerySet:
        """Everybody posted in the hall may see what is taught there."""
        if actor.kind == "system" or actor.is_superuser or actor.has(ADMINISTRATOR):
            return self.all()
        return self.filter(hall__in=actor.halls())

    def locked(self, pk: int) -> Course:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Course(models.Model):
    """A lesson of some hours; `materials` says where what was handed out is kept."""

    KINDS = [
        ("law", _("法规政策")),
        ("business", _("业务规程")),
        ("reception", _("接谈与沟通")),
        ("integrity", _("廉政纪律")),
        ("safety", _("安全应急")),
        ("other", _("其他")),
    ]
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="courses")
    title = models.CharField(_("课程名称"), max_length=120)
    title_en = models.CharField(_("课程名称（英文）"), max_length=160, blank=True)
    kind = models.CharField(_("类别"), max_length=10, choices=KINDS)
    starts_at = models.DateTimeField(_("开课时间"))
    hours = models.DecimalField(_("学时"), max_digits=4, decimal_places=1)
    place = models.CharField(_("地点"), max_length=120, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    teacher = models.CharField(_("授课人"), max_length=80, blank=True)
    materials = models.TextField(_("资料"), blank=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("培训课程")
        verbose_name_plural = _("培训课程")
        ordering = ["-starts_at", "-id"]
        indexes = [models.Index(fields=["hall", "-starts_at", "-id"])]
        constraints = [
            models.CheckConstraint(condition=Q(hours__gt=0) & Q(hours__lte=200), name="course_hours"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return worded(self, "title")


class CourseAttendance(models.Model):
    """One person in one course. Presence is empty until somebody wrote it down."""

    PRESENCE = [("present", _("到课")), ("absent", _("缺课")), ("excused", _("请假"))]
    RESULTS = [("passed", _("合格")), ("failed", _("不合格"))]

    course = models.ForeignKey(Course, models.PROTECT, related_name="attendances")
    user = models.ForeignKey(User, models.PROTECT, related_name="courses")
    enrolled_at = models.DateTimeField()
    presence = models.CharField(_("到课情况"), max_length=8, choices=PRESENCE, blank=True)
    result = models.CharField(_("考核结果"), max_length=8, choices=RESULTS, blank=True)

    class Meta:
        ordering = ["course", "id"]
        constraints = [
            models.UniqueConstraint(fields=["course", "user"], name="course_enrolled_once"),
            models.CheckConstraint(
                condition=Q(result="") | Q(presence="present"), name="course_result_of_the_present"
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]
