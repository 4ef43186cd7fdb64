"""Parties who take part from elsewhere: `plan_hearing_video`, `invite_party_by_video`."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import VideoRoom
from hall.models import JournalEntry, Message
from hearings import actions
from hearings.actions.asking_clocks import give_up_date
from hearings.models import Hearing, HearingParty
from hearings.queries.session import attendants
from tests.cast import NOW, Cast
from tests.hearings.panel_steps import drawn, party, scheduled, when
from tests.life_referrals import refused

pytestmark = pytest.mark.django_db


def by_video(cast: Cast, hearing: Hearing, who: str = "manager") -> Hearing:
    return actions.plan_hearing_video(actor=cast.act(cast.people[who]), hearing_id=hearing.pk, now=NOW)


def remote(cast: Cast, one: HearingParty, who: str = "manager") -> HearingParty:
    return actions.invite_party_by_video(actor=cast.act(cast.people[who]), party_id=one.pk, now=NOW)


def with_party(cast: Cast, phone: str = "13900139201") -> tuple[Hearing, HearingParty]:
    hearing = drawn(cast)
    one = actions.add_party(
        actor=cast.act(cast.manager), hearing_id=hearing.pk, party=party(phone=phone), now=NOW
    )
    return scheduled(cast, hearing), one


def room_of(hearing: Hearing) -> VideoRoom:
    return VideoRoom.objects.get(hearing=hearing)


def test_a_party_gets_a_link_and_stands_on_the_running_sheet(cast: Cast) -> None:
    hearing, one = with_party(cast)
    assert "先为这次听证安排" in str(refused(remote, cast, one))
    hearing = by_video(cast, hearing)
    room = room_of(hearing)
    assert (room.kind, room.case, room.approval_needed) == ("hearing", hearing.case, False)
    assert (room.starts_at, room.ends_at) == (hearing.starts_at, hearing.ends_at)
    seat = remote(cast, one).video_seat
    assert seat is not None
    assert (seat.room, seat.role, seat.name) == (room, "lawyer", "代某某")
    assert Message.objects.filter(kind="video_link", once__startswith=f"video_link/{seat.pk}/").exists()
    assert "已经邀请" in str(refused(remote, cast, one))
    (shown,) = [
        row for row in attendants(Hearing.objects.get(pk=hearing.pk)) if row.pk == one.pk and not row.is_seat
    ]
    assert shown.by_video == "已邀请"
    assert {
        row.stream
        for row in JournalEntry.objects.filter(verb__in=("plan_hearing_video", "invite_party_by_video"))
    } == {f"case:{hearing.case_id}"}
    manager = Client()
    manager.force_login(cast.manager)
    page = manager.get(f"/hearings/{hearing.pk}/parties/").text
    assert f'href="/video/rooms/{room.pk}/"' in page
    assert f"/hearing-parties/{one.pk}/invite-party-by-video/" not in page

    actions.remove_party(actor=cast.act(cast.manager), party_id=one.pk, reason="解除委托", now=NOW)
    seat.refresh_from_db()
    assert (seat.status, seat.token_hash) == ("refused", None)


def test_who_may_and_who_has_no_telephone(cast: Cast) -> None:
    hearing, one = with_party(cast, phone="")
    assert refused(by_video, cast, hearing, "clerk").kind == "role"
    assert refused(by_video, cast, hearing, "liaison2").kind in ("role", "unseen")
    hearing = by_video(cast, hearing)
    assert "已经安排" in str(refused(by_video, cast, hearing))
    assert "手机号" in str(refused(remote, cast, one))


def test_the_room_goes_with_the_date_and_comes_back_with_those_who_were_in_it(cast: Cast) -> None:
    hearing, one = with_party(cast)
    first = remote(cast, one) if by_video(cast, hearing) else one
    room = room_of(hearing)
    hearing.refresh_from_db()
    forgotten = give_up_date(
        hearing, ground="force", reason="大雪封路，改期举行", actor=cast.act(cast.manager), now=NOW
    )
    room.refresh_from_db()
    assert (room.status, room.end_reason) == ("cancelled", "大雪封路，改期举行")
    Hearing.objects.filter(pk=hearing.pk).update(status="preparing", **forgotten)
    again = actions.schedule_hearing(
        actor=cast.act(cast.manager), hearing_id=hearing.pk, when=when(cast, hours=3), confirmed=True, now=NOW
    )
    by_video(cast, again)
    one.refresh_from_db()
    assert one.video_seat is not None
    assert one.video_seat != first.video_seat
    assert one.video_seat.room == room_of(again) != room
