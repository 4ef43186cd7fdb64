"""The recording of a video room: what the ends are asked, what the host does, the parts, the file, who watches it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from cases import actions
from cases.actions import recording_store as store
from cases.actions.store import path_of
from cases.lifecycle.recordings import RECORDING, STOPS
from cases.models import Case, Recording, RecordingLook, VideoSeat
from cases.queries.recordings import (
    last_answers,
    live_recording,
    missing_words,
    pieces_between,
    pieces_of,
    recordings_of_case,
)
from cases.queries.scans import check_is_there
from cases.queries.video_notes import notes_of_case
from cases.rules import recordings as rules
from cases.rules.video import is_host
from cases.views.video import NOTE_TONES
from cases.views.video_live import held_seat
from hall.access import Actor, Refused, Request, allowed, get_visible, typed_line, whole_number

TONES = {
    "asked": "blue", "recording": "blue", "paused": "amber", "finishing": "blue", "complete": "green",
    "incomplete": "amber", "erased": "grey", "dropped": "grey",
}  # fmt: skip
AT_ONCE = 2 * 1024 * 1024
"""A player gets so many bytes for one question, and asks again: nobody's thread sends a whole film."""


# -- in the room ---------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@require_safe
def video_recording(request: Request, token: uuid.UUID) -> HttpResponse:
    """`/video/<token>/recording/`: what this end sees of it, fetched anew whenever something changes."""
    return _panel(request, held_seat(request, token))


def _panel(request: Request, seat: VideoSeat, refused: Refused | None = None) -> HttpResponse:
    room, one = seat.room, live_recording(seat.room)
    is_hosting = bool(seat.user_id and seat.user_id == request.actor.user_id and is_host(request.actor, room))
    now, answers = timezone.now(), last_answers(one) if one else {}
    context: dict[str, Any] = {
        "room": room,
        "seat": seat,
        "one": one,
        "refused": refused,
        "answer": answers.get(seat.pk, ""),
        "words": rules.consent_words(room) if one else "",
        "is_host": is_hosting,
    }
    if is_hosting and one is None:
        context["may_ask"] = allowed(rules.check_can_ask_recording, request.actor, room, now=now)
    if is_hosting and one is not None:
        check = (
            rules.check_can_resume_recording if one.status == "paused" else rules.check_can_start_recording
        )
        context |= {
            "go_on": allowed(check, request.actor, one, now=now),
            "is_recorder": one.asked_by_id == request.actor.user_id,
            "said": [
                (one_seat, answers.get(one_seat.pk, ""))
                for one_seat in room.seats.filter(status__in=("admitted", "waiting")).select_related(
                    "user", "department"
                )
            ],
        }
    status = refused.status if refused else 200
    return render(request, "cases/video/_recording_now.html", context, status=status)


def _in_room(act: Callable[[Request, VideoSeat], object]) -> Callable[..., HttpResponse]:
    @login_not_required
    @require_POST
    def view(request: Request, token: uuid.UUID) -> HttpResponse:
        seat = held_seat(request, token)
        try:
            act(request, seat)
        except Refused as refused:
            if refused.kind not in ("input", "state"):
                raise
            return _panel(request, seat, refused)
        return _panel(request, seat)

    return view


def _asked_of(seat: VideoSeat) -> int:
    one = live_recording(seat.room)
    if one is None:
        raise Refused(_("录像已经结束，不需要再回答。"), "state")
    return one.pk


def _ask(request: Request, seat: VideoSeat) -> None:
    actions.ask_recording(actor=request.actor, room_id=seat.room_id, now=timezone.now())


def _answer(request: Request, seat: VideoSeat) -> None:
    said = request.POST.get("agrees", "")
    if said not in ("yes", "no"):
        raise Refused(_("请选择同意或者不同意。"), "input", field="agrees")
    actions.answer_recording(
        actor=request.actor, recording_id=_asked_of(seat), seat_id=seat.pk, agrees=said == "yes",
        now=timezone.now(),
    )  # fmt: skip


def _withdraw(request: Request, seat: VideoSeat) -> None:
    actions.withdraw_recording_consent(
        actor=request.actor, recording_id=_asked_of(seat), seat_id=seat.pk,
        wish=request.POST.get("wish", ""), now=timezone.now(),
    )  # fmt: skip


