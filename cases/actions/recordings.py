"""The recording of a video room: asked for, started with everyone's consent, kept part by part, closed by a worker.

The room's row is locked first, then the recording's. Each part is on record with its hash in a table of its own that is
only ever added to; the hash of the whole stands in the journal.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cases.actions import recording_store as store
from cases.actions.scans import forget_parts
from cases.actions.video import changed
from cases.lifecycle import CASE
from cases.lifecycle.recordings import CUT_OFF, RECORDING
from cases.models import Recording, RecordingPart, VideoConsent, VideoRoom, VideoSeat
from cases.queries import recordings as queries
from cases.rules import recordings as rules
from cases.rules.common import check_said
from cases.rules.video import matter_of
from hall import journal, outbox
from hall.access import SYSTEM, Actor, Refused
from hall.uploads.space import disk

SETTLE = "cases.settle_recordings"


def _locked(recording_id: int) -> Recording:
    """The room before the recording."""
    room_id = Recording.objects.values_list("room_id", flat=True).get(pk=recording_id)
    room = VideoRoom.objects.locked(room_id)
    recording = Recording.objects.locked(recording_id)
    recording.room = room
    return recording


def _on_record(actor: Actor, verb: str, one: Recording, *, now: dt.datetime, **said: Any) -> None:
    """In the file of the case; of a matter that is not registered yet, in that of the room."""
    journal.record(actor, verb, one, stream=one.case or matter_of(one.room) or one.room, now=now, **said)


def _move(one: Recording, verb: str, **facts: Any) -> None:
    one.status = RECORDING.target(verb, one.status)
    for name, value in facts.items():
        setattr(one, name, value)
    one.save(update_fields=["status", *facts])
    changed(one.room)


@transaction.atomic
def ask_recording(*, actor: Actor, room_id: int, now: dt.datetime) -> Recording:
    """Everybody in the room is asked whether this recording may be made; who asks agrees by asking."""
    room = VideoRoom.objects.locked(room_id)
    rules.check_can_ask_recording(actor, room, now=now)
    case = matter_of(room)
    one = Recording.objects.create(room=room, case=case, asked_by_id=actor.user_id or 0, asked_at=now)
    own = room.seats.there().filter(user_id=actor.user_id or 0).first()
    if own is not None:
        VideoConsent.objects.create(
            recording=one, seat=own, answer="given", words=rules.consent_words(room), at=now
        )
    _on_record(actor, "ask_recording", one, now=now)
    changed(room)
    return one


@transaction.atomic
def answer_recording(
    *, actor: Actor, recording_id: int, seat_id: int, agrees: bool, now: dt.datetime
) -> VideoConsent:
    """Yes or no of one end, with the words it was asked in. Until it starts, the last answer counts."""
    one = _locked(recording_id)
    seat = VideoSeat.objects.select_related("user", "department").get(pk=seat_id)
    rules.check_can_answer_recording(actor, one, seat, now=now)
    if not agrees:
        rules.check_not_given(one, seat)
    answer = "given" if agrees else "refused"
    return _said(actor, one, seat, "answer_recording", answer, "", now=now)


def _said(
    actor: Actor, one: Recording, seat: VideoSeat, verb: str, answer: str, wish: str, *, now: dt.datetime
) -> VideoConsent:
    words = rules.consent_words(one.room)
    row = VideoConsent.objects.create(recording=one, seat=seat, answer=answer, wish=wish, words=words, at=now)
    after = {"answer": answer, "seat": seat.place_number, "role": seat.role}
    _on_record(actor, verb, one, after=after | ({"wish": wish} if wish else {}), now=now)
    changed(one.room)
    return row


@transaction.atomic
def withdraw_recording_consent(
    *, actor: Actor, recording_id: int, seat_id: int, wish: str, now: dt.datetime
) -> VideoConsent:
    """It stops at once. What is there is kept, or erased as soon as it is closed: as the person says."""
    one = _locked(recording_id)
    seat = VideoSeat.objects.select_related("user", "department").get(pk=seat_id)
    rules.check_can_withdraw_recording_consent(actor, one, seat, now=now)
    rules.check_wish(wish)
    row = _said(actor, one, seat, "withdraw_recording_consent", "withdrawn", wish, now=now)
    _stop(one, "withdraw_recording_consent", "withdrawn", now=now)
    return row


@transaction.atomic
def start_recording(*, actor: Actor, recording_id: int, media_type: str, now: dt.datetime) -> Recording:
    """Only when everybody who is in the room has agreed to this one."""
    one = _locked(recording_id)
    rules.check_can_start_recording(actor, one, now=now)
    kind = rules.check_media_type(media_type)
    rules.check_disk(disk().free)
    _move(one, "start_recording", started_at=now, media_type=kind)
    after = {"seats": one.room.seats.there().count(), "media_type": kind}
    _on_record(actor, "start_recording", one, after=after, now=now)
    return one


@transaction.atomic
def drop_recording(*, actor: Actor, recording_id: int, now: dt.datetime) -> Recording:
    """Nothing was recorded: somebody said no, or it is not needed."""
    one = _locked(recording_id)
    rules.check_can_drop_recording(actor, one, now=now)
    _move(one, "drop_recording")
    _on_record(actor, "drop_recording", one, now=now)
    return one


@transaction.atomic
def pause_recording(*, actor: Actor, recording_id: int, now: dt.datetime) -> Recording:
    """For somebody who comes in and was not asked yet, or for what is not to be on it."""
    one = _locked(recording_id)
    rules.check_can_pause_recording(actor, one, now=now)
    _move(one, "pause_recording")
    _on_record(actor, "pause_recording", one, now=now)
    return one


@transaction.atomic
def resume_recording(*, actor: Actor, recording_id: int, now: dt.datetime) -> Recording:
    """With the consent of everybody who is there now."""
    one = _locked(recording_id)
    rules.check_can_resume_recording(actor, one, now=now)
    _move(one, "resume_recording")
    _on_record(actor, "resume_recording", one, now=now)
    return one


@transaction.atomic
def stop_recording(
    *, actor: Actor, recording_id: int, reason: str = "host", parts: int | None = None, now: dt.datetime
) -> Recording:
    """From now on only parts come that were made before. `parts`: how many the browser made, as soon as it knows.

    Asked again after the recording stopped by itself, it only takes that number.
    """
    one = _locked(recording_id)
    rules.check_can_stop_recording(actor, one, now=now)
    rules.check_stop(reason, parts)
    if parts is not None:
        # A browser that came back may count less than what has arrived from before.
        top = one.parts.order_by("-number").values_list("number", flat=True).first()
        parts = max(parts, 0 if top is None else top + 1)
    if one.status == "finishing":
        one.parts_made = parts
        if reason in CUT_OFF:
            one.stop_reason = reason
        one.save(update_fields=["parts_made", "stop_reason"])
    else:
        _stop(one, "stop_recording", reason, parts=parts, now=now)
    _on_record(actor, "stop_recording", one, after={"why": one.stop_reason, "parts": parts}, now=now)
    transaction.on_commit(lambda: outbox.nudge(SETTLE))
    return one


def _stop(one: Recording, verb: str, reason: str, *, parts: int | None = None, now: dt.datetime) -> None:
    until = timezone.localdate(now) + dt.timedelta(days=settings.HALL_RECORDING_DAYS)
    _move(one, verb, ended_at=now, stop_reason=reason, parts_made=parts, erase_on=until)


def keep_recording_part(
    *, actor: Actor, recording_id: int, number: int, sha256: str, data: bytes, now: dt.datetime
) -> tuple[RecordingPart, bool]:
    """A part, once: the same again is the same, another one under its number is refused. Parts come in any order.

    True when it is new. Raises Refused (input: it is not what its hash says; state), OSError when the disk is full.
    """
    rules.check_part(number, sha256, len(data))
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Refused(rules.SPOILT, "input", field="sha256")
    with transaction.atomic():
        # Held while it is written: it can't be closed or erased meanwhile, and two of one number come one by one.
        one = Recording.objects.locked(recording_id)
        rules.check_can_keep_recording_part(actor, one, now=now)
        known = one.parts.filter(number=number).first()
        if known is not None:
            if known.sha256 != sha256:
                raise Refused(rules.OTHER_PART, "state")
            return known, False
        name = store.name_of_part(one, number)
        store.write_part(name, data)
        row = RecordingPart.objects.create(
            recording=one, number=number, size=len(data), sha256=sha256, file=name, received_at=now
        )
        if one.status == "finishing":
            transaction.on_commit(lambda: outbox.nudge(SETTLE))
    return row, True


# -- the worker ----------------------------------------------------------------------------------------------------


def settle_recordings(*, now: dt.datetime) -> int:
    """What the room's end or a lost browser left open is stopped, what has all its parts is closed; how many changed.

    One a transaction, skipping those that somebody holds: the next round takes them.
    """
    done = 0
    for pk in list(queries.unsettled(now).values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            room = Recording.objects.values_list("room_id", flat=True).get(pk=pk)
            if VideoRoom.objects.select_for_update(skip_locked=True).filter(pk=room).first() is None:
                continue
            one = Recording.objects.locked(pk)
            done += _settle(one, now)
    return done + _bind(now)


def _settle(one: Recording, now: dt.datetime) -> bool:
    if one.status == "asked":
        if one.room.status == "open":
            return False
        _move(one, "drop_recording")
        _on_record(SYSTEM, "drop_recording", one, now=now)
        return True
    if one.is_running:
        last = queries.last_part_at(one) or one.started_at or one.asked_at
        is_lost = one.status == "recording" and last < now - rules.LOST_AFTER
        if one.room.status == "open" and not is_lost:
            return False
        _stop(one, "stop_recording", "interrupted" if is_lost else "room_ended", now=now)
        after = {"why": one.stop_reason, "parts": None}
        _on_record(SYSTEM, "stop_recording", one, after=after, now=now)
        return True
    return one.status == "finishing" and _close(one, now)


def _close(one: Recording, now: dt.datetime) -> bool:
    """With everything there it is whole; else it is kept as it is once the grace is over. Or erased, if so wished."""
    if queries.wants_erasure(one):
        _erase(SYSTEM, one, rules.WITHDRAWN_WORDS, now=now)
        return True
    numbers = list(one.parts.order_by("number").values_list("number", flat=True))
    lacking = queries.gaps(numbers, one.parts_made)
    is_cut = one.stop_reason in CUT_OFF or one.parts_made is None
    is_over = one.ended_at is not None and now >= one.ended_at + rules.GRACE
    if (lacking or one.parts_made is None) and not is_over:
        return False
    is_whole = not lacking and not is_cut and bool(numbers)
    size, digest = 0, hashlib.sha256()
    for piece in queries.pieces_of(one):
        data = store.read_part(piece.file)
        size += len(data)
        digest.update(data)
    verb = "complete_recording" if is_whole else "close_recording"
    facts = {"size": size, "sha256": digest.hexdigest() if numbers else "", "missing": lacking}
    case = one.case or matter_of(one.room)
    _move(one, verb, settled_at=now, case=case, **facts)
    after = {**facts, "parts": len(numbers), "made": one.parts_made, "why": one.stop_reason}
    _on_record(SYSTEM, verb, one, after=after, now=now)
    return True


def _bind(now: dt.datetime) -> int:
    """A matter that was registered after its reception: the recording belongs to its file from now on."""
    rows = Recording.objects.filter(case=None, room__docket_item__case__isnull=False)
    found = rows.select_related("room__docket_item__case").select_for_update(of=("self",), skip_locked=True)
    with transaction.atomic():
        bound = list(found[:200])
        for one in bound:
            one.case = matter_of(one.room)
            one.save(update_fields=["case"])
            after = {"sha256": one.sha256, "status": one.status}
            journal.record(SYSTEM, "bind_recording", one, stream=one.case, after=after, now=now)
    return len(bound)


def due_recordings(*, now: dt.datetime) -> QuerySet[Recording]:
    return Recording.objects.filter(
        Q(case=None) | Q(case__status__in=CASE.ends),
        status__in=("complete", "incomplete"),
        erase_on__lte=timezone.localdate(now),
    )


def erase_recordings(*, now: dt.datetime) -> int:
    """Those whose time is over, unless their matter is still open; how many."""
    done = 0
    for pk in list(due_recordings(now=now).order_by("erase_on").values_list("pk", flat=True)):
        with transaction.atomic():
            one = _locked(pk)
            if one.status in ("complete", "incomplete"):
                _erase(SYSTEM, one, rules.PERIOD_WORDS, now=now)
                done += 1
    return done


@transaction.atomic
def erase_recording(*, actor: Actor, recording_id: int, reason: str, now: dt.datetime) -> Recording:
    """Before its time, for a reason; the row stays, with the hash of what it was."""
    one = _locked(recording_id)
    rules.check_can_erase_recording(actor, one, now=now)
    _erase(actor, one, check_said(reason, "reason")[:200], now=now)
    return one


def _erase(actor: Actor, one: Recording, reason: str, *, now: dt.datetime) -> None:
    forget_parts(one, now=now)  # the scanner's rows before the parts': as its own rounds lock them
    # rotate_keys holds a part's row while it writes its file anew: it must not bring one back.
    list(one.parts.select_for_update().values_list("pk"))
    _move(one, "erase_recording", erased_at=now, erase_reason=reason)
    after = {"sha256": one.sha256, "parts": one.parts.count()}
    _on_record(actor, "erase_recording", one, after=after, reason=reason, now=now)
    # Last, and before the commit: if that fails the bytes are gone all the same, and the next round says so.
    store.erase_parts(one)
