"""A recording is asked for, agreed to by everybody, started, paused, stopped: ask_recording, answer_recording,
withdraw_recording_consent, start_recording, drop_recording, pause_recording, resume_recording."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction
from pytest_django import Settings

from cases import actions
from cases.models import Recording, VideoConsent, VideoSeat
from hall import journal
from hall.access import PUBLIC, Refused
from hall.models import JournalEntry, stream_of
from tests.cast import Cast
from tests.life_recordings import TYPE, agreed, asked, part, petitioner_waits, running, started, two_ends
from tests.life_video import admitted

pytestmark = pytest.mark.django_db


def test_it_starts_only_when_every_end_has_agreed(cast: Cast) -> None:
    room, own, other = two_ends(cast)
    one = asked(cast, room)
    assert one.status == "asked"
    assert one.case == room.case
    with pytest.raises(Refused, match="赵明德还没有回答是否同意录像") as silent:
        started(cast, one)
    assert silent.value.kind == "state"
    agreed(cast, one, other)
    one = started(cast, one)
    assert (one.status, one.started_at, one.media_type) == ("recording", one.asked_at, TYPE)
    rows = VideoConsent.objects.filter(recording=one)
    assert {row.seat_id: row.answer for row in rows} == {own.pk: "given", other.pk: "given"}
    assert all("可以随时撤回" in row.words and "180天" in row.words for row in rows)
    said = JournalEntry.objects.filter(stream=stream_of(room.case), verb__endswith="recording")
    assert [entry.verb for entry in said.order_by("seq")] == [
        "ask_recording",
        "answer_recording",
        "start_recording",
    ]
    assert journal.verify() == []


def test_somebody_says_no_and_nothing_is_recorded(cast: Cast) -> None:
    room, _own, other = two_ends(cast)
    one = asked(cast, room)
    agreed(cast, one, other, agrees=False)
    with pytest.raises(Refused, match="不同意录像"):
        started(cast, one)
    now = one.asked_at
    one = actions.drop_recording(actor=cast.act(cast.clerk, now), recording_id=one.pk, now=now)
    assert one.status == "dropped"
    assert asked(cast, room).pk != one.pk, "it may be asked again"


def test_the_database_starts_none_without_consent_either(cast: Cast) -> None:
    room, _own, other = two_ends(cast)
    one = asked(cast, room)
    with pytest.raises(IntegrityError, match="without the consent"), transaction.atomic():
        Recording.objects.filter(pk=one.pk).update(
            status="recording", started_at=one.asked_at, media_type=TYPE
        )
    agreed(cast, one, other)
    agreed(cast, one, other, agrees=False)
    with pytest.raises(IntegrityError, match="without the consent"), transaction.atomic():
        Recording.objects.filter(pk=one.pk).update(
            status="recording", started_at=one.asked_at, media_type=TYPE
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        VideoConsent.objects.filter(seat=other).update(answer="given")


def test_who_comes_later_is_asked_before_being_let_in(cast: Cast) -> None:
    one, _own, _other = running(cast)
    late, now = petitioner_waits(cast, one.room), one.asked_at
    with pytest.raises(Refused, match="正在录像：请先征得张秀英同意") as refused:
        admitted(cast, late)
    assert refused.value.kind == "state"
    with pytest.raises(IntegrityError, match="has not agreed"), transaction.atomic():
        VideoSeat.objects.filter(pk=late.pk).update(status="admitted", admitted_at=now)
    actions.answer_recording(actor=PUBLIC, recording_id=one.pk, seat_id=late.pk, agrees=True, now=now)
    assert admitted(cast, late).status == "admitted"


def test_or_the_recording_pauses_until_they_agree(cast: Cast) -> None:
    one, _own, _other = running(cast)
    clerk, now = cast.act(cast.clerk, one.asked_at), one.asked_at
    late = petitioner_waits(cast, one.room)
    actions.pause_recording(actor=clerk, recording_id=one.pk, now=now)
    admitted(cast, late)
    with pytest.raises(Refused, match="张秀英还没有回答"):
        actions.resume_recording(actor=clerk, recording_id=one.pk, now=now)
    actions.answer_recording(actor=PUBLIC, recording_id=one.pk, seat_id=late.pk, agrees=True, now=now)
    assert actions.resume_recording(actor=clerk, recording_id=one.pk, now=now).status == "recording"
    entries = JournalEntry.objects.filter(verb="answer_recording")
    assert "张秀英" not in "".join(f"{entry.after}{entry.reason}" for entry in entries)


@pytest.mark.parametrize(("wish", "left"), [("keep", "finishing"), ("erase", "erased")])
def test_a_consent_taken_back_stops_it_and_the_person_says_what_becomes_of_it(
    cast: Cast, settings: Settings, wish: str, left: str
) -> None:
    one, _own, other = running(cast)
    part(cast, one, 0)
    leader, now = cast.act(cast.leader, one.asked_at), one.asked_at
    with pytest.raises(Refused, match="撤回同意"):
        agreed(cast, one, other, agrees=False)
    with pytest.raises(Refused) as nothing:
        actions.withdraw_recording_consent(
            actor=leader, recording_id=one.pk, seat_id=other.pk, wish="", now=now
        )
    assert (nothing.value.kind, nothing.value.field) == ("input", "wish")
    row = actions.withdraw_recording_consent(
        actor=leader, recording_id=one.pk, seat_id=other.pk, wish=wish, now=now
    )
    assert (row.answer, row.wish) == ("withdrawn", wish)
    one.refresh_from_db()
    assert (one.status, one.stop_reason, one.ended_at) == ("finishing", "withdrawn", now)
    actions.settle_recordings(now=now)
    one.refresh_from_db()
    assert one.status == left
    file = settings.HALL_PRIVATE_ROOT / one.parts.get().file
    assert file.exists() == (wish == "keep")


def test_who_is_no_host_and_who_is_of_another_room(cast: Cast) -> None:
    room, _own, other = two_ends(cast)
    now = room.starts_at
    for user, kind in ((cast.leader, "role"), (cast.liaison, "role"), (cast.supervisor, "role")):
        with pytest.raises(Refused) as refused:
            actions.ask_recording(actor=cast.act(user, now), room_id=room.pk, now=now)
        assert refused.value.kind == kind
    one = asked(cast, room)
    with pytest.raises(Refused, match="已经在征求同意"):
        asked(cast, room)
    agreed(cast, one, other)
    with pytest.raises(Refused, match="自己的浏览器") as another:
        second = cast.act(cast.clerk2, now)
        actions.start_recording(actor=second, recording_id=one.pk, media_type=TYPE, now=now)
    assert another.value.kind == "role"
    with pytest.raises(Refused) as odd:
        actions.start_recording(
            actor=cast.act(cast.clerk, now), recording_id=one.pk, media_type="text/html", now=now
        )
    assert (odd.value.kind, odd.value.field) == ("input", "media_type")


def test_a_full_disk_is_said_before_anything_is_recorded(cast: Cast, settings: Settings) -> None:
    room, _own, other = two_ends(cast)
    one = asked(cast, room)
    agreed(cast, one, other)
    settings.HALL_DISK_LEFT_MB = 10**9
    with pytest.raises(Refused, match="存储空间不足"):
        started(cast, one)


@pytest.mark.django_db(transaction=True)
def test_letting_in_and_starting_at_one_moment_never_record_a_stranger(cast: Cast) -> None:
    room, _own, other = two_ends(cast)
    late = petitioner_waits(cast, room)
    one = asked(cast, room)
    agreed(cast, one, other)
    gate, refused = threading.Barrier(2), []

    def run(act: object) -> None:
        try:
            gate.wait()
            act()  # type: ignore[operator]
        except Refused as reason:
            refused.append(reason.kind)
        finally:
            connections.close_all()

    acts = [lambda: started(cast, one), lambda: admitted(cast, late)]
    both = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert refused == ["state"], "one of the two came first, and the other was told"
    one.refresh_from_db()
    late.refresh_from_db()
    assert (one.status, late.status) in {("recording", "waiting"), ("asked", "admitted")}
