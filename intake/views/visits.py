"""The desk's door for who comes again about an open matter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.models import Case
from cases.rules import check_can_link_visit
from hall.access import Request, allowed, get_visible
from intake.forms.visits import LinkVisitForm


@require_http_methods(["GET", "HEAD", "POST"])
def link_visit(request: Request, case: int) -> HttpResponse:
    """`/cases/<case>/visits/add/`"""
    now, actor = timezone.now(), request.actor
    visible = Case.objects.visible_to(actor).select_related("hall").defer("search", "content")
    found = get_visible(visible, pk=case)
    form = LinkVisitForm(request.POST or None, actor=actor, case=found, now=now)
    if request.method == "POST":
        check_can_link_visit(actor, found, now=now)
        if form.is_valid() and form.act() is not None:
            messages.success(request, _("已登记再次来访。"))
            return redirect("cases:case", case)
    context = {"case": found, "form": form, "verdict": allowed(check_can_link_visit, actor, found, now=now)}
    return render(request, "intake/link_visit.html", context, status=422 if request.method == "POST" else 200)
