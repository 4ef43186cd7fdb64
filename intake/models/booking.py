"""A place with a receiving leader: who asked for it, how it stands, and the hall's rules for booking as data."""

from __future__ import annotations

import datetime as dt
import uuid

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models import DocketItem, Recusal, Respondent, VideoSeat
from cases.rules import MAX_REPRESENTATIVES
from hall.access import Actor
from hall.fields import BlindIndexField, EncryptedTextField, mask_name, mask_phone
from hall.models import User
from intake.lifecycle import BOOKING, BOOKING_CHANNELS, BOOKING_ENDS, LIVE, OPEN, TAKES_PLACE
from intake.models.visits import Visit
from staffing.models import Hall, LeaderReception


class BookingRule(models.Model):
    """How a hall takes bookings. A hall without a row has these defaults."""

    hall = models.OneToOneField(Hall, models.CASCADE, related_name="booking_rule", verbose_name=_("大厅"))
    closes_days = models.PositiveSmallIntegerField(
        _("提前几天截止"), default=1, help_text=_("接访前几天的截止时刻后，公众不能再预约；0为接访当天。")
    )
    closes_at = models.TimeField(_("截止时刻"), default=dt.time(17))
    a_month = models.PositiveSmallIntegerField(
        _("同一手机号每月最多"),
        default=2,
        validators=[MinValueValidator(1)],
        help_text=_("按接访所在月份计。"),
    )
    line_length = models.PositiveSmallIntegerField(_("每场候补最多"), default=20)
    code_minutes = models.PositiveSmallIntegerField(
        _("验证码有效（分钟）"), default=10, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    codes_a_day = models.PositiveSmallIntegerField(
        _("同一手机号一天最多发几条验证码"), default=5, validators=[MinValueValidator(1)]
    )
    short_hours = models.PositiveSmallIntegerField(
        _("距接访不足几小时为临时补位"), default=24, help_text=_("临时补位须由本人确认，逾时递补下一位。")
    )
    offer_minutes = models.PositiveSmallIntegerField(
        _("临时补位保留（分钟）"), default=120, validators=[MinValueValidator(10)]
    )

    class Meta:
        verbose_name = _("预约规则")
        verbose_name_plural = _("预约规则")

    def __str__(self) -> str:
        return str(self.hall)


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, actor: Actor) -> BookingQuerySet:
        """The staff of the reception's hall who look after bookings; nobody else finds out who came.

        Nor whom the case that came of it complains of, nor who is recused from it (第二十八条、第三十条). Guides see no
        case, so it is asked who is barred from one.
        """
        if actor.kind == "system":
            return self.all()
        if actor.user_id is None:
            return self.none()
        mine = Q(user_id=actor.user_id) | Q(department_id__in=actor.departments())
        of_it = Q(case__docket_items__booking=OuterRef("pk")) | Q(case__visits__booking=OuterRef("pk"))
        return self.filter(
            ~Exists(Respondent.objects.filter(mine, of_it)),
            ~Exists(Recusal.objects.filter(of_it, user_id=actor.user_id)),
            reception__hall__in=actor.halls(*BOOKING.roles("check_in_booking")),
        )

    def taking_a_place(self) -> BookingQuerySet:
        return self.filter(status__in=TAKES_PLACE)

    def live(self) -> BookingQuerySet:
        return self.filter(status__in=LIVE)

    def open(self) -> BookingQuerySet:
        """Still to come: whoever must hear of every change."""
        return self.filter(status__in=OPEN)

    def in_line(self) -> BookingQuerySet:
        return self.filter(status="waiting").order_by("line_at", "pk")

    def locked(self, pk: int) -> Booking:
        """After the lock of its reception, always in that order."""
        return self.select_for_update(of=("self",)).get(pk=pk)


# The reception's row is locked here too: whoever writes past the actions is counted like everybody else.
_NOT_TOO_MANY = f"""
IF NEW.status NOT IN {TAKES_PLACE} THEN
    RETURN NULL;
END IF;
IF TG_OP = 'UPDATE' THEN
    IF OLD.status IN {TAKES_PLACE} AND OLD.reception_id = NEW.reception_id THEN
        RETURN NULL;
    END IF;
END IF;
SELECT capacity INTO places FROM staffing_leaderreception WHERE id = NEW.reception_id FOR UPDATE;
SELECT count(*) INTO taken FROM intake_booking WHERE reception_id = NEW.reception_id AND status IN {TAKES_PLACE};
IF taken > places THEN
    RAISE EXCEPTION 'reception % has % places, all of them taken', NEW.reception_id, places
        USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_places';
END IF;
RETURN NULL;
"""  # noqa: S608 - of our own constants


