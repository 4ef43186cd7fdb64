"""Services of people from outside: the list, one note, writing it down, mending it, taking over, the month's sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cases.models import Case
from hall.access import Refused, Request, allowed, get_visible, whole_number
from intake import actions, rules
from intake.forms.services import CorrectServiceForm, ServiceFilter, ServiceForm, TakeOverForm
from intake.models import ServiceNote
from intake.queries import services as queries
from staffing.forms import attached, sheet, show
from staffing.lifecycle import (
    CLERK,
    HALL_MANAGER,
    LEADER,
    PARTICIPANT,
    PARTICIPANT_KINDS,
    PSYCHOLOGIST,
    SUPERVISOR,
)
from staffing.models import Hall, SocialParticipant
from staffing.queries import asked_hall, month_named

PAGE = 30
READERS = (CLERK, HALL_MANAGER, SUPERVISOR, LEADER, PARTICIPANT)
WRITERS = (CLERK, HALL_MANAGER, PARTICIPANT)


def _hall(request: Request, *roles: str) -> Hall:
    """The hall asked for, or the first, among those in which the actor holds one of the roles."""
    halls: QuerySet[Hall] = Hall.objects.filter(pk__in=request.actor.halls(*roles)).order_by("code")
    found = asked_hall(halls, request.GET.get("hall", ""))
    if found is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    return found


@never_cache
@require_GET
def services(request: Request) -> HttpResponse:
    """Who was helped, by whom, sent on or not. What was said stands on the note, for whom it is open to."""
    rules.check_sees_services(request.actor)
    hall, today = _hall(request, *READERS), timezone.localdate()
    form = ServiceFilter(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    month = month_named(data["month"], today) if data.get("month") else None
    found = queries.find_services(request.actor, hall=hall, month=month, kind=data.get("kind", ""))
    after = request.GET.get("after", "")
    if (last := whole_number(after)) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    tickets = queries.ticket_numbers(rows[:PAGE])
    context = {
        "place": hall,
        "form": form,
        "lines": [(row, tickets.get(row.visit_id or 0, "")) for row in rows[:PAGE]],
        "cursor": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "writes": bool(request.actor.halls(*WRITERS)),
        "month": month or today.replace(day=1),
        "may_export": allowed(rules.check_can_export_allowance, request.actor, hall.pk, now=timezone.now()),
        "filtered": bool(data.get("month") or data.get("kind")),
        "own_only": not request.actor.halls(CLERK, HALL_MANAGER, SUPERVISOR, LEADER),
    }
    return render(request, "intake/services.html", context)


@never_cache
@require_GET
def case_services(request: Request, case: int) -> HttpResponse:
    """`/cases/<case>/services/`: what was done for the people of a matter."""
    found = get_visible(Case.objects.visible_to(request.actor).defer("search", "content"), pk=case)
    context = {
        "case": found,
        "rows": queries.with_content(request.actor, queries.services_of(request.actor, found)),
        "writes": request.actor.has(CLERK, HALL_MANAGER, hall_id=found.hall_id),
    }
    return render(request, "intake/case_services.html", context)


def _note(request: Request, pk: int) -> ServiceNote:
    visible = ServiceNote.objects.visible_to(request.actor).select_related("participant", "case", "hall")
    return get_visible(visible, pk=pk)


@never_cache
@require_GET
def service(request: Request, pk: int) -> HttpResponse:
    """One service with its versions; of a sealed one nothing but that it took place, for all but the psychologist."""
    note, now = _note(request, pk), timezone.now()
    versions = queries.versions_of(request.actor, note)
    last = versions[0].note
    context = {
        "note": last,
        "versions": versions,
        "ticket": queries.ticket_numbers([last]).get(last.visit_id or 0, ""),
        "sees_case": last.case is not None
        and Case.objects.visible_to(request.actor).filter(pk=last.case.pk).exists(),
        "may_correct": allowed(rules.check_can_correct_service, request.actor, last, now=now),
        "may_take_over": allowed(rules.check_can_take_over_service, request.actor, last, now=now),
    }
    return render(request, "intake/service.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def record_service(request: Request) -> HttpResponse:
    """`/services/new/`, with `?case=` (number) or `?ticket=` where one comes from there."""
    rules.check_writes_services(request.actor)
    hall, now = _hall(request, *WRITERS), timezone.now()
    writers = queries.writers_for(request.actor, hall)
    counselling = _own(request, hall) == PSYCHOLOGIST
    local = timezone.localtime(now)
    initial: dict[str, Any] = {
        "day": local.date(), "starts": local.replace(second=0, microsecond=0).time(),
        "case_number": request.GET.get("case", ""), "ticket_number": request.GET.get("ticket", ""),
        "participant": request.GET.get("participant", ""),
    }  # fmt: skip
    if len(writers) == 1:
        initial["participant"] = writers[0].pk
    form = ServiceForm(
        request.POST or None, hall=hall, writers=writers, counselling=counselling, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            note = actions.record_service(
                actor=request.actor, participant_id=form.cleaned_data["participant"].pk, facts=form.facts(),
                case_id=form.case_id, visit_id=form.visit_id, now=now,
            )  # fmt: skip
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            messages.success(request, _("服务记录已保存。"))
            return redirect("intake:service", note.pk)
    context = {"form": form, "place": hall, "counselling": counselling, "has_writers": bool(writers)}
    return render(request, "intake/record_service.html", context, status=422 if form.is_bound else 200)


def _own(request: Request, hall: Hall) -> str:
    own = SocialParticipant.objects.filter(
        hall=hall, user=request.actor.user_id, user__isnull=False, is_active=True
    ).first()
    return own.kind if own else ""


@never_cache
@require_http_methods(["GET", "POST"])
def correct_service(request: Request, pk: int) -> HttpResponse:
    note, now = _note(request, pk), timezone.now()
    rules.check_can_correct_service(request.actor, note, now=now)
    content = queries.with_content(request.actor, [note])[0].content
    if content is None:
        raise Refused(_("记录内容已封存，只有记录人本人可以更正。"), "role")
    form = CorrectServiceForm(request.POST or None, note=note, content=content)
    if request.method == "POST" and form.is_valid():
        try:
            new = actions.correct_service(actor=request.actor, note_id=note.pk, facts=form.facts(), now=now)
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            messages.success(request, _("已另存为新的一版，原来的保留。"))
            return redirect("intake:service", new.pk)
    context = {"form": form, "note": note, "counselling": note.is_sealed}
    return render(request, "intake/correct_service.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def take_over_service(request: Request, pk: int) -> HttpResponse:
    note, now = _note(request, pk), timezone.now()
    rules.check_can_take_over_service(request.actor, note, now=now)
    form = TakeOverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_over_service(
                actor=request.actor, note_id=note.pk, reason=form.cleaned_data["reason"], now=now
            )
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            messages.success(request, _("已接手，原因记入日志。"))
            return redirect("intake:service", note.pk)
    context = {"form": form, "note": note}
    return render(request, "intake/take_over_service.html", context, status=422 if form.is_bound else 200)


@require_GET
def export_allowance(request: Request) -> HttpResponse:
    """`/services/allowance.xlsx?month=`: half-days and services of each."""
    rules.check_writes_services(request.actor)
    hall, now = _hall(request, *WRITERS), timezone.now()
    month = month_named(request.GET.get("month", ""), timezone.localdate(now))
    rows = actions.export_allowance(actor=request.actor, hall_id=hall.pk, month=month, now=now)
    lines: list[list[Any]] = [
        [
            number, row.participant.name, _(PARTICIPANT_KINDS[row.participant.kind]),
            row.participant.organisation, row.half_days, row.services, "", "",
        ]
        for number, row in enumerate(rows, start=1)
    ]  # fmt: skip
    lines.append(
        ["", _("合计"), "", "", sum(r.half_days for r in rows), sum(r.services for r in rows), "", ""]
    )
    heads = [
        _("序号"), _("姓名"), _("类别"), _("所在机构"), _("值班半天数"), _("服务次数"), _("补贴金额"), _("签字"),
    ]  # fmt: skip
    caption = _("%(hall)s社会力量补贴表（%(month)s）") % {"hall": hall.label, "month": f"{month:%Y-%m}"}
    return attached(
        sheet(_("补贴表"), heads, lines, caption=caption), f"allowance-{hall.code}-{month:%Y-%m}.xlsx"
    )
