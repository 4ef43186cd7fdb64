"""Who decides: the pool, the seats of one hearing, recusal."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import APPEND_ONLY
from hall.access import Actor
from hall.fields import EncryptedTextField, mask_phone
from hall.models import User
from hearings.lifecycle import CATEGORIES, PANEL_ROLES, RECUSAL_GROUNDS, SEAT
from hearings.models.hearings import Hearing
from staffing.lifecycle import CLERK, DEPARTMENT_HEAD, HALL_MANAGER, LIAISON, SUPERVISOR
from staffing.models import Department, Hall, SocialParticipant

READS_POOL = (HALL_MANAGER, SUPERVISOR, CLERK, LIAISON, DEPARTMENT_HEAD)
"""Who draws a panel, and who looks on."""


class PoolMemberQuerySet(models.QuerySet["PoolMember"]):
    def visible_to(self, actor: Actor) -> PoolMemberQuerySet:
        """Those who prepare hearings in the hall, and its supervisors."""
        if actor.kind == "system":
            return self
        return self.filter(hall__in=actor.halls(*READS_POOL))

    def locked(self, pk: int) -> PoolMember:
        return self.select_for_update(of=("self",)).get(pk=pk)


class PoolMember(models.Model):
    """Somebody who may be drawn: a social participant of the hall with the unit that employs them, if one does."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="hearing_pool", db_index=False)
    participant = models.OneToOneField(SocialParticipant, models.PROTECT, related_name="hearing_pool")
    category = models.CharField(_("类别"), max_length=14, choices=list(CATEGORIES.items()))
    employer = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    phone = EncryptedTextField(blank=True)
    is_active = models.BooleanField(_("可以抽取"), default=True)
    added_at = models.DateTimeField()

    objects = PoolMemberQuerySet.as_manager()

    class Meta:
        ordering = ["hall", "category", "id"]
        indexes = [
            models.Index(fields=["hall", "is_active", "category", "id"], name="pool_by_hall"),
            models.Index(fields=["hall", "-id"], name="pool_newest"),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]

    @property
    def label(self) -> str:
        return self.participant.label

    @property
    def phone_masked(self) -> str:
        return mask_phone(self.phone)


class PanelSeat(models.Model):
    """One seat: a presider (staff), a member out of the pool, a recorder (staff). `seed` repeats the draw.

    `replaces` is the seat that became free: each is filled once.
    """

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="seats")
    role = models.CharField(max_length=8, choices=list(PANEL_ROLES.items()))
    member = models.ForeignKey(PoolMember, models.PROTECT, null=True, related_name="seats")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="hearing_seats")
    name = models.CharField(max_length=60)
    seed = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=8, choices=SEAT.choices, default="seated")
    seated_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    left_reason = models.CharField(max_length=300, blank=True)
    present = models.BooleanField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="successor")

    class Meta:
        ordering = ["hearing", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role="member", member__isnull=False, user=None)
                | Q(role__in=("presider", "recorder"), member=None, user__isnull=False),
                name="seat_member_or_staff",
            ),
            models.UniqueConstraint(
                fields=["hearing", "role"],
                condition=Q(status="seated") & ~Q(role="member"),
                name="seat_one_presider_one_recorder",
            ),
            models.UniqueConstraint(
                fields=["hearing", "member"], condition=Q(status="seated"), name="seat_member_once"
            ),
            models.UniqueConstraint(
                fields=["hearing", "user"], condition=Q(status="seated"), name="seat_user_once"
            ),
            models.CheckConstraint(
                condition=Q(status="seated") | ~Q(left_reason=""), name="seat_left_for_a_reason"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(SEAT.legal_pairs())),
        ]

    @property
    def label(self) -> str:
        """The name in the reader's language; read user and member's participant with it."""
        return (self.user or self.member).label  # type: ignore[union-attr]  # one of both


class PanelDraw(models.Model):
    """The protocol of a draw, written at the draw: `queries.draw.draw` gives the same for the same, whoever asks.

    `candidates`: [{"id", "category", "sittings"}] of pool members; `left_out`: {pool member: [codes]}; `taken`: the
    categories that sat already, when a free seat (`replaces`) was filled; `chosen`: pool members in the order drawn.
    """

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="draws")
    replaces = models.OneToOneField(PanelSeat, models.PROTECT, null=True, related_name="draw")
    seed = models.CharField(max_length=64)
    size = models.PositiveSmallIntegerField()
    candidates = models.JSONField()
    left_out = models.JSONField(default=dict)
    taken = models.JSONField(default=list)
    chosen = models.JSONField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["hearing", "id"]
        constraints = [
            models.UniqueConstraint(fields=["hearing"], condition=Q(replaces=None), name="panel_drawn_once"),
            models.CheckConstraint(condition=~Q(seed=""), name="draw_has_a_seed"),
        ]
        triggers = [APPEND_ONLY]


class RecusalRequest(models.Model):
    """Somebody asks that one of the panel step back, or that one does so; decided with reasons."""

    seat = models.ForeignKey(PanelSeat, models.PROTECT, related_name="recusals")
    by = models.CharField(_("提出人"), max_length=60)
    ground = models.CharField(max_length=8, choices=list(RECUSAL_GROUNDS.items()))
    reason = models.TextField(_("理由"))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    granted = models.BooleanField(null=True)
    decision = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["seat"], condition=Q(granted=None), name="recusal_one_open"),
            models.CheckConstraint(
                condition=Q(granted=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="recusal_decided_with_reason",
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]
