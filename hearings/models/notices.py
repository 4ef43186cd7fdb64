"""Who was told of the date and how it is proved; who of the public sits in the room."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import SERVICE_METHODS
from cases.models import Material
from hall.access import Actor
from hall.fields import BlindIndexField, EncryptedTextField, mask_name, mask_phone
from hall.models import IssuedDocument, User
from hearings.lifecycle import PUBLIC_SEAT
from hearings.models.hearings import Hearing, HearingParty
from hearings.models.panel import PanelSeat


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, actor: Actor) -> NoticeQuerySet:
        """Whoever sees the hearing."""
        return self.filter(hearing__in=Hearing.objects.visible_to(actor))


class Notice(models.Model):
    """One notice to one party or one of the panel for one date (`round`).

    `due_on` is the last day for its service as it was when the paper was issued (`queries.notices` counts anew);
    `messaged`: a message or SMS went with it. `waiver` says in what writing the party gave up the lead time.
    """

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="notices")
    round = models.PositiveSmallIntegerField()
    party = models.ForeignKey(HearingParty, models.PROTECT, null=True, related_name="notices", db_index=False)
    seat = models.ForeignKey(PanelSeat, models.PROTECT, null=True, related_name="notices", db_index=False)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+", db_index=False)
    sent_at = models.DateTimeField()
    due_on = models.DateField()
    method = models.CharField(max_length=12, choices=list(SERVICE_METHODS.items()), blank=True)
    served_on = models.DateField(null=True)
    proof = models.CharField(_("送达证明"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    material = models.ForeignKey(Material, models.PROTECT, null=True, related_name="+", db_index=False)
    messaged = models.BooleanField(default=False)
    waived = models.BooleanField(_("书面放弃提前通知"), default=False)
    waived_on = models.DateField(null=True)
    waiver = models.CharField(max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["hearing", "round", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(party__isnull=False, seat=None) | Q(party=None, seat__isnull=False),
                name="notice_to_one",
            ),
            models.UniqueConstraint(fields=["hearing", "round", "party"], name="notice_party_once"),
            models.UniqueConstraint(fields=["hearing", "round", "seat"], name="notice_seat_once"),
            models.CheckConstraint(
                condition=Q(served_on=None) | (~Q(method="") & ~Q(proof="")), name="notice_served_with_proof"
            ),
            models.CheckConstraint(
                condition=Q(waived=False, waived_on=None, waiver="")
                | (Q(waived=True, waived_on__isnull=False, party__isnull=False) & ~Q(waiver="")),
                name="notice_waived_in_writing",
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]


# The hearing's row is locked first: the last seat is given once.
SEATS_LEFT = """
IF NEW.status = 'cancelled' THEN RETURN NEW; END IF;
PERFORM 1 FROM hearings_hearing WHERE id = NEW.hearing_id FOR NO KEY UPDATE;
IF (SELECT count(*) FROM hearings_publicseat s WHERE s.hearing_id = NEW.hearing_id AND s.status <> 'cancelled')
        >= (SELECT h.public_seats FROM hearings_hearing h WHERE h.id = NEW.hearing_id) THEN
    RAISE EXCEPTION 'no seat is left'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'public_seats_left';
END IF;
RETURN NEW;
"""


class PublicSeatQuerySet(models.QuerySet["PublicSeat"]):
    def standing(self) -> PublicSeatQuerySet:
        return self.exclude(status="cancelled")


class PublicSeat(models.Model):
    """A person of the public has a seat; name and telephone are kept until the hearing is over, then erased.

    Of one that was cancelled they go at once. One telephone has one seat; the same form twice is the same seat.
    """

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="audience")
    code = models.CharField(max_length=12, unique=True)
    form_token = models.UUIDField(unique=True)
    name = EncryptedTextField(blank=True)
    phone = EncryptedTextField(blank=True)
    phone_index = BlindIndexField("phone")
    language = models.CharField(max_length=8, default="zh-hans")
    status = models.CharField(max_length=9, choices=PUBLIC_SEAT.choices, default="asked")
    asked_at = models.DateTimeField()
    came_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = PublicSeatQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        indexes = [models.Index(fields=["hearing", "asked_at", "id"], name="public_seat_by_hearing")]
        constraints = [
            models.UniqueConstraint(
                fields=["hearing", "phone_index"],
                condition=Q(phone_index__isnull=False) & ~Q(status="cancelled"),
                name="public_seat_once",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(PUBLIC_SEAT.legal_pairs())),
            pgtrigger.Trigger(
                name="seats_left", when=pgtrigger.Before, operation=pgtrigger.Insert, func=SEATS_LEFT
            ),
        ]

    @property
    def name_masked(self) -> str:
        return mask_name(self.name)

    @property
    def phone_masked(self) -> str:
        return mask_phone(self.phone)

    @property
    def code_spaced(self) -> str:
        return "-".join(self.code[at : at + 4] for at in range(0, len(self.code), 4))
