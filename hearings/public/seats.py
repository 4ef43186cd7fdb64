"""A seat for the public without a login: asked for, looked up by its code, given back."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hall.access import PUBLIC, Refused, allowed, get_visible
from hearings import actions, rules
from hearings.forms.seats import SeatCodeForm, TakeSeatForm
from hearings.models import PublicSeat
from hearings.queries import public as queries
from staffing.forms import show
from staffing.queries import open_halls
from staffing.rules.complaints import SOONEST


@login_not_required
@never_cache
@sensitive_post_parameters("name", "phone")
@require_http_methods(["GET", "HEAD", "POST"])
def take_seat(request: HttpRequest, code: str, hearing_id: int) -> HttpResponse:
    """`/halls/<code>/hearings/<id>/seat/`: name and telephone; the answer shows the code."""
    now = timezone.now()
    hall = get_visible(open_halls(), code=code)
    one = queries.shown(get_visible(queries.announced(hall), pk=hearing_id))
    about: dict[str, Any] = {
        "hall": hall,
        "one": one,
        "days": one.hearing.rules.erase_days,
        "verdict": allowed(rules.check_can_take_seat, PUBLIC, one.hearing, now=now),
    }
    if request.method != "POST":
        return render(request, "hearings/take_seat.html", {**about, "form": TakeSeatForm(now=now)})
    form = TakeSeatForm(request.POST, now=now)
    if not form.is_valid():
        if form.non_field_errors():
            form.renewed(now)
        return render(request, "hearings/take_seat.html", {**about, "form": form}, status=422)
    wish = form.wish(get_language() or "zh-hans")
    try:
        seat = actions.take_seat(
            actor=PUBLIC,
            hearing_id=one.hearing.pk,
            wish=wish,
            address=request.META.get("REMOTE_ADDR", ""),
            now=now,
        )
    except Refused as refused:
        if refused.kind not in ("input", "state", "busy"):
            raise
        show(form, refused)
        if not refused.field and now - wish.drawn_at >= SOONEST:
            form.renewed(now)
        status = 422 if refused.kind == "input" else refused.status
        return render(request, "hearings/take_seat.html", {**about, "form": form}, status=status)
    return render(request, "hearings/seat_taken.html", {**about, "seat": seat})


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: HttpRequest) -> HttpResponse:
    """`/hearing-seats/`: how it stands, by the code, which stands in no address or log."""
    if request.method != "POST":
        return render(request, "hearings/seat.html", {"form": SeatCodeForm()})
    return _with_code(request, _shown)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_POST
def cancel_seat(request: HttpRequest) -> HttpResponse:
    """`/hearing-seats/cancel/`: the seat is for somebody else."""
    return _with_code(request, _cancelled)


def _with_code(request: HttpRequest, go_on: Any) -> HttpResponse:
    form, now = SeatCodeForm(request.POST), timezone.now()
    status = 422
    if form.is_valid():
        try:
            found = actions.find_seat(
                code=form.cleaned_data["code"], address=request.META.get("REMOTE_ADDR", ""), now=now
            )
            if found is not None:
                answer: HttpResponse = go_on(request, found, now)
                return answer
        except Refused as refused:
            if refused.kind not in ("state", "busy"):
                raise
            form.add_error(None, str(refused))
            status = refused.status
        else:
            form.add_error("code", _("没有这个旁听码。请对照短信再试一次。"))
    return render(request, "hearings/seat.html", {"form": form}, status=status)


def _shown(request: HttpRequest, found: PublicSeat, now: Any, *, is_done: bool = False) -> HttpResponse:
    hearing = found.hearing
    context = {
        "form": SeatCodeForm(),
        "seat": found,
        "hearing": hearing,
        "hall": hearing.hall,
        "is_public": hearing.is_public and hearing.announced_at is not None,
        "is_done": is_done,
        "may_cancel": allowed(rules.check_can_cancel_seat, PUBLIC, found, now=now),
    }
    return render(request, "hearings/seat.html", context)


def _cancelled(request: HttpRequest, found: PublicSeat, now: Any) -> HttpResponse:
    given_back = actions.cancel_seat(actor=PUBLIC, seat_id=found.pk, now=now)
    return _shown(request, given_back, now, is_done=True)
