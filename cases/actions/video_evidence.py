"""Material of the case before all ends of its video room: shown a page at a time, put away, and who looked."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from cases.actions.store import path_of
from cases.actions.video import changed
from cases.models import Case, Material, VideoEvidence, VideoEvidenceLook, VideoRoom, VideoSeat
from cases.queries.scans import check_is_there
from cases.rules import video_evidence as rules
from hall import journal
from hall.access import Actor
from hall.uploads.showing import Shown, shown_page


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page of which material. `is_checked`: nothing in it is kept from those who are there without an account."""

    material_id: int | None
    page: int = 1
    is_checked: bool = False


def picture(material: Material, page: int) -> Shown:
    """The page as it goes out. Raises Refused."""
    place = path_of(material.file)
    check_is_there(place, material.file)
    return shown_page(place, material.media_type, page)


def _seat(seat_id: int) -> VideoSeat:
    """Under the lock of its room: what is shown and who is in do not change meanwhile."""
    room = VideoRoom.objects.locked(VideoSeat.objects.values_list("room", flat=True).get(pk=seat_id))
    seat = VideoSeat.objects.select_related("user", "department").get(pk=seat_id)
    seat.room = room
    return seat


@transaction.atomic
def show_video_evidence(*, actor: Actor, seat_id: int, wanted: Wanted, now: dt.datetime) -> VideoEvidence:
    """One page before everybody; what was shown before is put away by it. Another page is another showing."""
    seat = VideoSeat.objects.select_related("room__case", "room__docket_item__case", "user").get(pk=seat_id)
    case = rules.check_can_show_video_evidence(actor, seat, now=now)
    material = rules.check_evidence(actor, seat, case, wanted.material_id)
    # Made before the room is locked: a page takes a second, and nobody waits for it.
    pages = picture(material, wanted.page).pages
    seat = _seat(seat_id)
    case = rules.check_can_show_video_evidence(actor, seat, now=now)
    rules.check_audience(seat, case, is_checked=wanted.is_checked, now=now)
    seat.room.evidence.put_away(now=now)
    shown = VideoEvidence.objects.create(
        room=seat.room,
        material=material,
        seat=seat,
        page=wanted.page,
        pages=pages,
        is_checked=wanted.is_checked,
        shown_at=now,
    )
    _record(actor, "show_video_evidence", shown, case, seat, now=now)
    changed(seat.room)
    return shown


@transaction.atomic
def hide_video_evidence(*, actor: Actor, seat_id: int, now: dt.datetime) -> VideoEvidence:
    """Nobody sees it any more, and its address opens nothing."""
    seat = _seat(seat_id)
    rules.check_can_hide_video_evidence(actor, seat, now=now)
    rows = seat.room.evidence.shown().select_for_update(of=("self",))
    shown = rows.select_related("material__case").get()
    shown.hidden_at = now
    shown.save(update_fields=["hidden_at"])
    _record(actor, "hide_video_evidence", shown, shown.material.case, seat, now=now)
    changed(seat.room)
    return shown


@transaction.atomic
def look_at_video_evidence(
    *, actor: Actor, seat_id: int, token: uuid.UUID, now: dt.datetime
) -> VideoEvidence:
    """The picture goes to this end; each page is written down the first time, and the material once in the journal.

    Raises Refused(unseen).
    """
    seats = VideoSeat.objects.select_related("room__case", "room__docket_item__case", "user")
    seat = seats.get(pk=seat_id)
    rows = VideoEvidence.objects.select_related("material__case")
    found = rows.filter(token=token).first()
    shown = rules.check_can_look_at_video_evidence(actor, seat, found, now=now)
    seen_before = seat.looks.filter(evidence__material=shown.material_id).exists()
    _look, is_new = VideoEvidenceLook.objects.get_or_create(evidence=shown, seat=seat, defaults={"at": now})
    if is_new and not seen_before:
        _record(actor, "look_at_video_evidence", shown, shown.material.case, seat, now=now)
    return shown


def _record(
    actor: Actor, verb: str, shown: VideoEvidence, case: Case, seat: VideoSeat, *, now: dt.datetime
) -> None:
    """In the case's file; names of files may hold those of people, so only their numbers stand there."""
    after = {"material": shown.material_id, "page": shown.page, "place": seat.place_number}
    journal.record(actor, verb, shown.material, stream=case, after=after, now=now)
