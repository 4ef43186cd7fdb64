"""Who is complained of or recused while in a video room is put out of it at once.

《信访工作条例》第二十八条、第三十条.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from cases.actions.video import changed, put_out
from cases.models import Case, VideoRoom, VideoSeat
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
            put_out(actor, seat, REASON, why="recused", now=now)
            count += 1
        changed(room)
    return count
