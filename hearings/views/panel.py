"""The panel of a hearing, the protocol of its draws, its parties, its date; and the doors of their verbs."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import VideoRoom
from hall.access import Actor, Request, allowed, get_visible
from hall.models import statutory_calendar
from hearings import rules
from hearings.forms.panel import DecideRecusalForm, DrawPanelForm, ReplaceMemberForm, RequestRecusalForm
from hearings.forms.parties import AddPartyForm, InvitePartyByVideoForm, PlanHearingVideoForm, RemovePartyForm
from hearings.forms.scheduling import ScheduleHearingForm
from hearings.lifecycle import ORGANISER_ROLES
from hearings.models import Hearing, HearingParty, PanelSeat, RecusalRequest
from hearings.queries.panel import field_of, protocols, seats_of
from hearings.queries.panel_state import state_of
from hearings.queries.parties import parties_of, proposed
from hearings.queries.rooms import (
    day_of_people,
    day_of_rooms,
    first_possible_day,
    hold_by,
    open_spans,
    people_in_the_room,
)
from hearings.rules.organising import organises
from hearings.rules.parties import reads_phones
from hearings.views.panel_doors import PanelDoor, acted

TONES = {
    "requested": "amber", "preparing": "blue", "scheduled": "blue", "in_session": "green", "suspended": "amber",
    "deliberating": "blue", "concluded": "green",
}  # fmt: skip


def hearings(actor: Actor) -> QuerySet[Hearing]:
    found = Hearing.objects.visible_to(actor)
    return found.select_related("case", "case__hall", "hall", "organiser", "rules", "room", "video_room")


def to_panel(hearing: Hearing) -> str:
    return reverse("hearings:panel", kwargs={"hearing_id": hearing.pk})


def _new_seed() -> dict[str, Any]:
    return {"made_up": secrets.token_hex(8)}


@require_safe
def panel(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/panel/`: who sits, who asked for whose recusal, what may be done next."""
    now, actor = timezone.now(), request.actor
    hearing = get_visible(hearings(actor), pk=hearing_id)
    seats = seats_of(hearing)
    for seat in seats:
        seat.hearing = hearing
    state = state_of(
        hearing.panel_size, hearing.rules.panel_least, seats,
        sum(seat.status == "seated" and any(a.granted is None for a in seat.recusals.all()) for seat in seats),
    )  # fmt: skip
    context = {
        "hearing": hearing,
        "tone": TONES.get(hearing.status, "grey"),
        "state": state,
        "lines": [_seat_line(actor, seat, now) for seat in seats],
        "draw": allowed(rules.check_can_draw_panel, actor, hearing, now=now),
        "schedule": allowed(rules.check_can_schedule_hearing, actor, hearing, now=now),
        "tab": "panel",
    }
    return render(request, "hearings/panel.html", context)


def _seat_line(actor: Actor, seat: PanelSeat, now: dt.datetime) -> dict[str, Any]:
    asked = []
    for one in seat.recusals.all():
        one.seat = seat
        asked.append((one, allowed(rules.check_can_decide_recusal, actor, one, now=now)))
    filled = getattr(seat, "successor", None)
    replace = allowed(rules.check_can_replace_member, actor, seat, now=now)
    return {
        "seat": seat,
        "asked": asked,
        "filled": filled,
        "recuse": seat.status == "seated" and allowed(rules.check_can_request_recusal, actor, seat, now=now),
        "replace": replace if filled is None else None,
    }


