"""Parties who take part from elsewhere: a video room for the hearing, and their seats in it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.video import VideoPlan, invite_to_video_room, plan_video_room
from cases.rules.video import Guest
from hall import journal
from hall.access import Actor, Refused
from hearings import rules
from hearings.actions.locking import lock_hearing
from hearings.models import Hearing, HearingParty

ROLES = {"petitioner": "petitioner", "agent": "lawyer", "unit": "unit"}
"""As what they sit in the room; everybody else as somebody other."""


@transaction.atomic
def plan_hearing_video(*, actor: Actor, hearing_id: int, now: dt.datetime) -> Hearing:
    """A video room at the hearing's time. Who was to take part from elsewhere at an earlier date is invited again."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_plan_hearing_video(actor, hearing, now=now)
    plan = VideoPlan(
        kind="hearing",
        title=hearing.title,
        case_id=case.pk,
        starts_at=hearing.starts_at,
        ends_at=hearing.ends_at,
    )
    hearing.video_room = plan_video_room(actor=actor, hall_id=hearing.hall_id, plan=plan, now=now)
    hearing.save(update_fields=["video_room"])
    after = {"room": hearing.video_room.pk}
    journal.record(actor, "plan_hearing_video", hearing, stream=case, after=after, now=now)
    for party in hearing.parties.filter(removed_at=None, video_seat__isnull=False).order_by("pk"):
        party.hearing = hearing
        _invite(actor, party, now=now)
    return hearing


@transaction.atomic
def invite_party_by_video(*, actor: Actor, party_id: int, now: dt.datetime) -> HearingParty:
    """A seat in the room: who has an account is told, everybody else gets a personal link by SMS."""
    case, hearing = lock_hearing(HearingParty.objects.values_list("hearing", flat=True).get(pk=party_id))
    party = HearingParty.objects.select_for_update(of=("self",)).get(pk=party_id)
    party.hearing = hearing
    rules.check_can_invite_party_by_video(actor, party, now=now)
    _invite(actor, party, now=now)
    after = {"kind": party.kind}
    journal.record(actor, "invite_party_by_video", party, stream=case, after=after, now=now)
    return party


def _invite(actor: Actor, party: HearingParty, *, now: dt.datetime) -> None:
    has_account = party.user_id is not None or party.department_id is not None
    if not has_account and not party.phone:
        raise Refused(_("没有登记手机号，发不出链接；请先在参加人名单中补上。"), "state")
    guest = Guest(
        ROLES.get(party.kind, "other"),
        user_id=party.user_id,
        department_id=None if party.user_id else party.department_id,
        name="" if has_account else party.name,
        phone="" if has_account else party.phone,
    )
    try:
        seat = invite_to_video_room(
            actor=actor, room_id=party.hearing.video_room_id or 0, guest=guest, now=now
        )
    except Refused as refused:
        # There is no field of the room's form here.
        raise Refused(refused.reason, "state" if refused.kind == "input" else refused.kind) from None
    party.video_seat = seat
    party.save(update_fields=["video_seat"])
