"""The written opinion, claim by claim, and the proof that a paper reached its addressee."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import CONCLUSIONS, OPINION, SERVICE_METHODS, SERVICE_OUTCOMES
from cases.models.case import Case, Claim
from cases.models.papers import Material
from cases.models.reference import APPEND_ONLY
from hall.models import IssuedDocument, User
from staffing.models import Department

OPEN_OPINION = Q(status__in=("draft", "submitted", "countersigned"))

# Every claim that is still this case's own, each with all it must say: an opinion with an empty row is none.
_WHOLE = """
    IF EXISTS (SELECT FROM cases_claim c LEFT JOIN cases_opinionrow r ON r.claim_id = c.id AND r.opinion_id = NEW.id
            WHERE c.case_id = NEW.case_id AND c.transferred_at IS NULL AND c.split_to_id IS NULL
            AND (r.id IS NULL OR r.conclusion = '' OR r.facts = '' OR r.basis = '' OR r.answer = '')) THEN
        RAISE EXCEPTION 'opinion_whole: a claim of case % is not answered', NEW.case_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.heard = '' AND EXISTS (SELECT FROM cases_proceeding p
            WHERE p.case_id = NEW.case_id AND p.kind = 'hearing' AND p.stage = 'concluded') THEN
        RAISE EXCEPTION 'opinion_whole: the hearing of case % is not taken into account', NEW.case_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
_FROZEN = """
    IF EXISTS (SELECT FROM cases_opinion o WHERE o.id = COALESCE(NEW.opinion_id, OLD.opinion_id)
            AND o.status <> 'draft') THEN
        RAISE EXCEPTION 'opinion_frozen: only a draft can be edited' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class Opinion(models.Model):
    """信访处理意见书: one row a claim; drafted, countersigned, issued, never changed after (第三十二条).

    `round` counts anew after a review has ordered the matter to be handled again. `heard` says how the conclusion of a
    hearing was taken into account, and why where it was not.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="opinions")
    round = models.PositiveSmallIntegerField(default=1)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    status = models.CharField(max_length=14, choices=OPINION.choices, default="draft")
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    returned_reason = models.TextField(blank=True)
    heard = models.TextField(_("对听证结论的采纳情况"), blank=True)
    countersigned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    countersigned_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    document = models.OneToOneField(IssuedDocument, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=OPEN_OPINION, name="opinion_one_open"),
            models.UniqueConstraint(
                fields=["case", "round"], condition=Q(status="issued"), name="opinion_one_a_round"
            ),
            models.CheckConstraint(
                condition=~Q(status="issued")
                | Q(document__isnull=False, issued_at__isnull=False, countersigned_at__isnull=False),
                name="opinion_issued_whole",
            ),
        ]
        indexes = [models.Index(fields=["issued_at"], name="opinion_by_issue")]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(OPINION.legal_pairs())),
            pgtrigger.Protect(
                name="issued_is_issued",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.status = 'issued' AND OLD.* IS DISTINCT FROM NEW.*"),
            ),
            pgtrigger.Trigger(
                name="whole",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.status = 'issued' AND OLD.status <> 'issued'"),
                func=_WHOLE,
            ),
        ]


class OpinionRow(models.Model):
    """What is said to one claim: support, explain or not, on which facts, under which law, and what will be done."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="rows")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="opinion_rows")
    conclusion = models.CharField(_("结论"), max_length=12, choices=list(CONCLUSIONS.items()), blank=True)
    facts = models.TextField(_("查明的事实"), blank=True)
    basis = models.TextField(_("依据"), blank=True)
    answer = models.TextField(_("处理意见和措施"), blank=True)

    class Meta:
        ordering = ["claim__number"]
        constraints = [models.UniqueConstraint(fields=["opinion", "claim"], name="opinion_row_once")]
        triggers = [
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_FROZEN,
            )
        ]


class ServiceRecord(models.Model):
    """送达回证: one attempt to hand over one paper, with what proves it. Kept as written.

    A refusal counts as service when the paper was left with witnesses; a public notice on the day its period ends.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="services")
    document = models.ForeignKey(IssuedDocument, models.PROTECT, related_name="+")
    method = models.CharField(_("送达方式"), max_length=10, choices=list(SERVICE_METHODS.items()))
    outcome = models.CharField(_("结果"), max_length=8, choices=list(SERVICE_OUTCOMES.items()))
    served_on = models.DateField(_("送达日期"))
    receiver = models.CharField(_("签收人"), max_length=60, blank=True)
    relation = models.CharField(_("与受送达人的关系"), max_length=40, blank=True)
    place = models.CharField(_("送达地点"), max_length=200, blank=True)
    waybill = models.CharField(_("邮件编号"), max_length=60, blank=True)
    address = models.CharField(_("电子送达地址（已遮盖）"), max_length=120, blank=True)
    reason = models.TextField(_("拒收或者未能送达的原因"), blank=True)
    witnesses = models.CharField(_("见证人"), max_length=120, blank=True)
    servers = models.CharField(_("送达人"), max_length=120, blank=True)
    proof = models.ForeignKey(Material, models.PROTECT, null=True, blank=True, related_name="+")
    record = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=~Q(outcome="failed"), name="service_succeeds_once"
            ),
            models.CheckConstraint(
                condition=~Q(method="post", outcome="served") | ~Q(waybill=""),
                name="service_post_has_waybill",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="refused") | (Q(method="leave") & ~Q(witnesses="") & ~Q(reason="")),
                name="service_refusal_has_witnesses",
            ),
        ]
        triggers = [APPEND_ONLY]
