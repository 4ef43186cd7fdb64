"""The leader's docket: the day's matters, the sheet of each, what is set on it, what was said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases import actions, rules
from cases.forms.docket import (
    LinkDocketCaseForm,
    PlaceOnDocketForm,
    RecordForm,
    RemoveFromDocketForm,
    record_initial,
)
from cases.models import DocketItem
from cases.queries.briefs import Brief, briefs
from cases.queries.docket import Line, docket_days, docket_items, last_record, lines_of, receptions_near
from cases.queries.instructions import open_instructions
from cases.rules.docket import check_takes_notes
from cases.rules.instructions import received_item
from hall.access import Actor, Refused, Request, Verdict, allowed, get_visible
from staffing.lifecycle import LEADER
from staffing.models import LeaderReception
from staffing.queries import Notice, notices
from staffing.rules import check_can_hold_reception

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def docket(request: Request) -> HttpResponse:
    """`/docket/`: a leader's own receptions, and those of the hall where one sits, each with its matters."""
    actor, now = request.actor, timezone.now()
    days = docket_days(actor, now)
    every = [one for rows in days.values() for one in rows]
    lines, told = lines_of(actor, [one.pk for one in every]), {}
    for notice in notices(every, now):
        one = notice.reception
        told[one.pk] = _reception(actor, notice, lines.get(one.pk, []), now)
    parts = {part: [told[one.pk] for one in rows] for part, rows in days.items()}
    context = {
        **parts,
        "instructions": open_instructions(actor, now=now) if actor.has(LEADER) else [],
        "is_leader": actor.has(LEADER),
        "day": timezone.localdate(now),
        "nothing": not any(parts.values()),
    }
    return render(request, "cases/docket.html", context)


def _reception(actor: Actor, notice: Notice, lines: list[Line], now: dt.datetime) -> dict[str, Any]:
    """A reception with its matters and what this reader may do with it."""
    one = notice.reception
    has_begun = one.starts_at <= now
    return {
        "notice": notice,
        "lines": [
            {
                "line": line,
                "may_record": has_begun and bool(allowed(check_takes_notes, actor, line.item, now=now)),
                "may_remove": not (line.is_recorded or line.instructions)
                and bool(allowed(rules.check_can_place_on_docket, actor, one, now=now)),
            }
            for line in lines
        ],
        "may_place": bool(allowed(rules.check_can_place_on_docket, actor, one, now=now)),
        "may_hold": _may_hold(actor, notice, now),
    }


def _may_hold(actor: Actor, notice: Notice, now: dt.datetime) -> Verdict | None:
    """The button is there from the day itself on, while the reception waits to be confirmed by its own people."""
    if notice.reception.status != "published" or not (notice.is_today or notice.is_over):
        return None
    verdict = allowed(check_can_hold_reception, actor, notice.reception, now=now)
    return None if verdict.kind == "role" else verdict


def _item(request: Request, pk: int) -> DocketItem:
    return get_visible(docket_items(request.actor), pk=pk)


@require_safe
def brief(request: Request, pk: int) -> HttpResponse:
    """`/docket/items/<pk>/`: one matter on one sheet."""
    item, now = _item(request, pk), timezone.now()
    sheets = briefs(request.actor, [item], now=now)
    record = last_record(item)
    case = item.case
    can_instruct = bool(case and allowed(rules.check_can_give_instruction, request.actor, case, now=now))
    context = {
        **_sheets(sheets, now),
        "item": item,
        "reception": item.reception,
        "record": record,
        "may_record": allowed(rules.check_can_record_reception, request.actor, item, now=now),
        "may_instruct": can_instruct and _is_of(request.actor, item, now),
        "may_link": bool(allowed(rules.check_can_link_docket_case, request.actor, item, now=now)),
    }
    return render(request, "cases/docket_brief.html", context)


def _is_of(actor: Actor, item: DocketItem, now: dt.datetime) -> bool:
    """An instruction given now comes from this reception, and from no later one."""
    found = received_item(actor, item.case, now) if item.case else None
    return bool(found and found["id"] == item.pk)


def _sheets(sheets: list[Brief], now: dt.datetime) -> dict[str, Any]:
    return {"sheets": sheets, "now": now, "day": timezone.localdate(now)}


@require_safe
def print_docket(request: Request, reception_id: int) -> HttpResponse:
    """`/docket/receptions/<pk>/briefs/`: all matters of a reception, one sheet each."""
    reception, now = _near(request, reception_id), timezone.now()
    items = list(docket_items(request.actor).live().filter(reception=reception).order_by("place"))
    context = {**_sheets(briefs(request.actor, items, now=now), now), "reception": reception, "item": None}
    return render(request, "cases/docket_brief.html", context)


