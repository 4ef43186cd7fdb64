"""Recording a video room: with everyone's consent, by the hall's own browser; watched for a reason, erased in time.

Faces and voices are sensitive: each person agrees by name to this one recording, may say no without any harm, and may
take it back at any time (《个人信息保护法》第十四条、第十五条、第十六条、第二十九条).
"""

from __future__ import annotations

import datetime as dt
import re

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import gettext_noop

from cases.lifecycle.recordings import ARTICLE, LIVE, RECORDING, RUNNING, STOPS, WISHES, WITHDRAWAL
from cases.models import Recording, VideoRoom, VideoSeat
from cases.queries.recordings import last_answers
from cases.queries.standing import standing
from cases.rules.common import check_interest, check_said
from cases.rules.video import is_host, matter_of
from hall.access import Actor, Refused
from staffing.lifecycle import HALL_MANAGER

LARGEST_PART = 4 * 1024 * 1024
MOST_PARTS = 6000
"""Of five seconds each: more than eight hours."""
MEDIA_TYPES = re.compile(r"(video/(webm|mp4))(;\s*codecs=[\w.,\" ]{1,60})?")
WATCH_HOURS = 4
LOST_AFTER = dt.timedelta(minutes=10)
"""A recording of which no part came for so long has lost its browser."""
GRACE = dt.timedelta(hours=24)
"""So long parts may still come from the browser that kept them."""
_IN = ("waiting", "admitted")
SPOILT = lazy("这一部分在传送中损坏，请重新传送。")
OTHER_PART = lazy("这一部分已经保存，内容与现在传送的不同，没有替换。")
WITHDRAWN_WORDS = gettext_noop("有人撤回同意，要求删除已经录下的部分")
PERIOD_WORDS = gettext_noop("保存期满")


def consent_words(room: VideoRoom) -> str:
    """What everybody is asked, in the reader's language; kept with the answer, word for word."""
    said = _(
        "%(hall)s请您同意：把这次视频接访录音录像，包括您的面容和声音。录像只用于记录和核实这次接访，加密保存；"
        "只有有权查看该事项的工作人员说明用途后才能观看，每次观看都有记录。录像保存%(days)s天，事项那时还没有办结的，"
        "保存到办结，然后删除。您可以不同意，不影响接访；同意以后可以随时撤回，撤回时由您决定已经录下的部分保留还是删除。"
    )
    return said % {"hall": room.hall.label, "days": settings.HALL_RECORDING_DAYS}


def _check_host(actor: Actor, room: VideoRoom) -> None:
    case = matter_of(room)
    if case is not None and actor.kind != "system":
        check_interest(actor, standing(case))
    if not is_host(actor, room):
        raise Refused(_("录像由本厅的登记员、大厅负责人办理。"), "role")


