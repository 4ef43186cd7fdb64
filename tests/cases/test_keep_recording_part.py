"""Parts of a recording: kept once, sealed, in any order; closed with the hash of the whole or with what is missing
(keep_recording_part, stop_recording, settle_recordings), and erased (erase_recording)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import os
import threading

import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django import Settings

from cases import actions
from cases.actions import recording_store as store
from cases.models import RecordingPart
from cases.queries.recordings import gaps, missing_words, pieces_of
from hall.access import Refused
from hall.fields import Undecryptable
from hall.models import JournalEntry, stream_of
from tests.cast import Cast
from tests.life_recordings import bytes_of, kept, part, running, stopped

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(minutes=6)


def test_parts_come_in_any_order_once_and_the_whole_has_its_hash_in_the_journal(
    cast: Cast, settings: Settings
) -> None:
    one, _own, _other = running(cast)
    for number in (2, 0, 2):
        part(cast, one, number)
    assert one.parts.count() == 2
    with pytest.raises(Refused, match="内容与现在传送的不同") as other:
        part(cast, one, 2, b"something else")
    assert other.value.kind == "state"
    stopped(cast, one, 3)
    assert actions.settle_recordings(now=one.asked_at + LATER) == 0, "one part is still to come"
    part(cast, one, 1)
    assert actions.settle_recordings(now=one.asked_at + LATER) == 1
    one.refresh_from_db()
    whole = b"".join(bytes_of(number) for number in range(3))
    assert (one.status, one.size, one.missing) == ("complete", len(whole), [])
    assert one.sha256 == hashlib.sha256(whole).hexdigest()
    entry = JournalEntry.objects.get(stream=stream_of(one.case), verb="complete_recording")
    assert entry.after["sha256"] == one.sha256
    with pytest.raises(Refused, match="不再接收"):
        part(cast, one, 3)
    assert b"".join(store.stream(pieces_of(one), 5, 1100)) == whole[5:1101]


def test_on_the_disk_it_is_sealed_under_its_own_name(cast: Cast, settings: Settings) -> None:
    one, _own, _other = running(cast)
    first, second = part(cast, one, 0), part(cast, one, 1)
    root = settings.HALL_PRIVATE_ROOT
    blob = (root / first.file).read_bytes()
    assert b"part 0" not in blob
    assert (root / first.file).stat().st_mode & 0o077 == 0
    (root / second.file).write_bytes(blob)
    with pytest.raises(Undecryptable):
        store.read_part(second.file)
    for odd in ("../secrets/key", "materials/x", "/etc/passwd"):
        with pytest.raises(ValueError, match="not a kept file"):
            store.read_part(odd)


@pytest.mark.parametrize(
    ("number", "sha256", "data", "field"),
    [
        (0, "0" * 64, b"x", "sha256"),
        (0, "../../etc", b"x", "sha256"),
        (0, hashlib.sha256(b"").hexdigest(), b"", "data"),
        (-1, "0" * 64, b"x", "number"),
        (6000, "0" * 64, b"x", "number"),
    ],
)
def test_what_is_no_part(cast: Cast, number: int, sha256: str, data: bytes, field: str) -> None:
    one, _own, _other = running(cast)
    with pytest.raises(Refused) as refused:
        actions.keep_recording_part(
            actor=cast.act(cast.clerk), recording_id=one.pk, number=number, sha256=sha256, data=data,
            now=one.asked_at,
        )  # fmt: skip
    assert (refused.value.kind, refused.value.field) == ("input", field)
    assert not RecordingPart.objects.exists()


def test_nobody_elses_browser_brings_parts(cast: Cast) -> None:
    one, _own, _other = running(cast)
    for user in (cast.clerk2, cast.manager, cast.leader):
        with pytest.raises(Refused) as refused:
            actions.keep_recording_part(
                actor=cast.act(user), recording_id=one.pk, number=0, sha256=hashlib.sha256(b"x").hexdigest(),
                data=b"x", now=one.asked_at,
            )  # fmt: skip
        assert refused.value.kind == "role"


def test_cut_off_at_nine_tenths_it_is_kept_and_says_what_is_missing(cast: Cast) -> None:
    one, _own, _other = running(cast)
    for number in (0, 1, 2, 4, 5, 6, 7, 8):
        part(cast, one, number)
    one = stopped(cast, one, 10)
    day = one.ended_at + dt.timedelta(hours=24) if one.ended_at else one.asked_at
    assert actions.settle_recordings(now=day - dt.timedelta(minutes=1)) == 0, (
        "the browser may still come back"
    )
    assert actions.settle_recordings(now=day) == 1
    one.refresh_from_db()
    assert (one.status, one.missing) == ("incomplete", [[3, 3], [9, 9]])
    assert missing_words(one) == [
        "约0分15秒至0分20秒之间的内容没有收到（1段）。",
        "约0分45秒至0分50秒之间的内容没有收到（1段）。",
    ]
    assert one.sha256 == hashlib.sha256(b"".join(bytes_of(n) for n in (0, 1, 2, 4, 5, 6, 7, 8))).hexdigest()
    assert one.is_there


def test_a_browser_that_is_gone_is_noticed_and_what_came_back_later_is_taken(cast: Cast) -> None:
    one, _own, _other = running(cast)
    part(cast, one, 0)
    gone = one.asked_at + dt.timedelta(minutes=11)
    assert actions.settle_recordings(now=gone) == 1
    one.refresh_from_db()
    assert (one.status, one.stop_reason, one.parts_made) == ("finishing", "interrupted", None)
    part(cast, one, 1)  # it was opened again, and had one more
    stopped(cast, one, 2, "interrupted")
    assert actions.settle_recordings(now=gone) == 1
    one.refresh_from_db()
    assert (one.status, one.size) == ("incomplete", len(bytes_of(0)) + len(bytes_of(1)))
    assert missing_words(one) == ["录像的浏览器中断，约0分10秒以后的内容没有录下。"]


def test_it_ends_with_its_room(cast: Cast) -> None:
    one, _own, _other = running(cast)
    part(cast, one, 0)
    then = one.asked_at + LATER
    actions.end_video_room(actor=cast.act(cast.clerk, then), room_id=one.room_id, now=then)
    assert actions.settle_recordings(now=then) == 1
    one.refresh_from_db()
    assert (one.status, one.stop_reason) == ("finishing", "room_ended")


def test_its_time_is_over_when_its_matter_is(cast: Cast, settings: Settings) -> None:
    one = kept(cast)
    assert one.erase_on is not None
    late = one.asked_at + dt.timedelta(days=181)
    file = settings.HALL_PRIVATE_ROOT / one.parts.all()[0].file
    assert actions.erase_recordings(now=late) == 0, "the matter is still open"
    clerk = cast.act(cast.clerk, one.asked_at)
    actions.withdraw_case(actor=clerk, case_id=one.case_id or 0, reason="信访人来电撤回。", now=one.asked_at)
    assert actions.erase_recordings(now=one.asked_at + dt.timedelta(days=179)) == 0
    assert file.exists()
    assert actions.erase_recordings(now=late) == 1
    digest = one.sha256
    one.refresh_from_db()
    assert (one.status, one.sha256, one.erased_at) == ("erased", digest, late)
    assert not file.exists()
    assert not file.parent.exists()
    assert not one.is_there


def test_the_manager_erases_it_before_for_a_reason(cast: Cast) -> None:
    one = kept(cast)
    now = one.asked_at
    with pytest.raises(Refused) as refused:
        actions.erase_recording(
            actor=cast.act(cast.clerk, now), recording_id=one.pk, reason="信访人要求", now=now
        )
    assert refused.value.kind == "role"
    manager = cast.act(cast.manager, now)
    with pytest.raises(Refused) as empty:
        actions.erase_recording(actor=manager, recording_id=one.pk, reason=" ", now=now)
    assert empty.value.field == "reason"
    one = actions.erase_recording(actor=manager, recording_id=one.pk, reason="信访人书面要求删除", now=now)
    assert (one.status, one.erase_reason) == ("erased", "信访人书面要求删除")


def test_a_new_key_reaches_the_parts_too(cast: Cast, settings: Settings) -> None:
    one = kept(cast)
    settings.HALL_FIELD_KEYS = [base64.b64encode(os.urandom(32)).decode(), *settings.HALL_FIELD_KEYS]
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)
    assert "cases.RecordingPart: 3 files re-encrypted" in out.getvalue()
    settings.HALL_FIELD_KEYS = settings.HALL_FIELD_KEYS[:1]
    assert b"".join(store.stream(pieces_of(one), 0, one.size)) == b"".join(bytes_of(n) for n in range(3))


def test_gaps() -> None:
    assert gaps([], 0) == []
    assert gaps([], 2) == [[0, 1]]
    assert gaps([1, 4], 6) == [[0, 0], [2, 3], [5, 5]]
    assert gaps([0, 1], None) == []


@pytest.mark.django_db(transaction=True)
def test_the_same_part_twice_at_once_is_kept_once(cast: Cast) -> None:
    one, _own, _other = running(cast)
    gate, ids = threading.Barrier(2), []

    def bring() -> None:
        try:
            gate.wait()
            ids.append(part(cast, one, 0).pk)
        finally:
            connections.close_all()

    both = [threading.Thread(target=bring) for _n in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert ids == [RecordingPart.objects.get().pk] * 2


@pytest.mark.django_db(transaction=True)
def test_closed_while_a_part_arrives_it_has_the_part_or_refuses_it(cast: Cast) -> None:
    one, _own, _other = running(cast)
    part(cast, one, 0)
    stopped(cast, one, 2)
    day = one.asked_at + dt.timedelta(days=2)
    gate, refused = threading.Barrier(2), []

    def run(act: object) -> None:
        try:
            gate.wait()
            act()  # type: ignore[operator]
        except Refused as reason:
            refused.append(reason.kind)
        finally:
            connections.close_all()

    acts = [lambda: part(cast, one, 1), lambda: actions.settle_recordings(now=day)]
    both = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    one.refresh_from_db()
    there = one.parts.count()
    assert (one.status, there, refused) in [("complete", 2, []), ("incomplete", 1, ["state"])]
    assert one.size == sum(len(bytes_of(number)) for number in range(there))
