"""The shared note of a video room: the host types and reads back; each end signs, refuses or has it corrected.

Nobody is made to sign: who refuses says why, who wants it otherwise has it corrected, and who cannot write hears it
read aloud before a witness.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.lifecycle.video_notes import BY_HOST, VIDEO_NOTE
from cases.models import VideoNote, VideoRoom, VideoSeat
from cases.queries.standing import standing
from cases.queries.video_notes import standing_note, unanswered
from cases.rules.common import check_interest, check_said
from cases.rules.video import check_is_in, hosts, matter_of
from hall.access import Actor, Refused, printable

MOST = 20_000
"""Characters of a note: some thirty pages."""
WORDS = 500
MOST_POINTS, MOST_LINES = 4000, 60
WIDTH, HEIGHT = 600, 200
"""The field that is drawn on, in units of its own."""
LEAST_POINTS = 8
"""A slip of the finger is no signature."""
CORRECTED = lazy("笔录已经更正，请重新看过再签名。")
CHANGED = lazy("笔录刚由另一个窗口保存过：下面是那边保存的内容，您输入的没有丢失。")


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _check_keeps(actor: Actor, room: VideoRoom, seat: VideoSeat) -> None:
    """The host's end alone: staff of this hall, who sit in the room with their own account."""
    case = matter_of(room)
    if case is not None:
        check_interest(actor, standing(case))
    if not hosts(actor, seat):
        raise Refused(_("笔录由主持的登记员、大厅负责人记录。"), "role")
    check_is_in(seat)


