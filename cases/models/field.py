"""A leader goes down with cases: when, where, what was agreed, what came of it (国信发〔2015〕12号（三）)."""

from __future__ import annotations

from typing import Any, TypeVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import FIELD_VISIT, OUTCOMES_OF_VISIT
from cases.models.case import Case, Recusal, Respondent
from cases.models.papers import Material
from cases.models.reference import APPEND_ONLY
from hall.access import Actor
from hall.models import User
from staffing.models import Department, Hall, IdRange, Period

Rows = TypeVar("Rows", bound="models.QuerySet[Any]")


def _barred(actor: Actor) -> models.QuerySet[Case]:
    """Cases that complain of the reader or of a unit of theirs, or from which they are recused."""
    mine = Q(user_id=actor.user_id or 0) | Q(department_id__in=actor.departments())
    return Case.objects.filter(
        Exists(Respondent.objects.filter(mine, case=OuterRef("pk")))
        | Exists(Recusal.objects.filter(user_id=actor.user_id or 0, case=OuterRef("pk")))
    )


def among_cases(rows: Rows, through: type[models.Model], key: str, actor: Actor) -> Rows:
    """Rows with a case that the reader sees, and with none that the reader is kept out of.

    One matter of several is enough to be barred from the whole: its words tell of all of them (第二十八条、第三十条).
    """
    if actor.kind == "system":
        return rows
    if actor.kind != "person" or actor.user_id is None:
        return rows.none()
    links = through._default_manager.filter(**{key: OuterRef("pk")})
    return rows.filter(
        Exists(links.filter(case__in=Case.objects.visible_to(actor))),
        ~Exists(links.filter(case__in=_barred(actor))),
    )


class FieldVisitQuerySet(models.QuerySet["FieldVisit"]):
    def visible_to(self, actor: Actor) -> FieldVisitQuerySet:
        """Who sees one of its cases, unless kept out of another of them; and the leader, by the same rule."""
        return among_cases(self, VisitCase, "visit", actor)

    def locked(self, pk: int) -> FieldVisit:
        return self.select_for_update(of=("self",)).select_related("hall", "leader").get(pk=pk)


class FieldVisit(models.Model):
    """One visit of one leader with one case or several. The post is copied as it was on that day."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="field_visits", db_index=False)
    leader = models.ForeignKey(User, models.PROTECT, related_name="field_visits", db_index=False)
    title = models.CharField(_("职务"), max_length=80)
    title_en = models.CharField(max_length=120, blank=True)
    cases: models.ManyToManyField[Case, VisitCase] = models.ManyToManyField(
        Case, through="VisitCase", related_name="field_visits"
    )
    reason = models.TextField(_("案由"))
    place = models.CharField(_("下访地点"), max_length=200)
    visited = models.CharField(_("下访对象"), max_length=200)
    units: models.ManyToManyField[Department, Any] = models.ManyToManyField(
        Department, blank=True, related_name="+", verbose_name=_("参加单位")
    )
    planned_from = models.DateTimeField(_("开始"))
    planned_to = models.DateTimeField(_("结束"))
    coordination = models.TextField(_("协调过程"), blank=True)
    opinion = models.TextField(_("形成意见"), blank=True)
    made_on = models.DateField(_("下访日期"), null=True)
    outcome = models.CharField(
        _("化解情况"), max_length=14, choices=list(OUTCOMES_OF_VISIT.items()), blank=True
    )
    outcome_note = models.TextField(_("结果说明"), blank=True)
    concluded_on = models.DateField(null=True)
    cancel_reason = models.CharField(_("取消原因"), max_length=300, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=FIELD_VISIT.choices, default="planned")
    planned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    objects = FieldVisitQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_from", "-id"]
        indexes = [
            models.Index(fields=["hall", "-planned_from", "-id"], name="visit_by_hall"),
            models.Index(fields=["hall", "status", "-planned_from", "-id"], name="visit_by_status"),
            models.Index(fields=["leader", "-planned_from", "-id"], name="visit_by_leader"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(planned_from__lt=F("planned_to")), name="visit_forward"),
            models.CheckConstraint(
                condition=Q(status__in=("planned", "cancelled")) | Q(made_on__isnull=False),
                name="visit_made_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="concluded") | (~Q(outcome="") & Q(concluded_on__isnull=False)),
                name="visit_concluded_with_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(cancel_reason=""), name="visit_cancelled_for_a_reason"
            ),
            ExclusionConstraint(
                name="visit_leader_in_one_place",
                expressions=[
                    (IdRange("leader_id"), RangeOperators.OVERLAPS),
                    (Period("planned_from", "planned_to", Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=~Q(status="cancelled"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(FIELD_VISIT.legal_pairs())),
            # Who is planning a reception at this moment has its table locked for writing (the foreign key to the leader
            # is checked at the commit only): the lock waits for that, and the look that follows sees it.
            pgtrigger.Trigger(
                name="not_receiving",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.status = 'planned'"),
                func="""
                    IF TG_OP = 'UPDATE' THEN
                        IF (OLD.leader_id, OLD.planned_from, OLD.planned_to, OLD.status) IS NOT DISTINCT FROM
                                (NEW.leader_id, NEW.planned_from, NEW.planned_to, NEW.status) THEN
                            RETURN NEW;
                        END IF;
                    END IF;
                    LOCK TABLE staffing_leaderreception IN SHARE MODE;
                    IF EXISTS (SELECT FROM staffing_leaderreception r WHERE r.leader_id = NEW.leader_id
                            AND r.status <> 'cancelled' AND r.starts_at < NEW.planned_to
                            AND r.ends_at > NEW.planned_from) THEN
                        RAISE EXCEPTION 'the leader receives at that time'
                            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'visit_leader_not_receiving';
                    END IF;
                    PERFORM 1 FROM hall_user WHERE id = NEW.leader_id FOR NO KEY UPDATE;
                    IF EXISTS (SELECT FROM staffing_engagement e WHERE e.user_id = NEW.leader_id
                            AND e.released_at IS NULL AND e.starts_at < NEW.planned_to
                            AND e.ends_at > NEW.planned_from) THEN
                        RAISE EXCEPTION 'the leader is taken for a meeting'
                            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'visit_leader_not_receiving';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leader.label} {self.planned_from:%Y-%m-%d}"


class VisitCase(models.Model):
    """A case that is taken along; number 0 is the first."""

    visit = models.ForeignKey(FieldVisit, models.PROTECT, related_name="links", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="visit_links")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["visit", "case"], name="visit_case_once")]
        triggers = [APPEND_ONLY]


class VisitPhoto(models.Model):
    """A picture taken on the spot: a material of the first case, seen with the visit."""

    visit = models.ForeignKey(FieldVisit, models.PROTECT, related_name="photos")
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["visit", "material"], name="visit_photo_once")]
        triggers = [APPEND_ONLY]


class VisitTask(models.Model):
    """What a unit promised on the spot, by when; done once it says what it did."""

    visit = models.ForeignKey(FieldVisit, models.PROTECT, related_name="tasks")
    case = models.ForeignKey(Case, models.PROTECT, related_name="visit_tasks")
    department = models.ForeignKey(Department, models.PROTECT, related_name="visit_tasks")
    text = models.TextField(_("工作内容"))
    due_on = models.DateField(_("完成日期"))
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    done_note = models.TextField(_("完成情况"), blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None) | ~Q(done_note=""), name="visit_task_done_with_words"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="promise",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("visit", "case", "department", "text", "due_on"),
            ),
            pgtrigger.Protect(
                name="done_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.done_at IS NOT NULL"),
            ),
        ]