@require_safe
def draw_protocol(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/draws/`: every draw with its seed, the candidates, who was left out and why; repeated."""
    hearing = get_visible(hearings(request.actor), pk=hearing_id)
    context = {
        "hearing": hearing,
        "tone": TONES.get(hearing.status, "grey"),
        "protocols": protocols(hearing),
        "checked": "check" in request.GET,
        "tab": "draws",
    }
    return render(request, "hearings/draw_protocol.html", context)


def _drawing(request: Request, hearing: Any, form: Any, now: dt.datetime) -> dict[str, Any]:
    found = field_of(hearing, now=now)
    return {"field_lines": found.lines(), "free": len(found.candidates), "hearing": hearing}


def _seats(actor: Actor) -> QuerySet[PanelSeat]:
    found = PanelSeat.objects.filter(hearing__in=Hearing.objects.visible_to(actor))
    return found.select_related(
        "user", "member__participant", "hearing__case__hall", "hearing__rules", "hearing__organiser"
    )


def _recusals(actor: Actor) -> QuerySet[RecusalRequest]:
    found = RecusalRequest.objects.filter(seat__hearing__in=Hearing.objects.visible_to(actor))
    return found.select_related(
        "seat__user", "seat__member__participant", "seat__hearing__case__hall", "seat__hearing__organiser"
    )


def _parties(actor: Actor) -> QuerySet[HearingParty]:
    found = HearingParty.objects.filter(hearing__in=Hearing.objects.visible_to(actor))
    return found.select_related("hearing__case__hall", "hearing__organiser", "department")


def _to_parties(party: HearingParty) -> str:
    return reverse("hearings:parties", kwargs={"hearing_id": party.hearing_id})


# -- parties -------------------------------------------------------------------------------------------------------


@require_safe
def parties(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/parties/`: who takes part; who of the file could."""
    now, actor = timezone.now(), request.actor
    hearing = get_visible(hearings(actor), pk=hearing_id)
    form = AddPartyForm(actor=actor, now=now, row=hearing)
    return _parties_page(request, hearing, form, now)


@require_http_methods(["GET", "HEAD", "POST"])
def add_party(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/add-party/`"""
    now = timezone.now()
    hearing = get_visible(hearings(request.actor), pk=hearing_id)
    form = AddPartyForm(
        request.POST or None, actor=request.actor, now=now, row=hearing, initial=request.GET.dict()
    )
    status = 200
    if request.method == "POST":
        status = acted(form, request.actor, hearing, now)
        if status == 302:
            messages.success(request, _("已加入参加人名单。"))
            return redirect("hearings:parties", hearing_id=hearing.pk)
    return _parties_page(request, hearing, form, now, status)


def _parties_page(
    request: Request, hearing: Hearing, form: AddPartyForm, now: dt.datetime, status: int = 200
) -> HttpResponse:
    verdict = allowed(rules.check_can_add_party, request.actor, hearing, now=now)
    context = {
        "hearing": hearing,
        "tone": TONES.get(hearing.status, "grey"),
        "parties": list(parties_of(hearing)),
        "proposed": proposed(hearing) if verdict else [],
        "form": form,
        "verdict": verdict,
        "phones": reads_phones(request.actor, hearing),
        "may_plan_video": allowed(rules.check_can_plan_hearing_video, request.actor, hearing, now=now),
        "sees_video": VideoRoom.objects.visible_to(request.actor).filter(hearing=hearing).exists(),
        "tab": "parties",
    }
    return render(request, "hearings/parties.html", context, status=status)


# -- the date ------------------------------------------------------------------------------------------------------


def _the_day(request: Request, hearing: Any, form: Any, now: dt.datetime) -> dict[str, Any]:
    """The day view beside the form: rooms and people of the day that stands in it, else of the first possible one."""
    calendar, today = statutory_calendar(), timezone.localdate(now)
    first = first_possible_day(hearing, today, calendar)
    day = form.chosen_day() or first
    return {
        "hearing": hearing,
        "day": day,
        "previous_day": day - dt.timedelta(days=1),
        "next_day": day + dt.timedelta(days=1),
        "first_day": first,
        "rooms": day_of_rooms(hearing.hall_id, day),
        "busy": day_of_people(hearing, day),
        "spans": open_spans(hearing.hall, day),
        "is_workday": calendar.is_workday(day),
        "hold_by": hold_by(hearing),
        "head_count": people_in_the_room(hearing),
        "doubted": "confirmed" in form.errors or bool(form["confirmed"].value()),
        "today": today,
        "organises": organises(request.actor, hearing, set(ORGANISER_ROLES)),
    }


DRAW = PanelDoor(
    form=DrawPanelForm,
    title=lazy("抽取听证员"),
    button=lazy("抽取"),
    said=lazy("已抽取，抽取记录可以打印和核对。"),
    rows=hearings,
    back=to_panel,
    template="hearings/draw_panel.html",
    more=_new_seed,
    shown=_drawing,
)
REQUEST_RECUSAL = PanelDoor(
    form=RequestRecusalForm,
    title=lazy("申请回避"),
    button=lazy("提出申请"),
    said=lazy("已登记，等候决定。"),
    rows=_seats,
    back=lambda seat: to_panel(seat.hearing),
    template="hearings/request_recusal.html",
)
DECIDE_RECUSAL = PanelDoor(
    form=DecideRecusalForm,
    title=lazy("决定回避申请"),
    button=lazy("作出决定"),
    said=lazy("已决定。同意回避的，请更换人员补足。"),
    rows=_recusals,
    back=lambda asked: to_panel(asked.seat.hearing),
    template="hearings/decide_recusal.html",
)
REPLACE = PanelDoor(
    form=ReplaceMemberForm,
    title=lazy("更换听证组成员"),
    button=lazy("更换"),
    said=lazy("已更换。"),
    rows=_seats,
    back=lambda seat: to_panel(seat.hearing),
    template="hearings/replace_member.html",
    more=_new_seed,
)
REMOVE_PARTY = PanelDoor(
    form=RemovePartyForm,
    title=lazy("去掉参加人"),
    button=lazy("去掉"),
    said=lazy("已从参加人名单中去掉。"),
    rows=_parties,
    back=_to_parties,
    danger=True,
)
PLAN_VIDEO = PanelDoor(
    form=PlanHearingVideoForm,
    title=lazy("安排远程参加"),
    button=lazy("安排视频接访室"),
    said=lazy("已安排远程参加。请在名单中邀请要远程参加的人。"),
    rows=hearings,
    back=lambda hearing: reverse("hearings:parties", args=[hearing.pk]),
    intro=lazy("按听证的时间安排一间视频接访室；延期、中止的随之取消。原来邀请过的人会重新收到邀请。"),
)
INVITE_BY_VIDEO = PanelDoor(
    form=InvitePartyByVideoForm,
    title=lazy("邀请远程参加"),
    button=lazy("发出邀请"),
    said=lazy("已发出邀请。"),
    rows=_parties,
    back=_to_parties,
    intro=lazy("有账户的人和单位收到站内消息；其他人收到短信链接，不用账户。到场的人不需要邀请。"),
)
SCHEDULE = PanelDoor(
    form=ScheduleHearingForm,
    title=lazy("确定时间地点"),
    button=lazy("确定，并占用房间和人员"),
    said=lazy("时间地点已确定，房间和听证组人员已一并占用。"),
    rows=hearings,
    back=to_panel,
    template="hearings/schedule_hearing.html",
    shown=_the_day,
)
