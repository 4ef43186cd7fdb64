"""Video rooms for those who keep or attend them: the list, one room with its seats, and the doors of its verbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import actions
from cases.forms.video import EndVideoForm, InviteVideoForm, PlanVideoForm
from cases.lifecycle.video import HOST_ROLES, LIVE, REMOTE_ROLES, VIDEO_ROOM
from cases.models import DocketItem, VideoRoom
from cases.queries.video import presence_of, video_rooms
from cases.queries.video_notes import readings
from cases.queries.work_list import Cursor
from cases.rules import video as rules
from hall.access import Actor, Refused, Request, allowed, get_visible, typed_line, whole_number
from staffing.lifecycle import SUPERVISOR
from staffing.models import Hall

TONES = {"planned": "blue", "open": "green", "ended": "grey", "released": "amber", "cancelled": "grey"}
NOTE_TONES = {"read_back": "blue", "corrected": "grey", "closed": "green", "unsigned": "amber"}
READERS = (*HOST_ROLES, *REMOTE_ROLES, SUPERVISOR)
FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def video_rooms_page(request: Request) -> HttpResponse:
    """`/video/`: those of the hall, and those in which one has a seat; the latest first."""
    if not request.actor.has(*READERS):
        raise Refused(_("您的岗位没有视频接访室。"), "role")
    asked = request.GET.get("state", "")
    state = asked if asked in TONES else ""
    after = Cursor.parse(request.GET.get("after", ""))
    page = video_rooms(request.actor, state=state, after=after)
    context = {
        "rows": [(one, TONES[one.status]) for one in page.rows],
        "after": str(page.after or ""),
        "is_front": after is None,
        "state": state,
        "states": [("", _("全部")), *((code, _(VIDEO_ROOM.state(code).label)) for code in TONES)],
        "may_plan": request.actor.has(*HOST_ROLES),
    }
    return render(request, "cases/video/rooms.html", context)


@FORM
def plan_video_room(request: Request) -> HttpResponse:
    """`/video/new/?item=<pk>`: for a matter that a leader receives by video, or for a meeting on a case."""
    actor, now, status = request.actor, timezone.now(), 200
    halls = list(Hall.objects.filter(pk__in=actor.halls(*HOST_ROLES)).order_by("pk"))
    if not halls:
        raise Refused(_("视频接访由本厅的登记员、大厅负责人安排。"), "role")
    asked = request.GET.get("item")
    rows = DocketItem.objects.visible_to(actor).select_related("reception__leader", "case")
    item = get_visible(rows, pk=whole_number(asked) or 0) if asked else None
    verdict = allowed(
        rules.check_can_plan_video_room, actor, item.reception.hall_id if item else halls[0].pk, item, now=now
    )
    form = PlanVideoForm(request.POST or None, actor=actor, now=now, item=item, halls=halls)
    if request.method == "POST":
        room, status = _acted(form)
        if room is not None:
            messages.success(request, _("视频接访室已安排，已通知受邀的各方。"))
            return redirect("cases:video-room", room.pk)
    context = {"form": form, "item": item, "verdict": verdict}
    return render(request, "cases/video/plan.html", context, status=status)


def _acted(form: Any) -> tuple[Any, int]:
    if not form.is_valid():
        return None, 422
    try:
        return form.act(), 302
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        return None, 422 if refused.kind == "input" else 409


def _room(actor: Actor, pk: int) -> VideoRoom:
    rows = VideoRoom.objects.visible_to(actor)
    return get_visible(
        rows.select_related("hall", "case", "docket_item__case", "docket_item__reception", "host_user"), pk=pk
    )


@require_safe
def video_room(request: Request, room_id: int) -> HttpResponse:
    """`/video/rooms/<pk>/`: its seats, who was there, and what this reader may do."""
    return _shown(request, _room(request.actor, room_id))


def _shown(request: Request, room: VideoRoom, status: int = 200, **forms: Any) -> HttpResponse:
    actor, now = request.actor, timezone.now()
    seats = list(room.seats.select_related("user", "department").order_by("place_number", "pk"))
    for seat in seats:
        seat.room = room
    is_host = rules.is_host(actor, room)
    invite = None
    if is_host and room.status in LIVE:
        invite = forms.get("invite") or InviteVideoForm(actor=actor, now=now, room=room)
    context = {
        "room": room,
        "tone": TONES[room.status],
        "seats": seats,
        "is_host": is_host,
        "has_seat": any(one.status != "refused" and rules.is_seat_of(actor, one) for one in seats),
        "is_live": room.status in LIVE,
        "presence": presence_of(room),
        "notes": [(one, NOTE_TONES[one.status]) for one in readings(room)],
        "invite": invite,
        "may_approve": bool(allowed(rules.check_can_approve_video_room, actor, room, now=now)),
        "may_decline": bool(allowed(rules.check_can_decline_video_room, actor, room, now=now)),
        "may_cancel": bool(allowed(rules.check_can_cancel_video_room, actor, room, now=now)),
        "may_open": allowed(rules.check_can_open_video_room, actor, room, now=now),
        "may_end": bool(allowed(rules.check_can_end_video_room, actor, room, now=now)),
        "refused": forms.get("refused"),
        "reason": forms.get("reason", ""),
        "is_unrecorded": room.status == "ended"
        and room.docket_item is not None
        and not room.docket_item.records.exists(),
    }
    return render(request, "cases/video/room.html", context, status=status)


def _done(request: Request, room_id: int, said: str, act: Callable[[], Any], **typed: str) -> HttpResponse:
    """The one act; what is refused stands on the room's page, with what was typed."""
    room = _room(request.actor, room_id)
    try:
        act()
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        return _shown(request, room, 422 if refused.kind == "input" else 409, refused=refused, **typed)
    messages.success(request, said)
    return redirect("cases:video-room", room_id)


