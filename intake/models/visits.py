"""A person in the hall: queue, visit, ticket, and the segments from which every figure comes."""

from __future__ import annotations

import datetime as dt
import uuid

import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models import APPEND_ONLY, Case, Recusal, Respondent, StatutoryRoute
from hall.access import Actor, Text
from hall.fields import EncryptedTextField
from hall.models import Named, User
from intake.lifecycle import PRIORITY_REASONS, TICKET
from staffing.lifecycle import (
    CLERK,
    HALL_MANAGER,
    LEADER,
    PARTICIPANT,
    PARTICIPANT_KINDS,
    PSYCHOLOGIST,
    SUPERVISOR,
)
from staffing.models import Department, Hall, LeaderReception, SocialParticipant, Window

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

    class Meta:
        indexes = [models.Index(fields=["hall", "-arrived_at"])]
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


class ServiceNoteQuerySet(models.QuerySet["ServiceNote"]):
    def visible_to(self, actor: Actor) -> ServiceNoteQuerySet:
        """That somebody was helped: for the hall that helped, whoever may see the matter, and who helped.

        What was said is elsewhere: `ServiceContent.objects.readable_by`. Of a matter that one may not see, one does
        not learn that somebody was helped either.
        """
        if actor.kind == "system":
            return self.all()
        if actor.user_id is None:
            return self.none()
        halls = actor.halls(CLERK, HALL_MANAGER, SUPERVISOR, LEADER)
        seen = Case.objects.visible_to(actor).filter(pk=OuterRef("case"))
        mine = Q(participant__user=actor.user_id, hall__in=actor.halls(PARTICIPANT))
        # A psychologist knows of those whom the others of the hall look after, to take over when one is away.
        own = SocialParticipant.objects.filter(
            user=actor.user_id, kind=PSYCHOLOGIST, is_active=True, hall__in=actor.halls(PARTICIPANT)
        )
        near = Q(is_sealed=True, hall__in=own.values("hall"))
        barred = Respondent.objects.filter(
            Q(user_id=actor.user_id) | Q(department_id__in=actor.departments()), case=OuterRef("case")
        )
        recused = Recusal.objects.filter(case=OuterRef("case"), user_id=actor.user_id)
        return self.filter(
            Q(case=None, hall__in=halls) | Q(Exists(seen)) | mine | near, ~Exists(barred), ~Exists(recused)
        )

    def current(self) -> ServiceNoteQuerySet:
        """The last version of each."""
        newer = ServiceNote.objects.filter(service=OuterRef("service"), version__gt=OuterRef("version"))
        return self.filter(~Exists(newer))


class ServiceNote(models.Model):
    """Somebody from outside helped a visitor: when, who, of which kind, sent on or not. That is all a file may say.

    Written once; a correction is a new version of the same `service`.
    """

    service = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.PositiveSmallIntegerField(default=1)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="service_notes")
    participant = models.ForeignKey(SocialParticipant, models.PROTECT, related_name="service_notes")
    kind = models.CharField(_("类别"), max_length=14, choices=list(PARTICIPANT_KINDS.items()))
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="service_notes")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="service_notes")
    served_at = models.DateTimeField(_("服务时间"))
    referred = models.BooleanField(_("已转介"), default=False)
    is_sealed = models.BooleanField(default=False)
    consented_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ServiceNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hall", "-id"]),
            models.Index(fields=["hall", "served_at"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["service", "version"], name="service_version_once"),
            models.CheckConstraint(
                condition=Q(visit__isnull=False) | Q(case__isnull=False), name="service_concerns_something"
            ),
            # Nobody's soul is written about unsealed, or without being asked first.
            models.CheckConstraint(
                condition=Q(kind="psychologist", is_sealed=True, consented_at__isnull=False, by__isnull=False)
                | (~Q(kind="psychologist") & Q(is_sealed=False)),
                name="service_sealed",
            ),
        ]
        triggers = [APPEND_ONLY]


