"""The scheme of an assessment: how many points for what, as rows. Once published, it is never edited."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accountability.lifecycle import ITEM_KINDS, SCHEME, SOURCES, SOURCES_OF
from hall.access import Actor
from hall.models import User
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Hall, Station
from staffing.models.places import IdRange

KEEP = pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)
KINDS_OF_UNITS = [("", _("全部进驻单位")), *Station.PRESENCE]


class Dates(Func):
    """Both days are in it."""

    function = "daterange"
    output_field = DateRangeField()


class KindNumber(Func):
    """A number for a code: equality for GiST without the extension btree_gist."""

    function = "hashtext"
    output_field = models.IntegerField()


DAYS = Dates(F("from_on"), F("to_on"), Value("[]"))

# The rule adds them up with its reasons; who goes round it meets this.
_WHOLE = """
IF (SELECT coalesce(sum("full"), 0) FROM accountability_schemeitem WHERE scheme_id = NEW.id) <> 100 THEN
    RAISE EXCEPTION 'the full points of scheme % are not 100', NEW.id USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
_DRAFT_ONLY = """
IF EXISTS (SELECT FROM accountability_assessmentscheme s WHERE s.status <> 'draft'
    AND s.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.scheme_id ELSE NEW.scheme_id END) THEN
    RAISE EXCEPTION 'a published scheme is not edited' USING ERRCODE = 'restrict_violation';
END IF;
RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
"""


class AssessmentSchemeQuerySet(models.QuerySet["AssessmentScheme"]):
    def visible_to(self, actor: Actor) -> AssessmentSchemeQuerySet:
        """The hall's supervisor, manager and leaders; units in the hall once it is published: it measures them."""
        if actor.kind == "system":
            return self
        if actor.kind != "person":
            return self.none()
        hall = Q(hall__in=actor.halls(SUPERVISOR, HALL_MANAGER, LEADER))
        unit = Q(hall__stations__department__in=actor.departments(DEPARTMENT_HEAD, LIAISON))
        return self.filter(hall | (unit & ~Q(status="draft"))).distinct()

    def locked(self, pk: int) -> AssessmentScheme:
        return self.select_for_update(of=("self",)).select_related("hall").get(pk=pk)


class AssessmentScheme(models.Model):
    """考核方案 of a hall for some days of a year and one kind of units ("": all). A new `version` supersedes an
    earlier one as long as nobody was assessed by it. `revision` counts its drafts: what is published was read.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="assessment_schemes", db_index=False)
    title = models.CharField(_("名称"), max_length=80)
    unit_kind = models.CharField(
        _("适用单位"),
        max_length=10,
        blank=True,
        choices=[(code, words) for code, words in KINDS_OF_UNITS if code],
    )
    from_on = models.DateField(_("考核期自"))
    to_on = models.DateField(_("考核期至"))
    version = models.PositiveSmallIntegerField(default=1)
    revision = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(_("状态"), max_length=9, choices=SCHEME.choices, default="draft")
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    drafted_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = AssessmentSchemeQuerySet.as_manager()

    class Meta:
        ordering = ["-from_on", "unit_kind", "-version"]
        indexes = [models.Index(fields=["hall", "-from_on"], name="scheme_by_hall")]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "unit_kind", "from_on", "to_on", "version"], name="scheme_versions"
            ),
            models.CheckConstraint(
                condition=Q(from_on__lt=F("to_on"), from_on__year=F("to_on__year")), name="scheme_in_one_year"
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(published_at__isnull=False, published_by__isnull=False),
                name="scheme_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("drafted_by")), name="scheme_four_eyes"
            ),
            ExclusionConstraint(
                name="scheme_one_at_a_time",
                expressions=[
                    (IdRange("hall_id"), RangeOperators.OVERLAPS),
                    (IdRange(KindNumber("unit_kind")), RangeOperators.OVERLAPS),
                    (DAYS, RangeOperators.OVERLAPS),
                ],
                condition=Q(status="published"),
            ),
        ]
        triggers = [
            KEEP,
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(SCHEME.legal_pairs())),
            pgtrigger.Trigger(
                name="whole",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.status = 'published' AND OLD.status = 'draft'"),
                func=_WHOLE,
            ),
            pgtrigger.Protect(
                name="as_published",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.status <> 'draft' AND (OLD.hall_id, OLD.title, OLD.unit_kind, OLD.from_on, OLD.to_on,"
                    " OLD.version, OLD.revision) IS DISTINCT FROM (NEW.hall_id, NEW.title, NEW.unit_kind,"
                    " NEW.from_on, NEW.to_on, NEW.version, NEW.revision)"
                ),
            ),
        ]

    @property
    def year(self) -> int:
        year: int = self.from_on.year
        return year

    @property
    def is_over_on(self) -> dt.date:
        """The first day on which it may be drawn up."""
        return self.to_on + dt.timedelta(days=1)

    @property
    def units_words(self) -> str:
        return str(dict(KINDS_OF_UNITS)[self.unit_kind])


class SchemeItem(models.Model):
    """`rate`: a share of an indicator times `full`, from `floor` (no points) to `ceiling` (all of them). `deduct` and
    `manual`: each event costs `each`, no more than `cap` together. `source` is of the closed list, each at most once.
    """

    scheme = models.ForeignKey(AssessmentScheme, models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("项目"), max_length=60)
    name_en = models.CharField(_("项目（英文）"), max_length=80, blank=True)
    kind = models.CharField(_("计分方法"), max_length=6, choices=list(ITEM_KINDS.items()))
    source = models.CharField(_("依据"), max_length=20, choices=list(SOURCES.items()))
    indicator_version = models.PositiveSmallIntegerField(null=True)
    full = models.DecimalField(_("满分"), max_digits=5, decimal_places=2)
    floor = models.DecimalField(_("低于此比率不得分"), max_digits=5, decimal_places=4, default=0)
    ceiling = models.DecimalField(_("达到此比率得满分"), max_digits=5, decimal_places=4, default=1)
    each = models.DecimalField(_("每次扣分"), max_digits=5, decimal_places=2, null=True)
    cap = models.DecimalField(_("最多扣分"), max_digits=5, decimal_places=2, null=True)

    class Meta:
        ordering = ["scheme", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "position"], name="scheme_item_order"),
            models.UniqueConstraint(fields=["scheme", "source"], name="scheme_source_once"),
            # 上访量、重复访、越级访、谁来访: not in any of these lists, so no item counts them.
            models.CheckConstraint(
                condition=Q(kind="rate", source__in=SOURCES_OF["rate"])
                | Q(kind="deduct", source__in=SOURCES_OF["deduct"])
                | Q(kind="manual", source__in=SOURCES_OF["manual"]),
                name="scheme_item_of_the_closed_list",
            ),
            models.CheckConstraint(condition=Q(full__gt=0, full__lte=100), name="scheme_item_full"),
            models.CheckConstraint(
                condition=Q(floor__gte=0, floor__lt=F("ceiling"), ceiling__lte=1), name="scheme_item_bounds"
            ),
            models.CheckConstraint(
                condition=Q(kind="rate", each=None, cap=None, indicator_version__isnull=False)
                | (
                    Q(each__gt=0, cap__gte=F("each"), cap__lte=F("full"), indicator_version=None)
                    & ~Q(kind="rate")
                ),
                name="scheme_item_costs",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="draft_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_DRAFT_ONLY,
            )
        ]

    @property
    def words(self) -> str:
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name
