"""Material before all ends of a video room (`show_video_evidence`, `hide_video_evidence`, `look_at_video_evidence`)."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import uuid
from functools import partial
from typing import Any

import pytest
import typst
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accountability.lifecycle import READS
from cases import actions
from cases.actions.store import NewFile, keep_file
from cases.actions.video_evidence import Wanted
from cases.models import Case, Material, VideoEvidence, VideoEvidenceLook, VideoRoom, VideoSeat
from cases.rules.video import Guest
from hall.access import PUBLIC
from hall.models import LOOKS, JournalEntry
from tests.cast import Cast
from tests.hall.files import jpeg, png, xlsx
from tests.life_handling import at_once
from tests.life_referrals import refused
from tests.life_video import admitted, invited, joined, room_open
from tests.matters import accepted

pytestmark = pytest.mark.django_db
KEY = "the key of the phone"


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def room(cast: Cast, now: dt.datetime) -> VideoRoom:
    """Open as if its hour were now; the clerk is in it."""
    room = room_open(cast, now)
    joined(cast, room, cast.clerk, now=now)
    return room


def another(cast: Cast, now: dt.datetime) -> VideoRoom:
    """On another case."""
    plan = actions.VideoPlan(
        kind="consultation",
        case_id=accepted(cast, now).pk,
        starts_at=now + dt.timedelta(minutes=20),
        ends_at=now + dt.timedelta(hours=1),
    )
    planned = actions.plan_video_room(
        actor=cast.act(cast.clerk, now), hall_id=cast.hall.pk, plan=plan, now=now
    )
    return room_open(cast, now, planned)


def host(room: VideoRoom) -> VideoSeat:
    return room.seats.get(user=room.host_user)


def with_phone(cast: Cast, room: VideoRoom, now: dt.datetime, key: str = KEY) -> VideoSeat:
    """The petitioner by the link, let in."""
    seat, secret = invited(cast, room, now)
    actions.join_video_room(actor=PUBLIC, ticket=actions.Ticket(secret=secret), key=key, now=now)
    return admitted(cast, VideoSeat.objects.get(pk=seat.pk), now)


def material(
    cast: Cast, room: VideoRoom, data: bytes = png(), kind: str = "image/png", by: Any = None, **facts: Any
) -> Material:
    new = NewFile(name=facts.get("name", "欠条.png"), media_type=kind, file=io.BytesIO(data))
    kept = keep_file(new)
    actor = cast.act(by or cast.clerk, timezone.now())
    return actions.add_material(actor=actor, case_id=room.case_id or 0, file=kept, now=timezone.now())


def show(
    cast: Cast, seat: VideoSeat, one: Material, now: dt.datetime, page: int = 1, checked: bool = True
) -> VideoEvidence:
    return actions.show_video_evidence(
        actor=cast.act(seat.user, now) if seat.user else PUBLIC,
        seat_id=seat.pk,
        wanted=Wanted(one.pk, page, checked),
        now=now,
    )


def look(seat: VideoSeat, shown: VideoEvidence, now: dt.datetime) -> VideoEvidence:
    return actions.look_at_video_evidence(actor=PUBLIC, seat_id=seat.pk, token=shown.token, now=now)


def browser(seat: VideoSeat, key: str = KEY) -> Client:
    client = Client()
    client.cookies[f"video_{seat.room.token.hex[:12]}"] = key
    return client


def test_what_is_shown_is_seen_while_it_is_shown_and_every_look_is_on_record(
    cast: Cast, room: VideoRoom, now: dt.datetime
) -> None:
    phone, one = with_phone(cast, room, now), material(cast, room)
    shown = show(cast, host(room), one, now)
    where = f"/video/{room.token}/evidence/{shown.token}/"
    seen = browser(phone).get(where)
    assert (seen.status_code, seen["Content-Type"], seen.content[:4]) == (200, "image/png", b"\x89PNG")
    assert seen["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in seen["Cache-Control"]
    browser(phone).get(where)
    assert VideoEvidenceLook.objects.get().seat == phone
    looked = JournalEntry.objects.get(verb="look_at_video_evidence")
    assert (looked.stream, looked.actor) == (f"case:{room.case_id}", None)
    assert looked.after == {"material": one.pk, "page": 1, "place": phone.place_number}
    assert "look_at_video_evidence" in LOOKS
    assert "look_at_video_evidence" in READS
    assert browser(phone, "another key").get(where).status_code == 404
    assert Client().get(where).status_code == 404

    actions.hide_video_evidence(actor=cast.act(cast.clerk, now), seat_id=host(room).pk, now=now)
    assert browser(phone).get(where).status_code == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        VideoEvidence.objects.filter(pk=shown.pk).update(hidden_at=None)
    assert "没有出示" in str(
        refused(actions.hide_video_evidence, actor=cast.act(cast.clerk, now), seat_id=host(room).pk, now=now)
    )


def test_the_address_opens_nothing_elsewhere(cast: Cast, room: VideoRoom, now: dt.datetime) -> None:
    phone, one = with_phone(cast, room, now), material(cast, room)
    shown = show(cast, host(room), one, now)
    other = another(cast, now)
    joined(cast, other, cast.clerk, now=now)
    elsewhere = with_phone(cast, other, now)
    assert browser(elsewhere).get(f"/video/{other.token}/evidence/{shown.token}/").status_code == 404
    assert browser(elsewhere).get(f"/video/{room.token}/evidence/{uuid.uuid4()}/").status_code == 404
    assert "无权查看" in str(refused(look, elsewhere, shown, now))
    clerk = cast.act(cast.clerk, now)
    actions.refuse_video_seat(actor=clerk, seat_id=phone.pk, reason="与本事项无关", now=now)
    assert browser(phone).get(f"/video/{room.token}/evidence/{shown.token}/").status_code == 404
    actions.end_video_room(actor=clerk, room_id=room.pk, now=now)
    assert not VideoEvidence.objects.filter(room=room, hidden_at=None).exists()


def test_one_thing_at_a_time_and_page_by_page(cast: Cast, room: VideoRoom, now: dt.datetime) -> None:
    paper = typst.compile(b"#set page(width: 200pt, height: 100pt)\none\n#pagebreak()\ntwo")
    assert isinstance(paper, bytes)
    one = material(cast, room, paper, "application/pdf", name="合同.pdf")
    seat = host(room)
    first = show(cast, seat, one, now)
    assert (first.page, first.pages) == (1, 2)
    second = show(cast, seat, one, now, page=2)
    first.refresh_from_db()
    assert (first.hidden_at, second.hidden_at) == (now, None)
    assert "没有这一页" in str(refused(show, cast, seat, one, now, page=3))
    with pytest.raises(IntegrityError, match="video_one_evidence"), transaction.atomic():
        VideoEvidence.objects.create(room=room, material=one, seat=seat, shown_at=now)
    clerk = Client()
    clerk.force_login(cast.clerk)
    clerk.cookies[f"video_{room.token.hex[:12]}"] = "key of lin"
    VideoSeat.objects.filter(pk=seat.pk).update(client_key=hashlib.sha256(b"key of lin").digest())
    picture = clerk.get(f"/video/{room.token}/evidence/{second.token}/")
    assert (picture["Content-Type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    page = clerk.get(f"/video/{room.token}/evidence/").text
    assert "第2页，共2页" in page
    assert "上一页" in page
    wrong = clerk.post(f"/video/{room.token}/evidence/show/", {"material": one.pk, "page": "9"})
    assert (wrong.status_code, "没有这一页" in wrong.text, 'value="9"' in wrong.text) == (422, True, True)
    assert clerk.post(f"/video/{room.token}/evidence/hide/").status_code == 200


def test_only_the_host_shows_and_a_unit_what_it_brought(
    cast: Cast, room: VideoRoom, now: dt.datetime
) -> None:
    phone, theirs = with_phone(cast, room, now), material(cast, room)
    unit = admitted(cast, joined(cast, room, cast.liaison, now=now), now)
    assert "主持人" in str(refused(show, cast, phone, theirs, now))
    assert "请选择" in str(refused(show, cast, unit, theirs, now))
    own = material(cast, room, jpeg(), "image/jpeg", by=cast.liaison)
    shown = show(cast, unit, own, now)
    assert "收起" in str(refused(actions.hide_video_evidence, actor=PUBLIC, seat_id=phone.pk, now=now))
    actions.leave_video_room(
        actor=cast.act(cast.liaison, now),
        room_token=room.token,
        key=f"key of {cast.liaison.username}",
        now=now,
    )
    shown.refresh_from_db()
    assert shown.hidden_at == now
    table = material(cast, room, xlsx(), "application/vnd.ms-excel", name="表.xlsx")
    assert "图片或者PDF" in str(refused(show, cast, host(room), table, now))
    elsewhere = material(cast, another(cast, now), png(50), "image/png")
    assert "请选择" in str(refused(show, cast, host(room), elsewhere, now))


def test_nothing_confidential_before_who_does_not_read_the_file(
    cast: Cast, room: VideoRoom, now: dt.datetime
) -> None:
    """Who is there without an account: the host looks first whether another's data stand in it."""
    one, phone = material(cast, room), with_phone(cast, room, now)
    unchecked = refused(show, cast, host(room), one, now, checked=False)
    assert (unchecked.field, "张秀英" in str(unchecked)) == ("checked", True)
    shown = show(cast, host(room), one, now)
    Case.objects.filter(pk=room.case_id).update(is_confidential=True)
    assert look(phone, shown, now) == shown  # the petitioner whose matter alone it is
    lawyer, secret = invited(cast, room, now, Guest("lawyer", name="王律师", phone="13800010009"))
    actions.join_video_room(actor=PUBLIC, ticket=actions.Ticket(secret=secret), key="lawyer", now=now)
    lawyer = admitted(cast, VideoSeat.objects.get(pk=lawyer.pk), now)
    assert "无权查看" in str(refused(look, lawyer, shown, now))
    hint = browser(lawyer, "lawyer").get(f"/video/{room.token}/evidence/").text
    assert ("您没有查看权限" in hint, one.name in hint) == (True, False)
    again = refused(show, cast, host(room), one, now)
    assert (again.kind, "王律师" in str(again), "张秀英" in str(again)) == ("state", True, False)


@pytest.mark.django_db(transaction=True)
def test_two_hands_at_once_show_one_thing(cast: Cast, now: dt.datetime) -> None:
    room = room_open(cast, now)
    joined(cast, room, cast.clerk, now=now)
    seat, things = host(room), [material(cast, room, png(40 + n)) for n in range(2)]
    assert at_once(*(partial(show, cast, seat, thing, now) for thing in things)) == ["done", "done"]
    assert VideoEvidence.objects.filter(room=room).count() == 2
    assert VideoEvidence.objects.filter(room=room, hidden_at=None).count() == 1
