"""The shared note in the live room: what each end sees of it, the doors of its verbs, and the signed record.

Every door answers a script with the panel alone, and everybody else with a page of plain forms; whoever holds a seat is
known by the cookie of the room, as everywhere in it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cases import actions
from cases.models import Case, VideoNote, VideoNoteSignature, VideoRoom, VideoSeat
from cases.queries.video_notes import answers_to, readings, standing_note, stays, unanswered
from cases.rules import video_notes as rules
from cases.rules.video import hosts, matter_of
from cases.views.papers import pdf_response
from cases.views.video import NOTE_TONES
from cases.views.video_live import held_seat
from hall.access import Refused, Request, allowed, get_visible, printable, typed_line, whole_number

TYPED = ("text", "name", "words", "answer", "witness", "who")


@dataclass(frozen=True, slots=True)
class Answer:
    """One line under the text: who, what, and the drawn name as lines for a picture."""

    seat: VideoSeat
    row: VideoNoteSignature
    lines: list[str]


def _answers(note: VideoNote) -> list[Answer]:
    rows = answers_to(note)
    return [
        Answer(row.seat, row, _drawn(row.strokes)) for row in sorted(rows.values(), key=lambda row: row.pk)
    ]


def _drawn(strokes: str) -> list[str]:
    return [" ".join(f"{x},{y}" for x, y in line) for line in json.loads(strokes)] if strokes else []


# -- what an end sees ----------------------------------------------------------------------------------------------


def _sees(seat: VideoSeat) -> bool:
    """Who is in the room; and after its end who had been let in."""
    return seat.status == "admitted" or (seat.room.status == "ended" and seat.admitted_at is not None)


def _context(request: Request, seat: VideoSeat) -> dict[str, Any]:
    room, context = seat.room, {"room": seat.room, "hall": seat.room.hall, "seat": seat, "sees": _sees(seat)}
    if not context["sees"]:
        return context
    note = standing_note(room) or (room.notes.order_by("-number").first() if room.status == "ended" else None)
    is_keeping = room.status == "open" and hosts(request.actor, seat)
    context |= {
        "note": note,
        "is_host": is_keeping,
        "earlier": [one for one in readings(room) if one.status == "corrected"],
    }
    if note is None:
        return context
    answers = _answers(note)
    is_open = note.status == "read_back" and room.status == "open"
    context |= {
        "answers": answers,
        "mine": next((one for one in answers if one.seat.pk == seat.pk), None),
        "may_answer": is_open and seat.status == "admitted",
        "waits": unanswered(note) if is_open else [],
        "tone": NOTE_TONES[note.status],
        "box": f"0 0 {rules.WIDTH} {rules.HEIGHT}",
        "width": rules.WIDTH,
        "height": rules.HEIGHT,
    }
    if is_keeping and is_open:
        facts = (request.actor, room, seat, note)
        context["may_close"] = allowed(rules.check_can_close_video_note, *facts, now=timezone.now())
    return context


def _shown(
    request: Request, seat: VideoSeat, form: str = "", refused: Refused | None = None, is_page: bool = True
) -> HttpResponse:
    context = _context(request, seat) | {"is_page": is_page, "refused": refused, "form": form, "typed": {}}
    status = 200
    if refused is not None:
        status = 422 if refused.kind == "input" else refused.status
        context["typed"] = {name: request.POST.get(name, "") for name in TYPED}
        # Where the state has gone, the form that was filled in may be gone too: what was typed stands beside.
        stood = context["typed"]["words"] or (context["typed"]["text"] if context.get("note") else "")
        context["lost"] = stood if refused.kind == "state" else ""
        context["newer"] = seat.room.note if refused.reason is rules.CHANGED else None
    template = "cases/video/note.html" if is_page else "cases/video/_note_now.html"
    return render(request, template, context, status=status)


@login_not_required
@never_cache
@require_safe
def video_note(request: Request, token: uuid.UUID) -> HttpResponse:
    """`/video/<token>/note/`: the note with its forms, also without scripts; after the end, one's copy of it."""
    return _shown(request, held_seat(request, token))


@login_not_required
@never_cache
@require_safe
def video_note_now(request: Request, token: uuid.UUID) -> HttpResponse:
    """`/video/<token>/note/now/`: the panel of the live room, fetched anew whenever something changes."""
    return _shown(request, held_seat(request, token), is_page=False)


# -- the verbs -----------------------------------------------------------------------------------------------------


