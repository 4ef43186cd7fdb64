"""Deliberation, for those who sit and nobody else; the conclusion, for everybody who sees the hearing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access import Actor, Request, allowed
from hall.clock import Unit
from hall.models import worded
from hearings import rules
from hearings.forms import ConcludeHearingForm, RecordFindingForm
from hearings.lifecycle import FINDINGS
from hearings.models import Conclusion, DeliberationNote, Hearing
from hearings.queries.session import own_seat, seats_of
from hearings.queries.votes import majority, owed, voters
from hearings.rules.deliberation import open_seats
from hearings.views.session_doors import acted, frame, sat_on, seen


def _room(actor: Actor, hearing: Hearing) -> dict[str, Any]:
    """Who has given a finding. What the others found is read when all have: nobody writes after another's words."""
    seats = seats_of(hearing)
    mine = own_seat(actor, seats)
    notes = {one.seat_id: one for one in DeliberationNote.objects.visible_to(actor).filter(hearing=hearing)}
    is_whole = bool(notes) and not owed(seats, notes)
    found = majority([notes[seat.pk].finding for seat in voters(seats)]) if is_whole else None
    return {
        "voters": [
            {
                "seat": seat,
                "given": seat.pk in notes,
                "note": notes.get(seat.pk) if is_whole or (mine is not None and seat.pk == mine.pk) else None,
                "is_mine": mine is not None and seat.pk == mine.pk,
            }
            for seat in voters(seats)
        ],
        "is_whole": is_whole,
        "found": found,
        "found_words": _(FINDINGS[found.finding]) if found else "",
    }


def _page(
    request: Request,
    hearing: Hearing,
    *,
    now: dt.datetime,
    form: RecordFindingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    able = open_seats(actor, hearing, seats_of(hearing)) if hearing.status == "deliberating" else []
    if form is None and able:
        form = RecordFindingForm(hearing=hearing, actor=actor, now=now, seats=able)
    context = {
        **frame(request, hearing, "deliberation"),
        **_room(actor, hearing),
        "form": form,
        "conclude_verdict": allowed(rules.check_can_conclude_hearing, actor, hearing, now=now),
    }
    return render(request, "hearings/deliberation.html", context, status=status)


@require_safe
def deliberation(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/deliberation/`: 404 for whoever does not sit, whatever post they hold."""
    return _page(request, sat_on(request, hearing_id), now=timezone.now())


@require_POST
def record_finding(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/record-finding/`"""
    now, hearing = timezone.now(), sat_on(request, hearing_id)
    rules.check_can_record_finding(request.actor, hearing, now=now)
    able = open_seats(request.actor, hearing, seats_of(hearing))
    form = RecordFindingForm(request.POST, hearing=hearing, actor=request.actor, now=now, seats=able)
    done = acted(request, form, _("意见已经记录，不能再更改。"), "hearings:deliberation")
    if isinstance(done, HttpResponse):
        return done
    return _page(request, hearing, now=now, form=form, status=done)


@require_safe
def conclusion(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/conclusion/`: what was found, once it was found; the votes only for who sat."""
    now, hearing = timezone.now(), seen(request, hearing_id)
    one = Conclusion.objects.filter(hearing=hearing).select_related("document", "concluded_by").first()
    clock = hearing.case.deadlines.filter(kind="hearing_conclude", item=f"{hearing.pk}").last()
    record = hearing.case.proceedings.filter(kind="hearing", ref=hearing.pk).first()
    context = {
        **frame(request, hearing, "conclusion"),
        "conclusion": one,
        "clock": clock,
        "told": record.told if record and one else "",
        "conclude_verdict": allowed(rules.check_can_conclude_hearing, request.actor, hearing, now=now),
        "today": timezone.localdate(now),
    }
    return render(request, "hearings/conclusion.html", context)


def _serve_words(hearing: Hearing) -> str:
    """Within how many days the paper follows what was told on the spot; "" where the rules set no number."""
    own = hearing.rules
    if not own.serve_days:
        return ""
    words = _("按照《%(name)s》，当场宣布的，%(n)s日内送达听证结论书。")
    if own.serve_unit == Unit.WORKDAY.value:
        words = _("按照《%(name)s》，当场宣布的，%(n)s个工作日内送达听证结论书。")
    return words % {"name": worded(own, "name"), "n": own.serve_days}


@require_http_methods(["GET", "HEAD", "POST"])
def conclude_hearing(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/conclude-hearing/`: the presider writes what the majority found."""
    now, hearing = timezone.now(), sat_on(request, hearing_id)
    room = _room(request.actor, hearing)
    found = room["found"]
    form = ConcludeHearingForm(
        request.POST if request.method == "POST" else None,
        initial={"finding": found.finding if found else ""},
        hearing=hearing,
        actor=request.actor,
        now=now,
    )
    status = 200
    if request.method == "POST":
        rules.check_can_conclude_hearing(request.actor, hearing, now=now)
        done = acted(request, form, _("听证结论书已经出具，请送达信访人。"), "hearings:conclusion")
        if isinstance(done, HttpResponse):
            return done
        status = done
    context = {
        **frame(request, hearing, "deliberation"),
        **room,
        "form": form,
        "verdict": allowed(rules.check_can_conclude_hearing, request.actor, hearing, now=now),
        "serve_words": _serve_words(hearing),
    }
    return render(request, "hearings/conclude_hearing.html", context, status=status)
