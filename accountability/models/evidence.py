"""Files that go with what a unit says for itself, and with what was found on the spot."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accountability.models.findings import Finding, Statement
from accountability.models.inspection import Inspection, InspectionCheck
from accountability.models.sanctions import Advice, AdviceReply, CriticismAnswer, CriticismNotice
from accountability.models.supervision import Supervision, SupervisionFeedback
from cases.models import APPEND_ONLY, Case
from hall.access import Actor
from hall.models import User
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR

OWNERS = {
    Statement: "statement",
    SupervisionFeedback: "feedback",
    CriticismAnswer: "answer",
    AdviceReply: "reply",
    InspectionCheck: "inspected",
}
"""What a file may belong to → the field that says so."""


def _one_owner() -> Q:
    """Exactly one of them is set."""
    names = OWNERS.values()
    return reduce(or_, (Q(**{f"{name}__isnull": name != owner for name in names}) for owner in names))


class EvidenceFileQuerySet(models.QuerySet["EvidenceFile"]):
    def visible_to(self, actor: Actor) -> EvidenceFileQuerySet:
        """Whoever sees what it belongs to. A unit does not see another unit's answer to the same notice; what was found
        on the spot is of cases that the reader sees.
        """
        if actor.kind == "system":
            return self
        if actor.kind != "person":
            return self.none()
        halls = actor.halls(SUPERVISOR, HALL_MANAGER, LEADER)
        units = actor.departments(DEPARTMENT_HEAD, LIAISON)
        own_answer = Q(answer__unit__notice__hall__in=halls) | Q(answer__unit__department__in=units)
        return self.filter(
            Q(statement__finding__in=Finding.objects.visible_to(actor).order_by())
            | Q(feedback__supervision__in=Supervision.objects.visible_to(actor).order_by())
            | (Q(answer__unit__notice__in=CriticismNotice.objects.visible_to(actor).order_by()) & own_answer)
            | Q(reply__advice__in=Advice.objects.visible_to(actor).order_by())
            | Q(
                inspected__inspection__in=Inspection.objects.visible_to(actor).order_by(),
                inspected__case__in=Case.objects.visible_to(actor).order_by(),
            )
        )


class EvidenceFile(models.Model):
    """The bytes lie outside the web root under their hash, as materials do; the row never changes."""

    statement = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="files", db_index=False)
    feedback = models.ForeignKey(
        SupervisionFeedback, models.PROTECT, null=True, related_name="files", db_index=False
    )
    answer = models.ForeignKey(
        CriticismAnswer, models.PROTECT, null=True, related_name="files", db_index=False
    )
    reply = models.ForeignKey(AdviceReply, models.PROTECT, null=True, related_name="files", db_index=False)
    inspected = models.ForeignKey(
        InspectionCheck, models.PROTECT, null=True, related_name="files", db_index=False
    )
    name = models.CharField(_("名称"), max_length=200)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("佐证材料")
        verbose_name_plural = _("佐证材料")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=_one_owner(), name="evidence_of_one"),
            *(
                models.UniqueConstraint(
                    fields=[name, "sha256"],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"evidence_{name}_once",
                )
                for name in OWNERS.values()
            ),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.name
