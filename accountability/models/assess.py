"""An assessment: a unit's points line by line, each event behind them, what the unit said, what a person decided."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accountability.lifecycle import ASSESSED_EVENT, ASSESSMENT, COPIES, FROZEN, SEEN_BY_UNIT, STEPS
from accountability.models.findings import Finding
from accountability.models.schemes import DAYS, KEEP, AssessmentScheme, SchemeItem
from accountability.models.supervision import Supervision
from cases.models import APPEND_ONLY, Case
from hall.access import Actor
from hall.models import IssuedDocument, User
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Department, Hall
from staffing.models.places import IdRange

_FROZEN = ", ".join(f"'{state}'" for state in FROZEN)


def _while(table: str, mother: str, condition: str, name: str, operation: Any) -> pgtrigger.Trigger:
    """Only as long as the assessment is in a state that allows it."""
    func = f"""
IF EXISTS (SELECT FROM accountability_assessment a {table}
    WHERE {mother} = CASE WHEN TG_OP = 'DELETE' THEN OLD.{{0}} ELSE NEW.{{0}} END AND {condition}) THEN
    RAISE EXCEPTION 'the points of this assessment do not change any more' USING ERRCODE = 'restrict_violation';
END IF;
RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
""".format("line_id" if table else "assessment_id")
    return pgtrigger.Trigger(name=name, when=pgtrigger.Before, operation=operation, func=func)


_OF_LINE = "JOIN accountability_assessmentline l ON l.assessment_id = a.id"
_DRAWING = pgtrigger.Insert | pgtrigger.Delete


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, actor: Actor) -> AssessmentQuerySet:
        """The hall's supervisor, manager and leaders; the unit itself once it is sent; who got the filed paper."""
        if actor.kind == "system":
            return self
        if actor.kind != "person":
            return self.none()
        mine = actor.departments(DEPARTMENT_HEAD, LIAISON)
        hall = Q(hall__in=actor.halls(SUPERVISOR, HALL_MANAGER, LEADER))
        unit = Q(department__in=mine, status__in=SEEN_BY_UNIT)
        served = AssessmentCopy.objects.filter(assessment=OuterRef("pk"), department__in=mine)
        return self.filter(hall | unit | Exists(served))

    def locked(self, pk: int) -> Assessment:
        return self.select_for_update(of=("self",)).select_related("hall", "department", "scheme").get(pk=pk)


class Assessment(models.Model):
    """考核 of one unit over the days of its scheme. `points` is the sum of its lines. `state_by_on` and `appeal_by_on`
    are the last days of the unit's say and of its appeal. From `final` on nothing that counts can change.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="assessments", db_index=False)
    scheme = models.ForeignKey(AssessmentScheme, models.PROTECT, related_name="assessments")
    department = models.ForeignKey(Department, models.PROTECT, related_name="assessments", db_index=False)
    from_on = models.DateField()
    to_on = models.DateField()
    status = models.CharField(_("状态"), max_length=8, choices=ASSESSMENT.choices, default="drawn_up")
    points = models.DecimalField(_("得分"), max_digits=5, decimal_places=2)
    as_of = models.DateTimeField()
    drawn_up_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    sent_at = models.DateTimeField(null=True)
    told = models.PositiveSmallIntegerField(default=0)
    state_by_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    appeal_by_on = models.DateField(null=True)
    appeal_decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    final_at = models.DateTimeField(null=True)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hall", "-id"], name="assessment_by_hall"),
            models.Index(fields=["hall", "status", "-id"], name="assessment_by_status"),
            models.Index(fields=["department", "-id"], name="assessment_by_unit"),
            models.Index(fields=["state_by_on"], condition=Q(status="sent"), name="assessment_awaits_say"),
            models.Index(
                fields=["appeal_by_on"], condition=Q(status="decided"), name="assessment_appealable"
            ),
        ]
        constraints = [
            ExclusionConstraint(
                name="assessed_once",
                expressions=[
                    (IdRange("hall_id"), RangeOperators.OVERLAPS),
                    (IdRange("department_id"), RangeOperators.OVERLAPS),
                    (DAYS, RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(points__gte=0, points__lte=100), name="assessment_points"),
            models.CheckConstraint(
                condition=Q(status="drawn_up") | Q(sent_at__isnull=False, state_by_on__isnull=False),
                name="assessment_sent",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("drawn_up", "sent", "stated", "lapsed"))
                | Q(decided_at__isnull=False, decided_by__isnull=False, appeal_by_on__isnull=False),
                name="assessment_decided",
            ),
            models.CheckConstraint(
                condition=Q(appeal_decided_by=None) | ~Q(appeal_decided_by=F("decided_by")),
                name="assessment_appeal_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=FROZEN) | Q(final_at__isnull=False), name="assessment_final"
            ),
            models.CheckConstraint(
                condition=~Q(status="filed") | Q(document__isnull=False), name="assessment_filed_on_paper"
            ),
        ]
        triggers = [
            KEEP,
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(ASSESSMENT.legal_pairs())),
            pgtrigger.Protect(
                name="frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"OLD.status IN ({_FROZEN}) AND (OLD.points, OLD.scheme_id, OLD.department_id, OLD.from_on,"
                    " OLD.to_on, OLD.as_of, OLD.decided_by_id, OLD.appeal_decided_by_id) IS DISTINCT FROM (NEW.points,"
                    " NEW.scheme_id, NEW.department_id, NEW.from_on, NEW.to_on, NEW.as_of, NEW.decided_by_id,"
                    " NEW.appeal_decided_by_id)"
                ),
            ),
        ]


class AssessmentLine(models.Model):
    """One item's points. Of a rate: what it counted (`denominator`, `numerator`), and how much of it was left out
    because nobody has decided on it, or it is counted elsewhere (`excluded`).
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="lines", db_index=False)
    item = models.ForeignKey(SchemeItem, models.PROTECT, related_name="+")
    denominator = models.PositiveIntegerField(null=True)
    numerator = models.PositiveIntegerField(null=True)
    excluded = models.PositiveIntegerField(default=0)
    points = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["assessment", "item__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "item"], name="assessment_line_once"),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=100), name="assessment_line_points"
            ),
            models.CheckConstraint(
                condition=Q(denominator=None, numerator=None) | Q(numerator__lte=F("denominator")),
                name="assessment_line_part",
            ),
        ]
        triggers = [
            _while("", "a.id", "a.status <> 'drawn_up'", "drawn_once", _DRAWING),
            _while("", "a.id", f"a.status IN ({_FROZEN})", "frozen", pgtrigger.Update),
        ]


