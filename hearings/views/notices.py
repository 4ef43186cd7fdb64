"""The notices of a hearing: the table, the press, proofs and waivers, the words for the public, the door list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import Case
from hall.access import Actor, Refused, Request, Verdict, allowed, get_visible
from hall.uploads.receiving import left_out_of, receiving
from hearings import actions, rules
from hearings.forms.notices import (
    AnnounceHearingForm,
    HearingVerbForm,
    NotifyPartiesForm,
    RecordNoticeServiceForm,
    WaiveNoticePeriodForm,
    shown_words,
)
from hearings.forms.seats import AdmitPublicForm
from hearings.models import Hearing, Notice
from hearings.queries.audience import audience_of, doors_ahead, with_audience
from hearings.queries.notice_panel import notice_of, row_of
from hearings.queries.notices import notices_state

_ABOUT = ("case", "hall", "rules", "organiser", "room")


def _hearing(actor: Actor, pk: int) -> Hearing:
    rows: QuerySet[Hearing] = Hearing.objects.visible_to(actor).select_related(*_ABOUT)
    return get_visible(rows.defer("case__search", "case__content"), pk=pk)


def _notice(actor: Actor, pk: int) -> Notice:
    about = (f"hearing__{name}" for name in _ABOUT)
    rows = Notice.objects.visible_to(actor).select_related(*about, "party", "seat", "document")
    return get_visible(rows.defer("hearing__case__search", "hearing__case__content"), pk=pk)


def doors_of(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> dict[str, Verdict]:
    """What `_notice.html` draws its buttons from."""
    return {
        "may_notify": allowed(rules.check_can_notify_parties, actor, hearing, now=now),
        "may_announce": allowed(rules.check_can_announce_hearing, actor, hearing, now=now),
        "may_admit": allowed(rules.check_sees_audience, actor, hearing),
        "sees_papers": allowed(_check_sees_case, actor, hearing),
    }


def _check_sees_case(actor: Actor, hearing: Hearing) -> None:
    get_visible(Case.objects.visible_to(actor).only("pk"), pk=hearing.case_id)


@never_cache
@require_safe
def notices(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<id>/notices/`: whom, which paper, how and when served, last day, light; and why that day."""
    now, actor = timezone.now(), request.actor
    hearing = _hearing(actor, hearing_id)
    context = notice_of(actor, hearing, now=now)
    may_record = allowed(rules.check_organises, actor, hearing)
    context |= doors_of(actor, hearing, now=now)
    context |= {
        "rows": [(row, row_of(actor, row, hearing, may_record, now=now)) for row in context["state"].rows],
        "earlier": Notice.objects.filter(hearing=hearing, round__lt=hearing.round)
        .select_related("party", "seat", "document")
        .order_by("-round", "pk"),
    }
    return render(request, "hearings/notices.html", context)


def _acted(form: HearingVerbForm, rule: Callable[[], None]) -> tuple[int, Any]:
    """302 and what was done, else the status of the page that says why not. Raises Refused(role, unseen)."""
    if not form.is_valid():
        try:
            # Who may not act at all is not asked to mend the form first.
            rule()
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


