"""How long what is kept, what the sweep erased and would erase today; and the form that sets a period."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accountability import rules
from accountability.actions import change_retention as change
from accountability.actions.retention import due_by_kind
from accountability.forms.retention import RetentionForm
from accountability.lifecycle.retention import KEPT, KINDS, WHAT_HAPPENS
from accountability.queries.retention import standing_rules
from hall.access import Refused, Request, allowed
from staffing.forms import show


@never_cache
@require_safe
def retention(request: Request) -> HttpResponse:
    """`/retention/`: every kind that is erased, and what is kept with the files, with its article."""
    rules.check_sees_retention(request.actor)
    now = timezone.now()
    due = due_by_kind(now=now)
    rows = [
        {"one": one, "kind": one.kind, "what": WHAT_HAPPENS[one.kind.what], "due": due[one.kind.code]}
        for one in standing_rules()
    ]
    reasons: dict[tuple[str, str], list[str]] = {}
    for table, why in KEPT.items():
        reasons.setdefault(why, []).append(table)
    return render(request, "accountability/retention.html", {"rows": rows, "kept": list(reasons), "now": now})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_retention(request: Request, kind: str) -> HttpResponse:
    """`/retention/<kind>/change/`: another period, within the bounds."""
    rules.check_sees_retention(request.actor)
    found, now = KINDS.get(kind), timezone.now()
    if found is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    one = next(one for one in standing_rules() if one.kind is found)
    verdict = allowed(rules.check_can_change_retention, request.actor, found, now=now)
    if request.method == "POST":
        rules.check_can_change_retention(request.actor, found, now=now)
        form = RetentionForm(request.POST, kind=found)
        if form.is_valid():
            try:
                change(actor=request.actor, kind=kind, now=now, **form.cleaned_data)
            except Refused as refused:
                if refused.kind != "input":
                    raise
                show(form, refused)
            else:
                messages.success(request, _("已修改，从下一次清理起执行。"))
                return redirect("accountability:retention")
    else:
        form = RetentionForm(initial={"days": one.days}, kind=found)
    context = {"one": one, "kind": found, "form": form, "verdict": verdict, "what": WHAT_HAPPENS[found.what]}
    return render(
        request, "accountability/change_retention.html", context, status=422 if form.errors else 200
    )
