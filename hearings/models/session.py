"""The hearing itself: running sheet, transcript page by page, closed deliberation, conclusion."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import APPEND_ONLY
from hall.access import Actor
from hall.fields import EncryptedTextField
from hall.models import IssuedDocument, User
from hearings.lifecycle import FINDINGS, SIGNED, STEP_KINDS
from hearings.models.hearings import Hearing, HearingParty
from hearings.models.panel import PanelSeat


class RunningStep(models.Model):
    """One item of the order of proceedings, begun and ended; ended without having begun: left out, `note` says why."""

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="steps")
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=15, choices=list(STEP_KINDS.items()))
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["hearing", "round", "number"]
        constraints = [
            models.UniqueConstraint(fields=["hearing", "round", "number"], name="running_step_once"),
            models.UniqueConstraint(
                fields=["hearing"],
                condition=Q(began_at__isnull=False, ended_at=None),
                name="running_step_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(began_at__isnull=False) | ~Q(note=""),
                name="running_step_left_out_for_a_reason",
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]


class TranscriptPage(models.Model):
    """One page in one version, written on the date `round`. A corrected page is a new version; signatures stay with the
    version they stand under.
    """

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="pages")
    number = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(_("笔录"))
    correction = models.CharField(_("更正说明"), max_length=300, blank=True)
    asked_by = models.CharField(_("要求更正的人"), max_length=60, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["hearing", "number", "version"]
        constraints = [
            models.UniqueConstraint(fields=["hearing", "number", "version"], name="transcript_page_once"),
            models.CheckConstraint(
                condition=Q(version=1) | (~Q(correction="") & ~Q(asked_by="")), name="correction_is_said"
            ),
        ]
        triggers = [APPEND_ONLY]


# Who signs a page while it is being corrected signs nothing: the hearing's row is locked, then the newest asked.
SIGNS_THE_NEWEST = """
PERFORM 1 FROM hearings_hearing h
    WHERE h.id = (SELECT p.hearing_id FROM hearings_transcriptpage p WHERE p.id = NEW.page_id) FOR SHARE;
IF EXISTS (SELECT FROM hearings_transcriptpage p JOIN hearings_transcriptpage q
        ON q.hearing_id = p.hearing_id AND q.number = p.number AND q.version > p.version WHERE p.id = NEW.page_id) THEN
    RAISE EXCEPTION 'the page was corrected meanwhile'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_of_newest_page';
END IF;
RETURN NEW;
"""


class PageSignature(models.Model):
    """Read and signed, or refused with the note of it, by one who was there."""

    page = models.ForeignKey(TranscriptPage, models.PROTECT, related_name="signatures")
    party = models.ForeignKey(HearingParty, models.PROTECT, null=True, related_name="+", db_index=False)
    seat = models.ForeignKey(PanelSeat, models.PROTECT, null=True, related_name="+", db_index=False)
    outcome = models.CharField(max_length=8, choices=list(SIGNED.items()))
    note = models.CharField(max_length=300, blank=True)
    witness = models.CharField(_("见证人"), max_length=60, blank=True)
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["page", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(party__isnull=False, seat=None) | Q(party=None, seat__isnull=False),
                name="page_signature_of_one",
            ),
            models.UniqueConstraint(fields=["page", "party"], name="page_party_once"),
            models.UniqueConstraint(fields=["page", "seat"], name="page_seat_once"),
            models.CheckConstraint(condition=Q(outcome="signed") | ~Q(note=""), name="refusal_is_noted"),
            models.CheckConstraint(
                condition=~Q(outcome="refused") | ~Q(witness=""), name="refusal_is_witnessed"
            ),
        ]
        triggers = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="signs_the_newest",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=SIGNS_THE_NEWEST,
            ),
        ]


class DeliberationNoteQuerySet(models.QuerySet["DeliberationNote"]):
    def visible_to(self, actor: Actor) -> DeliberationNoteQuerySet:
        """Those who sit on the panel and nobody else: neither the organiser nor the hall's manager."""
        return self.filter(hearing__in=Hearing.objects.sat_on_by(actor))


class DeliberationNote(models.Model):
    """What one member found, with the reason: closed to outsiders, never changed. The reason is ciphertext at rest."""

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="deliberation")
    seat = models.ForeignKey(PanelSeat, models.PROTECT, related_name="+")
    finding = models.CharField(max_length=13, choices=list(FINDINGS.items()))
    text = EncryptedTextField()
    at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = DeliberationNoteQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["hearing", "seat"], name="deliberation_once")]
        triggers = [APPEND_ONLY]


class Conclusion(models.Model):
    """What the panel found, and by how many; `on_the_spot` when it was told at the end of the hearing."""

    hearing = models.OneToOneField(Hearing, models.PROTECT, related_name="conclusion")
    finding = models.CharField(max_length=13, choices=list(FINDINGS.items()))
    facts = models.TextField(_("查明的事实"))
    opinion = models.TextField(_("听证结论"))
    advice = models.TextField(_("对处理的建议"), blank=True)
    votes_for = models.PositiveSmallIntegerField(default=0)
    votes_total = models.PositiveSmallIntegerField(default=0)
    on_the_spot = models.BooleanField(default=False)
    concluded_at = models.DateTimeField()
    concluded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            # Nobody's finding alone: more than half of those who voted stand behind it.
            models.CheckConstraint(
                condition=Q(votes_for__lte=F("votes_total")) & Q(votes_total__lt=F("votes_for") * 2),
                name="conclusion_of_the_majority",
            ),
        ]
        triggers = [APPEND_ONLY]