ask_recording = _in_room(_ask)
answer_recording = _in_room(_answer)
withdraw_recording_consent = _in_room(_withdraw)


# -- the browser that records --------------------------------------------------------------------------------------


def _one(request: Request, token: uuid.UUID) -> Recording:
    rows = Recording.objects.visible_to(request.actor).select_related("room__hall", "case", "asked_by")
    return get_visible(rows, token=token)


def _state(one: Recording) -> JsonResponse:
    said = _(RECORDING.state(one.status).label)
    return JsonResponse({"token": one.token, "status": one.status, "said": said})


@require_POST
def start_recording(request: Request, token: uuid.UUID) -> HttpResponse:
    one = _one(request, token)
    kind = request.POST.get("media_type", "")
    return _state(
        actions.start_recording(actor=request.actor, recording_id=one.pk, media_type=kind, now=timezone.now())
    )


@require_POST
def pause_recording(request: Request, token: uuid.UUID) -> HttpResponse:
    one = _one(request, token)
    return _state(actions.pause_recording(actor=request.actor, recording_id=one.pk, now=timezone.now()))


@require_POST
def resume_recording(request: Request, token: uuid.UUID) -> HttpResponse:
    one = _one(request, token)
    return _state(actions.resume_recording(actor=request.actor, recording_id=one.pk, now=timezone.now()))


@require_POST
def drop_recording(request: Request, token: uuid.UUID) -> HttpResponse:
    one = _one(request, token)
    return _state(actions.drop_recording(actor=request.actor, recording_id=one.pk, now=timezone.now()))


@require_POST
def stop_recording(request: Request, token: uuid.UUID) -> HttpResponse:
    """`parts`: how many the browser made; the server waits for those, and then closes it."""
    one = _one(request, token)
    parts, reason = whole_number(request.POST.get("parts", "")), request.POST.get("reason", "host")
    if reason not in STOPS:
        raise Refused(_("请写明停止的原因。"), "input", field="reason")
    one = actions.stop_recording(
        actor=request.actor, recording_id=one.pk, reason=reason, parts=parts, now=timezone.now()
    )
    return _state(one)


@require_GET
def recording_parts(request: Request, token: uuid.UUID) -> JsonResponse:
    """Which parts the house has: a browser that comes back sends the others."""
    one = _one(request, token)
    have = list(one.parts.order_by("number").values_list("number", flat=True))
    return JsonResponse({"status": one.status, "have": have, "made": one.parts_made})


@require_POST
def keep_recording_part(request: Request, token: uuid.UUID, number: int) -> HttpResponse:
    """The body is the part, `X-Part-SHA256` its hash. 201 when it is new, 200 when it was there already."""
    one = _one(request, token)
    # Counted as it comes: a length that is not true does not fill the memory.
    data = request.read(rules.LARGEST_PART + 1)
    _part, is_new = actions.keep_recording_part(
        actor=request.actor,
        recording_id=one.pk,
        number=number,
        sha256=request.headers.get("X-Part-SHA256", ""),
        data=data,
        now=timezone.now(),
    )
    return JsonResponse({"number": number}, status=201 if is_new else 200)


# -- the file ------------------------------------------------------------------------------------------------------


@require_safe
def recordings(request: Request, pk: int) -> HttpResponse:
    """`/cases/<pk>/recordings/`: those of a case and the notes of its rooms, for whoever sees it."""
    case = get_visible(Case.objects.visible_to(request.actor).only("pk", "number", "title"), pk=pk)
    rows = [(one, TONES[one.status]) for one in recordings_of_case(request.actor, pk)[:200]]
    notes = [(one, NOTE_TONES[one.status]) for one in notes_of_case(request.actor, pk)[:200]]
    return render(request, "cases/video/recordings.html", {"case": case, "rows": rows, "notes": notes})


@require_safe
def recording(request: Request, token: uuid.UUID) -> HttpResponse:
    """`/recordings/<token>/`: when, with whose consent, whole or not, its hash, and who watched it."""
    return _page(request, _one(request, token))


