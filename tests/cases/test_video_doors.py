"""The doors of the video room: the pages, the personal link, the stream of signals over the real Redis."""

from __future__ import annotations

import datetime as dt
import json
import time
import uuid
from typing import Any

import jwt
import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import AsyncClient, Client
from django.utils import timezone

from cases import actions
from cases.actions import VideoPlan, video_seats
from cases.actions.video import stream_of_room
from cases.models import VideoRoom, VideoSeat
from cases.rules.video import Guest
from cases.tasks import sweep_video_rooms
from cases.views import video_live
from hall.operations import wire
from hall.operations.video import video_of
from tests.cast import Cast
from tests.life_docket import HEARD
from tests.life_video import ahead, by_video, invited, room_open, room_planned

pytestmark = pytest.mark.django_db
PAGE, OTHER = uuid.uuid4(), uuid.uuid4()


@pytest.fixture
def room(cast: Cast) -> VideoRoom:
    """Open, as if its hour were now."""
    return room_open(cast, timezone.now())


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def into(room: VideoRoom, client: Client) -> None:
    assert client.post(f"/video/{room.token}/join/").status_code == 302


def events(client: Client, room: VideoRoom, page: uuid.UUID, after: str = "", query: str = "") -> Any:
    headers = {"Last-Event-ID": after} if after else {}
    return client.get(f"/video/{room.token}/events/?page={page.hex}&wait=0{query}", headers=headers)


def read(answer: Any) -> list[tuple[str, Any, str]]:
    """The frames of a stream: kind, data, id."""
    assert answer.status_code == 200, answer
    found = []
    for frame in b"".join(answer.streaming_content).decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in frame.split("\n") if ": " in line and line[0] != ":")
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"]), lines.get("id", "")))
    return found


def say(client: Client, room: VideoRoom, page: uuid.UUID, **said: Any) -> int:
    body = {"page": page.hex, **said}
    return client.post(f"/video/{room.token}/signal/", body, content_type="application/json").status_code


def test_the_link_of_the_sms_leads_to_one_seat_without_an_account(cast: Cast, room: VideoRoom) -> None:
    _seat, secret = invited(cast, room, timezone.now())
    phone, tablet = Client(), Client()
    where = f"/video/link/{secret}/"
    looked = phone.get(where)
    assert "张秀英" in looked.text
    assert looked["Permissions-Policy"] == "camera=(self), microphone=(self), display-capture=(self)"
    assert VideoSeat.objects.get(role="petitioner").status == "invited"  # looking takes no seat
    assert phone.post(where)["Location"] == f"/video/{room.token}/"
    assert "data-video-tiles" in phone.get(f"/video/{room.token}/").text
    assert phone.post(where).status_code == 302  # the same browser again
    taken = tablet.post(where)
    assert (taken.status_code, "在这里继续" in taken.text) == (409, True)
    assert tablet.get(f"/video/{room.token}/").status_code == 404
    assert tablet.post(where, {"take_over": "1"}).status_code == 302
    assert events(phone, room, PAGE, query="&first=1").status_code == 409
    assert Client().get("/video/link/of-nothing/").status_code == 404


