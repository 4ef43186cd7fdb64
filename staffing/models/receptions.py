"""Leaders' receptions: when, where, published and changed."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.models import User
from staffing.lifecycle import RECEPTION
from staffing.models.places import Hall, IdRange, Period, Room

# The row of the leader is locked first, so that an absence entered at the same moment is seen, or sees us.
LEADER_IS_THERE = """
IF NEW.status NOT IN ('planned', 'published') THEN RETURN NEW; END IF;
IF TG_OP = 'UPDATE' AND NEW.leader_id = OLD.leader_id AND NEW.starts_at = OLD.starts_at AND NEW.ends_at = OLD.ends_at
    AND NEW.status = OLD.status THEN RETURN NEW; END IF;
PERFORM 1 FROM hall_user WHERE id = NEW.leader_id FOR SHARE;
IF EXISTS (SELECT 1 FROM staffing_absence WHERE person_id = NEW.leader_id AND withdrawn_at IS NULL
    AND (NEW.starts_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN from_on AND until_on) THEN
    RAISE EXCEPTION 'the leader is absent on that day'
        USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'leader_absent';
END IF;
RETURN NEW;
"""

# A meeting has the room or the leader (`staffing.models.engagements`): whoever comes second waits, and then sees it.
NOT_ENGAGED = """
IF NEW.status = 'cancelled' THEN RETURN NEW; END IF;
IF TG_OP = 'UPDATE' THEN
    IF (OLD.leader_id, OLD.room_id, OLD.starts_at, OLD.ends_at, OLD.status) IS NOT DISTINCT FROM
            (NEW.leader_id, NEW.room_id, NEW.starts_at, NEW.ends_at, NEW.status) THEN
        RETURN NEW;
    END IF;
END IF;
IF NEW.room_id IS NOT NULL THEN
    PERFORM 1 FROM staffing_room WHERE id = NEW.room_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM staffing_engagement e WHERE e.room_id = NEW.room_id AND e.released_at IS NULL
            AND e.starts_at < NEW.ends_at AND e.ends_at > NEW.starts_at) THEN
        RAISE EXCEPTION 'the room is taken for a meeting'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'room_taken_once';
    END IF;
END IF;
PERFORM 1 FROM hall_user WHERE id = NEW.leader_id FOR NO KEY UPDATE;
IF EXISTS (SELECT FROM staffing_engagement e WHERE e.user_id = NEW.leader_id AND e.released_at IS NULL
        AND e.starts_at < NEW.ends_at AND e.ends_at > NEW.starts_at) THEN
    RAISE EXCEPTION 'the leader is taken for a meeting'
        USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'leader_in_one_place';
END IF;
RETURN NEW;
"""


class LeaderReceptionQuerySet(models.QuerySet["LeaderReception"]):
    def public(self) -> LeaderReceptionQuerySet:
        """What the public may read: published once, whatever came after."""
        return self.exclude(published_at=None)

    def visible_to(self, actor: Actor) -> LeaderReceptionQuerySet:
        """Published ones for everybody; a hall's own staff see what is planned too."""
        return self.filter(~Q(published_at=None) | Q(hall__in=actor.halls()))

    def locked(self, pk: int) -> LeaderReception:
        return self.select_for_update(of=("self",)).get(pk=pk)


class LeaderReception(models.Model):
    """A leader receives: name, post, portfolio, time and place, published in advance (国信发〔2015〕12号（二）)."""

    FORMS = [
        ("fixed", _("定点接访")),
        ("invited", _("重点约访")),
        ("field", _("带案下访")),
        ("video", _("视频接访")),
    ]

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="receptions")
    leader = models.ForeignKey(User, models.PROTECT, related_name="receptions")
    title = models.CharField(_("职务"), max_length=80)
    title_en = models.CharField(max_length=120, blank=True)
    portfolio = models.CharField(_("分管工作"), max_length=200)
    portfolio_en = models.CharField(max_length=240, blank=True)
    form = models.CharField(_("接访形式"), max_length=8, choices=FORMS, default="fixed")
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="receptions")
    place = models.CharField(_("地点"), max_length=120, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    capacity = models.PositiveSmallIntegerField(_("可预约批数"), default=10)
    status = models.CharField(_("状态"), max_length=10, choices=RECEPTION.choices, default="planned")
    published_at = models.DateTimeField(_("公布时间"), null=True, blank=True)
    due_publish_at = models.DateTimeField(_("应公布时间"), null=True, blank=True)
    approval_needed = models.BooleanField(_("公布须批准"), default=False)
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(_("变更次数"), default=0)
    changed_at = models.DateTimeField(_("变更时间"), null=True, blank=True)
    change_note = models.CharField(_("变更说明"), max_length=200, blank=True)

    objects = LeaderReceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("领导接访")
        verbose_name_plural = _("领导接访")
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["hall", "starts_at", "id"]),
            models.Index(fields=["hall", "-id"], name="reception_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="reception_forward"),
            models.CheckConstraint(
                condition=Q(status="planned") | Q(status="cancelled") | Q(published_at__isnull=False),
                name="reception_published_at",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(approval_needed=False) | Q(approved_at__isnull=False),
                name="reception_approved_first",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(approved_at__isnull=False), name="reception_approved_when"
            ),
            ExclusionConstraint(
                name="leader_in_one_place",
                expressions=[
                    (IdRange("leader_id"), RangeOperators.OVERLAPS),
                    (Period("starts_at", "ends_at", Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=~Q(status="cancelled"),
            ),
            ExclusionConstraint(
                name="room_taken_once",
                expressions=[
                    (IdRange("room_id"), RangeOperators.OVERLAPS),
                    (Period("starts_at", "ends_at", Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=~Q(status="cancelled") & Q(room__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="legal_moves", field="status", transitions=list(RECEPTION.legal_pairs()),
            ),
            pgtrigger.Trigger(
                name="leader_is_there",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=LEADER_IS_THERE,
            ),
            pgtrigger.Trigger(
                name="not_engaged",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=NOT_ENGAGED,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.leader.label} {self.starts_at:%Y-%m-%d}"

    @property
    def published_late(self) -> bool:
        """Later than the hall's lead time of that day asked for."""
        return bool(self.published_at and self.due_publish_at and self.published_at > self.due_publish_at)
