"""Material shown in the live room: what this end sees of it and may do, and the picture itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cases import actions
from cases.actions.video_evidence import Wanted, picture
from cases.models import VideoSeat
from cases.queries.video_evidence import materials_to_show, shown_now
from cases.rules import video_evidence as rules
from cases.rules.video import hosts, matter_of
from cases.views.video_live import held_seat, seat_by_cookie
from hall.access import Refused, Request, allowed, whole_number
from hall.uploads.sending import guarded


@login_not_required
@never_cache
@require_safe
def video_evidence(request: Request, token: uuid.UUID) -> HttpResponse:
    """`/video/<token>/evidence/`: what this end sees of it, fetched anew whenever something else is shown."""
    return _panel(request, held_seat(request, token))


def _panel(request: Request, seat: VideoSeat, refused: Refused | None = None) -> HttpResponse:
    actor, now, is_in = request.actor, timezone.now(), seat.status == "admitted"
    shown = shown_now(seat.room) if is_in else None
    case = matter_of(seat.room)
    may_show = allowed(rules.check_can_show_video_evidence, actor, seat, now=now)
    is_host = hosts(actor, seat)
    choices = materials_to_show(case, seat, is_host=is_host) if case and may_show else []
    context: dict[str, Any] = {
        "room": seat.room,
        "shown": shown,
        "may_look": bool(shown and rules.may_look(seat, shown.material.case, now=now)),
        "may_hide": bool(shown and allowed(rules.check_can_hide_video_evidence, actor, seat, now=now)),
        "is_host": is_host,
        "may_show": may_show,
        "choices": choices,
        "may_turn": bool(shown and shown.material_id in {one.pk for one in choices}),
        "refused": refused,
        "at_field": bool(refused and choices and refused.field in ("material", "page", "checked")),
        "typed": request.POST if refused else {},
    }
    if shown is not None:
        context |= {"earlier": shown.page - 1, "later": shown.page + 1 if shown.page < shown.pages else 0}
    status = 422 if refused and refused.kind == "input" else refused.status if refused else 200
    return render(request, "cases/video/_evidence_now.html", context, status=status)


def _in_room(act: Callable[[Request, VideoSeat], object]) -> Callable[..., HttpResponse]:
    @login_not_required
    @require_POST
    def view(request: Request, token: uuid.UUID) -> HttpResponse:
        seat = held_seat(request, token)
        try:
            act(request, seat)
        except Refused as refused:
            return _panel(request, seat, refused)
        return _panel(request, seat)

    return view


def _show(request: Request, seat: VideoSeat) -> None:
    wanted = Wanted(
        material_id=whole_number(request.POST.get("material", "")),
        page=whole_number(request.POST.get("page", "1")) or 0,
        is_checked=bool(request.POST.get("checked")),
    )
    actions.show_video_evidence(actor=request.actor, seat_id=seat.pk, wanted=wanted, now=timezone.now())


def _hide(request: Request, seat: VideoSeat) -> None:
    actions.hide_video_evidence(actor=request.actor, seat_id=seat.pk, now=timezone.now())


show_video_evidence = _in_room(_show)
hide_video_evidence = _in_room(_hide)


@login_not_required
@never_cache
@require_safe
def look_at_video_evidence(request: Request, token: uuid.UUID, shown: uuid.UUID) -> HttpResponse:
    """`/video/<token>/evidence/<shown>/`: the picture, while it is shown, for a browser that sits in that room."""
    seat = seat_by_cookie(request, token)
    if seat is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    one = actions.look_at_video_evidence(
        actor=request.actor, seat_id=seat.pk, token=shown, now=timezone.now()
    )
    made = picture(one.material, one.page)
    response = HttpResponse(made.data, content_type=made.media_type)
    response["Content-Disposition"] = "inline"
    response["Referrer-Policy"] = "no-referrer"
    guarded(response)
    return response