def test_who_waits_learns_of_nobody_and_whoever_is_let_in_sees_all(cast: Cast, room: VideoRoom) -> None:
    seat, secret = invited(cast, room, timezone.now())
    host, phone = signed_in(cast.clerk), Client()
    into(room, host)
    phone.post(f"/video/link/{secret}/")
    (kind, ice, _), (_, facts, at) = read(events(phone, room, PAGE, query="&first=1"))
    assert (kind, ice, facts["status"], facts["seats"]) == ("ice", [], "waiting", [])
    assert say(phone, room, PAGE, kind="description", to="1", data={}) == 409
    _ice, (_, seen, host_at) = read(events(host, room, OTHER, query="&first=1"))
    waiting = next(one for one in seen["seats"] if one["status"] == "waiting")
    assert (waiting["name"], waiting["id"]) == ("张秀英", seat.pk)
    let_in = host.post(f"/video/seats/{seat.pk}/admit/", headers={"Accept": "application/json"})
    assert let_in.json() == {"status": "admitted"}
    # Within a test's transaction nothing is committed, so nothing was nudged: the next stream brings the facts.
    facts = read(events(phone, room, PAGE, at))[0][1]
    assert facts["status"] == "admitted"
    assert {one["place"] for one in facts["seats"] if one["page"]} == {1, seat.place_number}
    assert all("id" not in one for one in facts["seats"])

    before = wire.last(stream_of_room(room))
    assert say(phone, room, PAGE, kind="description", to="1", data={"for": OTHER.hex, "sdp": "…"}) == 204
    assert say(phone, room, PAGE, kind="candidates", to="2", data={}) == 204
    frames = read(events(host, room, OTHER, before or host_at))
    signals = [data for kind, data, _at in frames if kind == "signal"]
    assert [(one["from"], one["kind"], one["page"]) for one in signals] == [
        (seat.place_number, "description", PAGE.hex)
    ]
    last = frames[-1][2]
    assert [kind for kind, *_rest in read(events(host, room, OTHER, last))] == ["room"]  # not twice
    assert (
        say(phone, room, OTHER, kind="description", to="1", data={}) == 409
    )  # an old window of the same browser
    assert say(phone, room, PAGE, kind="eval", to="1", data={}) == 400
    assert say(phone, room, PAGE, kind="connected", data={"ms": 900}) == 204
    assert seat.presence.get(kind="connected").detail == {"ms": 900}
    assert say(Client(), room, PAGE, kind="description", data={}) == 409
    too_long = "x" * (video_seats.LARGEST_SIGNAL + 1)
    assert say(phone, room, PAGE, kind="description", data=too_long) == 400


def test_a_second_window_of_the_same_browser_takes_the_place_of_the_first(
    cast: Cast, room: VideoRoom
) -> None:
    host = signed_in(cast.clerk)
    into(room, host)
    assert events(host, room, PAGE, query="&first=1").status_code == 200
    assert events(host, room, OTHER, query="&first=1").status_code == 200
    assert events(host, room, PAGE).status_code == 409
    assert events(host, room, OTHER).status_code == 200
    assert host.get(f"/video/{room.token}/events/?page=x").status_code == 400


def test_a_seventh_and_the_key_of_another_room_hear_and_say_nothing(cast: Cast, room: VideoRoom) -> None:
    """Six seats are all there are; who holds none, or one of another room, gets no stream of this one."""
    host, now = signed_in(cast.clerk), timezone.now()
    into(room, host)
    for n in range(3):
        invited(cast, room, now, Guest("other", name=f"翻译{n}", phone="13800010002"))
    begins, hour = now + dt.timedelta(minutes=20), dt.timedelta(hours=1)
    plan = VideoPlan(
        kind="consultation",
        title="会商",
        case_id=room.case_id,
        starts_at=begins,
        ends_at=begins + hour,
    )
    clerk = cast.act(cast.clerk, now)
    other = actions.plan_video_room(actor=clerk, hall_id=cast.hall.pk, plan=plan, now=now)
    _seat, secret = invited(cast, other, now)
    stranger, elsewhere = signed_in(cast.leader2), Client()
    assert stranger.post(f"/video/{room.token}/join/").status_code == 404
    assert elsewhere.post(f"/video/link/{secret}/").status_code == 302
    key = elsewhere.cookies[f"video_{other.token.hex[:12]}"].value
    elsewhere.cookies[f"video_{room.token.hex[:12]}"] = key  # it may be called what it likes
    for seventh in (stranger, elsewhere):
        assert seventh.get(f"/video/{room.token}/").status_code == 404
        assert events(seventh, room, OTHER, query="&first=1").status_code == 409
        assert say(seventh, room, OTHER, kind="description", to="1", data={}) == 409
    assert room.seats.count() == 6
    # The link that was used opens its own seat alone, to the browser that has it; used anew it opens no second one.
    assert elsewhere.post(f"/video/link/{secret}/").status_code == 302
    assert other.seats.filter(role="petitioner").count() == 1


