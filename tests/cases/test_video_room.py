"""A video room is planned, confirmed, opened, ended, called off or released (`plan_video_room`, `approve_video_room`,
`decline_video_room`, `cancel_video_room`, `open_video_room`, `end_video_room`, `invite_to_video_room`,
`release_video_rooms`).
"""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.actions import VideoPlan
from cases.models import Recusal, Respondent, VideoRoom, VideoSeat
from cases.rules.video import Guest
from hall import journal
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, Message
from tests.cast import NOW, Cast
from tests.life_docket import HEARD
from tests.life_referrals import refused
from tests.life_video import ZHANG, admitted, by_video, invited, joined, room_open, room_planned

pytestmark = pytest.mark.django_db


def test_plan_video_room_seats_both_ends_and_tells_the_remote_one(cast: Cast) -> None:
    item = by_video(cast)
    room = room_planned(cast, item=item)
    assert (room.status, room.case, room.starts_at) == ("planned", item.case, item.reception.starts_at)
    seats = [(s.place_number, s.role, s.user_id or s.department_id) for s in room.seats.all()]
    assert seats == [
        (1, "clerk", cast.clerk.pk),
        (2, "leader", cast.leader.pk),
        (3, "unit", cast.units["labour"].pk),
    ]
    told = {m.user for m in Message.objects.filter(kind="video_invited", channel="app")}
    assert told == {cast.leader, cast.liaison, cast.head}
    assert JournalEntry.objects.get(verb="plan_video_room").stream == f"case:{item.case_id}"
    assert "已经安排" in str(refused(room_planned, cast, item=item))
    with pytest.raises(IntegrityError, match="video_one_room_a_matter"), transaction.atomic():
        VideoRoom.objects.create(
            hall=cast.hall, docket_item=item, kind="reception", title="又一间", starts_at=room.starts_at,
            ends_at=room.ends_at, created_at=NOW,
        )  # fmt: skip


def test_who_plans_and_what(cast: Cast) -> None:
    item = by_video(cast)
    for who in (cast.liaison, cast.leader, cast.supervisor, cast.guide):
        plan = VideoPlan(docket_item_id=item.pk)
        act = cast.act(who)
        kind = refused(actions.plan_video_room, actor=act, hall_id=cast.hall.pk, plan=plan, now=NOW).kind
        assert kind in ("role", "unseen")
    no_title = VideoPlan(kind="consultation", starts_at=NOW, ends_at=NOW + dt.timedelta(hours=1))
    clerk = cast.act(cast.clerk)
    facts = {"actor": clerk, "hall_id": cast.hall.pk, "now": NOW}
    assert refused(actions.plan_video_room, plan=no_title, **facts).field == "title"
    backwards = VideoPlan(kind="hearing", title="远程听证", starts_at=NOW, ends_at=NOW)
    assert refused(actions.plan_video_room, plan=backwards, **facts).field == "ends_at"
    no_item = VideoPlan(title="无事项", starts_at=NOW, ends_at=NOW + dt.timedelta(hours=1))
    assert refused(actions.plan_video_room, plan=no_item, **facts).field == "kind"


def test_a_room_is_opened_after_the_remote_side_has_confirmed(cast: Cast) -> None:
    room = room_planned(cast)
    soon, clerk = room.starts_at, cast.act(cast.clerk)
    facts = {"room_id": room.pk, "now": soon}
    assert "还没有确认" in str(refused(actions.open_video_room, actor=clerk, **facts))
    assert refused(actions.approve_video_room, actor=cast.act(cast.liaison2), **facts).kind == "role"
    actions.approve_video_room(actor=cast.act(cast.liaison), **facts)
    assert "已经确认" in str(refused(actions.approve_video_room, actor=cast.act(cast.leader), **facts))
    early = {**facts, "now": NOW}
    assert "还没有到时间" in str(refused(actions.open_video_room, actor=clerk, **early))
    assert refused(actions.open_video_room, actor=cast.act(cast.leader), **facts).kind == "role"
    room = actions.open_video_room(actor=cast.act(cast.clerk2), **facts)
    assert (room.status, room.host_user, room.opened_at) == ("open", cast.clerk2, soon)
    assert room.seats.get(role="clerk").user == cast.clerk2
    with pytest.raises(IntegrityError, match="video_approved_first"), transaction.atomic():
        VideoRoom.objects.filter(pk=room.pk).update(approved_at=None)


