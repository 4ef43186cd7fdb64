"""The note of a video room in the house that is walked through: read back, sent back once, signed and closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from cases import actions
from cases.models import VideoRoom
from tests.cast import Cast
from tests.life_video import joined, room_open
from tests.matters import accepted

TEXT = "信访人：工资还没有付。"
NOTES = """
# notes: of the labour bureau's case; the clerk alone was in the room. The paper has not been printed yet
/video/<token>/note/                       GET   409
/video/<token>/note/now/                   GET   409
/video/<token>/note/file/                  GET   409
/video/<token>/note/write/                 POST  409
/video/<token>/note/read-back/             POST  409
/video/<token>/note/sign/                  POST  409
/video/<token>/note/refuse/                POST  409
/video/<token>/note/correct/               POST  409
/video/<token>/note/witness/               POST  409
/video/<token>/note/close/                 POST  409
/video/notes/<token>/                      GET   in   200  404  200  200  404  200  200  200  404  404  404
/video/notes/<token>/file/                 GET   in   409  404  409  409  404  409  409  409  404  404  404
"""
IN_ROOM = ("", "now/", "file/", "write/", "read-back/", "sign/", "refuse/", "correct/", "witness/", "close/")


def note_rows(cast: Cast, now: dt.datetime) -> dict[str, Any]:
    """In a room and on a case of its own."""
    then = now - dt.timedelta(minutes=20)
    case = accepted(cast, then - dt.timedelta(days=1), title="笔录的事")
    clerk = cast.act(cast.clerk, then)
    plan = actions.VideoPlan(
        kind="consultation", case_id=case.pk, starts_at=then, ends_at=now + dt.timedelta(minutes=40)
    )
    planned = actions.plan_video_room(actor=clerk, hall_id=cast.hall.pk, plan=plan, now=then)
    room = room_open(cast, then, VideoRoom.objects.get(pk=planned.pk))
    own = joined(cast, room, cast.clerk, now=then)
    act: dict[str, Any] = {"actor": clerk, "room_id": room.pk, "seat_id": own.pk, "now": then}
    first = actions.read_back_video_note(text=TEXT, version=0, **act)
    actions.correct_video_note(note_id=first.pk, words="应当写明数额。", **act)
    note = actions.read_back_video_note(text=f"{TEXT}三个月。", version=1, **act)
    actions.sign_video_note(note_id=note.pk, sha256=note.sha256, name=cast.clerk.name, **act)
    note = actions.close_video_note(note_id=note.pk, **act)
    return {"note_token": note.token, "note_first": first.token}


def _args(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda here: {"args": {"token": here.leading[name]}}


NOTE_FORMS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    **{f"/video/<token>/note/{door}": _args("video_token") for door in IN_ROOM},
    "/video/notes/<token>/": _args("note_token"),
    "/video/notes/<token>/file/": _args("note_token"),
}