def _check_state(recording: Recording, verb: str) -> None:
    if RECORDING.move(verb, recording.status) is None:
        state = _(RECORDING.state(recording.status).label)
        raise Refused(_("录像当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")


def _check_open(room: VideoRoom) -> None:
    if room.status != "open":
        raise Refused(_("视频接访室没有打开，不能录像。"), "state")


def check_can_ask_recording(actor: Actor, room: VideoRoom, *, now: dt.datetime) -> None:
    """One recording at a time, in a room that is open."""
    _check_host(actor, room)
    _check_open(room)
    if room.recordings.live().exists():
        raise Refused(_("已经在征求同意或者正在录像。"), "state")


def unanswered(recording: Recording) -> tuple[list[VideoSeat], list[VideoSeat]]:
    """Who in the room has not answered, and who does not agree."""
    answers = last_answers(recording)
    there = list(recording.room.seats.there().select_related("user", "department"))
    silent = [seat for seat in there if seat.pk not in answers]
    against = [seat for seat in there if answers.get(seat.pk, "given") != "given"]
    return silent, against


def check_everyone_agreed(recording: Recording) -> None:
    """Raises Refused(state) with the names of those who are still to be asked, or who said no."""
    silent, against = unanswered(recording)
    comma = _("、")
    if against:
        names = comma.join(seat.said for seat in against)
        raise Refused(_("%(names)s不同意录像，不能录像。") % {"names": names}, "state", article=ARTICLE)
    if silent:
        names = comma.join(seat.said for seat in silent)
        raise Refused(_("%(names)s还没有回答是否同意录像。") % {"names": names}, "state", article=ARTICLE)
    if not recording.room.seats.there().exists():
        raise Refused(_("视频接访室里还没有人。"), "state")


def check_can_start_recording(actor: Actor, recording: Recording, *, now: dt.datetime) -> None:
    _check_host(actor, recording.room)
    _check_state(recording, "start_recording")
    _check_open(recording.room)
    _check_recorder(actor, recording)
    check_everyone_agreed(recording)


def check_media_type(text: str) -> str:
    """What the recorder says that it makes. Raises Refused(input)."""
    if MEDIA_TYPES.fullmatch(text) is None:
        raise Refused(_("这个浏览器录制的格式不能保存，请换用新版浏览器。"), "input", field="media_type")
    return text


def check_disk(free: int) -> None:
    """Nothing is begun that the disk cannot hold."""
    if free < settings.HALL_DISK_LEFT_MB * 1024 * 1024:
        raise Refused(_("存储空间不足，不能开始录像。请告诉系统管理员。"), "state")


def check_can_drop_recording(actor: Actor, recording: Recording, *, now: dt.datetime) -> None:
    _check_host(actor, recording.room)
    _check_state(recording, "drop_recording")


def check_can_pause_recording(actor: Actor, recording: Recording, *, now: dt.datetime) -> None:
    _check_host(actor, recording.room)
    _check_state(recording, "pause_recording")


def check_can_resume_recording(actor: Actor, recording: Recording, *, now: dt.datetime) -> None:
    _check_host(actor, recording.room)
    _check_state(recording, "resume_recording")
    check_everyone_agreed(recording)


def check_can_stop_recording(actor: Actor, recording: Recording, *, now: dt.datetime) -> None:
    """Once more after it stopped by itself: then the browser says how many parts it made."""
    _check_host(actor, recording.room)
    if recording.status == "finishing" and recording.parts_made is None:
        return
    _check_state(recording, "stop_recording")


def check_stop(reason: str, parts: int | None) -> None:
    if reason not in STOPS:
        raise Refused(_("请写明停止的原因。"), "input", field="reason")
    if parts is not None and not 0 <= parts <= MOST_PARTS:
        raise Refused(_("录像的段数不对。"), "input", field="parts")


def check_can_keep_recording_part(actor: Actor, recording: Recording, *, now: dt.datetime) -> None:
    """From the one whose browser records, until the recording is closed."""
    if actor.kind != "system":
        _check_recorder(actor, recording)
    if recording.status not in (*RUNNING, "finishing"):
        state = _(RECORDING.state(recording.status).label)
        raise Refused(_("录像当前为“%(state)s”，不再接收新的部分。") % {"state": state}, "state")


def _check_recorder(actor: Actor, recording: Recording) -> None:
    if recording.asked_by_id != actor.user_id:
        raise Refused(_("录像由征求同意的工作人员在自己的浏览器里录制。"), "role")


def check_part(number: int, sha256: str, size: int) -> None:
    """Raises Refused(input)."""
    if not 0 <= number < MOST_PARTS:
        raise Refused(_("录像太长，请停止以后另录一段。"), "input", field="number")
    if re.fullmatch(r"[0-9a-f]{64}", sha256) is None:
        raise Refused(_("缺少这一部分的校验值。"), "input", field="sha256")
    if not 0 < size <= LARGEST_PART:
        raise Refused(_("这一部分是空的或者太大，没有保存。"), "input", field="data")


def check_can_answer_recording(
    actor: Actor, recording: Recording, seat: VideoSeat, *, now: dt.datetime
) -> None:
    """Whoever is in the room or waits to be let in; the door has made sure whose seat it is."""
    if seat.room_id != recording.room_id:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    if seat.status not in _IN:
        raise Refused(_("您不在这间视频接访室里。"), "state")
    if recording.status not in LIVE:
        raise Refused(_("录像已经结束，不需要再回答。"), "state")


def check_not_given(recording: Recording, seat: VideoSeat) -> None:
    """Who agreed and wants it no longer withdraws, and says what becomes of what is there."""
    if recording.status in RUNNING and last_answers(recording).get(seat.pk) == "given":
        raise Refused(_("录像已经开始，请使用“撤回同意”。"), "state", article=WITHDRAWAL)


def check_can_withdraw_recording_consent(
    actor: Actor, recording: Recording, seat: VideoSeat, *, now: dt.datetime
) -> None:
    """At any time while it runs; it stops at once."""
    if seat.room_id != recording.room_id:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    _check_state(recording, "withdraw_recording_consent")
    if last_answers(recording).get(seat.pk) != "given":
        raise Refused(_("您没有同意过这次录像。"), "state")


def check_wish(wish: str) -> None:
    if wish not in WISHES:
        raise Refused(_("请选择已经录下的部分保留还是删除。"), "input", field="wish", article=WITHDRAWAL)


def agrees_to_what_runs(seat: VideoSeat) -> bool:
    """True when nothing is recorded at this moment, or this end has agreed to it."""
    recording = Recording.objects.filter(room_id=seat.room_id, status="recording").first()
    return recording is None or last_answers(recording).get(seat.pk) == "given"


def check_may_be_let_in(seat: VideoSeat) -> None:
    """While it records, nobody comes into the picture who has not agreed. Asked before somebody is let in."""
    if not agrees_to_what_runs(seat):
        raise Refused(
            _("正在录像：请先征得%(name)s同意，或者暂停录像再准许进入。") % {"name": seat.said},
            "state",
            article=ARTICLE,
        )


def check_can_watch_recording(actor: Actor, recording: Recording, *, now: dt.datetime) -> None:
    """For those who may see the case (the caller fetched it among those); it is there, and not erased."""
    case = recording.case
    if case is not None and actor.kind != "system":
        check_interest(actor, standing(case))
    if actor.user_id is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    if recording.status == "erased":
        raise Refused(_("录像已经删除。"), "state")
    if not recording.is_there:
        raise Refused(_("录像还没有保存好，或者没有录下内容。"), "state")


def check_look(reason: str) -> str:
    return check_said(reason, "reason", _("请写明观看录像的用途，至少%(n)s个字。"))[:200]


def check_can_erase_recording(actor: Actor, recording: Recording, *, now: dt.datetime) -> None:
    """Before its time: by the hall's manager, when somebody asks for it with right."""
    if actor.kind != "system" and not actor.has(HALL_MANAGER, hall_id=recording.room.hall_id):
        raise Refused(_("录像由大厅负责人删除。"), "role")
    _check_state(recording, "erase_recording")
