"""What is known of recordings: who agreed, which parts came, what is missing in words, where a byte lies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cases.lifecycle.recordings import CUT_OFF, LIVE
from cases.models import Recording, RecordingPart, VideoConsent, VideoRoom
from hall.access import Actor


def last_answers(recording: Recording) -> dict[int, str]:
    """Seat → what it said last."""
    rows = VideoConsent.objects.filter(recording=recording).order_by("id")
    return dict(rows.values_list("seat_id", "answer"))


def live_recording(room: VideoRoom) -> Recording | None:
    """The recording that is asked for or runs in this room."""
    return room.recordings.filter(status__in=LIVE).first()


def wants_erasure(recording: Recording) -> bool:
    """Somebody took the consent back and wants what is there erased."""
    return VideoConsent.objects.filter(recording=recording, answer="withdrawn", wish="erase").exists()


def gaps(numbers: Iterable[int], made: int | None) -> list[list[int]]:
    """First and last number of every stretch that did not come; what should be there ends at `made`."""
    found, expected = [], 0
    for number in sorted(numbers):
        if number > expected:
            found.append([expected, number - 1])
        expected = number + 1
    if made is not None and made > expected:
        found.append([expected, made - 1])
    return found


def _moment(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return _("%(minutes)s分%(seconds)02d秒") % {"minutes": minutes, "seconds": rest}


def missing_words(recording: Recording) -> list[str]:
    """What an incomplete recording lacks, one sentence each."""
    if recording.status != "incomplete":
        return []
    said, every = [], recording.part_seconds
    for first, last in recording.missing:
        where = {"from": _moment(first * every), "to": _moment((last + 1) * every), "n": last - first + 1}
        said.append(_("约%(from)s至%(to)s之间的内容没有收到（%(n)s段）。") % where)
        if first == 0:
            said.append(_("开头没有收到，录像可能不能播放。"))
    if recording.stop_reason in CUT_OFF or recording.parts_made is None:
        there = recording.parts.count() * every
        said.append(_("录像的浏览器中断，约%(at)s以后的内容没有录下。") % {"at": _moment(there)})
    return said


@dataclass(frozen=True, slots=True)
class Piece:
    """A part, and where it begins in the whole."""

    start: int
    size: int
    file: str


def pieces_of(recording: Recording) -> list[Piece]:
    """The parts in their order, one behind the other."""
    found, start = [], 0
    for size, file in recording.parts.order_by("number").values_list("size", "file"):
        found.append(Piece(start, size, file))
        start += size
    return found


def pieces_between(pieces: Sequence[Piece], first: int, last: int) -> list[Piece]:
    """Those that hold a byte from `first` to `last`, both counted."""
    return [one for one in pieces if one.start <= last and one.start + one.size > first]


def recordings_of_case(actor: Actor, case_id: int) -> QuerySet[Recording]:
    """Those of a case that the reader sees, with the room, newest first; what was only asked for is left out."""
    rows = Recording.objects.visible_to(actor).filter(case_id=case_id).exclude(status="dropped")
    return rows.select_related("room", "case").order_by("-id")


def unsettled(now: dt.datetime) -> QuerySet[Recording]:
    """Those that a worker looks at: live ones and those that wait for their last parts."""
    return Recording.objects.filter(Q(status__in=LIVE) | Q(status="finishing")).order_by("id")


def last_part_at(recording: Recording) -> dt.datetime | None:
    """When the last part came."""
    rows = RecordingPart.objects.filter(recording=recording).order_by("-received_at")
    return rows.values_list("received_at", flat=True).first()