def test_decline_video_room_and_cancel_video_room_say_why(cast: Cast) -> None:
    room = room_planned(cast)
    invited(cast, room)
    facts = {"room_id": room.pk, "now": NOW}
    leader = cast.act(cast.leader)
    assert refused(actions.decline_video_room, actor=leader, reason="忙", **facts).field == "reason"
    room = actions.decline_video_room(actor=leader, reason="当日另有会议，请改期。", **facts)
    assert (room.status, room.ended_at) == ("cancelled", NOW)
    told = Message.objects.filter(kind="video_cancelled")
    assert {(m.user, m.address) for m in told} == {
        (cast.clerk, ""), (cast.liaison, ""), (cast.head, ""), (None, "13800010001"),
    }  # fmt: skip
    reason = {"reason": "改为现场接访。", **facts}
    assert refused(actions.cancel_video_room, actor=cast.act(cast.clerk), **reason).kind == "state"
    other = room_planned(cast, item=room.docket_item)  # free again
    done = actions.cancel_video_room(
        actor=cast.act(cast.manager), room_id=other.pk, reason="改为现场接访。", now=NOW
    )
    assert done.end_reason == "改为现场接访。"
    with pytest.raises(DatabaseError), transaction.atomic():
        VideoRoom.objects.filter(pk=other.pk).update(status="open", opened_at=NOW)


def test_invite_to_video_room_sends_a_link_that_is_kept_as_a_hash_alone(cast: Cast) -> None:
    room = room_planned(cast)
    seat, secret = invited(cast, room)
    assert (seat.place_number, seat.token_expires_at) == (4, room.ends_at + dt.timedelta(hours=1))
    row = VideoSeat.objects.filter(pk=seat.pk).values_list("token_hash", "name", "phone").get()
    assert secret.encode() not in b"".join(bytes(str(part), "utf-8") for part in row)
    message = Message.objects.get(kind="video_link")
    assert secret not in str(message.context)
    assert "张秀英" not in str(JournalEntry.objects.filter(verb="invite_to_video_room").values())
    facts = {"actor": cast.act(cast.clerk), "room_id": room.pk, "now": NOW}
    nobody = Guest("lawyer", name="王律师")
    assert refused(actions.invite_to_video_room, guest=nobody, **facts).field == "name"
    Respondent.objects.create(case=room.case, name="县住建局", department=cast.units["housing"])
    accused = Guest("unit", department_id=cast.units["housing"].pk)
    assert refused(actions.invite_to_video_room, guest=accused, **facts).field == "department"


def test_a_seventh_is_refused_in_words_and_by_the_database(cast: Cast) -> None:
    room = room_planned(cast)
    for n in range(3):
        invited(cast, room, guest=Guest("other", name=f"翻译{n}", phone="13800010002"))
    assert "最多6方" in str(refused(invited, cast, room))
    with pytest.raises(IntegrityError, match="video_six_seats"), transaction.atomic():
        VideoSeat.objects.create(room=room, role="other", name="第七方", place_number=7, invited_at=NOW)
    with pytest.raises(IntegrityError, match="video_seat_once"), transaction.atomic():
        VideoSeat.objects.create(room=room, role="other", name="第七方", place_number=6, invited_at=NOW)
    last = room.seats.get(place_number=6)
    actions.refuse_video_seat(actor=cast.act(cast.clerk), seat_id=last.pk, reason="翻译另有安排。", now=NOW)
    assert invited(cast, room)[0].place_number == 6


@pytest.mark.django_db(transaction=True)
def test_two_invite_to_the_sixth_seat_at_once(cast: Cast) -> None:
    room, start = room_planned(cast), threading.Barrier(2)
    for n in range(2):
        invited(cast, room, guest=Guest("other", name=f"翻译{n}", phone="13800010002"))
    said: list[str] = []

    def invite() -> None:
        try:
            start.wait(timeout=20)
            invited(cast, room)
            said.append("invited")
        except Refused as refusal:
            said.append(refusal.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=invite) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said) == ["invited", "state"]
    assert room.seats.count() == 6


