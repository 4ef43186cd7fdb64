"""The local rules of hearings as data: numbers differ by province and city (law.md HEAR local)."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hall.clock import Unit
from staffing.models import Hall

UNITS = [(Unit.NATURAL.value, _("日")), (Unit.WORKDAY.value, _("工作日"))]


def _days(label: Any) -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(label)


def _unit() -> models.CharField[str, str]:
    return models.CharField(max_length=8, choices=UNITS, default=Unit.NATURAL.value)


class HearingRules(models.Model):
    """One version of a hall's rules, from a day on. A hearing keeps the version of the day it was asked for or opened.

    `apply_days` after the written answer within which a hearing may be asked for (0: no window); `decide_days` for the
    decision; `hold_days` from the decision to the hearing, `extend_days` more by postponement in the same unit;
    `notice_days` before it; `conclude_days` after it, unless told on the spot, then `serve_days` for the paper. Each
    number with its unit. `given` names the numbers that `source` itself gives; every other one is the hall's own.
    `erase_days` (calendar days) after the hearing the names of its public are erased.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="hearing_rules")
    code = models.SlugField(max_length=24)
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    source = models.CharField(_("依据"), max_length=160)
    source_en = models.CharField(max_length=200, blank=True)
    in_force_from = models.DateField(_("自何日起适用"))
    apply_days, apply_unit = _days(_("申请期限")), _unit()
    decide_days, decide_unit = _days(_("决定期限")), _unit()
    silence_grants = models.BooleanField(_("逾期不决定视为同意"), default=False)
    hold_days, hold_unit = _days(_("举行期限")), _unit()
    extend_days = models.PositiveSmallIntegerField(_("延期最多"), default=30)
    notice_days, notice_unit = _days(_("通知提前")), _unit()
    panel_least = models.PositiveSmallIntegerField(_("听证员最少人数"), default=3)
    most_representatives = models.PositiveSmallIntegerField(_("信访人代表最多人数"), default=5)
    most_agents = models.PositiveSmallIntegerField(_("代理人最多人数"), default=2)
    conclude_days, conclude_unit = _days(_("作出结论")), _unit()
    serve_days, serve_unit = _days(_("当场宣布的书面结论送达")), _unit()
    no_show_waives = models.BooleanField(_("无正当理由不到场视为放弃"), default=True)
    erase_days = models.PositiveSmallIntegerField(_("旁听人员信息保留天数"), default=30)
    given = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    adopted_at = models.DateTimeField()

    class Meta:
        ordering = ["hall", "-in_force_from", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["hall", "in_force_from"], name="hearing_rules_one_a_day"),
            # An even panel cannot have a majority of itself: at least three, and odd.
            models.CheckConstraint(
                condition=Q(panel_least__gte=3) & Q(panel_least=F("panel_least") / 2 * 2 + 1),
                name="hearing_rules_odd_panel",
            ),
            models.CheckConstraint(
                condition=Q(decide_days__gte=1, hold_days__gte=1, notice_days__gte=1, conclude_days__gte=1),
                name="hearing_rules_days",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return self.name
