"""Video rooms in the house that is walked through: one planned, one confirmed, one open with somebody who waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from cases import actions
from cases.models import VideoRoom
from tests.architecture.note_doors import NOTE_FORMS, note_rows
from tests.architecture.permissions_video_evidence import EVIDENCE_FORMS
from tests.architecture.recording_doors import RECORDING_FORMS, recording_rows
from tests.cast import Cast
from tests.life_video import invited, joined, room_open
from tests.matters import accepted

WHY = "另有安排，改为现场参加。"


def video_rows(cast: Cast, now: dt.datetime) -> dict[str, Any]:
    """On a case of their own, so that no other page changes; what came before happened some minutes ago."""
    then = now - dt.timedelta(minutes=25)
    case = accepted(cast, then - dt.timedelta(days=1), title="视频会商的事")

    def planned() -> VideoRoom:
        plan = actions.VideoPlan(
            kind="consultation",
            case_id=case.pk,
            starts_at=now - dt.timedelta(minutes=10),
            ends_at=now + dt.timedelta(minutes=50),
            department_ids=[cast.units["labour"].pk],
        )
        return actions.plan_video_room(
            actor=cast.act(cast.clerk, then), hall_id=cast.hall.pk, plan=plan, now=then
        )

    first, ready, live = planned(), planned(), planned()
    for room in (ready, live):
        actions.approve_video_room(actor=cast.act(cast.head, then), room_id=room.pk, now=then)
    live = room_open(cast, then, VideoRoom.objects.get(pk=live.pk))
    _seat, secret = invited(cast, live, then)
    return {
        "room_id": first.pk,
        "video_ready": ready.pk,
        "video_live": live.pk,
        "video_token": live.token,
        "seat_id": joined(cast, live, cast.head, now=now - dt.timedelta(minutes=5)).pk,
        "secret": secret,
        **recording_rows(cast, now),
        **note_rows(cast, now),
    }


def _planned(here: Any) -> dict[str, Any]:
    day = timezone.localdate(here.now) + dt.timedelta(days=2)
    return {"kind": "hearing", "title": "远程听证", "day": f"{day}", "starts": "10:00", "ends": "11:00"}


def _live(here: Any) -> dict[str, Any]:
    return {"args": {"token": here.leading["video_token"]}}


VIDEO_FORMS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "/video/new/": lambda here: {"data": _planned(here)},
    "/video/rooms/<room_id>/cancel/": lambda here: {"data": {"reason": WHY}},
    "/video/rooms/<room_id>/decline/": lambda here: {"data": {"reason": WHY}},
    "/video/rooms/<room_id>/invite/": lambda here: {
        "data": {"role": "lawyer", "name": "王律师", "phone": "13800010009"}
    },
    "/video/rooms/<room_id>/open/": lambda here: {"args": {"room_id": here.leading["video_ready"]}},
    "/video/rooms/<room_id>/end/": lambda here: {"args": {"room_id": here.leading["video_live"]}},
    "/video/seats/<seat_id>/refuse/": lambda here: {"data": {"reason": WHY}},
    "/video/<token>/": _live,
    "/video/<token>/join/": _live,
    "/video/<token>/leave/": _live,
    "/video/<token>/events/": _live,
    "/video/<token>/signal/": _live,
    "/video/<token>/jitsi/": _live,
    **RECORDING_FORMS,
    **NOTE_FORMS,
    **EVIDENCE_FORMS,
}
