"""A case to learn from, told within the house; never a publication."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accountability.lifecycle import EXEMPLARY
from accountability.models.inspection import InspectionCheck
from cases.lifecycle import PUBLISHABLE
from cases.models import Case, Recusal, Respondent
from hall.access import Actor
from hall.models import User
from staffing.lifecycle import CLERK, DEPARTMENT_HEAD, GUIDE, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Hall, Station

LEARNING = (CLERK, GUIDE, HALL_MANAGER, SUPERVISOR, LEADER)
AT_THE_HALL = (LIAISON, DEPARTMENT_HEAD)
"""Of the units that are stationed at the hall."""
LOOKING_AFTER = (SUPERVISOR, HALL_MANAGER, LEADER)


class ExemplaryCaseQuerySet(models.QuerySet["ExemplaryCase"]):
    def visible_to(self, actor: Actor) -> ExemplaryCaseQuerySet:
        """The hall's staff and the units at it, while it stands and the matter is still concluded; who looks after the
        hall, always. Nobody whom the matter complains of, nobody who stays out of it (第二十八条、第三十条).
        """
        if actor.kind == "system":
            return self
        if actor.kind != "person" or actor.user_id is None:
            return self.none()
        at_hall = Station.objects.filter(
            hall=OuterRef("hall"), department__in=actor.departments(*AT_THE_HALL)
        )
        stands = Q(status="marked", case__status__in=PUBLISHABLE)
        seen = Q(hall__in=actor.halls(*LOOKING_AFTER)) | (
            stands & (Q(hall__in=actor.halls(*LEARNING)) | Exists(at_hall))
        )
        accused = Respondent.objects.filter(
            Q(user_id=actor.user_id) | Q(department_id__in=actor.departments()), case=OuterRef("case_id")
        )
        recused = Recusal.objects.filter(case=OuterRef("case_id"), user_id=actor.user_id)
        return self.filter(seen, ~Exists(accused), ~Exists(recused))

    def locked(self, pk: int) -> ExemplaryCase:
        return self.select_for_update(of=("self",)).select_related("hall").get(pk=pk)


class ExemplaryCase(models.Model):
    """Words in which nobody can be made out: who reads them need not see the case. `check_of` is the inspection that
    found the case in order on the spot, where there was one.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="exemplary_cases", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="exemplary")
    check_of = models.ForeignKey(
        InspectionCheck, models.PROTECT, null=True, related_name="exemplary", db_index=False
    )
    title = models.CharField(_("标题"), max_length=120)
    reasons = models.TextField(_("理由"))
    lesson = models.TextField(_("可以学习的做法"))
    status = models.CharField(_("状态"), max_length=9, choices=EXEMPLARY.choices, default="marked")
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    withdrawn_reason = models.CharField(_("撤销的理由"), max_length=300, blank=True)

    objects = ExemplaryCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["hall", "status", "-id"], name="exemplary_by_hall")]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(status="marked"), name="exemplary_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(reasons="") & ~Q(lesson=""), name="exemplary_says_why"
            ),
            models.CheckConstraint(
                condition=Q(status="marked", withdrawn_at=None, withdrawn_reason="")
                | (Q(status="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="exemplary_withdrawn_for_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(EXEMPLARY.legal_pairs())),
            pgtrigger.Protect(
                name="as_marked",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "hall", "case", "check_of", "title", "reasons", "lesson", "marked_at", "marked_by"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title
