"""Rooms and people taken for a meeting: a consultation, a hearing. Beside them stand the leaders' receptions.

One row is one room or one person for one time. Two meetings, or a meeting and a reception, never have the same: the
constraints hold it within the table, the triggers across to receptions.
"""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.models import User
from staffing.models.participants import SocialParticipant
from staffing.models.places import Hall, IdRange, Period, Room

# The room and the person are locked in the same way by a reception (`NOT_ENGAGED` there), so that
# whoever comes second waits, and then sees the first.
NOT_RECEIVING = """
IF NEW.released_at IS NOT NULL THEN RETURN NEW; END IF;
IF NEW.room_id IS NOT NULL THEN
    PERFORM 1 FROM staffing_room WHERE id = NEW.room_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM staffing_leaderreception r WHERE r.room_id = NEW.room_id AND r.status <> 'cancelled'
            AND r.starts_at < NEW.ends_at AND r.ends_at > NEW.starts_at) THEN
        RAISE EXCEPTION 'a leader receives in this room'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'room_taken_by_reception';
    END IF;
END IF;
IF NEW.user_id IS NOT NULL THEN
    PERFORM 1 FROM hall_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM staffing_leaderreception r WHERE r.leader_id = NEW.user_id AND r.status <> 'cancelled'
            AND r.starts_at < NEW.ends_at AND r.ends_at > NEW.starts_at) THEN
        RAISE EXCEPTION 'the leader receives at that time'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'person_receives';
    END IF;
END IF;
RETURN NEW;
"""


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def standing(self) -> EngagementQuerySet:
        return self.filter(released_at=None)

    def visible_to(self, actor: Actor) -> EngagementQuerySet:
        """One's own; the hall's staff see all of the hall's. What it is for says no more than its purpose."""
        return self.filter(Q(hall__in=actor.halls()) | Q(user_id=actor.user_id or 0))


class Engagement(models.Model):
    """`purpose` and `ref` ("hearings.hearing:7") name the meeting; `path` is its page, for those who may see it."""

    PURPOSES = [("consultation", _("会商")), ("hearing", _("听证"))]

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="engagements")
    room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="engagements", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="engagements", db_index=False)
    participant = models.ForeignKey(
        SocialParticipant, models.PROTECT, null=True, related_name="engagements", db_index=False
    )
    purpose = models.CharField(max_length=12, choices=PURPOSES)
    ref = models.CharField(max_length=40)
    path = models.CharField(max_length=120, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["ref"], condition=Q(released_at=None), name="engagement_by_ref"),
            models.Index(
                fields=["user", "starts_at"], condition=Q(released_at=None), name="engagement_by_user"
            ),
            models.Index(
                fields=["room", "starts_at"], condition=Q(released_at=None), name="engagement_by_room"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="engagement_forward"),
            models.CheckConstraint(
                condition=Q(room__isnull=False, user=None, participant=None)
                | Q(room=None, user__isnull=False, participant=None)
                | Q(room=None, user=None, participant__isnull=False),
                name="engagement_of_one",
            ),
            *(
                ExclusionConstraint(
                    name=f"engagement_{one}_once",
                    expressions=[
                        (IdRange(f"{one}_id"), RangeOperators.OVERLAPS),
                        (Period("starts_at", "ends_at", Value("[)")), RangeOperators.OVERLAPS),
                    ],
                    condition=Q(**{f"{one}__isnull": False}, released_at=None),
                )
                for one in ("room", "user", "participant")
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="not_receiving",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=NOT_RECEIVING,
            ),
        ]
