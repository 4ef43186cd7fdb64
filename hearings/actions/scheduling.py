"""Time and place of a hearing: the room and everybody of the panel are taken together, or nothing is."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cases.actions.proceedings import move_proceeding
from cases.actions.video import move_video
from hall import journal
from hall.access import Actor
from hall.models import ref_of
from hearings import rules
from hearings.actions.locking import lock_hearing
from hearings.lifecycle import HEARING
from hearings.models import Hearing, HearingDate
from hearings.queries.rooms import people_of
from hearings.rules.scheduling import When, check_confirmed, check_when, doubts_about, meeting_of
from staffing.actions.engagements import engage, release


@transaction.atomic
def schedule_hearing(
    *, actor: Actor, hearing_id: int, when: When, confirmed: bool = False, now: dt.datetime
) -> Hearing:
    """A date in time for the notices. What is unusual about it (`doubts_about`) must be confirmed, and is on record."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_schedule_hearing(actor, hearing, now=now)
    room = check_when(hearing, when, now=now)
    doubts = doubts_about(hearing, when, room)
    check_confirmed(doubts, confirmed=confirmed)
    # Whatever is left of an earlier date is free before the new one is taken.
    release(ref_of(hearing), now=now)
    users, participants = people_of(hearing)
    engage(
        meeting_of(hearing, when), room_id=room.pk if room else None, user_ids=users,
        participant_ids=participants, now=now,
    )  # fmt: skip
    where = room.name if room else when.place.strip()
    hearing.round = (hearing.dates.aggregate(last=Max("round"))["last"] or 0) + 1
    HearingDate.objects.create(
        hearing=hearing,
        round=hearing.round,
        starts_at=when.starts_at,
        ends_at=when.ends_at,
        where=where,
        set_at=now,
    )
    hearing.status = HEARING.target("schedule_hearing", hearing.status)
    hearing.room, hearing.place = room, "" if room else where
    hearing.starts_at, hearing.ends_at = when.starts_at, when.ends_at
    hearing.save(update_fields=["round", "status", "room", "place", "starts_at", "ends_at"])
    move_video(
        actor=actor, room_id=hearing.video_room_id, starts_at=when.starts_at, ends_at=when.ends_at, now=now
    )
    move_proceeding(case, "hearing", hearing.pk, stage="preparing", meets_at=when.starts_at)
    start, end = timezone.localtime(when.starts_at), timezone.localtime(when.ends_at)
    # A place in words may name somebody: it stands in the row alone.
    note = f"{start:%H:%M}—{end:%H:%M} {room.name if room else ''}".strip()
    journal.record(
        actor, "schedule_hearing", hearing, stream=case,
        after={
            "on": when.day, "note": note, "round": hearing.round,
            "doubts": [code for code, _sentence in doubts],
        },
        now=now,
    )  # fmt: skip
    return hearing
