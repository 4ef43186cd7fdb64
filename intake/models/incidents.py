"""What disturbed the order in the hall, what staff did, and what the person says about it.

Nothing outside of the incident files reads these tables (`tests/architecture/test_incidents_apart.py`): what a person
may do in the hall never depends on them. No relation leads back from a visit.
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from cases.models import Recusal, Respondent
from hall.access import Actor, Text
from hall.fields import EncryptedTextField
from hall.models import User
from intake.lifecycle import ACCOUNT_WAYS, DESK_ROLES, INCIDENT_KINDS, MEASURES, RECEIPT_WAYS
from intake.models.visits import Visit
from staffing.lifecycle import HALL_MANAGER, SUPERVISOR
from staffing.models import Hall, Room

_ERASING = "current_setting('hall.erasing', true) IS DISTINCT FROM 'on'"
_REWRITING = "current_setting('hall.reencrypting', true) IS DISTINCT FROM 'on'"
"""Rows go by `erase_incident` and `erase_incidents`, words change by `manage.py rotate_keys`; by nothing else."""
KEPT = pgtrigger.Protect(name="keep", operation=pgtrigger.Delete, condition=pgtrigger.Condition(_ERASING))


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, actor: Actor) -> IncidentQuerySet:
        """The hall's manager and its supervisor, and whoever wrote it while they work at its desk; nobody else.

        Never who is complained of in a matter of that visit, nor who is recused from it.
        """
        if actor.kind == "system":
            return self.all()
        if actor.user_id is None:
            return self.none()
        of_it = Q(case__visits=OuterRef("visit"))
        barred = Respondent.objects.filter(
            of_it, Q(user_id=actor.user_id) | Q(department_id__in=actor.departments())
        )
        recused = Recusal.objects.filter(of_it, user_id=actor.user_id)
        return self.filter(
            Q(hall__in=actor.halls(HALL_MANAGER, SUPERVISOR))
            | Q(hall__in=actor.halls(*DESK_ROLES), by=actor.user_id),
            ~Exists(barred),
            ~Exists(recused),
        )

    def locked(self, pk: int) -> Incident:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Incident(models.Model):
    """One occurrence, written once. Staff dissuade, criticise, explain and nothing else (《信访工作条例》第四十七条).

    It hangs on the visit, never on a person. The police room says itself that it took over, or its paper does.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(_("类别"), max_length=12, choices=list(INCIDENT_KINDS.items()))
    happened_at = models.DateTimeField(_("发生时间"))
    room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="+", db_index=False)
    place = models.CharField(_("地点"), max_length=80, blank=True)
    what_happened = EncryptedTextField(_("发生了什么"))
    staff_did = EncryptedTextField(_("工作人员怎么做的"))
    people_present = EncryptedTextField(_("在场人员"), blank=True)
    measures = ArrayField(models.CharField(max_length=10), verbose_name=_("工作人员采取的做法"))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    handed_at = models.DateTimeField(null=True)
    handed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    danger = models.BooleanField(default=False)
    receipt_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    taken_by = models.CharField(_("接收民警"), max_length=40, blank=True)
    receipt_number = models.CharField(_("接收单号"), max_length=40, blank=True)
    taken_at = models.DateTimeField(_("接收时间"), null=True)
    receipt_way = models.CharField(max_length=6, choices=list(RECEIPT_WAYS.items()), blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hall", "-id"], name="incident_hall"),
            models.Index(fields=["hall", "kind", "-id"], name="incident_kind"),
            models.Index(fields=["hall", "happened_at"], name="incident_when"),
            models.Index(fields=["happened_at"], name="incident_to_erase"),
            models.Index(fields=["visit"], condition=Q(visit__isnull=False), name="incident_visit"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[*INCIDENT_KINDS]), name="incident_kind_known"),
            # 第四十七条: nothing else is for staff to do.
            models.CheckConstraint(
                condition=Q(measures__contained_by=[*MEASURES]), name="incident_three_measures"
            ),
            models.CheckConstraint(
                condition=Q(handed_at=None) | ~Q(measures=[]) | Q(danger=True),
                name="incident_persuaded_before_police",
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by="", receipt_number="", receipt_way="")
                | (
                    Q(taken_at__isnull=False, handed_at__isnull=False, receipt_way__in=[*RECEIPT_WAYS])
                    & ~Q(taken_by="")
                    & ~Q(receipt_number="")
                ),
                name="incident_received_with_receipt",
            ),
            models.CheckConstraint(condition=Q(room__isnull=False) | ~Q(place=""), name="incident_has_place"),
        ]
        triggers = [
            KEPT,
            pgtrigger.Protect(
                name="written_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "hall", "visit", "kind", "happened_at", "room", "place", "measures", "at", "by", "receipt_token",
                ),
            ),
            pgtrigger.Trigger(
                name="words_stay",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=f"""
                    IF {_REWRITING} AND (OLD.what_happened, OLD.staff_did, OLD.people_present)
                        IS DISTINCT FROM (NEW.what_happened, NEW.staff_did, NEW.people_present) THEN
                        RAISE EXCEPTION 'the words of an incident stay as they were written';
                    END IF;
                    IF OLD.taken_at IS NOT NULL AND (OLD.taken_at, OLD.taken_by, OLD.receipt_number)
                        IS DISTINCT FROM (NEW.taken_at, NEW.taken_by, NEW.receipt_number) THEN
                        RAISE EXCEPTION 'a receipt stays as it was given';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    @property
    def measure_names(self) -> list[Text]:
        return [MEASURES[code] for code in MEASURES if code in self.measures]

    @property
    def where(self) -> str:
        return pgettext("list", "，").join(filter(None, (self.room.label if self.room else "", self.place)))


class IncidentAccount(models.Model):
    """The person's own words, as often as they want to say something; beside the record, never in place of it."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="accounts")
    words = EncryptedTextField(_("本人陈述"))
    way = models.CharField(_("怎样陈述的"), max_length=8, choices=list(ACCOUNT_WAYS.items()))
    paper_at = models.CharField(_("纸质原件存放处"), max_length=80, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(way="paper") | ~Q(paper_at=""), name="incident_account_paper_is_kept"
            ),
        ]
        triggers = [
            KEPT,
            pgtrigger.Protect(
                name="written_once", operation=pgtrigger.Update, condition=pgtrigger.Condition(_REWRITING)
            ),
        ]


class IncidentTally(models.Model):
    """How many of a kind a hall had in a month: counted when written, and still there when the record is erased."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+")
    month = models.DateField()
    kind = models.CharField(max_length=12, choices=list(INCIDENT_KINDS.items()))
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hall", "month", "kind"], name="incident_tally_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="incident_tally_month"),
        ]