class Booking(models.Model):
    """One party's place with a leader, or its place in the waiting line. `token` is the address of its page.

    A place is taken by who has proven the telephone, never by who only asked: `asked` takes none. `told_of` is the
    reception's `changed_at` as the visitor was last told of it; where they differ, somebody must still be told.
    """

    reception = models.ForeignKey(
        LeaderReception, models.PROTECT, related_name="bookings", db_index=False, verbose_name=_("领导接访")
    )
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(unique=True, editable=False)
    code = models.CharField(_("预约码"), max_length=8, unique=True, editable=False)
    name = EncryptedTextField(_("姓名"))
    phone = EncryptedTextField(_("手机"))
    phone_index = BlindIndexField("phone")
    subject = models.CharField(_("反映什么问题"), max_length=60)
    head_count = models.PositiveSmallIntegerField(_("人数"), default=1)
    channel = models.CharField(_("来源"), max_length=6, choices=list(BOOKING_CHANNELS.items()))
    language = models.CharField(max_length=10, default="zh-hans")
    status = models.CharField(_("状态"), max_length=10, choices=BOOKING.choices)
    asked_at = models.DateTimeField()
    placed_at = models.DateTimeField(null=True)
    line_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, choices=list(BOOKING_ENDS.items()), blank=True)
    told_of = models.DateTimeField(null=True)
    proof = models.BinaryField(null=True, max_length=16, editable=False)
    proof_until = models.DateTimeField(null=True)
    proof_tries = models.PositiveSmallIntegerField(default=0)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    visit = models.OneToOneField(Visit, models.PROTECT, null=True, related_name="booking")
    docket_item = models.OneToOneField(DocketItem, models.PROTECT, null=True, related_name="booking")
    video_seat = models.OneToOneField(VideoSeat, models.PROTECT, null=True, related_name="booking")

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("接访预约")
        verbose_name_plural = _("接访预约")
        constraints = [
            models.UniqueConstraint(
                fields=["reception", "phone_index"], condition=Q(status__in=LIVE), name="booking_one_a_phone"
            ),
            models.CheckConstraint(
                condition=Q(head_count__gte=1, head_count__lte=MAX_REPRESENTATIVES), name="booking_heads"
            ),
            models.CheckConstraint(
                condition=Q(status="asked") | Q(proof__isnull=True), name="booking_proof_once"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=LIVE)
                | Q(placed_at__isnull=False) & (Q(phone_index__isnull=False) | Q(channel="clerk")),
                name="booking_live_is_proven",
            ),
            models.CheckConstraint(
                condition=~Q(status="held") | Q(held_until__isnull=False), name="booking_held_until"
            ),
            models.CheckConstraint(
                condition=~Q(status="waiting") | Q(line_at__isnull=False), name="booking_in_line"
            ),
            models.CheckConstraint(
                condition=~Q(status="checked_in") | Q(visit__isnull=False), name="booking_came_with_visit"
            ),
        ]
        indexes = [
            models.Index(fields=["reception", "status", "line_at", "id"], name="booking_line"),
            models.Index(fields=["status", "-id"], name="booking_by_status"),
            models.Index(fields=["phone_index", "-asked_at"], name="booking_phone"),
            models.Index(fields=["proof_until"], condition=Q(status="asked"), name="booking_unproven"),
            models.Index(fields=["reception"], condition=Q(status__in=OPEN), name="booking_open"),
            models.Index(
                fields=["asked_at"],
                condition=Q(end="unproven", phone_index__isnull=False),
                name="booking_to_forget",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="asked_is_asked",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "reception", "token", "form_token", "code", "channel", "asked_at"
                ),
            ),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(BOOKING.legal_pairs())),
            pgtrigger.Trigger(
                name="not_too_many",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.After,
                timing=pgtrigger.Immediate,
                declare=[("places", "integer"), ("taken", "integer")],
                func=_NOT_TOO_MANY,
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name_masked(self) -> str:
        return mask_name(self.name)

    @property
    def phone_masked(self) -> str:
        return mask_phone(self.phone)

    @property
    def code_spaced(self) -> str:
        """`7K2M-9QXD`, to be read off a telephone."""
        return f"{self.code[:4]}-{self.code[4:]}"
