"""Who is complained of or recused while in a video room is put out of it at once.

《信访工作条例》第二十八条、第三十条.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from cases.actions.video import changed, record
from cases.lifecycle.video import VIDEO_SEAT
from cases.models import Case, VideoPresence, VideoRoom, VideoSeat
from hall.access import Actor

REASON = gettext_noop("与该事项有利害关系，依法回避")


def put_out_barred(*, actor: Actor, case: Case, now: dt.datetime) -> int:
    """A part of the act that barred somebody; the caller holds the case. Their seats in every live room of it are
    taken back, whatever they showed is put away, and all other ends hang up on them. Returns how many.
    """
    rooms = VideoRoom.objects.live().filter(Q(case=case) | Q(docket_item__case=case))
    count = 0
    for room_id in rooms.order_by("pk").values_list("pk", flat=True):
        room = VideoRoom.objects.locked(room_id)
        seats = VideoSeat.objects.held().filter(room=room).barred(timezone.localdate(now))
        for seat in seats.select_for_update(of=("self",)).order_by("place_number"):
            seat.room = room
            _put_out(actor, seat, now=now)
            count += 1
        changed(room)
    return count


def _put_out(actor: Actor, seat: VideoSeat, *, now: dt.datetime) -> None:
    was_there = seat.status in ("waiting", "admitted")
    seat.status = VIDEO_SEAT.target("refuse_video_seat", seat.status)
    seat.refusal, seat.token_hash = REASON, None
    seat.save(update_fields=["status", "refusal", "token_hash"])
    seat.showings.filter(hidden_at=None).update(hidden_at=now)
    if was_there:
        VideoPresence.objects.create(seat=seat, kind="left", at=now, detail={"why": "recused"})
    after = {"place": seat.place_number}
    record(actor, "refuse_video_seat", seat, after=after, reason=REASON, now=now)
