"""The day of a hearing: attendance, the running sheet in large type, the end of the session."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access import Request, allowed
from hearings import rules
from hearings.forms import (
    BeginStepForm,
    CloseSessionForm,
    EndStepForm,
    HearingForm,
    SkipStepForm,
    StartHearingForm,
)
from hearings.lifecycle import STEP_KINDS
from hearings.models import Hearing, RunningStep
from hearings.queries.script import STEP_WORDS
from hearings.queries.session import attendants, elapsed, matrix_of, sheet_of, steps_of, unit_came
from hearings.views.session_doors import acted, frame, seen


def _row(step: RunningStep, now: dt.datetime) -> dict[str, Any]:
    return {
        "step": step,
        "name": _(STEP_KINDS[step.kind]),
        "elapsed": elapsed(step, now),
        "is_now": bool(step.began_at and not step.ended_at),
        "is_left_out": bool(step.ended_at and not step.began_at),
    }


def _page(
    request: Request,
    hearing: Hearing,
    *,
    now: dt.datetime,
    form: HearingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    people, steps = attendants(hearing), steps_of(hearing)
    sheet = sheet_of(steps, unit_came=unit_came(people))
    current, following = sheet.current, sheet.following
    matrix = matrix_of(hearing, people)
    bare: dict[str, Any] = {"hearing": hearing, "actor": request.actor, "now": now}
    skip = form if isinstance(form, SkipStepForm) else None
    if skip is None and following is not None and sheet.can_skip:
        skip = SkipStepForm(initial={"number": following.number}, **bare)
    context = {
        **frame(request, hearing, "session"),
        "people": people,
        "sheet": sheet,
        "rows": [_row(step, now) for step in steps],
        "now_row": _row(current, now) if current else None,
        "words": STEP_WORDS[current.kind] if current else (),
        "following": following,
        "following_name": _(STEP_KINDS[following.kind]) if following else "",
        "begin_form": BeginStepForm(initial={"number": following.number}, **bare) if following else None,
        "skip_form": skip,
        "failed": form,
        "matrix": matrix,
        "start_verdict": allowed(rules.check_can_start_hearing, request.actor, hearing, now=now),
        "step_verdict": allowed(rules.check_can_begin_step, request.actor, hearing, now=now),
        "close_verdict": allowed(rules.check_can_close_session, request.actor, hearing, now=now),
    }
    return render(request, "hearings/session.html", context, status=status)


@require_safe
def session(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/session/`: what goes on now and what to say, who came, what comes next."""
    return _page(request, seen(request, hearing_id), now=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def start_hearing(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/start-hearing/`: attendance is taken, and it begins."""
    now, hearing = timezone.now(), seen(request, hearing_id)
    people, status = attendants(hearing), 200
    facts: dict[str, Any] = {"hearing": hearing, "actor": request.actor, "now": now, "people": people}
    form = StartHearingForm(request.POST if request.method == "POST" else None, **facts)
    if request.method == "POST":
        done = acted(request, form, _("听证开始，到场情况已经记录。"), "hearings:session")
        if isinstance(done, HttpResponse):
            return done
        status = done
    verdict = allowed(rules.check_can_start_hearing, request.actor, hearing, now=now)
    context = {
        **frame(request, hearing, "session"),
        "form": form,
        "verdict": verdict,
        "rules": hearing.rules,
    }
    return render(request, "hearings/start_hearing.html", context, status=status)


_SAID = {
    BeginStepForm: lazy("已进入下一项。"),
    EndStepForm: lazy("本项已结束。"),
    SkipStepForm: lazy("已记录省略的理由。"),
    CloseSessionForm: lazy("听证结束，笔录已经出具，现在休会合议。"),
}


def _press(request: Request, hearing_id: int, kind: type[HearingForm]) -> HttpResponse:
    """A button on the running sheet; what is wrong is said on the sheet itself."""
    now, hearing = timezone.now(), seen(request, hearing_id)
    form = kind(request.POST, hearing=hearing, actor=request.actor, now=now)
    done = acted(request, form, _SAID[kind], "hearings:session")
    if isinstance(done, HttpResponse):
        return done
    return _page(request, seen(request, hearing_id), now=now, form=form, status=done)


@require_POST
def begin_step(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/begin-step/`"""
    return _press(request, hearing_id, BeginStepForm)


@require_POST
def end_step(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/end-step/`"""
    return _press(request, hearing_id, EndStepForm)


@require_POST
def skip_step(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/skip-step/`"""
    return _press(request, hearing_id, SkipStepForm)


@require_POST
def close_session(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/close-session/`: asked once, because nothing is written or signed after it."""
    if "confirmed" not in request.POST:
        hearing = seen(request, hearing_id)
        rules.check_can_close_session(request.actor, hearing, now=timezone.now())
        context = {
            "question": _("结束听证，开始合议？"),
            "consequence": _("结束以后，笔录不能再补写、更正或者签名。"),
            "confirm_label": _("结束听证"),
            "back_url": request.META.get("HTTP_REFERER", "/"),
            "action": request.path,
            "posted": [],
        }
        return render(request, "components/confirm_page.html", context)
    return _press(request, hearing_id, CloseSessionForm)
