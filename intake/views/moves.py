"""The verbs of a ticket as POST addresses, shared by console and guide desk.

With htmx the answer carries the event `board-changed`, on which the page fetches its own parts anew, and a toast
where the ticket went out of sight; without it, a redirect to where the form came from. A refusal says what happened
in the same two ways; it refreshes, too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.access import Refused, Request, Text
from intake import actions
from intake.forms.queue import CallNextForm, CallTicketForm, MoveForm, TransferForm
from intake.models import Ticket

CHANGED = {"HX-Trigger": "board-changed"}
Act = Callable[..., Ticket]


def _back(request: Request) -> str:
    """Where the form stood; another site's address is not believed."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if safe and wanted.startswith("/"):
        return wanted
    return reverse("intake:console")


def _ask(request: Request, question: Text, consequence: str, label: str) -> HttpResponse:
    """Without JavaScript nobody was asked yet: a page of its own asks, and sends the same form again."""
    posted = [
        (key, value) for key, value in request.POST.items() if key not in ("csrfmiddlewaretoken", "confirmed")
    ]
    context = {
        "question": question,
        "consequence": consequence,
        "confirm_label": label,
        "back_url": _back(request),
        "action": request.path,
        "posted": posted,
    }
    return render(request, "components/confirm_page.html", context)


def _refusal(request: Request, refused: Refused) -> HttpResponse:
    """What happened instead, in words; out of turn, the question."""
    if request.htmx:
        return _toast(request, "components/refused.html", {"refused": refused}, status=refused.status)
    if refused.field == "confirmed":
        return _ask(request, refused.reason, _("排在前面的来访人会再多等一位。"), _("仍要呼叫"))
    return render(
        request, "intake/refused.html", {"refused": refused, "back": _back(request)}, status=refused.status
    )


def _toast(request: Request, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    page = render(request, template, context, status=status)
    for header, value in {**CHANGED, "HX-Retarget": "#toasts", "HX-Reswap": "beforeend"}.items():
        page[header] = value
    return page


def _move(
    request: Request, act: Act, form: forms.Form, done: str, *, told: bool = False, **facts: Any
) -> HttpResponse:
    """Parse, one call, translate. `told`: the page does not show what became of the ticket, so a toast says it."""
    now: dt.datetime = timezone.now()
    try:
        ticket = act(actor=request.actor, now=now, **{**_plain(form), **facts})
    except Refused as refused:
        return _refusal(request, refused)
    if request.htmx and told:
        text = done % {"number": ticket.number}
        return _toast(request, "components/toast.html", {"text": text, "level": "success"})
    if request.htmx:
        return HttpResponse(status=204, headers=CHANGED)
    messages.success(request, done % {"number": ticket.number})
    return redirect(_back(request))


def _plain(form: forms.Form) -> dict[str, Any]:
    """The form's facts; a form that cannot be read is a refusal like any other."""
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Refused(str(errors[0]), "input", field=field)
    if isinstance(form, TransferForm):
        return {"seq": form.cleaned_data["seq"], **form.facts()}
    return dict(form.cleaned_data)


@require_POST
def call_next(request: Request, window: int) -> HttpResponse:
    return _move(
        request, actions.call_next, CallNextForm(request.POST), _("已呼叫%(number)s。"), window_id=window
    )


@require_POST
def call_ticket(request: Request, window: int, ticket: int) -> HttpResponse:
    form = CallTicketForm(request.POST)
    return _move(
        request, actions.call_ticket, form, _("已呼叫%(number)s。"), window_id=window, ticket_id=ticket
    )


@require_POST
def recall_ticket(request: Request, ticket: int) -> HttpResponse:
    form = MoveForm(request.POST)
    return _move(request, actions.recall_ticket, form, _("已再次呼叫%(number)s。"), ticket_id=ticket)


@require_POST
def serve_ticket(request: Request, ticket: int) -> HttpResponse:
    form = MoveForm(request.POST)
    return _move(request, actions.serve_ticket, form, _("开始接待%(number)s。"), ticket_id=ticket)


@require_POST
def miss_ticket(request: Request, ticket: int) -> HttpResponse:
    form = MoveForm(request.POST)
    return _move(request, actions.miss_ticket, form, _("%(number)s已标为过号。"), ticket_id=ticket)


@require_POST
def park_ticket(request: Request, ticket: int) -> HttpResponse:
    form = MoveForm(request.POST)
    return _move(request, actions.park_ticket, form, _("%(number)s已暂离窗口。"), ticket_id=ticket)


@require_POST
def transfer_ticket(request: Request, ticket: int) -> HttpResponse:
    form = TransferForm(request.POST)
    return _move(
        request, actions.transfer_ticket, form, _("%(number)s已转走，号码不变。"), told=True, ticket_id=ticket
    )


@require_POST
def finish_ticket(request: Request, ticket: int) -> HttpResponse:
    form = MoveForm(request.POST)
    return _move(request, actions.finish_ticket, form, _("%(number)s已办完。"), ticket_id=ticket)


@require_POST
def reinstate_ticket(request: Request, ticket: int) -> HttpResponse:
    form = MoveForm(request.POST)
    return _move(
        request, actions.reinstate_ticket, form, _("%(number)s已重新排队。"), told=True, ticket_id=ticket
    )


@require_POST
def leave_hall(request: Request, ticket: int) -> HttpResponse:
    if "confirmed" not in request.POST:
        return _ask(request, _("这个号码作废吗？"), _("来访人回来须重新取号。"), _("作废"))
    form = MoveForm(request.POST)
    return _move(
        request, actions.leave_hall, form, _("%(number)s已离开，号码作废。"), told=True, ticket_id=ticket
    )
