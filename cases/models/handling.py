"""What happens while a unit has the matter: disputes, extensions, the work log, what is asked of the petitioner."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from cases.lifecycle import EXTENSION, LINKS, NOTE_KINDS, OBJECTION
from cases.models.case import Case
from cases.models.clocks import Deadline
from cases.models.papers import Referral
from cases.models.reference import APPEND_ONLY
from hall.models import IssuedDocument, User
from staffing.models import Department


class Objection(models.Model):
    """A unit says that a matter is not its own: before receipt an objection, later a dispute. It stays meanwhile."""

    KINDS = [("object", _("异议")), ("dispute", _("争议"))]
    TAKEN_BACK = gettext_noop("单位自行接收，异议不再处理。")
    """The decision on one that the office did not decide: the unit has received the matter after all."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="objections")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="objections")
    kind = models.CharField(max_length=8, choices=KINDS)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    suggested = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("理由"))
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=10, choices=OBJECTION.choices, default="open")
    decision = models.TextField(_("决定的理由"), blank=True)
    new_department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(status="open"), name="objection_one_open"),
            models.CheckConstraint(
                condition=Q(status="open", decided_at=None)
                | (~Q(status="open") & Q(decided_at__isnull=False)),
                name="objection_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status="agreed") | Q(new_department__isnull=False),
                name="objection_leads_somewhere",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(OBJECTION.legal_pairs())),
        ]


class Extension(models.Model):
    """Up to 30 days more, asked for by the unit and approved by its head, once (《信访工作条例》第三十四条)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="extensions")
    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField(_("延长日数"))
    reason = models.TextField(_("理由"))
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=10, choices=EXTENSION.choices, default="requested")
    decision = models.TextField(_("审批意见"), blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(days__range=(1, 30)), name="extension_cap"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(status="requested"), name="extension_one_requested"
            ),
            models.UniqueConstraint(
                fields=["deadline"], condition=Q(status="approved"), name="extension_once"
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(document__isnull=False), name="extension_told"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(EXTENSION.legal_pairs())),
        ]


class WorkNote(models.Model):
    """One line of the work log: who did what on which day; `is_open` lines are the petitioner's to read too."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="work_notes")
    kind = models.CharField(_("方式"), max_length=14, choices=list(NOTE_KINDS.items()))
    happened_on = models.DateField(_("日期"))
    people = models.CharField(_("参加人"), max_length=200, blank=True)
    place = models.CharField(_("地点"), max_length=120, blank=True)
    text = models.TextField(_("经过和结果"))
    is_open = models.BooleanField(_("信访人可见"), default=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        triggers = [APPEND_ONLY]


class Supplement(models.Model):
    """What the petitioner was asked to bring, once and whole. It pauses nothing: the law gives no pause for it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="supplements")
    what = models.TextField(_("需要补充的材料"))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("收到情况"), blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(received_at=None), name="supplement_one_open"
            )
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]


class UrgentReport(models.Model):
    """A major or urgent matter was reported up: to whom, when, what (《信访工作条例》第二十五条)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="urgent_reports")
    reported_to = models.CharField(_("报告对象"), max_length=300)
    text = models.TextField(_("情况和已采取的措施"))
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        triggers = [APPEND_ONLY]


class Settlement(models.Model):
    """Both sides agreed, with a written agreement (《信访工作条例》第三十三条)."""

    KINDS = [("mediation", _("调解协议")), ("reconciliation", _("和解协议"))]

    case = models.OneToOneField(Case, models.PROTECT, related_name="settlement")
    kind = models.CharField(_("方式"), max_length=14, choices=KINDS)
    parties = models.CharField(_("各方当事人"), max_length=300)
    facts = models.TextField(_("主要事实"))
    terms = models.TextField(_("协议内容"))
    performance = models.TextField(_("履行方式和期限"))
    mediator = models.CharField(_("调解人"), max_length=120, blank=True)
    agreed_on = models.DateField(_("达成日期"))
    document = models.ForeignKey(IssuedDocument, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        triggers = [APPEND_ONLY]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="mediation") | ~Q(mediator=""), name="settlement_has_mediator"
            )
        ]


class CaseLink(models.Model):
    """Two cases that belong together, and how. Written once, read from both sides."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="links")
    other = models.ForeignKey(Case, models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=list(LINKS.items()))
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "other"], name="link_once"),
            models.CheckConstraint(condition=~Q(case=F("other")), name="link_not_to_itself"),
        ]
        triggers = [APPEND_ONLY]
