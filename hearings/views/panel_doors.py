"""One door for a verb on a seat, a request or a party of a hearing: it asks, and calls the action once.

Who may not see the hearing gets 404, who may not do it 403; what is wrong is said on the form with everything typed
kept: 422 for an input, 409 for a state that has passed meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hall.access import Actor, Refused, Request, Text, allowed, get_visible
from hearings import rules
from hearings.forms.panel_common import RowForm


@dataclass(frozen=True, slots=True)
class PanelDoor:
    """`rows` are those that the reader may see, `back` the address of one. `more`: what the form needs beside; `shown`:
    what the page shows beside, made with the form.
    """

    form: type[RowForm]
    title: Text
    button: Text
    said: Text
    rows: Callable[[Actor], QuerySet[Any]]
    back: Callable[[Any], str]
    intro: Text = ""
    danger: bool = False
    template: str = "hearings/panel_verb.html"
    more: Callable[[], Mapping[str, Any]] | None = None
    shown: Callable[[Request, Any, Any, dt.datetime], Mapping[str, Any]] | None = None

    @property
    def verb(self) -> str:
        return self.form.verb


def opened(door: PanelDoor) -> Any:
    """The view of a door."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Request, **kwargs: int) -> HttpResponse:
        return _answer(request, door, kwargs[door.form.key])

    view.__name__ = door.verb
    return view


def _answer(request: Request, door: PanelDoor, pk: int) -> HttpResponse:
    now = timezone.now()
    row = get_visible(door.rows(request.actor), pk=pk)
    verdict = allowed(_rule(door.verb), request.actor, row, now=now)
    if verdict.kind in ("role", "unseen"):
        # The page lists who may sit and why others may not: that is for whoever may act on it.
        raise Refused(verdict.reason, verdict.kind)
    facts: dict[str, Any] = {
        "actor": request.actor,
        "now": now,
        "row": row,
        **(door.more() if door.more else {}),
    }
    status = 200
    if request.method == "POST" and "look" in request.POST:
        form = door.form(initial=request.POST.dict(), **facts)
    elif request.method == "POST":
        form = door.form(request.POST, **facts)
        status = acted(form, request.actor, row, now)
        if status == 302:
            messages.success(request, str(door.said))
            return HttpResponseRedirect(door.back(row))
    else:
        form = door.form(initial=request.GET.dict(), **facts)
    context = {
        "door": door,
        "row": row,
        "form": form,
        "fields": [one for one in form if not one.is_hidden],
        "verdict": allowed(_rule(door.verb), request.actor, row, now=now),
        "back": door.back(row),
        "now": now,
        **(door.shown(request, row, form, now) if door.shown else {}),
    }
    return render(request, door.template, context, status=status)


def _rule(verb: str) -> Callable[..., None]:
    rule: Callable[..., None] = getattr(rules, f"check_can_{verb}")
    return rule


def acted(form: RowForm, actor: Actor, row: Any, now: dt.datetime) -> int:
    """302 when it was done, else the status of the page that says why not. Raises Refused(role, unseen)."""
    if not form.is_valid():
        try:
            # Who may not act at all is not asked to mend the form first.
            _rule(form.verb)(actor, row, now=now)
        except Refused as refused:
            if refused.kind in ("role", "unseen"):
                raise
            form.add_error(None, str(refused.reason))
            return 409
        return 422
    try:
        form.act()
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        return 422 if refused.kind == "input" else 409
    return 302