def test_beyond_its_streams_a_process_asks_the_client_to_poll(cast: Cast, room: VideoRoom) -> None:
    host = signed_in(cast.clerk)
    into(room, host)
    where, streams = f"/video/{room.token}/events/?page={PAGE.hex}&first=1", video_live.STREAMS
    before = streams.open
    taken = [streams.take() for _n in range(settings.HALL_VIDEO.streams - before)]
    full = host.get(where)
    assert (full.status_code, full["Retry-After"]) == (503, "2")
    assert [kind for kind, *_rest in read(host.get(f"{where}&wait=0"))] == ["ice", "room"]
    for _one in taken:
        streams.give()
    assert read(host.get(f"{where}&wait=1"))
    assert streams.open == before


def test_the_same_stream_under_an_asgi_server(cast: Cast, room: VideoRoom) -> None:
    host = signed_in(cast.clerk)
    into(room, host)
    client = AsyncClient()
    client.cookies = host.cookies

    async def heard() -> bytes:
        answer: Any = await client.get(f"/video/{room.token}/events/?page={PAGE.hex}&first=1&wait=0")
        return b"".join([part async for part in answer.streaming_content])

    assert b'"status": "admitted"' in async_to_sync(heard)()


def test_a_seat_of_an_account_goes_with_its_session(cast: Cast, room: VideoRoom) -> None:
    shared = signed_in(cast.clerk)
    into(room, shared)
    assert "data-video-tiles" in shared.get(f"/video/{room.token}/").text
    key = shared.cookies[f"video_{room.token.hex[:12]}"]
    shared.post("/sign-out/")
    shared.cookies[f"video_{room.token.hex[:12]}"] = key.value
    assert shared.get(f"/video/{room.token}/").status_code == 404
    assert events(shared, room, PAGE, query="&first=1").status_code == 409


def test_a_city_with_a_jitsi_is_handed_who_was_let_in(cast: Cast, room: VideoRoom, settings: Any) -> None:
    said = {
        "HALL_JITSI_URL": "https://meet.example.org/",
        "HALL_JITSI_APP_ID": "hall",
        "HALL_JITSI_SECRET": "a secret of at least thirty-two bytes",
    }
    host, where = signed_in(cast.clerk), f"/video/{room.token}/jitsi/"
    into(room, host)
    assert host.get(where).status_code == 404
    settings.HALL_VIDEO = video_of(lambda name, default: said.get(name, default))
    leader = signed_in(cast.leader)
    into(room, leader)
    assert leader.get(where).status_code == 409  # waits still
    address, _query, token = host.get(where)["Location"].partition("?jwt=")
    claims = jwt.decode(token, said["HALL_JITSI_SECRET"], algorithms=["HS256"], audience="jitsi")
    assert address == f"https://meet.example.org/{claims['room']}"
    assert claims["context"]["user"] | {"id": ""} == {"id": "", "name": cast.clerk.name, "moderator": True}
    assert claims["exp"] == int((room.ends_at + dt.timedelta(hours=1)).timestamp())


def test_signals_survive_a_lost_stream_and_do_without_redis(room: VideoRoom) -> None:
    name = stream_of_room(room)
    at = wire.last(name)
    wire.put(name, "description", {"n": 1}, sender="1", to="2")
    (first,) = next(wire.listen(name, at, seconds=5.0))
    wire.put(name, "description", {"n": 2}, sender="1", to="2")  # while nobody listened
    (second,) = next(wire.listen(name, first.at, seconds=5.0))
    assert (first.data, second.data) == ({"n": 1}, {"n": 2})
    wire._caller(wire.PATIENCE).delete(name)  # as if it had been restarted
    time.sleep(0.002)  # a new stream may name a new entry as the lost one of the same millisecond
    assert wire.last(name) == wire.START
    wire.put(name, "changed")
    assert [one.kind for one in next(wire.listen(name, second.at, seconds=5.0))] == ["changed"]


