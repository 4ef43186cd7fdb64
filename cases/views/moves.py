"""The unit takes on what was forwarded to it; the petitioner takes the matter back. Each asks once before it acts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import actions, rules
from cases.forms import ReasonForm
from cases.models import Case
from cases.terms import term
from cases.views.acting import Stale, acting, head_of, meanwhile
from hall.access import Request, allowed, get_visible


def _case(request: Request, pk: int) -> Case:
    visible = Case.objects.visible_to(request.actor).select_related("hall", "first_handler").defer("search")
    return get_visible(visible, pk=pk)


@require_http_methods(["GET", "POST"])
def receive_case(request: Request, pk: int) -> HttpResponse:
    """`/cases/<pk>/receive/`"""
    now, case = timezone.now(), _case(request, pk)
    if request.method == "POST":
        try:
            acting(request, pk, lambda: actions.receive_case(actor=request.actor, case_id=pk, now=now))
        except Stale as stale:
            return meanwhile(request, stale)
        messages.success(
            request, _("已接收 %(number)s，书面告知已经出具，办理期限开始计算。") % {"number": case.number}
        )
        return redirect("cases:case", pk)
    verdict = allowed(rules.check_can_receive_case, request.actor, case, now=now)
    rule = term("handle", case.law)
    context = {
        "case": case,
        "verdict": verdict,
        "seen": head_of(pk),
        "days": rule.days,
        "article": rule.article,
    }
    return render(request, "cases/receive_case.html", context)


@require_http_methods(["GET", "POST"])
def withdraw_case(request: Request, pk: int) -> HttpResponse:
    """`/cases/<pk>/withdraw/`: on the petitioner's own statement, which is the reason."""
    now, case = timezone.now(), _case(request, pk)
    form = ReasonForm(request.POST or None, initial={"seen": head_of(pk)})
    form.fields["reason"].label = _("信访人的陈述")
    status = 200
    if request.method == "POST":
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                acting(
                    request,
                    pk,
                    lambda: actions.withdraw_case(actor=request.actor, case_id=pk, reason=reason, now=now),
                )
            except Stale as stale:
                return meanwhile(request, stale, form)
            messages.success(
                request, _("已记录信访人撤回 %(number)s，未了的期限全部终止。") % {"number": case.number}
            )
            return redirect("cases:case", pk)
        status = 422
    verdict = allowed(rules.check_can_withdraw_case, request.actor, case, now=now)
    return render(
        request, "cases/withdraw_case.html", {"case": case, "form": form, "verdict": verdict}, status=status
    )