class ServiceContentQuerySet(models.QuerySet["ServiceContent"]):
    def readable_by(self, actor: Actor) -> ServiceContentQuerySet:
        """A psychologist's: whoever wrote a version of it, and who took it over; both while they help in the hall.
        Nobody else's post opens it, not the administrator's. The others': whoever sees the note.
        """
        notes = ServiceNote.objects.visible_to(actor)
        opened = Q(note__is_sealed=False, note__in=notes)
        if actor.user_id is None:
            return self.filter(opened)
        here = SocialParticipant.objects.filter(
            user=actor.user_id, kind=PSYCHOLOGIST, is_active=True, hall__in=actor.halls(PARTICIPANT)
        )
        wrote = ServiceNote.objects.filter(service=OuterRef("note__service"), by=actor.user_id)
        took = ServiceTakeover.objects.filter(service=OuterRef("note__service"), user=actor.user_id)
        unsealed = Q(note__is_sealed=True, note__in=notes, note__hall__in=here.values("hall")) & (
            Q(Exists(wrote)) | Q(Exists(took))
        )
        return self.filter(opened | unsealed)


class ServiceContent(models.Model):
    """What was said. A table of its own, so that a list of services cannot carry it along by accident.

    All words are encrypted, the psychologist's level and next date too: they tell of somebody's health.
    """

    LEVELS = [("green", _("绿色：平稳")), ("yellow", _("黄色：需要关注")), ("red", _("红色：需要立即干预"))]
    REFERRALS = [
        ("legal_aid", _("法律援助")),
        ("relief", _("社会救助")),
        ("hospital", _("医院")),
        ("mediation", _("人民调解")),
        ("unit", _("责任单位")),
        ("other", _("其他")),
    ]
    ANSWERS = [("waiting", _("等待答复")), ("taken", _("对方已接收")), ("refused", _("对方未接收"))]
    SATISFACTION = [(1, _("满意")), (2, _("基本满意")), (3, _("不满意"))]

    note = models.OneToOneField(ServiceNote, models.PROTECT, related_name="content")
    question = EncryptedTextField(_("来访人问什么、需要什么"), blank=True)
    opinion = EncryptedTextField(_("意见"), blank=True)
    route = models.ForeignKey(StatutoryRoute, models.PROTECT, null=True, related_name="+")
    referral = EncryptedTextField(_("转介去向"), blank=True)
    referral_to = EncryptedTextField(_("转介单位"), blank=True)
    answer = EncryptedTextField(_("对方答复"), blank=True)
    result = EncryptedTextField(_("转介结果"), blank=True)
    level = EncryptedTextField(_("心理状况"), blank=True)
    method = EncryptedTextField(_("方法"), blank=True)
    next_on = EncryptedTextField(_("下次日期"), blank=True)
    correction = EncryptedTextField(_("更正说明"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("用时（分钟）"), default=0)
    satisfaction = models.PositiveSmallIntegerField(_("满意度"), choices=SATISFACTION, null=True)

    objects = ServiceContentQuerySet.as_manager()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            # `manage.py reencrypt` alone writes the same words under another key.
            pgtrigger.Protect(
                name="written_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "current_setting('hall.reencrypting', true) IS DISTINCT FROM 'on'"
                ),
            ),
        ]

    @property
    def level_name(self) -> Text:
        return dict(self.LEVELS).get(self.level, "")

    @property
    def referral_name(self) -> Text:
        return dict(self.REFERRALS).get(self.referral, "")

    @property
    def answer_name(self) -> Text:
        return dict(self.ANSWERS).get(self.answer, "")

    @property
    def next_day(self) -> dt.date | None:
        return dt.date.fromisoformat(self.next_on) if self.next_on else None


class ServiceTakeover(models.Model):
    """Another psychologist of the hall goes on where one stopped; the reason stands in the journal. Only ever added."""

    service = models.UUIDField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "user"], name="service_taken_over_once")]
        triggers = [APPEND_ONLY]
