"""One door for a verb on minutes, on a commitment, on the conference: it asks, and calls the action once.

Who may not see it gets 404, who may not do it 403; what is wrong is said on the form with everything typed kept: 422
for an input, 409 for a state that has passed meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from consultations import rules
from consultations.forms.minutes import JointForm
from hall.access import Actor, Refused, Request, Text, Verdict, allowed, get_visible
from hall.lifecycle import Lifecycle


@dataclass(frozen=True, slots=True)
class JointDoor:
    """`rows` are those that the reader may see, `back` the address of one; `more` what the page shows beside the form,
    `start` what the form says at first.
    """

    form: type[JointForm]
    title: Text
    button: Text
    said: Text
    rows: Callable[[Actor], QuerySet[Any]]
    back: Callable[[Any], str]
    intro: Text = ""
    danger: bool = False
    icon: str = "edit"
    template: str = "consultations/minutes_verb.html"
    start: Callable[[Any], dict[str, Any]] | None = None
    more: Callable[[Any, dt.datetime], dict[str, Any]] | None = None

    @property
    def verb(self) -> str:
        return self.form.verb

    @property
    def url_name(self) -> str:
        return f"consultations:{self.verb.replace('_', '-')}"


def opened(door: JointDoor) -> Any:
    """The view of a door."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Request, pk: int) -> HttpResponse:
        return _answer(request, door, pk)

    view.__name__ = door.verb
    return view


def rule_of(verb: str) -> Callable[..., None]:
    rule: Callable[..., None] = getattr(rules, f"check_can_{verb}")
    return rule


def _answer(request: Request, door: JointDoor, pk: int) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    row = get_visible(door.rows(actor), pk=pk)
    verdict = allowed(rule_of(door.verb), actor, row, now=now)
    if verdict.kind in ("role", "unseen"):
        # Whoever may not act is not shown a form.
        rule_of(door.verb)(actor, row, now=now)
    facts: dict[str, Any] = {"actor": actor, "now": now, "row": row}
    status = 200
    if request.method == "POST":
        form = door.form(request.POST, **facts)
        # Further rows were asked for: nothing is judged, nothing is done, nothing typed is lost.
        status = 200 if "more" in request.POST else _acted(form, verdict)
        if status == 302:
            messages.success(request, str(door.said))
            return HttpResponseRedirect(door.back(row))
        if status == 409 and "version" in form.fields:
            row.refresh_from_db(fields=["version", "status"])
            form.say_again("version", row.version)
    else:
        form = door.form(initial=door.start(row) if door.start else None, **facts)
    context = {
        "door": door,
        "row": row,
        "form": form,
        "fields": [one for one in form if not one.is_hidden],
        "verdict": verdict,
        "back": door.back(row),
        "now": now,
        "today": timezone.localdate(now),
        **(door.more(row, now) if door.more else {}),
    }
    return render(request, door.template, context, status=status)


def _acted(form: JointForm, verdict: Verdict) -> int:
    """302 when it was done, else the status of the page that says why not. Raises Refused(role, unseen)."""
    if not form.is_valid():
        if not verdict:
            form.add_error(None, str(verdict.reason))
            return 409
        return 422
    try:
        form.act()
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        return 422 if refused.kind == "input" else 409
    return 302


def buttons(
    doors: Sequence[JointDoor], life: Lifecycle, row: Any, actor: Actor, now: dt.datetime
) -> list[dict[str, Any]]:
    """The verbs that the state has, for who holds the post for them; each with what its rule says."""
    found: list[dict[str, Any]] = []
    for door in doors:
        if life.move(door.verb, row.status) is None:
            continue
        verdict = allowed(rule_of(door.verb), actor, row, now=now)
        if verdict.kind in ("role", "unseen"):
            continue
        # What would undo signatures is not what the page suggests.
        goes_back = row.status == "circulating" and life.target(door.verb, row.status) == "drafting"
        is_plain = not verdict or door.danger or goes_back
        is_first = not is_plain and not any(one["kind"] == "primary" for one in found)
        found.append(
            {
                "label": door.title,
                "href": reverse(door.url_name, args=[row.pk]),
                "verdict": verdict,
                "kind": "primary" if is_first else "plain",
                "icon": door.icon,
            }
        )
    return found