def _door(form: str, act: Callable[..., object]) -> Callable[..., HttpResponse]:
    @login_not_required
    @require_POST
    def view(request: Request, token: uuid.UUID) -> HttpResponse:
        seat = held_seat(request, token)
        is_page = request.headers.get("X-Requested-With") != "fetch"
        facts: dict[str, Any] = {
            "actor": request.actor, "room_id": seat.room_id, "seat_id": seat.pk, "now": timezone.now()
        }  # fmt: skip
        try:
            act(request, facts)
        except Refused as refused:
            if refused.kind not in ("input", "state"):
                raise
            return _shown(request, held_seat(request, token), form, refused, is_page)
        if is_page:
            return redirect("cases:video-note", token)
        return _shown(request, held_seat(request, token), is_page=False)

    return view


def _number(request: Request, name: str) -> int:
    return whole_number(request.POST.get(name, "")) or 0


def _words(request: Request, name: str, most: int = 500) -> str:
    """Several lines as typed."""
    return printable(request.POST.get(name, ""), keep="\n")[:most]


def _write(request: Request, facts: dict[str, Any]) -> None:
    version = whole_number(request.POST.get("version", ""))
    actions.write_video_note(text=request.POST.get("text", ""), version=version, **facts)


def _read_back(request: Request, facts: dict[str, Any]) -> None:
    version = whole_number(request.POST.get("version", ""))
    actions.read_back_video_note(text=request.POST.get("text", ""), version=version, **facts)


def _sign(request: Request, facts: dict[str, Any]) -> None:
    actions.sign_video_note(
        note_id=_number(request, "note"),
        sha256=request.POST.get("sha256", ""),
        name=typed_line(request, "name", 60),
        strokes=request.POST.get("strokes", ""),
        **facts,
    )


def _refuse(request: Request, facts: dict[str, Any]) -> None:
    note_id, sha256 = _number(request, "note"), request.POST.get("sha256", "")
    actions.refuse_video_note(note_id=note_id, sha256=sha256, words=_words(request, "words"), **facts)


def _witness(request: Request, facts: dict[str, Any]) -> None:
    actions.witness_video_note(
        note_id=_number(request, "note"),
        who=_number(request, "who"),
        answer=request.POST.get("answer", ""),
        words=_words(request, "words"),
        witness=typed_line(request, "witness", 60),
        **facts,
    )


def _correct(request: Request, facts: dict[str, Any]) -> None:
    actions.correct_video_note(note_id=_number(request, "note"), words=_words(request, "words"), **facts)


def _close(request: Request, facts: dict[str, Any]) -> None:
    actions.close_video_note(note_id=_number(request, "note"), **facts)


write_video_note = _door("write", _write)
read_back_video_note = _door("write", _read_back)
sign_video_note = _door("sign", _sign)
refuse_video_note = _door("refuse", _refuse)
witness_video_note = _door("witness", _witness)
correct_video_note = _door("correct", _correct)
close_video_note = _door("close", _close)


# -- the record ----------------------------------------------------------------------------------------------------


def _file(note: VideoNote | None) -> HttpResponse:
    if note is None or note.document is None:
        raise Refused(_("笔录还没有定稿。"), "state")
    return pdf_response(note.document)


@login_not_required
@never_cache
@require_safe
def video_note_file(request: Request, token: uuid.UUID) -> HttpResponse:
    """`/video/<token>/note/file/`: the paper, for each end that was in the room."""
    seat = held_seat(request, token)
    if not _sees(seat):
        raise Refused(_("您还没有获准进入，或者视频接访室已经结束。"), "state")
    return _file(standing_note(seat.room))


def _one(request: Request, token: uuid.UUID) -> VideoNote:
    rows = VideoNote.objects.visible_to(request.actor)
    return get_visible(
        rows.select_related("room__hall", "room__case", "room__docket_item__case", "read_by", "document"),
        token=token,
    )


@require_safe
def video_note_record(request: Request, token: uuid.UUID) -> HttpResponse:
    """`/video/notes/<token>/`: one text that was read back, who was there, who signed it and how."""
    note = _one(request, token)
    case = matter_of(note.room)
    context = {
        "note": note,
        "room": note.room,
        "case": case,
        "may_see_case": case is not None
        and Case.objects.visible_to(request.actor).filter(pk=case.pk).exists(),
        "answers": _answers(note),
        "stays": stays(note.room),
        "others": [(one, NOTE_TONES[one.status]) for one in readings(note.room) if one.pk != note.pk],
        "may_see_room": VideoRoom.objects.visible_to(request.actor).filter(pk=note.room_id).exists(),
        "tone": NOTE_TONES[note.status],
        "box": f"0 0 {rules.WIDTH} {rules.HEIGHT}",
    }
    return render(request, "cases/video/note_record.html", context)


@require_safe
def video_note_record_file(request: Request, token: uuid.UUID) -> HttpResponse:
    """`/video/notes/<token>/file/`: the paper, for whoever may see the room or its matter."""
    return _file(_one(request, token))
