"""The live room: the door of a personal link, the page with the pictures, its stream of signals and what is posted.

Whoever holds a seat is known by a cookie of this room alone; no account is needed. A stream lasts some 25 seconds and
the client comes back; a process holds so many at once, beyond that the client polls.
"""

from __future__ import annotations

import json
import math
import secrets
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from functools import wraps
from typing import Any

import jwt
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import actions
from cases.actions import Ticket, video_seats
from cases.actions.video import digest, stream_of_room
from cases.forms.video import EndVideoForm
from cases.models import VideoRoom, VideoSeat
from cases.queries.video import room_facts
from cases.rules import video as rules
from hall.access import Refused, Request, get_visible, typed_line, whole_number
from hall.machines.throttles import COUNTED
from hall.operations import wire

STREAM_SECONDS = 25.0
SIGNALS = (100, 2)
"""So many of one seat in so many seconds: fifty a second, and a hundred at once. A room of six says some ten."""
COOKIE_DAYS = 2
ALLOWED = "camera=(self), microphone=(self), display-capture=(self)"


def with_camera(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """These pages alone may ask for camera and microphone; and they leak their address to nobody."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response["Permissions-Policy"] = ALLOWED
        response["Referrer-Policy"] = "same-origin"
        return response

    return answer


def _cookie(token: uuid.UUID) -> str:
    return f"video_{token.hex[:12]}"


def _key(request: Request, token: uuid.UUID) -> str:
    return str(request.COOKIES.get(_cookie(token), ""))


def seat_by_cookie(request: Request, token: uuid.UUID) -> VideoSeat | None:
    """The seat that this browser holds; one of a person only while that person is signed in here."""
    seat = video_seats.seat_of_browser(token, _key(request, token), day=timezone.localdate())
    return None if seat and seat.user_id and seat.user_id != request.actor.user_id else seat


def held_seat(request: Request, token: uuid.UUID) -> VideoSeat:
    """The same. Raises Refused(state): another browser may hold it by now."""
    seat = seat_by_cookie(request, token)
    if seat is None:
        raise Refused(rules.MOVED, "state", field="take_over")
    return seat


def _seat_for(request: Request, token: uuid.UUID) -> VideoSeat:
    """Held by this browser, or to be taken with an account. Raises Refused(unseen)."""
    return seat_by_cookie(request, token) or video_seats.seat_of_actor(request.actor, token)


# -- coming in ---------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@with_camera
@require_http_methods(["GET", "HEAD", "POST"])
def video_link(request: Request, secret: str) -> HttpResponseBase:
    """`/video/link/<secret>/`: from the SMS, without an account; looking takes no seat, pressing does."""
    seat = video_seats.seat_by_link(secret)
    return _enter(request, seat, Ticket(secret=secret), request.path)


@login_not_required
@never_cache
@with_camera
@require_POST
def join_video_room(request: Request, token: uuid.UUID) -> HttpResponseBase:
    """Take the own seat, with an account; or the same one again, in the browser that has it."""
    seat = video_seats.seat_of_actor(request.actor, token)
    return _enter(request, seat, Ticket(room_token=token), reverse("cases:join-video-room", args=[token]))


def _enter(request: Request, seat: VideoSeat, ticket: Ticket, action: str) -> HttpResponseBase:
    room, now, refused, status = seat.room, timezone.now(), None, 200
    key = _key(request, room.token) or secrets.token_urlsafe(24)
    if request.method == "POST":
        try:
            actions.join_video_room(
                actor=request.actor,
                ticket=ticket,
                key=key,
                take_over=bool(request.POST.get("take_over")),
                now=now,
            )
        except Refused as error:
            if error.kind != "state":
                raise
            refused, status = error, 409
        else:
            response = redirect("cases:video-live", room.token)
            response.set_cookie(
                _cookie(room.token),
                key,
                max_age=COOKIE_DAYS * 24 * 3600,
                path="/video/",
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
            return response
    return _lobby(request, seat, action, refused, status)


def _lobby(
    request: Request, seat: VideoSeat, action: str, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    context = {"seat": seat, "room": seat.room, "hall": seat.room.hall, "action": action, "refused": refused}
    return render(request, "cases/video/lobby.html", context, status=status)


@login_not_required
@never_cache
@with_camera
@require_safe
def video_live(request: Request, token: uuid.UUID) -> HttpResponseBase:
    """`/video/<token>/`: the room for who holds a seat in it, the lobby for who has one, and for nobody else."""
    seat = _seat_for(request, token)
    is_mine = rules.is_same_browser(seat, digest(_key(request, token)))
    if not is_mine or seat.status not in ("waiting", "admitted"):
        return _lobby(request, seat, reverse("cases:join-video-room", args=[token]))
    room = seat.room
    is_host = rules.hosts(request.actor, seat)
    context = {
        "seat": seat,
        "room": room,
        "hall": room.hall,
        "is_host": is_host,
        "end_form": EndVideoForm.for_room(room) if is_host else None,
        "jitsi": settings.HALL_VIDEO.jitsi_url,
    }
    return render(request, "cases/video/live.html", context)


@login_not_required
@require_POST
def leave_video_room(request: Request, token: uuid.UUID) -> HttpResponse:
    seat = held_seat(request, token)
    actions.leave_video_room(
        actor=request.actor, room_token=token, key=_key(request, token), now=timezone.now()
    )
    context = {"room": seat.room, "hall": seat.room.hall}
    return render(request, "cases/video/left.html", context)


# -- signals -----------------------------------------------------------------------------------------------------


class Streams:
    """How many streams this process holds: each keeps a thread, and the rest of the hall needs some too."""

    def __init__(self) -> None:
        self.open, self._lock = 0, threading.Lock()

    def take(self) -> bool:
        with self._lock:
            if self.open >= settings.HALL_VIDEO.streams:
                return False
            self.open += 1
            return True

    def give(self) -> None:
        with self._lock:
            self.open -= 1


STREAMS = Streams()


class _Kept:
    """An answer that gives its place back when the server is done with it, even if nobody read a word."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts, self._is_open = parts, True

    def __iter__(self) -> Iterator[bytes]:
        return self.parts

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            STREAMS.give()


class _Feed:
    """What one stream says: the facts first and whenever they change, and the signals for this seat."""

    def __init__(self, seat: VideoSeat, page: uuid.UUID, *, is_host: bool, language: str) -> None:
        self.seat, self.page, self.is_host, self.language = seat, page, is_host, language
        self.stream, self.place = stream_of_room(seat.room), str(seat.place_number)
        self.is_in, self._over = False, False

    def facts(self, at: str) -> bytes:
        with override(self.language):
            facts = room_facts(self.seat.pk, is_host=self.is_host, day=timezone.localdate())
        now = VideoSeat.objects.values_list("client_key", "page").get(pk=self.seat.pk)
        if now[0] is None or bytes(now[0]) != bytes(self.seat.client_key or b"") or now[1] != self.page:
            facts["status"], facts["seats"] = "moved", []
        if not connection.in_atomic_block:
            connection.close()  # back to the pool: a stream waits for long, and for nothing of the database
        self.is_in = facts["status"] == "admitted"
        self._over = facts["status"] not in ("waiting", "admitted") or facts["room"] not in (
            "planned",
            "open",
        )
        return _frame("room", facts, at)

    def is_over(self) -> bool:
        """Nothing more will be said: the room has ended, or the seat is somebody else's."""
        return self._over

    def opening(self, at: str, is_first: bool) -> bytes:
        said = self.facts(at)
        if is_first:
            servers = settings.HALL_VIDEO.ice_servers(f"{self.seat.pk}", timezone.now().timestamp())
            said = _frame("ice", servers) + said
        return said

    def frames(self, signals: list[wire.Signal]) -> bytes:
        said = b""
        for one in signals:
            for_me = one.to in ("", self.place) and one.sender != self.place
            if one.kind != "changed" and for_me and self.is_in:
                said += _frame("signal", {"from": int(one.sender), "kind": one.kind, **one.data}, one.at)
        if any(one.kind == "changed" for one in signals):
            # Before the signals: they may come from somebody of whom this end does not know yet.
            said = self.facts(signals[-1].at) + said
        return said or b": still here\n\n"


def _frame(kind: str, data: Any, at: str = "") -> bytes:
    head = f"id: {at}\n" if at else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data)}\n\n".encode()


