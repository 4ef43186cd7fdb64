"""Parties who take part from elsewhere: who plans the room, and when somebody is invited into it."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from cases.lifecycle.video import LIVE
from cases.rules.video import check_can_plan_video_room
from hall.access import Actor, Refused
from hearings.lifecycle import ORGANISER_ROLES
from hearings.models import Hearing, HearingParty
from hearings.rules.organising import check_hearing_state, check_organises


def check_can_plan_hearing_video(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """Whoever organises it and keeps the hall's video rooms, once the date is set; one room at a time."""
    check_organises(actor, hearing, set(ORGANISER_ROLES))
    check_can_plan_video_room(actor, hearing.hall_id, None, now=now)
    check_hearing_state(hearing, hearing.status in ("scheduled", "in_session"))
    if hearing.ends_at is None or hearing.ends_at <= now:
        raise Refused(_("听证的时间已经过去。"), "state")
    if hearing.video_room is not None and hearing.video_room.status in LIVE:
        raise Refused(_("这次听证已经安排了远程参加。"), "state")


def check_can_invite_party_by_video(actor: Actor, party: HearingParty, *, now: dt.datetime) -> None:
    """While the room is there, and once."""
    check_organises(actor, party.hearing, set(ORGANISER_ROLES))
    if party.removed_at is not None:
        raise Refused(_("已从参加人名单中去掉。"), "state")
    room = party.hearing.video_room
    if room is None or room.status not in LIVE:
        raise Refused(_("请先为这次听证安排远程参加。"), "state")
    seat = party.video_seat
    if seat is not None and seat.room_id == room.pk and seat.status != "refused":
        raise Refused(_("已经邀请其远程参加。"), "state")
