"""Guidance: the desk's page, talks, referrals; and what is referred to the one who reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import Case
from hall.access import Refused, Request, allowed, get_visible, whole_number
from hall.models import worded
from hall.outbox import address_of
from intake import actions, rules
from intake.forms.guidance import (
    AnswerForm,
    CorrectTalkForm,
    ReferralFilter,
    ReferralForm,
    ResultForm,
    TalkFilter,
    TalkForm,
)
from intake.models import GuidanceTalk, ServiceReferral
from intake.queries import guidance as queries
from staffing.forms import show
from staffing.lifecycle import CLERK, GUIDE, HALL_MANAGER, PARTICIPANT, SUPERVISOR
from staffing.models import Hall, Leaflet
from staffing.queries import asked_hall, public_leaflets

PAGE = 30
DESK = (GUIDE, CLERK, HALL_MANAGER)
READERS = (*DESK, SUPERVISOR)


def _hall(request: Request, *roles: str) -> Hall:
    """The hall asked for, or the first, among those in which the actor holds one of the roles."""
    halls: QuerySet[Hall] = Hall.objects.filter(pk__in=request.actor.halls(*roles)).order_by("code")
    found = asked_hall(halls, request.GET.get("hall", ""))
    if found is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    return found


def _now_typed(now: dt.datetime) -> dict[str, Any]:
    local = timezone.localtime(now)
    return {"day": local.date(), "starts": local.replace(second=0, microsecond=0).time()}


@require_safe
def guidance_choice(request: Request) -> HttpResponse:
    """The desk of the hall one works in."""
    rules.check_sees_guidance(request.actor)
    return redirect("intake:guidance", _hall(request, *READERS).code)


@never_cache
@require_safe
def guidance(request: Request, hall: str) -> HttpResponse:
    """What can be done for a visitor: talk, send on, hand out; and what waits for an answer."""
    rules.check_sees_guidance(request.actor)
    place = get_visible(Hall.objects.filter(pk__in=request.actor.halls(*READERS)), code=hall)
    now = timezone.now()
    waiting = list(queries.find_referrals(request.actor, place, status="asked")[:8])
    talks = list(queries.find_talks(request.actor, place)[:8])
    numbers = queries.numbers_of(
        {row.visit_id or 0 for row in waiting} | {row.visit_id or 0 for row in talks}
    )
    topics: dict[str, list[tuple[Leaflet, str]]] = {}
    for one in public_leaflets(place):
        where = address_of("staffing:leaflet", place.code, one.slug)
        topics.setdefault(worded(one, "topic"), []).append((one, where))
    context = {
        "place": place,
        "talks": [(row, numbers.get(row.visit_id or 0, "")) for row in talks],
        "waiting": [(row, numbers.get(row.visit_id or 0, ""), row.is_late(now)) for row in waiting],
        "topics": list(topics.items()),
        "may_talk": allowed(rules.check_can_record_talk, request.actor, place.pk, now=now),
        "may_refer": allowed(rules.check_can_refer_to_service, request.actor, place.pk, now=now),
    }
    return render(request, "intake/guidance.html", context)


# -- talks -------------------------------------------------------------------------------------------------------


@never_cache
@require_safe
def talks(request: Request) -> HttpResponse:
    """Newest first, by topic."""
    rules.check_sees_guidance(request.actor)
    place, form = _hall(request, *READERS), TalkFilter(request.GET)
    topic = form.cleaned_data["topic"] if form.is_valid() else ""
    found = queries.find_talks(request.actor, place, topic=topic)
    if (last := whole_number(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    numbers = queries.numbers_of({row.visit_id for row in rows if row.visit_id})
    context = {
        "place": place,
        "form": form,
        "lines": [(row, numbers.get(row.visit_id or 0, "")) for row in rows[:PAGE]],
        "cursor": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "filtered": bool(topic),
    }
    return render(request, "intake/talks.html", context)


@never_cache
@require_safe
def talk(request: Request, pk: int) -> HttpResponse:
    visible = GuidanceTalk.objects.visible_to(request.actor).select_related("hall", "by", "case", "leaflet")
    found = get_visible(visible, pk=pk)
    context = {
        "talk": found,
        "ticket": queries.numbers_of({found.visit_id or 0}).get(found.visit_id or 0, ""),
        "place": found.hall,
        "newer": GuidanceTalk.objects.filter(corrects=found).values_list("pk", flat=True).first(),
        "earlier": queries.earlier_of(found),
        "may_correct": allowed(rules.check_can_correct_talk, request.actor, found, now=timezone.now()),
    }
    return render(request, "intake/talk.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct_talk(request: Request, pk: int) -> HttpResponse:
    """`/guidance-talks/<pk>/correct/`: the form as it was filled in, and why."""
    visible = GuidanceTalk.objects.visible_to(request.actor).select_related("hall", "leaflet")
    found, now = get_visible(visible, pk=pk), timezone.now()
    rules.check_can_correct_talk(request.actor, found, now=now)
    form = CorrectTalkForm(request.POST or None, talk=found)
    if request.method == "POST" and form.is_valid():
        try:
            new = actions.correct_talk(
                actor=request.actor,
                talk_id=found.pk,
                facts=form.facts(),
                why=form.cleaned_data["why"],
                now=now,
            )
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            messages.success(request, _("已更正，原来的保留。"))
            return redirect("intake:talk", new.pk)
    context = {"form": form, "talk": found, "place": found.hall}
    return render(request, "intake/correct_talk.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def record_talk(request: Request) -> HttpResponse:
    """`/guidance-talks/new/`, with `?ticket=` where one comes from there."""
    rules.check_sees_guidance(request.actor)
    place, now = _hall(request, *READERS), timezone.now()
    rules.check_can_record_talk(request.actor, place.pk, now=now)
    initial = {**_now_typed(now), "ticket_number": request.GET.get("ticket", "")}
    form = TalkForm(request.POST or None, hall=place, sees_cases=_sees_cases(request, place), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_talk(
                actor=request.actor, hall_id=place.pk, facts=form.facts(), visit_id=form.visit_id,
                case_id=form.case_id, now=now,
            )  # fmt: skip
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            messages.success(request, _("谈话已记录。"))
            return redirect("intake:guidance", place.code)
    context = {"form": form, "place": place}
    return render(request, "intake/record_talk.html", context, status=422 if form.is_bound else 200)


def _sees_cases(request: Request, place: Hall) -> bool:
    return request.actor.has(CLERK, HALL_MANAGER, hall_id=place.pk)


# -- referrals ---------------------------------------------------------------------------------------------------


@never_cache
@require_safe
def service_referrals(request: Request) -> HttpResponse:
    """The hall's; for who helps from outside, those that are addressed to them."""
    rules.check_sees_service_referrals(request.actor)
    place, now = _hall(request, *READERS, PARTICIPANT), timezone.now()
    mine = not request.actor.has(*READERS, hall_id=place.pk)
    form = ReferralFilter(request.GET)
    status = form.cleaned_data["status"] if form.is_valid() else ""
    found = queries.find_referrals(request.actor, place, status=status, mine=mine)
    if (last := whole_number(request.GET.get("after", ""))) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    numbers = queries.numbers_of({row.visit_id for row in rows if row.visit_id})
    context = {
        "place": place,
        "form": form,
        "mine": mine,
        "lines": [(row, numbers.get(row.visit_id or 0, ""), row.is_late(now)) for row in rows[:PAGE]],
        "cursor": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "filtered": bool(status),
        "may_refer": allowed(rules.check_can_refer_to_service, request.actor, place.pk, now=now),
    }
    return render(request, "intake/service_referrals.html", context)