def _page(
    request: Request, form: HearingVerbForm, hearing: Hearing, verdict: Verdict, status: int, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "fields": list(form),
        "hearing": hearing,
        "verdict": verdict,
        "back": reverse("hearings:notices", args=[hearing.pk]),
        **more,
    }
    return render(request, f"hearings/{form.verb}.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notify_parties(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<id>/notify-parties/`: who will be told, and that the last day has passed, if it has."""
    now, actor = timezone.now(), request.actor
    hearing = _hearing(actor, hearing_id)
    form = NotifyPartiesForm(
        request.POST if request.method == "POST" else None, actor=actor, now=now, row=hearing
    )
    status = 200
    if request.method == "POST":
        status, new = _acted(form, lambda: rules.check_can_notify_parties(actor, hearing, now=now))
        if status == 302:
            words = ngettext("已发出%(n)s份听证通知书。", "已发出%(n)s份听证通知书。", len(new)) % {
                "n": len(new)
            }
            messages.success(request, words if new else _("都已经通知过，没有新的通知。"))
            return redirect("hearings:notices", hearing.pk)
    state = notices_state(hearing)
    today = timezone.localdate(now)
    verdict = allowed(rules.check_can_notify_parties, actor, hearing, now=now)
    is_late = state.last_day is not None and today > state.last_day
    return _page(request, form, hearing, verdict, status, state=state, is_late=is_late)


def _on_notice(
    request: Request, pk: int, form_of: type[Any], said: str, rule: Callable[..., None]
) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    notice = _notice(actor, pk)
    hearing, status = notice.hearing, 200
    facts: dict[str, Any] = {"actor": actor, "now": now, "row": notice}
    if request.method == "POST":
        form = form_of(request.POST, request.FILES, left_out=left_out_of(request), **facts)
        status, _done = _acted(form, lambda: rule(actor, notice, now=now))
        if status == 302:
            messages.success(request, said)
            return redirect("hearings:notices", hearing.pk)
    else:
        form = form_of(**facts)
    verdict = allowed(rule, actor, notice, now=now)
    state = notices_state(hearing)
    row = next((one for one in state.rows if one.notice and one.notice.pk == notice.pk), None)
    return _page(request, form, hearing, verdict, status, notice=notice, row=row, state=state)


@never_cache
@receiving()
@require_http_methods(["GET", "HEAD", "POST"])
def record_notice_service(request: Request, notice_pk: int) -> HttpResponse:
    """`/hearing-notices/<id>/record-notice-service/`"""
    rule = rules.check_can_record_notice_service
    return _on_notice(request, notice_pk, RecordNoticeServiceForm, _("已记录送达。"), rule)


@never_cache
@receiving()
@require_http_methods(["GET", "HEAD", "POST"])
def waive_notice_period(request: Request, notice_pk: int) -> HttpResponse:
    """`/hearing-notices/<id>/waive-notice-period/`"""
    rule = rules.check_can_waive_notice_period
    return _on_notice(request, notice_pk, WaiveNoticePeriodForm, _("已记录书面放弃。"), rule)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def announce_hearing(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<id>/announce-hearing/`: the words for the public."""
    now, actor = timezone.now(), request.actor
    hearing = _hearing(actor, hearing_id)
    facts: dict[str, Any] = {"actor": actor, "now": now, "row": hearing}
    status = 200
    if request.method == "POST":
        form = AnnounceHearingForm(request.POST, **facts)
        status, _done = _acted(form, lambda: rules.check_can_announce_hearing(actor, hearing, now=now))
        if status == 302:
            messages.success(request, _("已公告，任何人都可以看到。"))
            return redirect("hearings:notices", hearing.pk)
    else:
        form = AnnounceHearingForm(initial=shown_words(hearing), **facts)
    verdict = allowed(rules.check_can_announce_hearing, actor, hearing, now=now)
    return _page(request, form, hearing, verdict, status)


# -- the public at the door ----------------------------------------------------------------------------------------


def _with_door(request: Request, hearing_id: int) -> Hearing:
    """A closed hearing has no public: 404 for staff as well."""
    hearing = get_visible(with_audience(request.actor), pk=hearing_id)
    rules.check_sees_audience(request.actor, hearing)
    return hearing


def _door(
    hearing: Hearing, actor: Actor, now: dt.datetime, form: AdmitPublicForm | None = None
) -> dict[str, Any]:
    sees_case = Hearing.objects.visible_to(actor).filter(pk=hearing.pk).exists()
    return {
        "hearing": hearing,
        "audience": audience_of(hearing),
        "form": form or AdmitPublicForm(),
        "verdict": allowed(rules.check_can_admit_public, actor, hearing, now=now),
        "back": reverse("hearings:notices", args=[hearing.pk]) if sees_case else "",
        "now": now,
    }


@never_cache
@require_safe
def audiences(request: Request) -> HttpResponse:
    """`/hearings/audiences/`: the doors that are still to be kept."""
    rules.check_keeps_doors(request.actor)
    return render(request, "hearings/audiences.html", {"rows": doors_ahead(request.actor)})


@never_cache
@require_safe
def audience(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<id>/audience/`: who is let in; names masked, the code in a field at the top."""
    hearing = _with_door(request, hearing_id)
    return render(request, "hearings/audience.html", _door(hearing, request.actor, timezone.now()))


@never_cache
@require_safe
def print_audience(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<id>/audience/print/`: the list for the door, to tick by hand."""
    hearing = _with_door(request, hearing_id)
    return render(request, "hearings/audience_print.html", _door(hearing, request.actor, timezone.now()))


@never_cache
@require_http_methods(["POST"])
def admit_public(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<id>/admit-public/`: one code, one person."""
    hearing, now = _with_door(request, hearing_id), timezone.now()
    form, status = AdmitPublicForm(request.POST), 422
    if form.is_valid():
        try:
            seat = actions.admit_public(
                actor=request.actor, hearing_id=hearing.pk, code=form.cleaned_data["code"], now=now
            )
        except Refused as refused:
            if refused.kind not in ("input", "state"):
                raise
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            status = 422 if refused.kind == "input" else 409
        else:
            messages.success(request, _("已入场：%(name)s") % {"name": seat.name_masked})
            return redirect("hearings:audience", hearing.pk)
    else:
        rules.check_can_admit_public(request.actor, hearing, now=now)
    return render(request, "hearings/audience.html", _door(hearing, request.actor, now, form), status=status)
