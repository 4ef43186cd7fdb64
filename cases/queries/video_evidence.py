"""What is shown in a video room now, what its end may show, and which ends may see the matter by themselves."""

from __future__ import annotations

import datetime as dt

from cases.models import Case, CaseParty, Material, VideoEvidence, VideoRoom, VideoSeat
from hall.uploads.showing import SHOWN
from staffing.queries.who import actor_of

MOST = 200


def shown_now(room: VideoRoom) -> VideoEvidence | None:
    """What all ends of the room see at the moment."""
    return room.evidence.shown().select_related("material", "seat__user", "seat__department").first()


def materials_to_show(case: Case, seat: VideoSeat, *, is_host: bool) -> list[Material]:
    """The host's choice is the whole file; an end with an account shows what it put into the file itself."""
    rows = case.materials.filter(media_type__in=SHOWN).order_by("-id")
    if not is_host:
        rows = rows.filter(added_by_id=seat.user_id or 0)
    return list(rows[:MOST])


def sees_case(seat: VideoSeat, case: Case, day: dt.date) -> bool:
    """Whoever sits there has an account and reads the file anyway."""
    if seat.user is None:
        return False
    return Case.objects.visible_to(actor_of(seat.user, today=day)).filter(pk=case.pk).exists()


def is_sole_petitioner(seat: VideoSeat, case: Case) -> bool:
    """The one whose matter it is: nobody else's data stand beside theirs."""
    return seat.role == "petitioner" and CaseParty.objects.filter(case=case).count() == 1


def without_account(room: VideoRoom, case: Case, day: dt.date) -> list[VideoSeat]:
    """Who is in the room and does not read the file by themselves."""
    there = room.seats.there().select_related("user", "department").order_by("place_number")
    return [seat for seat in there if not sees_case(seat, case, day)]