def _referral(request: Request, pk: int) -> ServiceReferral:
    visible = ServiceReferral.objects.visible_to(request.actor)
    return get_visible(
        visible.select_related("hall", "participant", "case", "asked_by", "answered_by"), pk=pk
    )


@never_cache
@require_safe
def service_referral(request: Request, pk: int) -> HttpResponse:
    return _page(request, _referral(request, pk))


def _page(request: Request, one: ServiceReferral, *, status: int = 200, **forms: Any) -> HttpResponse:
    now = timezone.now()
    checks: dict[str, Callable[..., object]] = {
        "may_accept": rules.check_can_accept_service_referral,
        "may_decline": rules.check_can_decline_service_referral,
        "may_report": rules.check_can_report_service_result,
        "may_withdraw": rules.check_can_withdraw_service_referral,
    }
    context = {
        "referral": one,
        "place": one.hall,
        "ticket": queries.numbers_of({one.visit_id or 0}).get(one.visit_id or 0, ""),
        "sees_case": one.case is not None
        and Case.objects.visible_to(request.actor).filter(pk=one.case.pk).exists(),
        "is_late": one.is_late(now),
        "answer_form": AnswerForm(),
        "result_form": ResultForm(is_sealed=one.is_sealed),
        **{name: allowed(check, request.actor, one, now=now) for name, check in checks.items()},
        **forms,
    }
    return render(request, "intake/service_referral.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refer_to_service(request: Request) -> HttpResponse:
    """`/service-referrals/new/`, with `?ticket=` where one comes from there."""
    rules.check_sees_service_referrals(request.actor)
    place, now = _hall(request, *READERS, PARTICIPANT), timezone.now()
    rules.check_can_refer_to_service(request.actor, place.pk, now=now)
    form = ReferralForm(
        request.POST or None,
        hall=place,
        sees_cases=_sees_cases(request, place),
        initial={"ticket_number": request.GET.get("ticket", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.refer_to_service(
                actor=request.actor, hall_id=place.pk, facts=form.facts(), visit_id=form.visit_id,
                case_id=form.case_id, now=now,
            )  # fmt: skip
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            messages.success(request, _("已转介，等待对方答复。"))
            return redirect("intake:service-referral", made.pk)
    context = {
        "form": form,
        "place": place,
        "answer_by": queries.answer_day(place.pk, timezone.localdate(now)),
    }
    return render(request, "intake/refer_to_service.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["POST"])
def accept_service_referral(request: Request, pk: int) -> HttpResponse:
    return _answered(request, pk, actions.accept_service_referral, _("已接受，引导台会告诉本人。"))


@never_cache
@require_http_methods(["POST"])
def decline_service_referral(request: Request, pk: int) -> HttpResponse:
    return _answered(request, pk, actions.decline_service_referral, _("已答复不接受，引导台另找办法。"))


def _answered(request: Request, pk: int, act: Any, done: str) -> HttpResponse:
    one, form = _referral(request, pk), AnswerForm(request.POST)
    if form.is_valid():
        try:
            act(
                actor=request.actor,
                referral_id=one.pk,
                answer=form.cleaned_data["answer"],
                now=timezone.now(),
            )
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            messages.success(request, done)
            return redirect("intake:service-referral", one.pk)
    return _page(request, one, answer_form=form, status=422)


@never_cache
@require_http_methods(["POST"])
def report_service_result(request: Request, pk: int) -> HttpResponse:
    one = _referral(request, pk)
    form = ResultForm(request.POST, is_sealed=one.is_sealed)
    if form.is_valid():
        try:
            actions.report_service_result(
                actor=request.actor, referral_id=one.pk, outcome=form.cleaned_data["outcome"],
                result=form.cleaned_data.get("result", ""), now=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            messages.success(request, _("结果已记录。"))
            return redirect("intake:service-referral", one.pk)
    rules.check_can_report_service_result(request.actor, one, now=timezone.now())
    return _page(request, one, result_form=form, status=422)


@never_cache
@require_http_methods(["POST"])
def withdraw_service_referral(request: Request, pk: int) -> HttpResponse:
    """Asked once more on a page of its own where there are no scripts."""
    one, now = _referral(request, pk), timezone.now()
    rules.check_can_withdraw_service_referral(request.actor, one, now=now)
    if request.POST.get("confirmed") != "1":
        context = {
            "question": _("本人撤回同意？"),
            "consequence": _("已转出的情况从这里删除，并通知对方停止使用；撤回后不能恢复。"),
            "confirm_label": _("撤回"),
            "action": request.path,
            "back_url": f"/service-referrals/{one.pk}/",
            "danger": True,
        }
        return render(request, "components/confirm_page.html", context)
    actions.withdraw_service_referral(actor=request.actor, referral_id=one.pk, now=now)
    messages.success(request, _("已撤回，转出的情况已从这里删除。"))
    return redirect("intake:service-referral", one.pk)
