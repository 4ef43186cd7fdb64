"""What the pages of a hearing's day share: whose hearing it is, the tabs above, and how a form is answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from cases.models import Case
from hall.access import Refused, Request, get_visible
from hearings.forms import HearingForm
from hearings.models import Hearing
from hearings.queries.session import own_seat, seats_of

_WITH = ("case", "organiser", "rules", "room", "hall")
TONES = {
    "scheduled": "blue",
    "in_session": "amber",
    "suspended": "grey",
    "deliberating": "amber",
    "concluded": "green",
}
TABS: tuple[tuple[str, Promise], ...] = (
    ("session", lazy("进行")),
    ("transcript", lazy("笔录")),
    ("deliberation", lazy("合议")),
    ("conclusion", lazy("结论")),
)


def seen(request: Request, hearing_id: int) -> Hearing:
    """Who sees the case, and who sits on the panel."""
    rows = Hearing.objects.visible_to(request.actor).select_related(*_WITH)
    return get_visible(rows, pk=hearing_id)


def sat_on(request: Request, hearing_id: int) -> Hearing:
    """Who sits on the panel: for everybody else there is nothing here."""
    rows = Hearing.objects.sat_on_by(request.actor).select_related(*_WITH)
    return get_visible(rows, pk=hearing_id)


def frame(request: Request, hearing: Hearing, tab: str) -> dict[str, Any]:
    """The head of each page. The deliberation is offered to those who sit, and hidden from all others."""
    seats = seats_of(hearing)
    seat = own_seat(request.actor, seats)
    return {
        "hearing": hearing,
        "case": hearing.case,
        "tone": TONES.get(hearing.status, "grey"),
        "tabs": [
            (f"hearings:{name}", label, name == tab) for name, label in TABS if name != "deliberation" or seat
        ],
        "seat": seat,
        "sees_case": Case.objects.visible_to(request.actor).filter(pk=hearing.case_id).exists(),
    }


def acted(request: Request, form: HearingForm, said: Any, to: str, *args: Any) -> HttpResponse | int:
    """The way on when it was done, else the status of the page that says why not. Raises Refused(role, unseen)."""
    if not form.is_valid():
        return 422
    try:
        form.act()
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        return 422 if refused.kind == "input" else 409
    messages.success(request, str(said))
    return redirect(to, *(args or (form.hearing.pk,)))