def _parts(feed: _Feed, after: str, is_first: bool, seconds: float) -> Iterator[bytes]:
    after = after or wire.last(feed.stream)
    yield feed.opening(after, is_first)
    if feed.is_over():
        return
    for signals in wire.listen(feed.stream, after, seconds=seconds):
        yield feed.frames(signals)
        if feed.is_over():
            return


async def _aparts(feed: _Feed, after: str, is_first: bool, seconds: float) -> AsyncIterator[bytes]:
    after = after or await sync_to_async(wire.last)(feed.stream)
    yield await sync_to_async(feed.opening)(after, is_first)
    if feed.is_over():
        return
    async for signals in wire.alisten(feed.stream, after, seconds=seconds):
        yield await sync_to_async(feed.frames)(signals)
        if feed.is_over():
            return


@login_not_required
@require_safe
def video_events(request: Request, token: uuid.UUID) -> HttpResponseBase:
    """`/video/<token>/events/?page=<uuid>[&first=1][&wait=<seconds>]`: server-sent events behind `Last-Event-ID`."""
    seat, page = held_seat(request, token), _page(request.GET.get("page", ""))
    is_first = bool(request.GET.get("first"))
    if not video_seats.heard_from(seat=seat, page=page, is_new=is_first, now=timezone.now()):
        raise Refused(rules.MOVED, "state", field="take_over")
    feed = _Feed(seat, page, is_host=rules.hosts(request.actor, seat), language=request.LANGUAGE_CODE)
    after = request.headers.get("Last-Event-ID", "")
    after = after if _is_place(after) else ""
    wait = whole_number(request.GET.get("wait", ""))
    seconds = STREAM_SECONDS if wait is None else min(float(wait), STREAM_SECONDS)
    parts: Any
    asked: Any = request
    if isinstance(asked, ASGIRequest):
        parts = _aparts(feed, after, is_first, seconds)
    elif not seconds:
        parts = _parts(feed, after, is_first, 0.0)
    elif STREAMS.take():
        parts = _Kept(_parts(feed, after, is_first, seconds))
    else:
        return HttpResponse(
            _("现在连接的人很多，正在换一种方式连接。"), status=503, headers={"Retry-After": "2"}
        )
    response = StreamingHttpResponse(parts, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def _is_place(text: str) -> bool:
    at, _dash, n = text.partition("-")
    return at.isascii() and at.isdigit() and n.isascii() and n.isdigit() and len(text) < 40


def _page(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refused(_("无法识别的信令。"), "input", field="page") from None


@login_not_required
@require_POST
def video_signal(request: Request, token: uuid.UUID) -> HttpResponse:
    """`/video/<token>/signal/`: what this end says to another one, or to the house of its line."""
    seat = held_seat(request, token)
    if wait := COUNTED.over(f"signal:{seat.pk}", *SIGNALS, at=timezone.now().timestamp()):
        words = _("这一端发送得太快，请稍候再试。")
        return HttpResponse(words, status=429, headers={"Retry-After": f"{math.ceil(wait)}"})
    wrong = Refused(_("无法识别的信令。"), "input", field="kind")
    if len(request.body) > video_seats.LARGEST_SIGNAL:
        raise wrong
    try:
        said = json.loads(request.body)
        page, kind, to, data = str(said["page"]), str(said["kind"]), str(said.get("to", "")), said.get("data")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise wrong from None
    if kind in video_seats.REPORTED:
        detail = data if isinstance(data, dict) else {}
        video_seats.note_line(seat=seat, kind=kind, detail=detail, now=timezone.now())
        return HttpResponse(status=204)
    is_through = video_seats.pass_on(seat=seat, page=_page(page), to=to[:2], kind=kind, data=data)
    return HttpResponse(status=204 if is_through else 503)


@login_not_required
@never_cache
@require_safe
def video_jitsi(request: Request, token: uuid.UUID) -> HttpResponse:
    """Into the city's own Jitsi Meet, with a token for this room and this name, once one is let in."""
    seat, conf = held_seat(request, token), settings.HALL_VIDEO
    if not conf.jitsi_url:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    rules.check_is_in(seat)
    now, name = int(timezone.now().timestamp()), f"hall-{seat.room.token.hex}"
    user = {"id": f"{seat.pk}", "name": seat.said, "moderator": rules.hosts(request.actor, seat)}
    claims = {
        "iss": conf.jitsi_app_id,
        "aud": "jitsi",
        "sub": conf.jitsi_url.removeprefix("https://"),
        "room": name,
        "iat": now,
        "nbf": now - 10,
        "exp": int((seat.room.ends_at + rules.LINK_LASTS).timestamp()),
        "context": {"user": user},
    }
    signed = jwt.encode(claims, conf.jitsi_secret, algorithm="HS256")
    return redirect(f"{conf.jitsi_url}/{name}?jwt={signed}")


# -- the host ----------------------------------------------------------------------------------------------------


def _seat_of_room(request: Request, seat_id: int) -> VideoSeat:
    rooms = VideoRoom.objects.visible_to(request.actor)
    return get_visible(VideoSeat.objects.filter(room__in=rooms).select_related("room"), pk=seat_id)


def _answered(request: Request, seat: VideoSeat) -> HttpResponse:
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"status": seat.status})
    return redirect("cases:video-room", seat.room_id)


@require_POST
def admit_to_video_room(request: Request, seat_id: int) -> HttpResponse:
    _seat_of_room(request, seat_id)
    seat = actions.admit_to_video_room(actor=request.actor, seat_id=seat_id, now=timezone.now())
    return _answered(request, seat)


@require_POST
def refuse_video_seat(request: Request, seat_id: int) -> HttpResponse:
    _seat_of_room(request, seat_id)
    seat = actions.refuse_video_seat(
        actor=request.actor, seat_id=seat_id, reason=typed_line(request, "reason"), now=timezone.now()
    )
    return _answered(request, seat)
