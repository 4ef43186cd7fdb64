"""The doors of the shared note: the panel, the page of plain forms, each end's copy, the signed record."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.models import VideoNote, VideoNoteSignature, VideoRoom
from cases.queries.video import room_facts
from hall import documents
from hall.access import PUBLIC
from tests.cast import Cast
from tests.life_video import room_planned
from tests.life_video_notes import PHONE_KEY, STROKES, TEXT, Ends, two_ends

pytestmark = pytest.mark.django_db
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def ends(cast: Cast) -> Ends:
    return two_ends(cast, timezone.now())


def at(ends: Ends, key: str, user: Any = None) -> Client:
    """The browser that holds the seat with this key."""
    client = Client()
    if user is not None:
        client.force_login(user)
    client.cookies[f"video_{ends.room.token.hex[:12]}"] = key
    return client


def host_of(ends: Ends) -> Client:
    return at(ends, f"key of {ends.cast.clerk.username}", ends.cast.clerk)


def note_url(ends: Ends, door: str = "") -> str:
    return f"/video/{ends.room.token}/note/{door}"


def test_typed_seen_read_back_signed_and_closed_with_plain_forms(ends: Ends) -> None:
    host, phone = host_of(ends), at(ends, PHONE_KEY)
    assert Client().get(note_url(ends)).status_code == 409
    assert 'name="text"' in host.get(note_url(ends)).text
    assert 'name="text"' not in phone.get(note_url(ends)).text
    before = room_facts(ends.other.pk, is_host=False, day=timezone.localdate())["note"]
    typed = host.post(note_url(ends, "write/"), {"text": TEXT, "version": "0"}, headers=FETCH)
    assert (typed.status_code, 'data-note-version="1"' in typed.text) == (200, True)
    assert room_facts(ends.other.pk, is_host=False, day=timezone.localdate())["note"] != before
    assert "三个月工资没有付" in phone.get(note_url(ends, "now/")).text
    assert phone.post(note_url(ends, "write/"), {"text": "x", "version": "1"}).status_code == 403

    late = host.post(note_url(ends, "write/"), {"text": "另一扇窗口", "version": "0"})
    assert late.status_code == 409
    assert "三个月工资没有付" in late.text  # the newer one
    assert "另一扇窗口</textarea>" in late.text  # and the own one, with the version to go on from
    assert 'name="version" value="1"' in late.text

    read = host.post(note_url(ends, "read-back/"), {"text": TEXT, "version": "1"})
    assert read.status_code == 302
    note = VideoNote.objects.get()
    seen = phone.get(note_url(ends)).text
    assert note.sha256 in seen
    form = {"note": f"{note.pk}", "sha256": note.sha256}
    empty = phone.post(note_url(ends, "sign/"), {**form, "name": "张"})
    assert (empty.status_code, 'value="张"' in empty.text, "note-name-error" in empty.text) == (
        422,
        True,
        True,
    )
    assert phone.post(note_url(ends, "refuse/"), {**form, "words": ""}).status_code == 422
    assert (
        phone.post(note_url(ends, "sign/"), {**form, "sha256": "0" * 64, "name": "张秀英"}).status_code == 409
    )
    assert (
        phone.post(note_url(ends, "sign/"), {**form, "name": "张秀英", "strokes": STROKES}).status_code == 302
    )
    shown = host.get(note_url(ends, "now/")).text
    assert ("<polyline" in shown, "disabled" in shown) == (True, True)
    assert host.post(note_url(ends, "close/"), form).status_code == 409
    assert host.post(note_url(ends, "sign/"), {**form, "name": "林晓雯"}, headers=FETCH).status_code == 200
    assert phone.get(note_url(ends, "file/")).status_code == 409
    assert host.post(note_url(ends, "close/"), form).status_code == 302
    note.refresh_from_db()
    assert note.document is not None
    documents.render(note.document.pk, now=timezone.now())
    actions.end_video_room(actor=ends.cast.act(ends.cast.clerk), room_id=ends.room.pk, now=timezone.now())
    copy = phone.get(note_url(ends))
    assert note.document.number in copy.text  # after the end, without an account
    assert phone.get(note_url(ends, "file/"))["Content-Type"] == "application/pdf"
    record = host.get(f"/video/notes/{note.token}/")
    assert ("张秀英" in record.text, TEXT.splitlines()[0] in record.text) == (True, True)
    assert host.get(f"/video/notes/{note.token}/file/")["Content-Type"] == "application/pdf"
    assert note.token.hex[:8] in host.get(f"/video/rooms/{ends.room.pk}/").text


def test_a_correction_keeps_what_was_typed_elsewhere(ends: Ends) -> None:
    host, phone = host_of(ends), at(ends, PHONE_KEY)
    note = ends.reads()
    form = {"note": f"{note.pk}", "sha256": note.sha256}
    back = phone.post(
        note_url(ends, "correct/"), {**form, "words": "是四个月。\n不是三个月。"}, headers=FETCH
    )
    assert (back.status_code, "更正过的前几稿" in back.text, "是四个月" in back.text) == (200, True, True)
    # Too late with a refusal: the words that were typed are still there to be read.
    late = phone.post(note_url(ends, "refuse/"), {**form, "words": "数额不对，不能签。"})
    assert (late.status_code, "数额不对，不能签。" in late.text) == (409, True)
    typed = host.post(note_url(ends, "write/"), {"text": "第二稿" + TEXT, "version": "1"}, headers=FETCH)
    assert typed.status_code == 200
    again = ends.reads("第二稿" + TEXT)
    witnessed = {"note": f"{again.pk}", "who": f"{ends.other.pk}", "answer": "aloud", "witness": ""}
    wrong = host.post(note_url(ends, "witness/"), witnessed)
    assert (wrong.status_code, re.search(rf'value="{ends.other.pk}" selected', wrong.text) is not None) == (
        422,
        True,
    )
    assert host.post(note_url(ends, "witness/"), {**witnessed, "witness": "陈志远"}).status_code == 302
    assert VideoNoteSignature.objects.get().witness == "陈志远"
    for junk in ({}, {"note": "x"}, {"note": "9" * 18, "sha256": "x", "name": "某人"}):
        assert phone.post(note_url(ends, "sign/"), junk).status_code == 404


def test_who_waits_sees_no_note_and_whoever_ends_the_room_is_warned(ends: Ends) -> None:
    ends.writes()
    actions.leave_video_room(actor=PUBLIC, room_token=ends.room.token, key=PHONE_KEY, now=timezone.now())
    phone, host = at(ends, PHONE_KEY), host_of(ends)
    assert "三个月" not in phone.get(note_url(ends)).text
    assert phone.get(note_url(ends, "file/")).status_code == 409
    end = f"/video/rooms/{ends.room.pk}/end/"
    warned = host.post(end, {})
    assert (warned.status_code, "笔录没有签完，仍然结束" in warned.text) == (409, True)
    assert host.post(end, {"leaves_note": "on"}).status_code == 302
    assert VideoRoom.objects.get(pk=ends.room.pk).status == "ended"
    assert "没有签完" in phone.get(note_url(ends)).text
    note = VideoNote.objects.get()
    assert "没有生成文件" in host.get(f"/video/notes/{note.token}/").text
    assert host.get(f"/video/notes/{note.token}/file/").status_code == 409


def test_a_room_without_a_note_ends_without_a_question(cast: Cast) -> None:
    room = room_planned(cast, timezone.now())
    host = Client()
    host.force_login(cast.clerk)
    assert "leaves_note" not in host.get(f"/video/rooms/{room.pk}/end/").text
