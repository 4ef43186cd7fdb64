"""The registration page: one page, one sending, nothing typed ever lost.

The form's address never changes; a draft is opened with `?draft=…`, a visitor who took a number with `?visit=…`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.actions import DuplicateChoice, reveal_person
from cases.models import Case
from cases.queries.categories import path_label, suggest_categories
from cases.rules import REGISTER_ROLES
from hall.access import Refused, Request
from hall.headers import opens
from hall.uploads.receiving import left_out_of, receiving
from intake.actions.look_up_history import History, look_up_history
from intake.actions.register_visit import register_visit
from intake.actions.save_draft import discard_draft, files_of, save_draft
from intake.forms.registration import OCCUPATIONS, found_in, sign_shown
from intake.forms.registration_page import Registration, retyped, typed, with_row, without_row
from intake.models import Draft, Visit
from intake.queries.drafts import data_of, draft_of_visit, own_draft, unfinished
from staffing.models import Hall


@dataclass
class Desk:
    """Where this registration is made, for whom, and what was typed before. Halls are read when a page shows them."""

    hall_id: int
    hall_ids: tuple[int, ...]
    token: uuid.UUID
    visit: Visit | None
    draft: Draft | None

    @cached_property
    def halls(self) -> list[Hall]:
        return list(Hall.objects.filter(pk__in=self.hall_ids).order_by("pk"))

    @cached_property
    def hall(self) -> Hall:
        return next(hall for hall in self.halls if hall.pk == self.hall_id)

    @property
    def revision(self) -> int:
        return self.draft.revision if self.draft else 0


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text[:18]) if text.isdecimal() else None


def _halls(request: Request) -> tuple[int, ...]:
    halls = request.actor.halls(*REGISTER_ROLES)
    if not halls:
        raise Refused(_("登记由本大厅的登记员或大厅负责人办理。"), "role")
    return halls


def _desk(request: Request, values: QueryDict) -> Desk:
    """From what the address or the form names; what it may not name is as if it named nothing.

    A form that was never saved (`draft_revision` 0) has no draft to look for.
    """
    halls = _halls(request)
    token = _uuid(values.get("form_token") or values.get("draft"))
    begun = token is not None and values.get("draft_revision", "") != "0"
    draft = own_draft(request.actor, token) if token and begun else None
    number = _number(values.get("visit", ""))
    visit = Visit.objects.filter(pk=number, hall__in=halls).first() if number else None
    if draft is None and visit is not None and request.method == "GET":
        draft = draft_of_visit(request.actor, visit.pk)
    if draft is not None:
        token, visit = draft.pk, draft.visit or visit
    wanted = visit.hall_id if visit else draft.hall_id if draft else _number(values.get("hall", ""))
    return Desk(wanted if wanted in halls else halls[0], halls, token or uuid.uuid4(), visit, draft)


@receiving()
@require_http_methods(["GET", "HEAD", "POST"])
@opens(connect="HALL_READER_URL")
def register(request: Request) -> HttpResponse:
    """New registration, or one that was begun."""
    now = timezone.now()
    if request.method == "POST":
        return _sent(request, now)
    desk = _desk(request, request.GET)
    if desk.draft is None:
        head_count = desk.visit.head_count if desk.visit else None
        page = Registration(hall_id=desk.hall_id, actor=request.actor, now=now, head_count=head_count)
        return _page(request, desk, page, History([]), now=now)
    data = retyped(data_of(desk.draft)["fields"])
    page = Registration(
        data, hall_id=desk.hall_id, actor=request.actor, now=now, kept=files_of(desk.draft), quiet=True
    )
    history = _history(
        request, desk, Registration(data, hall_id=desk.hall_id, actor=request.actor, now=now), now
    )
    return _page(request, desk, page, history, now=now)


def _sent(request: Request, now: dt.datetime) -> HttpResponse:
    data: QueryDict = request.POST
    desk = _desk(request, data)
    rows_only = "add" in data or "remove" in data
    kept = files_of(desk.draft) if desk.draft else []
    page = Registration(
        data,
        request.FILES,
        hall_id=desk.hall_id,
        actor=request.actor,
        now=now,
        kept=kept,
        left_out=left_out_of(request),
    )
    valid = page.is_valid()
    history: History | None = None
    if valid and not rows_only:
        seen = page.looked_up
        if seen is None:
            history = _history(request, desk, page, now)
        choices = page.decide(seen.rows if seen else found_in(history.candidates if history else []))
        if choices is not None and (case := _register(request, desk, page, choices, now)):
            messages.success(request, _("已登记，编号%(number)s。") % {"number": case.number})
            return redirect("intake:receipt", case.pk)
    history = history or _history(request, desk, page, now)
    if earlier := _registered(request, desk.token):
        return redirect("intake:receipt", earlier.pk)
    _keep(request, desk, page, now)
    if rows_only:
        data = with_row(data, str(data["add"])) if "add" in data else without_row(data, str(data["remove"]))
        kept = files_of(desk.draft) if desk.draft else kept
        page = Registration(data, hall_id=desk.hall_id, actor=request.actor, now=now, kept=kept, quiet=True)
    return _page(request, desk, page, history, now=now, status=200 if rows_only else 422)


def _register(
    request: Request, desk: Desk, page: Registration, choices: tuple[DuplicateChoice, ...], now: dt.datetime
) -> Case | None:
    """The one call; None when it was refused, and the reason stands at its field."""
    try:
        return register_visit(
            actor=request.actor,
            hall_id=desk.hall_id,
            visit_id=desk.visit.pk if desk.visit else None,
            new=page.new_case(duplicates=choices, form_token=desk.token),
            form_token=desk.token,
            uploads=page.materials.accepted,
            kept=page.materials.kept,
            triage=page.triage.decide if page.decides else None,
            now=now,
        )
    except Refused as refused:
        page.refuse(refused)
        return None


def _registered(request: Request, token: uuid.UUID) -> Case | None:
    """The case that this very form has become already. Asked after the look-up, which may have seen it."""
    return Case.objects.visible_to(request.actor).filter(form_token=token).only("pk").first()


def _keep(request: Request, desk: Desk, page: Registration, now: dt.datetime) -> None:
    """A sending that did not become a case becomes the draft, with the files that are in order."""
    seen = request.POST.get("draft_revision", "")
    try:
        desk.draft = save_draft(
            actor=request.actor,
            token=desk.token,
            hall_id=desk.hall_id,
            visit_id=desk.visit.pk if desk.visit else None,
            fields=typed(request.POST),
            revision=int(seen) if seen.isdecimal() else desk.revision,
            uploads=page.materials.accepted,
            dropped=request.POST.getlist("drop_material"),
            now=now,
        )
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        page.materials.kept = files_of(desk.draft)


def _history(request: Request, desk: Desk, page: Registration, now: dt.datetime) -> History:
    return look_up_history(
        actor=request.actor, hall_id=desk.hall_id, matter=page.looked_for(), token=desk.token, now=now
    )


def _page(
    request: Request, desk: Desk, page: Registration, history: History, *, now: dt.datetime, status: int = 200
) -> HttpResponse:
    context = {
        "desk": desk,
        "page": page,
        "now": now,
        "unfinished": unfinished(request.actor, hall_id=desk.hall_id, but=desk.token),
        "occupations": OCCUPATIONS,
        "reader_url": settings.HALL_READER_URL,
        **_panel(desk, page, history),
    }
    return render(request, "intake/register.html", context, status=status)


def _panel(desk: Desk, page: Registration, history: History) -> dict[str, Any]:
    return {
        "history": history,
        "shown": sign_shown(page.looked_for(), history.candidates) if page.person.is_bound else "",
        "chosen": page.decision["duplicate"].value() or "",
        "decision": page.decision,
    }


# -- beside the form ---------------------------------------------------------------------------------------------


@require_POST
def look_up(request: Request) -> HttpResponse:
    """The panel of earlier matters, for what is typed so far. Never moves the focus: it answers a fragment."""
    now = timezone.now()
    desk = _desk(request, request.POST)
    page = Registration(request.POST, hall_id=desk.hall_id, actor=request.actor, now=now)
    history = _history(request, desk, page, now)
    person = page.person
    matter = page.looked_for()
    context = {
        **_panel(desk, page, history),
        "paper": person.paper if person.is_bound else None,
        "paper_errors": person.errors.get("id_number", []) if request.POST.get("who-id_number") else [],
        "now": now,
        "suggested": []
        if matter.category_id
        else [(one, path_label(one)) for one in suggest_categories(matter.title, matter.content)],
        "fragment": True,
    }
    page.decision.quiet = True
    return render(request, "intake/history.html", context)


@require_POST
def reuse_contact(request: Request) -> HttpResponse:
    """Telephone and address as stated last time, for the form; the look is on the person's record."""
    _halls(request)
    case, person = request.POST.get("contact_case", ""), request.POST.get("contact_person", "")
    if not (case.isdecimal() and person.isdecimal()):
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    known = reveal_person(
        actor=request.actor,
        petitioner_id=int(person[:18]),
        case_id=int(case[:18]),
        reason=_("登记新事项时沿用上次的联系方式"),
        now=timezone.now(),
    )
    return render(request, "intake/contact.html", {"known": known})