def _page(
    request: Request, one: Recording, refused: Refused | None = None, typed: dict[str, str] | None = None
) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    context = {
        "one": one,
        "tone": TONES[one.status],
        "missing": missing_words(one),
        "stopped": _(STOPS[one.stop_reason]) if one.stop_reason else "",
        "consents": one.consents.select_related("seat__user", "seat__department"),
        "looks": one.looks.select_related("user")[:100],
        "parts": one.parts.count(),
        "may_watch": allowed(rules.check_can_watch_recording, actor, one, now=now),
        "may_erase": allowed(rules.check_can_erase_recording, actor, one, now=now),
        "watch_hours": rules.WATCH_HOURS,
        "refused": refused,
        "typed": typed or {},
    }
    status = 200 if refused is None else 422 if refused.kind == "input" else refused.status
    return render(request, "cases/video/recording.html", context, status=status)


@require_POST
def watch_recording(request: Request, token: uuid.UUID) -> HttpResponse:
    one, reason = _one(request, token), typed_line(request, "reason")
    try:
        look = actions.watch_recording(
            actor=request.actor, recording_id=one.pk, reason=reason, now=timezone.now()
        )
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        return _page(request, one, refused, {"watch": reason})
    return redirect("cases:recording-look", one.token, look.pk)


@require_POST
def erase_recording(request: Request, token: uuid.UUID) -> HttpResponse:
    one, reason = _one(request, token), typed_line(request, "reason")
    try:
        actions.erase_recording(actor=request.actor, recording_id=one.pk, reason=reason, now=timezone.now())
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        return _page(request, one, refused, {"erase": reason})
    messages.success(request, _("录像已删除；何时录制、校验值和删除的原因留在记录里。"))
    return redirect("cases:recording", one.token)


def _look(actor: Actor, one: Recording, look_id: int) -> RecordingLook:
    """The reader's own, while it lasts, and as long as the recording is there."""
    now = timezone.now()
    look = get_visible(one.looks.filter(user_id=actor.user_id or 0), pk=look_id)
    if look.until <= now:
        raise Refused(_("这次观看的时间已经过去，请重新写明用途。"), "state")
    rules.check_can_watch_recording(actor, one, now=now)
    return look


@never_cache
@require_safe
def recording_look(request: Request, token: uuid.UUID, look_id: int) -> HttpResponse:
    """`/recordings/<token>/looks/<id>/`: the player, for the one who said what for."""
    one = _one(request, token)
    look = _look(request.actor, one, look_id)
    context = {
        "one": one,
        "look": look,
        "missing": missing_words(one),
        "file": reverse("cases:recording-file", args=[one.token, look.pk]),
        "media_type": one.media_type.partition(";")[0],
    }
    return render(request, "cases/video/recording_look.html", context)


@require_http_methods(["GET", "HEAD"])
def recording_file(request: Request, token: uuid.UUID, look_id: int) -> HttpResponseBase:
    """The bytes, by range; unsealed part by part as they go out."""
    one = _one(request, token)
    _look(request.actor, one, look_id)
    pieces = pieces_of(one)
    size = sum(piece.size for piece in pieces)
    asked = _range(request.headers.get("Range", ""), size)
    if asked is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = asked
    for piece in pieces_between(pieces, first, last):
        check_is_there(path_of(piece.file, store.RECORDINGS), piece.file)
    response = StreamingHttpResponse(
        () if request.method == "HEAD" else store.stream(pieces, first, last),
        status=206,
        content_type=one.media_type.partition(";")[0],
    )
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response


def _range(text: str, size: int) -> tuple[int, int] | None:
    """First and last byte of what is sent, at most `AT_ONCE`; None when there is nothing there.

    Of several ranges the first is answered; one that cannot be read is as if none was asked (RFC 9110, 14.2).
    """
    unit, _equals, ranges = text.partition("=")
    start, dash, end = ranges.split(",")[0].strip().partition("-")
    first, last = whole_number(start), whole_number(end)
    if unit.strip() != "bytes" or not dash or (first is None and last is None):
        first, last = 0, None
    if first is None:
        first, last = max(size - (last or 0), 0), size - 1
    last = size - 1 if last is None else min(last, size - 1)
    if first >= size or last < first:
        return None
    return first, min(last, first + AT_ONCE - 1)