@require_POST
def approve_video_room(request: Request, room_id: int) -> HttpResponse:
    facts: dict[str, Any] = {"actor": request.actor, "room_id": room_id, "now": timezone.now()}
    return _done(request, room_id, _("已确认参加，已通知大厅。"), lambda: actions.approve_video_room(**facts))


@require_POST
def decline_video_room(request: Request, room_id: int) -> HttpResponse:
    reason = typed_line(request, "reason")
    facts: dict[str, Any] = {
        "actor": request.actor,
        "room_id": room_id,
        "reason": reason,
        "now": timezone.now(),
    }
    return _done(
        request,
        room_id,
        _("已说明不能参加，已通知各方。"),
        lambda: actions.decline_video_room(**facts),
        reason=reason,
    )


@require_POST
def cancel_video_room(request: Request, room_id: int) -> HttpResponse:
    reason = typed_line(request, "reason")
    facts: dict[str, Any] = {
        "actor": request.actor,
        "room_id": room_id,
        "reason": reason,
        "now": timezone.now(),
    }
    return _done(
        request,
        room_id,
        _("视频接访室已取消，已通知各方。"),
        lambda: actions.cancel_video_room(**facts),
        reason=reason,
    )


@require_POST
def open_video_room(request: Request, room_id: int) -> HttpResponse:
    facts: dict[str, Any] = {"actor": request.actor, "room_id": room_id, "now": timezone.now()}
    return _done(request, room_id, _("视频接访室已打开。"), lambda: actions.open_video_room(**facts))


@require_POST
def invite_to_video_room(request: Request, room_id: int) -> HttpResponse:
    room, now = _room(request.actor, room_id), timezone.now()
    rules.check_can_invite_to_video_room(request.actor, room, now=now)
    form = InviteVideoForm(request.POST, actor=request.actor, now=now, room=room)
    seat, status = _acted(form)
    if seat is None:
        return _shown(request, room, status, invite=form)
    messages.success(request, _("已发出邀请。"))
    return redirect("cases:video-room", room_id)


@FORM
def end_video_room(request: Request, room_id: int) -> HttpResponse:
    """`/video/rooms/<pk>/end/`: everybody leaves; what was heard becomes the record, or is written afterwards."""
    room, now, status = _room(request.actor, room_id), timezone.now(), 200
    verdict = allowed(rules.check_can_end_video_room, request.actor, room, now=now)
    form = EndVideoForm.for_room(room, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.end_video_room(
                    actor=request.actor,
                    room_id=room_id,
                    heard=form.heard(),
                    leaves_note=bool(form.cleaned_data.get("leaves_note")),
                    now=now,
                )
            except Refused as refused:
                if refused.kind not in ("input", "state"):
                    raise
                form.add_error(refused.field if refused.field in form.fields else None, str(refused.reason))
                status = 422 if refused.kind == "input" else 409
            else:
                messages.success(request, _("视频接访已结束。"))
                return redirect("cases:video-room", room_id)
        elif verdict.kind in ("role", "unseen"):
            raise Refused(verdict.reason, verdict.kind)
    context = {"room": room, "form": form, "verdict": verdict}
    return render(request, "cases/video/end.html", context, status=status)