@require_POST
def autosave(request: Request) -> HttpResponse:
    """Save the draft while the clerk types. 409 with the reason when another tab saved in between."""
    now = timezone.now()
    desk = _desk(request, request.POST)
    seen = request.POST.get("draft_revision", "")
    try:
        draft = save_draft(
            actor=request.actor,
            token=desk.token,
            hall_id=desk.hall_id,
            visit_id=desk.visit.pk if desk.visit else None,
            fields=typed(request.POST),
            revision=int(seen) if seen.isdecimal() else 0,
            now=now,
        )
    except Refused as refused:
        if refused.kind != "state":
            raise
        return JsonResponse({"reason": str(refused)}, status=409)
    return JsonResponse({"saved_at": now.isoformat(), "fields": {"draft_revision": draft.revision}})


@require_POST
def discard(request: Request, token: uuid.UUID) -> HttpResponse:
    """Throw a draft away; asked first."""
    if request.POST.get("confirmed") != "1":
        context = {
            "question": _("放弃这份未完成的登记吗？"),
            "consequence": _("已填写的内容和已上传的材料将删除，不能恢复。"),
            "confirm_label": _("放弃"),
            "back_url": request.META.get("HTTP_REFERER", ""),
            "danger": True,
        }
        return render(request, "components/confirm_page.html", context)
    discard_draft(actor=request.actor, token=token, now=timezone.now())
    messages.success(request, _("已放弃。"))
    return redirect("intake:register")