def test_the_pages_of_the_office(cast: Cast) -> None:
    now = timezone.now()
    room = room_planned(cast, now, by_video(cast, now, starts=ahead(now)))
    clerk, leader = signed_in(cast.clerk), signed_in(cast.leader)
    where = f"/video/rooms/{room.pk}/"
    assert room.title in clerk.get("/video/").text
    assert "没有视频接访室" in clerk.get("/video/?state=ended").text
    assert "data-video-tiles" not in clerk.get(f"/video/{room.token}/").text
    guest = {"role": "petitioner", "name": "张秀英", "phone": "13800010001"}
    wrong = clerk.post(f"{where}invite/", {**guest, "phone": "12345"})
    assert (wrong.status_code, "请填写11位手机号" in wrong.text, "张秀英" in wrong.text) == (422, True, True)
    assert clerk.post(f"{where}invite/", guest).status_code == 302
    page = clerk.get(where).text
    assert "张**" in page or "张*" in page
    assert "张秀英" not in page
    assert clerk.post(f"{where}open/").status_code == 409
    assert leader.post(f"{where}invite/", guest).status_code == 403
    assert leader.post(f"{where}approve/").status_code == 302
    assert leader.post(f"{where}decline/", {"reason": "忙"}).status_code == 422
    early = clerk.post(f"{where}open/")
    assert "还没有到时间" in early.text
    room = room_open(cast, now, VideoRoom.objects.get(pk=room.pk))
    assert clerk.post(f"{where}cancel/", {"reason": "改为现场接访。"}).status_code == 409
    unsettled = clerk.post(f"{where}end/", {"problem": HEARD.problem, "opinion": ""})
    assert (unsettled.status_code, HEARD.problem in unsettled.text) == (409, True)  # it has not begun yet
    item_id = room.docket_item_id
    assert signed_in(cast.liaison2).get(where).status_code == 404
    assert signed_in(cast.supervisor).post(f"{where}end/").status_code == 403
    assert clerk.post(f"{where}end/").status_code == 302
    assert f"/docket/items/{item_id}/" in clerk.get(where).text  # to be recorded still


def test_a_room_is_planned_from_the_docket_or_for_a_case(cast: Cast) -> None:
    now = timezone.now()
    item = by_video(cast, now)
    clerk = signed_in(cast.clerk)
    assert "安排视频" in clerk.get("/docket/").text
    new = "/video/new/"
    assert item.case is not None
    assert item.case.title in clerk.get(f"{new}?item={item.pk}").text
    assert clerk.post(f"{new}?item={item.pk}", {"department_1": cast.units["labour"].pk}).status_code == 302
    assert clerk.post(f"{new}?item={item.pk}", {"department_1": ""}).status_code == 409
    day = timezone.localdate(now) + dt.timedelta(days=1)
    typed = {
        "kind": "consultation",
        "number": item.case.number,
        "day": f"{day}",
        "starts": "10:00",
        "ends": "09:00",
    }
    wrong = clerk.post(new, typed)
    assert (wrong.status_code, "结束时间应晚于开始时间" in wrong.text) == (422, True)
    assert clerk.post(new, {**typed, "ends": "11:00"}).status_code == 302
    assert VideoRoom.objects.filter(kind="consultation", case=item.case).exists()
    assert signed_in(cast.liaison).get(new).status_code == 403


def test_what_a_city_sets_is_checked_in_words() -> None:
    def made(**said: str) -> Any:
        return video_of(lambda name, default: said.get(name, default))

    turned = made(HALL_TURN_URLS="turn:turn.example.org:3478", HALL_TURN_SECRET="shared")
    (server,) = turned.ice_servers("7", 1_000_000)
    assert (server["username"], server["credential"]) == ("1021600:7", server["credential"])
    with pytest.raises(Exception, match="needs HALL_TURN_SECRET"):
        made(HALL_TURN_URLS="turn:turn.example.org:3478")
    with pytest.raises(Exception, match="begins with none of"):
        made(HALL_STUN_URLS="stun.example.org")
    with pytest.raises(Exception, match="give a whole number"):
        made(HALL_VIDEO_STREAMS="many")
    with pytest.raises(Exception, match="HALL_JITSI_APP_ID"):
        made(HALL_JITSI_URL="https://meet.example.org")


def test_a_sweep_says_what_it_did(cast: Cast) -> None:
    room = room_planned(cast, timezone.now() - dt.timedelta(hours=2))
    assert sweep_video_rooms() == 1
    room.refresh_from_db()
    assert room.status == "released"
    assert actions.note_dropped(now=timezone.now()) == 0
