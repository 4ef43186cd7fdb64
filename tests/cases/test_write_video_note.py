"""The shared note: typed by the host (`write_video_note`), read back (`read_back_video_note`), signed or refused at
each end (`sign_video_note`, `refuse_video_note`, `witness_video_note`), sent back (`correct_video_note`), closed as a
paper (`close_video_note`).
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Model

from cases import actions
from cases.actions import VideoPlan
from cases.models import VideoNote, VideoNoteSignature, VideoRoom
from cases.rules.video_notes import hash_of, is_note_open
from hall import documents, journal
from hall.access import SYSTEM
from hall.models import IssuedDocument, JournalEntry
from tests.cast import NOW, Cast
from tests.life_handling import at_once
from tests.life_referrals import refused
from tests.life_video import admitted, joined
from tests.life_video_notes import STROKES, TEXT, two_ends

pytestmark = pytest.mark.django_db


def test_write_video_note_is_the_host_s_alone_and_never_overwrites(cast: Cast) -> None:
    ends = two_ends(cast)
    ends.writes("张秀英：\r\n三个月\x00工资没有付。  ")
    room = VideoRoom.objects.get(pk=ends.room.pk)
    assert (room.note, room.note_version, room.note_by) == ("张秀英：\n三个月 工资没有付。", 1, cast.clerk)
    late = refused(ends.writes, "另一个窗口的内容", 0)
    assert (late.kind, late.field) == ("state", "text")
    assert ends.writes(TEXT).note_version == 2
    assert ends.writes(TEXT, 0).note_version == 2  # the same words, whoever sends them: nothing is lost
    assert JournalEntry.objects.filter(verb="write_video_note").count() == 1
    leader = admitted(cast, joined(cast, room, cast.leader))
    for seat, actor in ((ends.other, cast.act(cast.clerk)), (leader, cast.act(cast.leader))):
        kind = refused(actions.write_video_note, text="x", version=2, **ends.guest(seat, actor)).kind
        assert kind == "role"
    assert refused(ends.writes, "字" * 20_001).field == "text"
    assert TEXT not in str(list(JournalEntry.objects.values_list("after", flat=True)))


def test_read_back_video_note_freezes_the_text(cast: Cast) -> None:
    ends = two_ends(cast)
    empty = refused(actions.read_back_video_note, text=" ", version=0, **ends.host())
    assert (empty.kind, empty.field) == ("input", "text")
    note = ends.reads()
    assert (note.number, note.status, note.sha256) == (1, "read_back", hash_of(TEXT))
    assert "先退回更正" in str(refused(ends.writes, "改掉", 1))
    assert refused(actions.read_back_video_note, text=TEXT, version=1, **ends.host()).kind == "state"
    with pytest.raises(IntegrityError, match="has been read back"), transaction.atomic():
        VideoRoom.objects.filter(pk=ends.room.pk).update(note="改掉")
    for change in ({"text": "改掉"}, {"sha256": "0" * 64}, {"number": 7}):
        with pytest.raises(DatabaseError), transaction.atomic():
            VideoNote.objects.filter(pk=note.pk).update(**change)
    with pytest.raises(IntegrityError, match="not that of the text"), transaction.atomic():
        VideoNote.objects.create(
            room=ends.room, number=2, status="unsigned", text="别的", sha256=note.sha256, read_at=NOW, settled_at=NOW
        )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        note.delete()


def test_sign_video_note_binds_the_name_to_exactly_that_text(cast: Cast) -> None:
    ends = two_ends(cast)
    note = ends.reads()
    assert refused(ends.signs, note, "", "").field == "name"
    assert refused(ends.signs, note, "张").field == "name"
    for drawn in (
        "{",
        "[[1,2]]",
        "[[[1,2]]]",
        '[[["a",2]]]',
        "[[[601,2]]]",
        "[" * 5000,
        f"[[{'[1,1],' * 4001}[1,1]]]",
    ):
        assert refused(ends.signs, note, "", drawn).field == "strokes", drawn[:30]
    other = VideoNote(pk=note.pk, sha256=hash_of("别的"))
    assert "重新看过" in str(refused(ends.signs, other))
    row = ends.signs(note, "张秀英", STROKES)
    assert (row.answer, row.name, row.sha256) == ("signed", "张秀英", note.sha256)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, strokes FROM cases_videonotesignature WHERE id = %s", [row.pk])
        assert all(
            "张秀英".encode() not in bytes(cell) and b"[[" not in bytes(cell) for cell in cursor.fetchone()
        )
    assert "已经" in str(refused(ends.signs, note))
    for fault, match in (
        ({"seat": ends.own, "sha256": "0" * 64}, "changed meanwhile"),
        ({"seat": ends.other}, "once"),
    ):
        facts = {"note": note, "sha256": note.sha256, "answer": "signed", "name": "某人", "at": NOW, **fault}
        with pytest.raises(IntegrityError, match=match), transaction.atomic():
            VideoNoteSignature.objects.create(**facts)
    stranger = two_rooms_seat(cast, ends)
    with pytest.raises(IntegrityError, match="changed meanwhile"), transaction.atomic():
        VideoNoteSignature.objects.create(
            note=note, seat=stranger, sha256=note.sha256, answer="signed", name="外人", at=NOW
        )
    act = {"note_id": note.pk, "sha256": note.sha256, "name": "外人", **ends.guest(stranger)}
    assert refused(actions.sign_video_note, **act).kind == "unseen"
    with pytest.raises(DatabaseError), transaction.atomic():
        VideoNoteSignature.objects.update(answer="refused")


def two_rooms_seat(cast: Cast, ends: Any) -> Any:
    plan = VideoPlan(
        kind="hearing", title="另一间", starts_at=ends.now, ends_at=ends.now + dt.timedelta(hours=1)
    )
    room = actions.plan_video_room(
        actor=cast.act(cast.clerk, ends.now), hall_id=cast.hall.pk, plan=plan, now=ends.now
    )
    return room.seats.get()


def test_close_video_note_makes_the_paper_when_everybody_has_answered(cast: Cast) -> None:
    ends = two_ends(cast)
    note = ends.reads()
    ends.signs(note, "张秀英", STROKES)
    assert cast.clerk.name in str(refused(ends.closes, note))
    with pytest.raises(IntegrityError, match="before everybody"), transaction.atomic():
        VideoNote.objects.filter(pk=note.pk).update(
            status="closed", settled_at=NOW, document=some_paper(cast, ends)
        )
    ends.host_signs(note)
    leader = admitted(cast, joined(cast, ends.room, cast.leader, now=ends.then()), ends.now)
    assert cast.leader.name in str(refused(ends.closes, note))
    actions.leave_video_room(
        actor=cast.act(cast.leader), room_token=ends.room.token, key=f"key of {cast.leader.username}", now=ends.then()
    )  # fmt: skip
    assert leader.room_id == ends.room.pk
    note = ends.closes(note)
    assert (note.status, note.document is not None) == ("closed", True)
    paper = IssuedDocument.objects.get(kind="record_video", pk=note.document_id)
    case = ends.room.docket_item.case if ends.room.docket_item else None
    assert case is not None
    assert paper.stream == f"case:{case.pk}"
    said = documents.facts(paper)
    assert said["transcript"] == TEXT.splitlines()
    assert note.sha256 in said["text_hash"].replace(" ", "")
    assert "屏幕手写签名“张秀英”" in said["signatures"][-2]
    assert said["inks"] == [{"who": "信访人张秀英", "lines": json.loads(STROKES)}]
    assert "sealed" in paper.content and TEXT[:6] not in str(paper.content)
    assert documents.render(paper.pk, now=ends.then()).pages == 1
    assert "签名前已经离开" in said["signatures"][-1]
    assert any("接访领导" in line and "离开" in line for line in said["attended"])
    assert any("信访人张秀英，" in line and "定稿时在场" in line for line in said["attended"])
    assert "已经定稿" in str(refused(ends.writes, "还要改", 1))
    assert not is_note_open(VideoRoom.objects.get(pk=ends.room.pk))
    verbs = list(
        JournalEntry.objects.filter(object=f"cases.videonote:{note.pk}").values_list("verb", flat=True)
    )
    assert verbs == ["read_back_video_note", "sign_video_note", "sign_video_note", "close_video_note"]
    assert journal.verify() == []
    actions.end_video_room(actor=cast.act(cast.clerk), room_id=ends.room.pk, now=ends.then())
    assert VideoNote.objects.get().status == "closed"


def some_paper(cast: Cast, ends: Any) -> Model:
    facts = documents.sample(documents.KINDS["record_video"])
    return documents.issue(
        "record_video",
        organ="云信",
        ref="x:1",
        stream="x:1",
        content=facts,
        actor=cast.act(cast.clerk),
        now=ends.now,
    )


def test_refuse_video_note_and_witness_video_note(cast: Cast) -> None:
    ends = two_ends(cast)
    leader = admitted(cast, joined(cast, ends.room, cast.leader))
    note = ends.reads()
    facts = {"note_id": note.pk, "sha256": note.sha256}
    assert refused(actions.refuse_video_note, words=" ", **facts, **ends.guest()).field == "words"
    row = actions.refuse_video_note(words="没有写明欠薪的数额。", **facts, **ends.guest())
    assert (row.answer, row.words, row.taken_down_by) == ("refused", "没有写明欠薪的数额。", None)
    about: dict[str, Any] = {"note_id": note.pk, "who": leader.pk, "answer": "aloud"}
    assert refused(actions.witness_video_note, **about, **ends.host()).field == "witness"
    assert refused(actions.witness_video_note, **{**about, "answer": "gone"}, **ends.host()).field == "words"
    assert (
        refused(actions.witness_video_note, **{**about, "answer": "signed"}, **ends.host()).field == "answer"
    )
    assert refused(actions.witness_video_note, **{**about, "who": ends.own.pk}, **ends.host()).field == "who"
    assert refused(actions.witness_video_note, **about, witness="某人", **ends.guest()).kind == "role"
    row = actions.witness_video_note(**about, witness="陈志远", **ends.host())
    assert (row.answer, row.witness, row.taken_down_by) == ("aloud", "陈志远", cast.clerk)
    ends.host_signs(note)
    paper = ends.closes(note).document
    assert paper is not None
    lines = documents.facts(paper)["signatures"]
    assert any("拒绝签名，理由：没有写明欠薪的数额。" in line for line in lines)
    assert any("宣读后口头确认，见证人：陈志远" in line for line in lines)


def test_correct_video_note_keeps_the_earlier_text_and_its_signatures(cast: Cast) -> None:
    ends = two_ends(cast)
    first = ends.reads()
    ends.host_signs(first)
    act = {"note_id": first.pk, **ends.guest()}
    assert refused(actions.correct_video_note, words="", **act).field == "words"
    actions.correct_video_note(words="是四个月，不是三个月。", **act)
    assert refused(ends.signs, first).kind == "state"
    second = ends.reads(TEXT.replace("三个月", "四个月"))
    assert (second.number, second.status) == (2, "read_back")
    ends.signs(second)
    ends.host_signs(second)
    first.refresh_from_db()
    assert (first.status, first.text, first.signatures.count()) == ("corrected", TEXT, 1)
    paper = ends.closes(second).document
    assert paper is not None
    assert "第1稿宣读后，应信访人张秀英的要求更正：是四个月" in documents.facts(paper)["corrections"][0]
    with pytest.raises(DatabaseError), transaction.atomic():
        VideoNote.objects.filter(pk=first.pk).update(status="read_back", settled_at=None)


@pytest.mark.parametrize("is_read", [False, True])
def test_an_unsigned_note_is_kept_when_the_room_ends(cast: Cast, is_read: bool) -> None:
    ends = two_ends(cast)
    note = ends.reads() if is_read else None
    ends.writes() if note is None else ends.signs(note)
    act: dict[str, Any] = {"room_id": ends.room.pk, "now": ends.then()}
    warned = refused(actions.end_video_room, actor=cast.act(cast.clerk), **act)
    assert (warned.kind, warned.field) == ("state", "leaves_note")
    if is_read:
        actions.end_video_room(actor=cast.act(cast.clerk), leaves_note=True, **act)
    else:
        actions.end_video_room(actor=SYSTEM, **act)
    kept = VideoNote.objects.get()
    assert (kept.status, kept.text, kept.document) == ("unsigned", TEXT, None)
    entry = JournalEntry.objects.get(verb="end_video_room")
    assert (entry.after["note"], entry.after["note_sha256"]) == ("unsigned", kept.sha256)
    assert refused(ends.signs, kept).kind == "state"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "what", ["two windows type", "signed while it is sent back", "let in while it is closed"]
)
def test_two_at_once(cast: Cast, what: str) -> None:
    ends = two_ends(cast)
    acts: list[Any] = [lambda: ends.writes("左边的窗口", 0), lambda: ends.writes("右边的窗口", 0)]
    if what.startswith("signed"):
        note = ends.reads()
        back = {"note_id": note.pk, "words": "数额不对。", **ends.host()}
        acts = [lambda: ends.signs(note), lambda: actions.correct_video_note(**back)]
    if what.startswith("let in"):
        note = ends.reads()
        ends.signs(note)
        ends.host_signs(note)
        seat = joined(cast, ends.room, cast.leader)
        acts = [lambda: admitted(cast, seat, ends.now), lambda: ends.closes(note)]
    said = at_once(*acts)
    room = VideoRoom.objects.get(pk=ends.room.pk)
    if what.startswith("two"):
        assert said == ["done", "state"]
        assert room.note_version == 1
    elif what.startswith("signed"):
        # Whoever comes first: the signature stands under the text that was read, or there is none.
        assert VideoNote.objects.get().status == "corrected"
        assert VideoNoteSignature.objects.filter(seat=ends.other).count() == said.count("done") - 1
    else:
        note = VideoNote.objects.get()
        is_closed = note.status == "closed"
        assert (said.count("done"), is_closed) in ((2, True), (1, False))
