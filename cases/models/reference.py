"""Reference data of the case file: categories, routes, the ladder, thresholds, a hall's own limits."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hall.models import Named
from staffing.lifecycle import ROLES
from staffing.models import Department, Hall

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class ContentCategory(Named):
    """Three levels, two digits each, as data; `path` is the full name, `pinyin` what finds it when typed."""

    code = models.CharField(_("代码"), max_length=6, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    level = models.PositiveSmallIntegerField(_("层级"))
    path = models.CharField(_("全称"), max_length=200)
    pinyin = models.CharField(max_length=400, blank=True, editable=False)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("内容分类")
        verbose_name_plural = _("内容分类")
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(level__in=(1, 2, 3)), name="category_three_levels")]


class StatutoryRoute(Named):
    """A way that another law gives for a claim, and its organ (《信访工作条例》第三十一条（一）至（五）)."""

    code = models.SlugField(_("代码"), max_length=30, unique=True)
    clause = models.PositiveSmallIntegerField(_("第三十一条第几项"))
    sector = models.CharField(
        _("所属系统"), max_length=40, blank=True, help_text=_("清单按它分组；空的按受理机关。")
    )
    sector_en = models.CharField(max_length=80, blank=True)
    organ = models.CharField(_("受理机关"), max_length=120)
    organ_en = models.CharField(max_length=160, blank=True)
    basis = models.CharField(_("依据"), max_length=200)
    basis_en = models.CharField(max_length=240, blank=True)
    guidance = models.TextField(_("怎么办理"))
    guidance_en = models.TextField(blank=True)
    keywords = models.CharField(_("通俗说法"), max_length=400, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="routes")
    is_litigation = models.BooleanField(_("涉法涉诉"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("法定途径")
        verbose_name_plural = _("法定途径")
        ordering = ["clause", "code"]


class LadderRung(Named):
    """One step of the escalation ladder, as data: when (before or after the due date) and to whom.

    `term` empty: for every term. `offset` in working or natural days, negative before the due date, 0 on it.
    `urgent` steps go out at any hour, the others in the hall's working hours.
    """

    UNITS = [("workday", _("工作日")), ("natural", _("自然日"))]

    term = models.CharField(_("期限"), max_length=24, blank=True)
    offset = models.SmallIntegerField(_("天数"))
    unit = models.CharField(_("单位"), max_length=8, choices=UNITS, default="workday")
    role = models.CharField(_("通知谁"), max_length=20, choices=list(ROLES.items()))
    urgent = models.BooleanField(_("不分时间"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("催办阶梯")
        verbose_name_plural = _("催办阶梯")
        ordering = ["term", "offset", "id"]
        constraints = [
            models.UniqueConstraint(fields=["term", "offset", "unit", "role"], name="rung_once"),
        ]


class LightThreshold(models.Model):
    """From how many days before the due date a clock is amber; `term` empty is the default."""

    term = models.CharField(_("期限"), max_length=24, blank=True, unique=True)
    amber_days = models.PositiveSmallIntegerField(_("提前天数"))
    unit = models.CharField(_("单位"), max_length=8, choices=LadderRung.UNITS, default="natural")

    class Meta:
        verbose_name = _("亮灯规则")
        verbose_name_plural = _("亮灯规则")


class OwnLimit(models.Model):
    """A hall's own shorter limit for a term; one longer than the law's is refused."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="own_limits")
    term = models.CharField(_("期限"), max_length=24)
    days = models.PositiveSmallIntegerField(_("天数"))

    class Meta:
        verbose_name = _("本厅时限")
        verbose_name_plural = _("本厅时限")
        constraints = [models.UniqueConstraint(fields=["hall", "term"], name="own_limit_once")]