def test_end_video_room_writes_the_record_of_the_reception_and_with_it_the_ledger(cast: Cast) -> None:
    room = room_open(cast)
    seat = admitted(cast, joined(cast, room, cast.leader))
    then = room.starts_at + dt.timedelta(minutes=40)
    facts = {"room_id": room.pk, "now": then}
    assert refused(actions.end_video_room, actor=cast.act(cast.leader), **facts).kind == "role"
    room = actions.end_video_room(actor=cast.act(cast.clerk), heard=HEARD, **facts)
    seat.refresh_from_db()
    assert (room.status, room.ended_at, seat.status) == ("ended", then, "left")
    assert [p.kind for p in seat.presence.all()] == ["joined", "admitted", "left"]
    assert room.docket_item is not None
    assert room.docket_item.records.get().opinion == HEARD.opinion
    entry = JournalEntry.objects.get(verb="end_video_room")
    assert (entry.after, entry.stream) == ({"minutes": 60, "seats": 1}, f"case:{room.case_id}")
    with pytest.raises(DatabaseError), transaction.atomic():
        seat.presence.update(kind="joined")
    assert journal.verify() == []


def test_release_video_rooms_frees_what_nobody_opened_and_tells_all(cast: Cast) -> None:
    room = room_planned(cast)
    invited(cast, room)
    minutes = dt.timedelta(minutes=20)
    assert (
        actions.release_video_rooms(actor=SYSTEM, now=room.starts_at + minutes - dt.timedelta(seconds=1)) == 0
    )
    assert refused(actions.release_video_rooms, actor=cast.act(cast.clerk), now=NOW).kind == "role"
    assert actions.release_video_rooms(actor=SYSTEM, now=room.starts_at + minutes) == 1
    assert actions.release_video_rooms(actor=SYSTEM, now=room.starts_at + 2 * minutes) == 0
    room.refresh_from_db()
    assert room.status == "released"
    told = Message.objects.filter(kind="video_released")
    assert {(m.user, m.address) for m in told} == {
        (cast.clerk, ""), (cast.leader, ""), (cast.liaison, ""), (cast.head, ""), (None, ZHANG.phone),
    }  # fmt: skip


def test_an_open_room_that_everybody_forgot_is_ended(cast: Cast) -> None:
    room = room_open(cast)
    joined(cast, room, cast.clerk)
    late = room.ends_at + dt.timedelta(minutes=61)
    VideoSeat.objects.filter(room=room, user=cast.clerk).update(seen_at=late)
    assert actions.end_forgotten(now=late) == 0
    assert actions.end_forgotten(now=late + dt.timedelta(minutes=11)) == 1


def test_who_is_kept_out_of_the_case_finds_no_room(cast: Cast) -> None:
    room = room_planned(cast)

    def sees(who: str) -> bool:
        return VideoRoom.objects.visible_to(cast.act(getattr(cast, who))).filter(pk=room.pk).exists()

    seen = {
        who for who in ("clerk", "clerk2", "manager", "supervisor", "leader", "liaison", "head") if sees(who)
    }
    assert seen == {"clerk", "clerk2", "manager", "supervisor", "leader", "liaison", "head"}
    assert not sees("leader2")
    assert not sees("liaison2")
    assert not sees("administrator")
    assert room.case is not None
    Respondent.objects.create(case=room.case, name="县人社局", department=cast.units["labour"])
    Recusal.objects.create(case=room.case, user=cast.clerk2, reason="亲属", at=NOW)
    assert not sees("liaison")
    assert not sees("clerk2")
    assert refused(joined, cast, room, cast.liaison).kind == "unseen"


def test_the_page_says_whether_the_other_side_has_confirmed(cast: Cast, client: Client) -> None:
    now = timezone.now()
    room = room_planned(cast, now)
    client.force_login(cast.clerk)
    page = client.get(f"/video/rooms/{room.pk}/").content.decode()
    assert ("等待对方确认" in page, "对方已确认" in page) == (True, False)
    actions.approve_video_room(actor=cast.act(cast.leader, now), room_id=room.pk, now=now)
    page = client.get(f"/video/rooms/{room.pk}/").content.decode()
    assert ("等待对方确认" in page, "对方已确认" in page) == (False, True)