class AssessedEvent(models.Model):
    """What cost points: one event, in one line of one assessment, once and for all (`event` is unique).

    `event` names what happened (`deadline:12`, `rating:3`, `absence:5:2026-03-02`), so that two sources that see the
    same thing name the same event. `case` is behind it, or a record (`finding`, `supervision`, `document`, or `record`
    in words). `cost` is null where it is one of the misses of a rate.
    """

    line = models.ForeignKey(AssessmentLine, models.PROTECT, related_name="events")
    event = models.CharField(max_length=60)
    on = models.DateField()
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", db_index=False)
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, related_name="+", db_index=False)
    supervision = models.ForeignKey(Supervision, models.PROTECT, null=True, related_name="+", db_index=False)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+", db_index=False)
    record = models.CharField(max_length=120, blank=True)
    evidence = models.TextField(_("事实和证据"), blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    cost = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    status = models.CharField(max_length=8, choices=ASSESSED_EVENT.choices, default="counted")
    note = models.TextField(_("理由"), blank=True)
    appeal = models.TextField(_("申诉理由"), blank=True)
    appeal_answer = models.TextField(_("对申诉的决定"), blank=True)

    class Meta:
        ordering = ["line", "on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["event"], name="event_counted_once"),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(document__isnull=False) | ~Q(record=""),
                name="event_has_a_proof",
            ),
            models.CheckConstraint(condition=Q(cost=None) | Q(cost__gt=0), name="event_costs"),
            models.CheckConstraint(
                condition=Q(entered_by=None) | (Q(document__isnull=False) & ~Q(evidence="")),
                name="event_entered_with_evidence",
            ),
            models.CheckConstraint(
                condition=Q(status="counted") | ~Q(note="") | ~Q(appeal_answer=""),
                name="event_let_go_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(ASSESSED_EVENT.legal_pairs())),
            pgtrigger.Protect(
                name="as_found",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "line", "event", "on", "case", "finding", "supervision", "document", "record", "evidence",
                    "entered_by", "cost",
                ),
            ),
            _while(_OF_LINE, "l.id", "a.status <> 'drawn_up'", "drawn_once", _DRAWING),
            _while(_OF_LINE, "l.id", f"a.status IN ({_FROZEN})", "frozen", pgtrigger.Update),
        ]  # fmt: skip


class AssessmentStep(models.Model):
    """What was said and done on the way, with its words and the points as they stood after it."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=24, choices=list(STEPS.items()))
    text = models.TextField(blank=True)
    points = models.DecimalField(max_digits=5, decimal_places=2)
    is_late = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["at", "id"]
        triggers = [APPEND_ONLY]


class AssessmentCopy(models.Model):
    """On whom the filed paper was served: a unit of the system, or a body outside by its name; and its receipt."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="copies", db_index=False)
    role = models.CharField(max_length=9, choices=list(COPIES.items()))
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    body = models.CharField(max_length=80, blank=True)
    served_at = models.DateTimeField()
    told = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    proof = models.CharField(_("签收情况"), max_length=300, blank=True)

    class Meta:
        ordering = ["assessment", "role", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "role"], name="assessment_copy_once"),
            models.CheckConstraint(
                condition=Q(department__isnull=False, body="") | (Q(department=None) & ~Q(body="")),
                name="assessment_copy_to_one",
            ),
            models.CheckConstraint(
                condition=Q(department__isnull=False) | Q(received_at=None) | ~Q(proof=""),
                name="assessment_copy_received_with_proof",
            ),
        ]
        triggers = [KEEP]

    @property
    def receiver(self) -> str:
        return self.department.label if self.department else self.body
