"""A person in the hall: queue, visit, ticket, and the segments from which every figure comes."""

from __future__ import annotations

import uuid

import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import APPEND_ONLY, Case
from hall.access import Actor
from hall.fields import EncryptedTextField
from hall.models import Named, User
from intake.lifecycle import PRIORITY_REASONS, TICKET
from staffing.models import Department, Device, Hall, LeaderReception, Window

AT_WINDOW = ("called", "serving")


class Queue(Named):
    """What people come for, and the letter on their ticket. Windows serve one or more queues."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="queues")
    letter = models.CharField(
        _("字头"), max_length=2, validators=[RegexValidator(r"^[A-Z]{1,2}$", _("字头为一至两个大写字母。"))]
    )
    description = models.CharField(_("说明"), max_length=120, blank=True)
    description_en = models.CharField(max_length=160, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    windows = models.ManyToManyField(Window, related_name="queues", blank=True)
    on_kiosk = models.BooleanField(_("取号机可选"), default=True)
    minutes = models.PositiveSmallIntegerField(_("平均用时（分钟），样本不足时用"), default=20)
    head_start = models.PositiveSmallIntegerField(
        _("优先号视同提前到达（分钟）"),
        default=60,
        help_text=_("已等满这么久的普通号，不再被后到的优先号越过。"),
    )
    order = models.PositiveSmallIntegerField(_("排序"), default=0)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("队列")
        verbose_name_plural = _("队列")
        ordering = ["hall", "order", "letter"]
        constraints = [
            models.UniqueConstraint(fields=["hall", "letter"], name="queue_letter_once"),
            # Letters alone, so that letter and serial put together are never the number of another queue.
            models.CheckConstraint(
                condition=Q(letter__regex=r"^[A-Z]{1,2}$"), name="queue_letter_is_letters"
            ),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="queue_takes_time"),
        ]


class Visit(models.Model):
    """One arrival of one person or one group. It may concern several cases."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="visits")
    arrived_at = models.DateTimeField()
    head_count = models.PositiveSmallIntegerField(_("人数"), default=1)
    is_group = models.BooleanField(_("集体访"), default=False)
    priority_reason = models.CharField(
        _("优先原因"), max_length=10, choices=list(PRIORITY_REASONS.items()), blank=True
    )
    reception = models.ForeignKey(
        LeaderReception, models.PROTECT, null=True, blank=True, related_name="visits"
    )
    cases = models.ManyToManyField(Case, related_name="visits", blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    left_at = models.DateTimeField(null=True)
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, editable=False, related_name="visits", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["hall", "-arrived_at"]),
            models.Index(
                fields=["device", "-arrived_at"], condition=Q(device__isnull=False), name="visit_by_kiosk"
            ),
        ]
        constraints = [models.CheckConstraint(condition=Q(head_count__gte=1), name="visit_head_count")]


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, actor: Actor) -> TicketQuerySet:
        """The hall's staff, and the units' people who are posted in the hall."""
        if actor.kind == "system":
            return self.all()
        return self.filter(hall_id__in=actor.halls())

    def locked(self, pk: int) -> Ticket:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Ticket(models.Model):
    """A number in a queue on a day. `token` is the address of the page the visitor may watch.

    `seq` is that of its last segment and `since` when that began: a page that shows an older `seq` is stale.
    `line_at` is its place in the line (see `intake.queries.line`). `window` is where it is called or served; while
    it waits, the only window that may call it; while it is parked, the one that parked it.
    """

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="tickets")
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+", db_index=False)
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="tickets", db_index=False)
    day = models.DateField()
    serial = models.PositiveIntegerField()
    number = models.CharField(_("号码"), max_length=8)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(null=True, unique=True, editable=False)
    priority = models.PositiveSmallIntegerField(_("优先"), default=0)
    status = models.CharField(_("状态"), max_length=8, choices=TICKET.choices, default="waiting")
    window = models.ForeignKey(Window, models.PROTECT, null=True, blank=True, related_name="tickets")
    queued_at = models.DateTimeField()
    line_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    calls = models.PositiveSmallIntegerField(default=0)
    seq = models.PositiveSmallIntegerField(default=1)
    since = models.DateTimeField()
    staff = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            # By number, not by queue: a ticket that is transferred keeps the number on its paper.
            models.UniqueConstraint(fields=["hall", "day", "number"], name="ticket_number_once"),
            models.UniqueConstraint(
                fields=["window"], condition=Q(status__in=AT_WINDOW), name="ticket_one_at_a_window"
            ),
            models.UniqueConstraint(
                fields=["visit"], condition=Q(status__in=AT_WINDOW), name="ticket_one_window_for_a_visit"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=AT_WINDOW) | Q(window__isnull=False), name="ticket_called_has_window"
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "day", "line_at", "id"], condition=Q(status="waiting"), name="ticket_next"
            ),
            models.Index(fields=["queue", "-called_at"], condition=Q(status="done"), name="ticket_served"),
            models.Index(fields=["hall", "day", "-called_at"], name="ticket_board"),
            models.Index(fields=["hall", "day", "status"], name="ticket_hall_day"),
            models.Index(fields=["hall", "-id"], name="ticket_newest"),
            models.Index(fields=["hall", "status", "-id"], name="ticket_by_status"),
            models.Index(fields=["queue", "-id"], name="ticket_by_queue"),
            models.Index(
                fields=["window", "-id"], condition=Q(window__isnull=False), name="ticket_by_window"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="issued_is_issued",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "visit", "hall", "day", "serial", "number", "token", "form_token"
                ),
            ),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(TICKET.legal_pairs())),
        ]

    def __str__(self) -> str:
        return self.number


# A segment tells what its ticket says at that moment, so that the history cannot part from the state.
_FOLLOWS = """
IF NOT EXISTS (
    SELECT FROM intake_ticket WHERE id = NEW.ticket_id
        AND (seq, status, since, queue_id) = (NEW.seq, NEW.phase, NEW.started_at, NEW.queue_id)
) OR EXISTS (
    SELECT FROM intake_segment WHERE ticket_id = NEW.ticket_id AND seq = NEW.seq - 1 AND started_at > NEW.started_at
) THEN
    RAISE EXCEPTION 'segment % of ticket % does not follow its ticket', NEW.seq, NEW.ticket_id;
END IF;
RETURN NEW;
"""


class Segment(models.Model):
    """From `started_at` on, the ticket was in this phase; it ends where the next one starts. Only ever added.

    Every move writes one, a repeated call too. Without `staff` it was the visitor or the night that moved it.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="segments", db_index=False)
    seq = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=8, choices=TICKET.choices)
    started_at = models.DateTimeField()
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="+", db_index=False)
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="+", db_index=False)
    staff = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "seq"], name="segment_in_order")]
        indexes = [
            models.Index(fields=["window", "-id"], condition=Q(phase="called"), name="segment_last_call"),
        ]
        triggers = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="follows_its_ticket", operation=pgtrigger.Insert, when=pgtrigger.Before, func=_FOLLOWS
            ),
        ]


class Draft(models.Model):
    """A half-typed registration, saved by itself: encrypted, its clerk's own, gone when registered."""

    token = models.UUIDField(primary_key=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="drafts")
    hall = models.ForeignKey(Hall, models.CASCADE, related_name="+")
    visit = models.ForeignKey(Visit, models.CASCADE, null=True, related_name="+")
    data = EncryptedTextField()
    revision = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-updated_at"])]


# -- what people from outside did for a visitor
