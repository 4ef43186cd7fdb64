"""One door for every verb on a case: `/cases/<pk>/<verb>/` asks, says what will follow, and calls the action once.

What a door shows beyond its form stands in `templates/cases/<verb>.html`; most extend `cases/verb.html`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import rules
from cases.forms.verb import VerbForm
from cases.models import Case
from cases.views.acting import Stale, acting, head_of, meanwhile, seen_in
from hall.access import Refused, Request, Text, allowed, get_visible
from hall.uploads.receiving import left_out_of, receiving


@dataclass(frozen=True, slots=True)
class Door:
    """`title` heads the page and the button that leads here, `button` is pressed, `said` is told when it is done
    (it may name %(number)s, the case). `issues`: the act issues papers, so drafts of them can be looked at first.
    `uploads`: the form takes a file; it gets `left_out`, what was too large.
    """

    form: type[VerbForm]
    title: Text
    button: Text
    said: Text
    issues: bool = False
    danger: bool = False
    uploads: bool = False
    icon: str = "edit"

    @property
    def verb(self) -> str:
        return self.form.verb

    @property
    def url_name(self) -> str:
        return f"cases:{self.verb.replace('_', '-')}"


def _case(request: Request, pk: int) -> Case:
    visible = Case.objects.visible_to(request.actor).select_related("hall", "first_handler").defer("search")
    return get_visible(visible, pk=pk)


def opened(door: Door) -> Any:
    """The view of a door."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Request, pk: int) -> HttpResponse:
        return _answer(request, door, pk)

    view.__name__ = door.verb
    return receiving()(view) if door.uploads else view


def _refusal(door: Door, request: Request, case: Case, now: dt.datetime) -> Refused | None:
    """What the rule says about the state. Raises Refused(role, unseen)."""
    try:
        getattr(rules, f"check_can_{door.verb}")(request.actor, case, now=now)
    except Refused as refused:
        if refused.kind in ("role", "unseen"):
            raise
        return refused if refused.kind == "state" else None
    return None


def _onward(request: Request, pk: int) -> HttpResponse:
    """To the case; who does not see it any more (recused) goes to the own work list."""
    if Case.objects.visible_to(request.actor).filter(pk=pk).exists():
        return redirect("cases:case", pk)
    return redirect("cases:work-list")


def _answer(request: Request, door: Door, pk: int) -> HttpResponse:
    now, case = timezone.now(), _case(request, pk)
    drafts: list[dict[str, Any]] = []
    status = 200
    if request.method == "POST":
        more = {"left_out": left_out_of(request)} if door.uploads else {}
        form = door.form(request.POST, request.FILES, case=case, actor=request.actor, now=now, **more)
        if form.is_valid():
            try:
                others = form.also_locked()
                if door.issues and "preview" in request.POST:
                    drafts = acting(request, pk, form.drafts, verb=door.verb, also_locked=others)
                    if not drafts:
                        messages.info(request, _("这样办理不出具文书。"))
                else:
                    acting(request, pk, form.act, verb=door.verb, also_locked=others)
                    messages.success(request, door.said % {"number": case.number})
                    return _onward(request, pk)
            except Stale as stale:
                return meanwhile(request, stale, form)
            except Refused as refused:
                if refused.kind != "input":
                    raise
        elif wrong_state := _refusal(door, request, case, now):
            # Who may not act at all is not asked to mend the form first.
            return meanwhile(request, Stale(case, seen_in(request) or 0, wrong_state), form)
        status = 422 if form.errors else 200
    else:
        form = door.form(initial={"seen": head_of(pk)}, case=case, actor=request.actor, now=now)
    verdict = allowed(getattr(rules, f"check_can_{door.verb}"), request.actor, case, now=now)
    context = {
        "door": door,
        "case": case,
        "form": form,
        "fields": [one for one in form if not one.is_hidden],
        "verdict": verdict,
        "drafts": drafts,
        "now": now,
    }
    return render(request, f"cases/{door.verb}.html", context, status=status)
