"""What is told to the public of a result: masked, consented to, approved by another hand (国信发〔2015〕12号（三）)."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import NOTICE_KINDS, RESULT_NOTICE
from cases.models.case import Case
from cases.models.field import FieldVisit, among_cases
from cases.models.reference import APPEND_ONLY
from cases.models.sponsorships import Sponsorship
from hall.access import Actor
from hall.models import User
from staffing.models import Hall

NOT_PUBLIC = "NOT c.public_consent OR c.is_confidential OR c.statutory_class = 'accusation' OR c.purpose = 'accusation'"
"""A case, called `c`, of which nothing may be told to the public."""


class PublicationConsent(models.Model):
    """What the petitioner said to publication, on which day and how; the case's flag says what was said last."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="publication_consents")
    is_given = models.BooleanField()
    said_on = models.DateField(_("表示的日期"))
    how = models.CharField(_("表示的方式"), max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        triggers = [APPEND_ONLY]


class ResultNoticeQuerySet(models.QuerySet["ResultNotice"]):
    def visible_to(self, actor: Actor) -> ResultNoticeQuerySet:
        """The staff's view: who sees one of its cases, unless kept out of another of them."""
        return among_cases(self, NoticeCase, "notice", actor)

    def public(self) -> ResultNoticeQuerySet:
        """What stands on the public page: published, or published once and withdrawn."""
        return self.filter(status__in=("published", "withdrawn"))

    def locked(self, pk: int) -> ResultNotice:
        return self.select_for_update(of=("self",)).select_related("hall").get(pk=pk)


class ResultNotice(models.Model):
    """The words of one published result. `revision` counts the drafts, so that what is approved is what was read."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="result_notices", db_index=False)
    kind = models.CharField(_("种类"), max_length=12, choices=list(NOTICE_KINDS.items()))
    visit = models.ForeignKey(FieldVisit, models.PROTECT, null=True, related_name="notices")
    sponsorship = models.ForeignKey(Sponsorship, models.PROTECT, null=True, related_name="notices")
    cases: models.ManyToManyField[Case, NoticeCase] = models.ManyToManyField(
        Case, through="NoticeCase", related_name="result_notices"
    )
    title = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("内容"))
    revision = models.PositiveSmallIntegerField(default=1)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    returned_note = models.CharField(_("退回意见"), max_length=500, blank=True)
    consent_on = models.DateField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(_("公开时间"), null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(_("撤回原因"), max_length=300, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=RESULT_NOTICE.choices, default="draft")

    objects = ResultNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hall", "-id"], name="notice_by_hall"),
            models.Index(fields=["hall", "status", "-id"], name="notice_by_status"),
            models.Index(
                fields=["hall", "-published_at", "-id"],
                condition=Q(status__in=("published", "withdrawn")),
                name="notice_public",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="field_visit", visit__isnull=False, sponsorship=None)
                | Q(kind="sponsorship", sponsorship__isnull=False, visit=None)
                | Q(kind="case", visit=None, sponsorship=None),
                name="notice_has_its_source",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("published", "withdrawn"))
                | Q(consent_on__isnull=False, approved_by__isnull=False, published_at__isnull=False),
                name="notice_published_with_consent",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")), name="notice_second_hand"
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="notice_withdrawn_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["visit"], condition=Q(status__in=("draft", "published")), name="notice_one_a_visit"
            ),
            models.UniqueConstraint(
                fields=["sponsorship"],
                condition=Q(status__in=("draft", "published")),
                name="notice_one_a_sponsorship",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(RESULT_NOTICE.legal_pairs())),
            pgtrigger.Protect(
                name="as_published",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.published_at IS NOT NULL AND (OLD.title, OLD.text, OLD.kind, OLD.published_at,"
                    " OLD.approved_by_id) IS DISTINCT FROM"
                    " (NEW.title, NEW.text, NEW.kind, NEW.published_at, NEW.approved_by_id)"
                ),
            ),
            # A check constraint sees its own row alone; whether each case may be told of stands in others.
            pgtrigger.Trigger(
                name="only_what_may_be_told",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.status = 'published'"),
                func=f"""
                    IF NOT EXISTS (SELECT FROM cases_noticecase x WHERE x.notice_id = NEW.id) OR EXISTS (
                            SELECT FROM cases_noticecase x JOIN cases_case c ON c.id = x.case_id
                            WHERE x.notice_id = NEW.id AND ({NOT_PUBLIC})) THEN
                        RAISE EXCEPTION 'notice %: a case of it may not be told of', NEW.id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - constants alone
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NoticeCase(models.Model):
    """A case that a notice tells of."""

    notice = models.ForeignKey(ResultNotice, models.PROTECT, related_name="links", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="notice_links")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["notice", "case"], name="notice_case_once")]
        triggers = [APPEND_ONLY]
