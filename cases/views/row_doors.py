"""One door for a verb on a field visit, a leader's charge or a notice: it asks, and calls the action once.

As `doors.py` for a case: who may not see it gets 404, who may not do it 403, and what is wrong is said on the form with
everything typed kept: 422 for an input, 409 for a state that has passed meanwhile.
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

from cases import rules
from cases.forms.field import RowForm
from hall.access import Actor, Refused, Request, Text, allowed, get_visible
from hall.uploads.receiving import left_out_of, receiving


@dataclass(frozen=True, slots=True)
class RowDoor:
    """`rows` are those that the reader may see, `back` the address of one. `more`: what the form needs beside."""

    form: type[RowForm]
    title: Text
    button: Text
    said: Text
    rows: Callable[[Actor], QuerySet[Any]]
    back: Callable[[Any], str]
    intro: Text = ""
    danger: bool = False
    uploads: bool = False
    template: str = "cases/field/verb.html"
    more: Callable[[Actor, Any], dict[str, Any]] | None = None

    @property
    def verb(self) -> str:
        return self.form.verb


def opened(door: RowDoor) -> Any:
    """The view of a door."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Request, **kwargs: int) -> HttpResponse:
        return _answer(request, door, kwargs[door.form.key])

    view.__name__ = door.verb
    return receiving()(view) if door.uploads else view


def _answer(request: Request, door: RowDoor, pk: int) -> HttpResponse:
    now = timezone.now()
    row: Model = get_visible(door.rows(request.actor), pk=pk)
    more = door.more(request.actor, row) if door.more else {}
    facts: dict[str, Any] = {"actor": request.actor, "now": now, "row": row, **more}
    status = 200
    if request.method == "POST":
        if door.uploads:
            facts["left_out"] = left_out_of(request)
        form = door.form(request.POST, request.FILES, **facts)
        status = _acted(door, form, request.actor, row, now)
        if status == 302:
            messages.success(request, str(door.said))
            return HttpResponseRedirect(door.back(row))
    else:
        form = door.form(**facts)
    context = {
        "door": door,
        "row": row,
        "form": form,
        "fields": [one for one in form if not one.is_hidden],
        "verdict": allowed(_rule(door), request.actor, row, now=now),
        "back": door.back(row),
        "now": now,
        "today": timezone.localdate(now),
    }
    return render(request, door.template, context, status=status)


def _rule(door: RowDoor) -> Callable[..., None]:
    rule: Callable[..., None] = getattr(rules, f"check_can_{door.verb}")
    return rule


def _acted(door: RowDoor, form: RowForm, actor: Actor, row: Model, now: dt.datetime) -> int:
    """302 when it was done, else the status of the page that says why not. Raises Refused(role, unseen)."""
    if not form.is_valid():
        try:
            # Who may not act at all is not asked to mend the form first.
            _rule(door)(actor, row, now=now)
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