def _check_state(note: VideoNote, verb: str) -> None:
    if VIDEO_NOTE.move(verb, note.status) is None:
        state = _(VIDEO_NOTE.state(note.status).label)
        raise Refused(_("笔录当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")


def _check_typing(room: VideoRoom) -> None:
    note = standing_note(room)
    if note is not None and note.status == "closed":
        raise Refused(_("笔录已经定稿，不能再改。"), "state")
    if note is not None:
        raise Refused(_("笔录已经宣读，正在签名；要改的，请先退回更正。"), "state")


def check_can_write_video_note(actor: Actor, room: VideoRoom, seat: VideoSeat, *, now: dt.datetime) -> None:
    """As long as nothing stands that has been read back."""
    _check_keeps(actor, room, seat)
    _check_typing(room)


def check_note(text: str) -> str:
    """As it will be signed: one kind of line break, nothing that cannot be seen, no margins."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    said = "\n".join(printable(line).rstrip() for line in lines)
    if len(said) > MOST:
        raise Refused(_("笔录最多%(most)s字。") % {"most": MOST}, "input", field="text")
    return said


def check_version(room: VideoRoom, version: int | None) -> None:
    """Only who has read the last one writes the next."""
    if version != room.note_version:
        raise Refused(CHANGED, "state", field="text")


def check_can_read_back_video_note(
    actor: Actor, room: VideoRoom, seat: VideoSeat, *, now: dt.datetime
) -> None:
    _check_keeps(actor, room, seat)
    _check_typing(room)


def check_not_empty(text: str) -> None:
    check_said(text, "text", _("笔录还是空的，请先记录。"), least=2)


def _check_answers(room: VideoRoom, seat: VideoSeat, note: VideoNote, verb: str) -> None:
    check_is_in(seat)
    _check_state(note, verb)
    if note.signatures.filter(seat=seat).exists():
        raise Refused(_("%(name)s已经对这一稿作过答复。") % {"name": seat.said}, "state")


def check_can_sign_video_note(
    actor: Actor, room: VideoRoom, seat: VideoSeat, note: VideoNote, *, now: dt.datetime
) -> None:
    """Whoever was let in, once for each text; the door has made sure whose seat it is."""
    _check_answers(room, seat, note, "sign_video_note")


def check_can_refuse_video_note(
    actor: Actor, room: VideoRoom, seat: VideoSeat, note: VideoNote, *, now: dt.datetime
) -> None:
    _check_answers(room, seat, note, "refuse_video_note")


def check_can_correct_video_note(
    actor: Actor, room: VideoRoom, seat: VideoSeat, note: VideoNote, *, now: dt.datetime
) -> None:
    """Each end, also one that has signed: what is wrong is wrong."""
    check_is_in(seat)
    _check_state(note, "correct_video_note")


def check_same_text(note: VideoNote, sha256: str) -> None:
    """What was on the screen is what is signed."""
    if sha256 != note.sha256:
        raise Refused(CORRECTED, "state")


def check_drawn(name: str, strokes: str) -> tuple[str, str]:
    """A typed name, a drawn one, or both. Raises Refused(input)."""
    said, lines = name.strip()[:60], _lines(strokes)
    if not said and not lines:
        raise Refused(_("请输入姓名，或者在签名框里写下姓名。"), "input", field="name")
    if said and len(said) < 2:
        raise Refused(_("请输入完整的姓名。"), "input", field="name")
    return said, json.dumps(lines, separators=(",", ":")) if lines else ""


def _lines(strokes: str) -> list[list[list[int]]]:
    if not strokes.strip():
        return []
    wrong = Refused(_("签名框里的内容没有读出来，请清除后重写，或者输入姓名。"), "input", field="strokes")
    try:
        found: Any = json.loads(strokes)
        lines = [[[int(x), int(y)] for x, y in line] for line in found]
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise wrong from None
    points = [point for line in lines for point in line]
    if len(lines) > MOST_LINES or len(points) > MOST_POINTS:
        raise wrong
    if any(not (0 <= x <= WIDTH and 0 <= y <= HEIGHT) for x, y in points):
        raise wrong
    if points and len(points) < LEAST_POINTS:
        raise Refused(_("签名太短，请写下完整的姓名。"), "input", field="strokes")
    return [line for line in lines if line]


def check_words(text: str, field: str, what: str) -> str:
    return check_said(text, field, what, least=2)[:WORDS]


def check_can_witness_video_note(
    actor: Actor, room: VideoRoom, seat: VideoSeat, note: VideoNote, *, own: VideoSeat, now: dt.datetime
) -> None:
    """The host writes down what another end says, or that it has gone; never for the own end."""
    _check_keeps(actor, room, own)
    if seat.pk == own.pk:
        raise Refused(_("主持人自己签名，不能替自己登记。"), "input", field="who")
    _check_answers(room, seat, note, "witness_video_note")


def check_witnessed(answer: str, words: str, witness: str) -> tuple[str, str]:
    """Read aloud and agreed to before a second person; or gone, with when and why. Raises Refused(input)."""
    if answer not in BY_HOST:
        raise Refused(_("请选择宣读后口头确认，或者已经掉线、离开。"), "input", field="answer")
    if answer == "gone":
        return check_words(words, "words", _("请注明何时、为什么掉线或者离开。")), witness.strip()[:60]
    seen = check_said(witness, "witness", _("请写明在场的见证人。"), least=2)
    return words.strip()[:WORDS], seen[:60]


def check_can_close_video_note(
    actor: Actor, room: VideoRoom, seat: VideoSeat, note: VideoNote, *, now: dt.datetime
) -> None:
    """When everybody who is in the room has signed, refused, or been written down."""
    _check_keeps(actor, room, seat)
    _check_state(note, "close_video_note")
    check_all_answered(unanswered(note))


def check_all_answered(silent: Sequence[VideoSeat]) -> None:
    if silent:
        names = _("、").join(one.said for one in silent)
        raise Refused(_("%(names)s还没有签名，也没有拒绝。") % {"names": names}, "state")


def is_note_open(room: VideoRoom) -> bool:
    """Something was typed or read back, and it is not closed."""
    note = standing_note(room)
    return bool(room.note.strip()) and (note is None or note.status != "closed")


def check_note_kept(actor: Actor, room: VideoRoom, leaves: bool) -> None:
    """A room with an unsigned note is ended knowingly; it is kept as it is."""
    if actor.kind != "system" and not leaves and is_note_open(room):
        raise Refused(
            _("笔录还没有签完、定稿。确定不签名就结束的，请勾选；笔录作为没有签完的保存。"),
            "state",
            field="leaves_note",
        )