def _near(request: Request, reception_id: int) -> LeaderReception:
    return get_visible(receptions_near(request.actor), pk=reception_id)


def _done(request: Request, form: forms.Form, act: Callable[[], Any], said: str) -> tuple[bool, int]:
    """Take the one act; a refused input is laid at its field, and so is a state that has gone meanwhile."""
    try:
        act()
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        fields: dict[str, str] = {"case": "number"}
        field = fields.get(refused.field, refused.field)
        form.add_error(field if field in form.fields else None, str(refused.reason))
        return False, 422 if refused.kind == "input" else 409
    messages.success(request, said)
    return True, 302


@GET_POST
def place_on_docket(request: Request, reception_id: int) -> HttpResponse:
    """`/docket/receptions/<pk>/place/`: a registered case by its number, or what is known before that."""
    reception, now, status = _near(request, reception_id), timezone.now(), 200
    verdict = allowed(rules.check_can_place_on_docket, request.actor, reception, now=now)
    form = PlaceOnDocketForm(request.POST or None, actor=request.actor)
    if request.method == "POST":
        _ask(verdict)
        status = 422
        if form.is_valid():
            done, status = _done(
                request,
                form,
                lambda: actions.place_on_docket(
                    actor=request.actor, reception_id=reception.pk, now=now, **form.facts()
                ),
                _("已列入接访。"),
            )
            if done:
                return redirect("cases:docket")
    context = {"reception": reception, "form": form, "verdict": verdict}
    return render(request, "cases/place_on_docket.html", context, status=status)


def _ask(verdict: Verdict) -> None:
    """Who may not act at all is not asked to mend the form first."""
    if not verdict and verdict.kind != "state":
        raise Refused(verdict.reason, verdict.kind, article=verdict.article)


@GET_POST
def remove_from_docket(request: Request, pk: int) -> HttpResponse:
    item, now, status = _item(request, pk), timezone.now(), 200
    verdict = allowed(rules.check_can_remove_from_docket, request.actor, item, now=now)
    form = RemoveFromDocketForm(request.POST or None)
    if request.method == "POST":
        _ask(verdict)
        status = 422
        if form.is_valid():
            done, status = _done(
                request,
                form,
                lambda: actions.remove_from_docket(
                    actor=request.actor, item_id=pk, reason=form.cleaned_data["reason"], now=now
                ),
                _("已移出接访。"),
            )
            if done:
                return redirect("cases:docket")
    context = {"item": item, "reception": item.reception, "form": form, "verdict": verdict}
    return render(request, "cases/remove_from_docket.html", context, status=status)


@GET_POST
def link_docket_case(request: Request, pk: int) -> HttpResponse:
    """`/docket/items/<pk>/link-case/`: register it first, then say which case it is."""
    item, now, status = _item(request, pk), timezone.now(), 200
    verdict = allowed(rules.check_can_link_docket_case, request.actor, item, now=now)
    form = LinkDocketCaseForm(request.POST or None, actor=request.actor)
    if request.method == "POST":
        _ask(verdict)
        status = 422
        if form.is_valid():
            done, status = _done(
                request,
                form,
                lambda: actions.link_docket_case(
                    actor=request.actor, item_id=pk, case_id=form.case_id or 0, now=now
                ),
                _("已与信访事项对上。"),
            )
            if done:
                return redirect("cases:brief", pk)
    context = {"item": item, "reception": item.reception, "form": form, "verdict": verdict}
    return render(request, "cases/link_docket_case.html", context, status=status)


@GET_POST
def record_reception(request: Request, pk: int) -> HttpResponse:
    """`/docket/items/<pk>/record/`: what was said and decided; a correction is a new version."""
    item, now, status = _item(request, pk), timezone.now(), 200
    verdict = allowed(rules.check_can_record_reception, request.actor, item, now=now)
    last = last_record(item)
    if request.method == "POST":
        _ask(verdict)
        form, status = RecordForm(request.POST, last=last), 422
        if form.is_valid():
            values = form.cleaned_data
            done, status = _done(
                request,
                form,
                lambda: actions.record_reception(
                    actor=request.actor,
                    item_id=pk,
                    heard=form.heard(),
                    version=values["version"],
                    correction=values.get("correction", ""),
                    now=now,
                ),
                _("接访记录已保存。"),
            )
            if done:
                return redirect("cases:brief", pk)
        if status == 409 and last is not None:
            form.for_version(last.version + 1)
    else:
        initial = record_initial(item.case, last) if item.case else {"version": 1}
        form = RecordForm(initial=initial, last=last)
    context = {"item": item, "reception": item.reception, "form": form, "verdict": verdict, "last": last}
    return render(request, "cases/record_reception.html", context, status=status)
