"""One door for a verb in a consultation: it asks, and calls the action once.

Who may not see it gets 404, who may not do it 403; what is wrong is said on the form with everything typed kept: 422
for an input, 409 for a state that has passed meanwhile. `more` in what was sent asks for more room, nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from consultations import rules
from consultations.forms.base import ConferForm
from hall.access import Actor, Refused, Request, Text, allowed, get_visible


@dataclass(frozen=True, slots=True)
class ConferDoor:
    """`rows` are those that the reader may see; `back` is where one came from, `on` where one goes when it is done."""

    form: type[ConferForm]
    title: Text
    button: Text
    said: Text
    rows: Callable[[Actor], QuerySet[Any]]
    back: Callable[[Any], str]
    on: Callable[[Any, Any], str] | None = None
    intro: Text = ""
    danger: bool = False

    @property
    def verb(self) -> str:
        return self.form.verb

    @property
    def template(self) -> str:
        return f"consultations/{self.verb}.html"


def opened(door: ConferDoor) -> Any:
    """The view of a door."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Request, **kwargs: int) -> HttpResponse:
        (pk,) = kwargs.values()
        return _answer(request, door, pk)

    view.__name__ = door.verb
    return view


def _answer(request: Request, door: ConferDoor, pk: int) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    row: Model = get_visible(door.rows(actor), pk=pk)
    facts: dict[str, Any] = {"actor": actor, "now": now, "row": row}
    status = 200
    if request.method == "POST" and "more" not in request.POST:
        form = door.form(request.POST, **facts)
        status, done = _acted(door, form, actor, row, now)
        if status == 302:
            messages.success(request, str(door.said))
            return HttpResponseRedirect(door.on(row, done) if door.on else door.back(row))
    elif request.method == "POST":
        form = door.form(initial=door.form.typed(request.POST.dict()), **facts)
    else:
        form = door.form(**facts)
    context = {
        "door": door,
        "row": row,
        "form": form,
        "fields": [one for one in form if not one.is_hidden],
        "verdict": allowed(_rule(door), actor, row, now=now),
        "back": door.back(row),
        "now": now,
        "today": timezone.localdate(now),
    }
    return render(request, door.template, context, status=status)


def _rule(door: ConferDoor) -> Callable[..., None]:
    rule: Callable[..., None] = getattr(rules, f"check_can_{door.verb}")
    return rule


def _acted(door: ConferDoor, form: ConferForm, actor: Actor, row: Model, now: dt.datetime) -> tuple[int, Any]:
    """302 when it was done, else the status of the page that says why not. Raises Refused(role, unseen)."""
    if not form.is_valid():
        try:
            # Who may not act at all is not asked to mend the form first.
            _rule(door)(actor, row, now=now)
        except Refused as refused:
            if refused.kind in ("role", "unseen"):
                raise
            form.add_error(None, str(refused.reason))
            return 409, None
        return 422, None
    try:
        return 302, form.act()
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        return (422 if refused.kind == "input" else 409), None
