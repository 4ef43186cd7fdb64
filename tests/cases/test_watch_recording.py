"""Watching a recording: for a reason, on record with the case and the person (watch_recording); its pages and doors."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accountability.lifecycle.access import READS
from accountability.queries.personal_file import _looks
from cases import actions
from cases.models import Recording, RecordingLook, Respondent
from hall.access import Refused
from hall.models import JournalEntry, stream_of
from tests.cast import Cast
from tests.life_recordings import agreed, asked, bytes_of, kept, part, petitioner_waits, running, two_ends
from tests.life_video import invited

pytestmark = pytest.mark.django_db


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_each_look_stands_with_the_case_with_the_person_and_in_its_own_log(cast: Cast) -> None:
    one = kept(cast)
    liaison = cast.act(cast.liaison, one.asked_at)
    with pytest.raises(Refused) as empty:
        actions.watch_recording(actor=liaison, recording_id=one.pk, reason="看", now=one.asked_at)
    assert (empty.value.kind, empty.value.field) == ("input", "reason")
    look = actions.watch_recording(
        actor=liaison, recording_id=one.pk, reason="核对信访人的陈述", now=one.asked_at
    )
    assert look.until == one.asked_at + dt.timedelta(hours=4)
    assert one.case is not None
    person = one.case.parties.get().petitioner
    streams = JournalEntry.objects.filter(verb="watch_recording").values_list("stream", flat=True)
    assert set(streams) == {stream_of(one.case), stream_of(person)}
    assert "watch_recording" in READS
    assert [row["用途"] for row in _looks(person)] == ["核对信访人的陈述"]
    with pytest.raises(DatabaseError), transaction.atomic():
        RecordingLook.objects.all().delete()


def test_who_may_not_see_the_case_sees_no_recording(cast: Cast) -> None:
    one = kept(cast)
    for user in (cast.liaison2, cast.guide, cast.administrator):
        with pytest.raises(Refused) as refused:
            actions.watch_recording(
                actor=cast.act(user), recording_id=one.pk, reason="核对信访人的陈述", now=one.asked_at
            )
        assert refused.value.kind == "unseen"
    Respondent.objects.create(case=one.case, user=cast.clerk)
    assert not Recording.objects.visible_to(cast.act(cast.clerk)).exists()


def test_the_player_gets_ranges_for_the_one_who_gave_a_reason(cast: Cast) -> None:
    one, client = kept(cast), signed_in(cast.liaison)
    page = reverse("cases:recording", args=[one.token])
    assert one.sha256 in client.get(page).content.decode()
    answer = client.post(reverse("cases:watch-recording", args=[one.token]), {"reason": " "})
    assert answer.status_code == 422
    assert "请写明观看录像的用途" in answer.content.decode()
    answer = client.post(reverse("cases:watch-recording", args=[one.token]), {"reason": "核对信访人的陈述"})
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    file, whole = f"{answer['Location']}file/", b"".join(bytes_of(n) for n in range(3))
    for asked_for, first, last in (
        ("bytes=0-", 0, len(whole) - 1), ("bytes=790-810", 790, 810), ("bytes=-5", len(whole) - 5, len(whole) - 1),
    ):  # fmt: skip
        got = client.get(file, headers={"Range": asked_for})
        assert got.status_code == 206
        assert got["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
        assert got.getvalue() == whole[first : last + 1]
    assert client.get(file, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    other = signed_in(cast.head)
    assert other.get(file).status_code == 404, "the look is another person's"
    listed = client.get(reverse("cases:recordings", args=[one.case_id])).content.decode()
    assert page in listed
    assert "核对信访人的陈述" in client.get(page).content.decode(), "who watched it stands on its page"


def test_a_part_comes_through_its_door_once(cast: Cast) -> None:
    one, _own, _other = running(cast)
    client, data = signed_in(cast.clerk), b"a part of the recording"
    door = reverse("cases:keep-recording-part", args=[one.token, 0])
    named = {"X-Part-SHA256": hashlib.sha256(data).hexdigest()}
    send = {"content_type": "application/octet-stream", "headers": named}
    assert client.post(door, data, **send).status_code == 201
    assert client.post(door, data, **send).status_code == 200
    other = {"X-Part-SHA256": hashlib.sha256(b"other").hexdigest()}
    again = client.post(door, b"other", content_type="application/octet-stream", headers=other)
    assert again.status_code == 409
    huge = b"x" * (4 * 1024 * 1024 + 9)
    tall = {"X-Part-SHA256": hashlib.sha256(huge).hexdigest()}
    big = client.post(
        reverse("cases:keep-recording-part", args=[one.token, 1]), huge,
        content_type="application/octet-stream", headers=tall | {"Accept": "application/json"},
    )  # fmt: skip
    assert (big.status_code, big.json()["field"]) == (400, "data")
    have = client.get(reverse("cases:recording-parts", args=[one.token])).json()
    assert have == {"status": "recording", "have": [0], "made": None}
    assert signed_in(cast.liaison2).post(door, data, **send).status_code == 404
    assert signed_in(cast.manager).post(door, data, **send).status_code == 403


def test_an_end_without_an_account_answers_by_the_seat_that_its_browser_holds(cast: Cast) -> None:
    room, _own, other = two_ends(cast)
    _seat, secret = invited(cast, room, now=room.starts_at)
    one = asked(cast, room)
    agreed(cast, one, other)
    home = Client()
    answer = reverse("cases:answer-recording", args=[room.token])
    assert home.post(answer, {"agrees": "yes"}).status_code == 409, "holds no seat"
    # The link is good until an hour after the room: the test's day is long past, so the browser's key is put by hand.
    seat = actions.join_video_room(
        actor=cast.act(cast.clerk), ticket=actions.Ticket(secret=secret), key="at home", now=room.starts_at
    )
    home.cookies[f"video_{room.token.hex[:12]}"] = "at home"
    panel = home.get(reverse("cases:video-recording", args=[room.token])).content.decode()
    assert "请您同意" in panel
    assert "data-recording-do" not in panel, "only the host has the buttons"
    assert panel.count('class="button" name="agrees"') == 2 and "primary" not in panel, (
        "neither answer is urged"
    )
    assert home.post(answer, {}).status_code == 400
    said = home.post(answer, {"agrees": "yes"})
    assert said.status_code == 200
    assert one.consents.get(seat=seat).answer == "given"
    assert home.post(reverse("cases:ask-recording", args=[room.token])).status_code == 403
    assert "张秀英" not in "".join(
        f"{row.after}" for row in JournalEntry.objects.filter(verb="answer_recording")
    )


def test_somebody_of_another_room_has_no_say(cast: Cast) -> None:
    one, _own, _other = running(cast)
    stranger = petitioner_waits(cast, one.room)
    with pytest.raises(Refused) as refused:
        actions.withdraw_recording_consent(
            actor=cast.act(cast.clerk),
            recording_id=one.pk,
            seat_id=stranger.pk,
            wish="keep",
            now=one.asked_at,
        )
    assert refused.value.kind == "state", "has not agreed, so has nothing to take back"
    part(cast, one, 0)
    type(stranger).objects.filter(pk=stranger.pk).update(status="left")
    with pytest.raises(Refused, match="您不在这间视频接访室里"):
        actions.answer_recording(
            actor=cast.act(cast.clerk),
            recording_id=one.pk,
            seat_id=stranger.pk,
            agrees=True,
            now=one.asked_at,
        )
