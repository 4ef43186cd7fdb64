"""What every door that changes a case does before and after its one call.

A page carries the number of the last journal entry that it knew (`seen`). When the case has moved since, nothing
is done and the answer is 409 with what happened meanwhile; the same when the action itself finds the state gone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from cases.lifecycle import OPINION
from cases.models import Case
from cases.queries.timeline import moved_since, since
from cases.queries.words import says, verb
from hall.access import Refused, Request, get_visible, whole_number
from hall.models import JournalHead

T = TypeVar("T")
_ON_OPINION = OPINION.verbs()


class Stale(Exception):
    """The page is older than the case; `refused` is what the rule said, if it came to that."""

    def __init__(self, case: Case, seen: int, refused: Refused | None = None) -> None:
        super().__init__(str(case.pk))
        self.case, self.seen, self.refused = case, seen, refused


def seen_in(request: Request) -> int | None:
    text = request.POST.get("seen", "")
    return whole_number(text)


def head_of(case_id: int) -> int:
    """The number of the case's last journal entry, for the form to carry."""
    found = JournalHead.objects.filter(stream=f"case:{case_id}").values_list("seq", flat=True).first()
    return found or 0


def acting(
    request: Request, pk: int, act: Callable[[], T], *, verb: str = "", also_locked: Collection[int] = ()
) -> T:
    """Take one act on a visible case under its lock, unless the page is stale. Raises Refused, Stale.

    `verb`: one on the opinion is stale when the opinion has changed its state, any other only when the case has.
    `also_locked`: other cases that it changes. All are locked in order of id, so that nobody waits in a ring.
    """
    seen = seen_in(request)
    case = get_visible(Case.objects.visible_to(request.actor).defer("search", "content"), pk=pk)
    try:
        with transaction.atomic():
            for one in sorted({pk, *also_locked}):
                Case.objects.locked(one)
            if seen is not None and moved_since(pk, seen, opinion=verb in _ON_OPINION):
                raise Stale(case, seen)
            return act()
    except Refused as refused:
        if refused.kind != "state":
            raise
        raise Stale(case, seen or 0, refused) from refused


def typed_in(form: forms.Form) -> list[dict[str, str]]:
    """The words that somebody typed, by their labels, for a page that has no form to put them back into."""
    texts = [one for one in form if isinstance(one.field, forms.CharField) and not one.is_hidden]
    return [{"label": str(one.label), "text": one.value()} for one in texts if one.value()]


def meanwhile(request: Request, stale: Stale, form: forms.Form | None = None) -> HttpResponse:
    """409: what was done since the page was drawn, what was typed, and the way back to the case as it is now."""
    stale.case.refresh_from_db(fields=["status", "status_since"])
    entries: list[dict[str, Any]] = [
        {
            "at": entry.at,
            "who": entry.actor_name,
            "words": verb(entry.verb).words,
            "text": says(entry, stale.case.law),
        }
        for entry in since(stale.case.pk, stale.seen)
        if stale.seen and not verb(entry.verb).minor
    ]
    typed = typed_in(form) if form else []
    context = {"case": stale.case, "entries": entries, "refused": stale.refused, "typed": typed}
    template = "cases/_meanwhile.html" if request.htmx else "cases/meanwhile.html"
    return render(request, template, context, status=409)
