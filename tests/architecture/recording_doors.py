"""Recordings in the house that is walked through: one asked for, one that runs, one paused, one that is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from cases import actions
from cases.actions.recording_store import write_part
from cases.models import Recording, RecordingPart, VideoRoom
from tests.cast import Cast
from tests.life_recordings import TYPE
from tests.life_video import joined, room_open
from tests.matters import accepted

DATA = b"a part"
RECORDINGS = """
# recordings: of the labour bureau's case; the clerk's browser made them
/video/<token>/recording/                  GET   409
/video/<token>/recording/ask/              POST  409
/video/<token>/recording/answer/           POST  409
/video/<token>/recording/withdraw/         POST  409
/cases/<pk>/recordings/                    GET   in   200  404  200  200  404  200  200  200  404  404  404
/recordings/<token>/                       GET   in   200  404  200  200  404  200  200  200  404  404  404
/recordings/<token>/start/                 POST  in   200  404  403  403  404  403  403  403  404  404  404
/recordings/<token>/drop/                  POST  in   200  404  403  403  404  403  200  403  404  404  404
/recordings/<token>/pause/                 POST  in   200  404  403  403  404  403  200  403  404  404  404
/recordings/<token>/resume/                POST  in   200  404  403  403  404  403  200  403  404  404  404
/recordings/<token>/stop/                  POST  in   200  404  403  403  404  403  200  403  404  404  404
/recordings/<token>/parts/                 GET   in   200  404  200  200  404  200  200  200  404  404  404
/recordings/<token>/parts/<number>/        POST  in   400  404  400  400  404  400  400  400  404  404  404
/recordings/<token>/watch/                 POST  in   302  404  302  302  404  302  302  302  404  404  404
/recordings/<token>/looks/<look_id>/       GET   in   200  404  404  404  404  404  404  404  404  404  404
/recordings/<token>/looks/<look_id>/file/  GET   in   206  404  404  404  404  404  404  404  404  404  404
/recordings/<token>/erase/                 POST  in   403  404  403  403  404  403  302  403  404  404  404
"""


def recording_rows(cast: Cast, now: dt.datetime) -> dict[str, Any]:
    """In rooms and on a case of their own; the clerk sits alone in each."""
    then = now - dt.timedelta(minutes=20)
    case = accepted(cast, then - dt.timedelta(days=1), title="录像的事")
    clerk = cast.act(cast.clerk, then)

    def asked() -> Recording:
        plan = actions.VideoPlan(
            kind="hearing", case_id=case.pk, starts_at=then, ends_at=now + dt.timedelta(minutes=40)
        )
        planned = actions.plan_video_room(actor=clerk, hall_id=cast.hall.pk, plan=plan, now=then)
        room = room_open(cast, then, VideoRoom.objects.get(pk=planned.pk))
        joined(cast, room, cast.clerk, now=then)
        return actions.ask_recording(actor=clerk, room_id=room.pk, now=then)

    first, runs, paused, kept = asked(), asked(), asked(), asked()
    for one in (runs, paused, kept):
        actions.start_recording(actor=clerk, recording_id=one.pk, media_type=TYPE, now=then)
    actions.pause_recording(actor=clerk, recording_id=paused.pk, now=then)
    actions.keep_recording_part(
        actor=clerk, recording_id=kept.pk, number=0, sha256=hashlib.sha256(DATA).hexdigest(), data=DATA, now=then
    )  # fmt: skip
    actions.stop_recording(actor=clerk, recording_id=kept.pk, parts=1, now=then)
    actions.settle_recordings(now=then)
    look = actions.watch_recording(actor=clerk, recording_id=kept.pk, reason="核对接访记录", now=then)
    return {
        "look_id": look.pk, "number": 0, "recording_case": case.pk, "recording_asked": first.token,
        "recording_runs": runs.token, "recording_paused": paused.token, "recording_kept": kept.token,
    }  # fmt: skip


def _of(name: str, **data: str) -> Callable[[Any], dict[str, Any]]:
    def form(here: Any) -> dict[str, Any]:
        return {"args": {"token": here.leading[name]}, "data": data}

    return form


def _bytes(here: Any) -> dict[str, Any]:
    """Put back: the door that erases takes them off the disk, which no transaction brings back."""
    for part in RecordingPart.objects.filter(recording__token=here.leading["recording_kept"]):
        write_part(part.file, DATA)
    return _of("recording_kept")(here)


RECORDING_FORMS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "/video/<token>/recording/": _of("video_token"),
    "/video/<token>/recording/ask/": _of("video_token"),
    "/video/<token>/recording/answer/": _of("video_token", agrees="yes"),
    "/video/<token>/recording/withdraw/": _of("video_token", wish="keep"),
    "/cases/<pk>/recordings/": lambda here: {"args": {"pk": here.leading["recording_case"]}},
    "/recordings/<token>/": _of("recording_kept"),
    "/recordings/<token>/start/": _of("recording_asked", media_type=TYPE),
    "/recordings/<token>/drop/": _of("recording_asked"),
    "/recordings/<token>/pause/": _of("recording_runs"),
    "/recordings/<token>/resume/": _of("recording_paused"),
    "/recordings/<token>/stop/": _of("recording_runs", parts="0"),
    "/recordings/<token>/parts/": _of("recording_runs"),
    "/recordings/<token>/parts/<number>/": _of("recording_runs"),
    "/recordings/<token>/watch/": _of("recording_kept", reason="核对接访记录"),
    "/recordings/<token>/looks/<look_id>/": _of("recording_kept"),
    "/recordings/<token>/looks/<look_id>/file/": _bytes,
    "/recordings/<token>/erase/": _of("recording_kept", reason="信访人书面要求删除"),
}
