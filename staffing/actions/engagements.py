"""Rooms and people taken for a meeting, and let go. Parts of an action: the caller journals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from hall.batch import broken_by
from hall.models import User
from staffing import rules
from staffing.models import Engagement, Room
from staffing.rules.engagements import Meeting

ONCE = frozenset(
    (
        "engagement_room_once", "engagement_user_once", "engagement_participant_once", "room_taken_by_reception",
        "person_receives",
    )
)  # fmt: skip


def lock_rooms_and_people(rooms: Iterable[int | None], users: Iterable[int]) -> None:
    """In the order in which `engage` takes them, for whoever plans several receptions at once: the triggers of each
    would otherwise lock them slot by slot, and two planners wait for each other.
    """
    list(Room.objects.select_for_update(no_key=True).filter(pk__in=[pk for pk in rooms if pk]).order_by("pk"))
    list(User.objects.select_for_update(no_key=True).filter(pk__in=list(users)).order_by("pk"))


def engage(
    meeting: Meeting,
    *,
    room_id: int | None = None,
    user_ids: Iterable[int] = (),
    participant_ids: Iterable[int] = (),
    now: dt.datetime,
) -> list[Engagement]:
    """All of them are taken for the meeting, or none: whoever is taken already is named with the time.

    Raises Refused(input) at `room` or `people`; also when somebody else was faster by a moment.
    """
    users, participants = sorted(set(user_ids)), sorted(set(participant_ids))
    rules.refuse_taken(meeting, room_id, users, participants)
    wanted = [
        *([{"room_id": room_id}] if room_id else []),
        *({"user_id": pk} for pk in users),
        *({"participant_id": pk} for pk in participants),
    ]
    try:
        with transaction.atomic():
            return [
                Engagement.objects.create(
                    hall_id=meeting.hall_id, purpose=meeting.purpose, ref=meeting.ref, path=meeting.path,
                    starts_at=meeting.starts_at, ends_at=meeting.ends_at, **one,
                )
                for one in wanted
            ]  # fmt: skip
    except IntegrityError as error:
        if broken_by(error) in ONCE:
            rules.refuse_taken(meeting, room_id, users, participants)
        raise


def release(
    ref: str, *, now: dt.datetime, user_id: int | None = None, participant_id: int | None = None
) -> int:
    """Everything that was taken for the meeting is free again, or that one person; returns how many rows."""
    rows = Engagement.objects.standing().filter(ref=ref)
    if user_id is not None:
        rows = rows.filter(user=user_id)
    if participant_id is not None:
        rows = rows.filter(participant=participant_id)
    return rows.update(released_at=now)
