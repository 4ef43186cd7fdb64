"""One verb, one door: it asks, and calls the action once. All verbs of accountability on a row come in here.

As `cases.views.row_doors`: who may not see it gets 404, who may not do it 403, and what is wrong is said on the form
with everything typed kept: 422 for an input, 409 for a state that has passed meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accountability import rules
from accountability.forms.evidence import EvidenceForm
from accountability.views.evidence import more_of, sent, taking
from hall.access import Actor, Refused, Request, Text, Verdict, allowed, get_visible
from hall.lifecycle import Lifecycle


@dataclass(frozen=True, slots=True)
class Door:
    """`rows` are those that the reader may see, `back` the address of one. `more`: what the form needs beside; `shown`:
    what its page does; `begin`: what it starts with; `barred`: from whom the form is kept, though the row is not.
    `shut`: who may not act is not even shown the form. `in_path`: the row's name in the address.
    """

    form: Any
    title: Text
    button: Text
    said: Text
    rows: Callable[[Actor], QuerySet[Any]]
    back: Callable[[Any], str]
    intro: Text = ""
    danger: bool = False
    more: Callable[[Actor], dict[str, Any]] | None = None
    shown: Callable[[Any, dt.datetime], dict[str, Any]] | None = None
    template: str = "accountability/verb.html"
    shut: bool = False
    in_path: str = ""
    begin: Callable[[Request, Any], dict[str, Any]] | None = None
    barred: Callable[[Actor, Any], bool] | None = None

    @property
    def verb(self) -> str:
        verb: str = self.form.verb
        return verb

    @property
    def path(self) -> str:
        return self.verb.replace("_", "-")

    @property
    def key(self) -> str:
        return self.in_path or self.form.key

    @property
    def uploads(self) -> bool:
        return issubclass(self.form, EvidenceForm)

    def check(self, actor: Actor, row: Any, now: dt.datetime) -> None:
        getattr(rules, f"check_can_{self.verb}")(actor, row, now=now)

    def address(self, row: Any) -> str:
        return reverse(f"accountability:{self.path}", kwargs={self.key: row.pk})


def opened(door: Door) -> Any:
    """The view of a door."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Request, **kwargs: int) -> HttpResponse:
        return _answer(request, door, kwargs[door.key])

    view.__name__ = door.verb
    return taking(door.form, view)


def _answer(request: Request, door: Door, pk: int) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    row: Model = get_visible(door.rows(actor), pk=pk)
    if door.barred is not None and door.barred(actor, row):
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    verdict = allowed(door.check, actor, row, now)
    if door.shut and verdict.kind in ("role", "unseen"):
        door.check(actor, row, now)
    facts: dict[str, Any] = {
        "actor": actor, "now": now, "row": row, **(door.more(actor) if door.more else {})
    }  # fmt: skip
    status = 200
    if request.method == "POST":
        form = door.form(*sent(request), **facts, **more_of(door.form, request))
        status = acted(form, form.act, lambda: door.check(actor, row, now))
        if status == 302:
            messages.success(request, str(door.said))
            return HttpResponseRedirect(door.back(row))
        if isinstance(form, EvidenceForm):
            form.keep_on()
    else:
        form = door.form(**facts, **({"initial": door.begin(request, row)} if door.begin else {}))
    context = {
        "door": door,
        "takes_files": door.uploads,
        "row": row,
        "form": form,
        "fields": [one for one in form if not one.is_hidden],
        "verdict": verdict,
        "back": door.back(row),
        **(door.shown(row, now) if door.shown else {}),
    }
    return render(request, door.template, context, status=status)


def acted(form: forms.Form, act: Callable[[], Any], check: Callable[[], Any] = lambda: None) -> int:
    """302 when it was done, else the status of the page that says why not. Raises Refused(role, unseen)."""
    if not form.is_valid():
        try:
            check()  # who may not act at all is not asked to mend the form first
        except Refused as refused:
            if refused.kind in ("role", "unseen"):
                raise
            form.add_error(None, str(refused.reason))
            return 409
        return 422
    try:
        act()
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        return 422 if refused.kind == "input" else 409
    return 302


def buttons(
    doors: Sequence[Door], table: Lifecycle, row: Any, actor: Actor, now: dt.datetime
) -> list[dict[str, Any]]:
    """The verbs that the state knows, for whom they are meant: a unit is not shown the office's, nor the other way."""
    found: list[dict[str, Any]] = []
    for door in doors:
        if table.move(door.verb, row.status) is None:
            continue
        verdict: Verdict = allowed(door.check, actor, row, now)
        if not verdict and (verdict.kind == "role" if door.shut else not actor.has(*table.roles(door.verb))):
            continue
        first = bool(verdict) and not door.danger and not any(one["kind"] == "primary" for one in found)
        kind = "primary" if first else "plain"
        found.append({"label": door.title, "href": door.address(row), "verdict": verdict, "kind": kind})
    return found
