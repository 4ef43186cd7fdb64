"""Papers handed in after registration: the same limits and the same look at the bytes as at the counter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cases import actions, rules
from cases.actions.store import keep_file
from cases.forms.materials import MaterialsForm
from cases.models import Case
from hall.access import Refused, Request, allowed, get_visible
from hall.uploads.receiving import left_out_of, receiving


@receiving()
@require_http_methods(["GET", "HEAD", "POST"])
def add_material(request: Request, case: int) -> HttpResponse:
    """`/cases/<case>/materials/add/`: files that are fine are taken even when others are not."""
    now = timezone.now()
    visible = Case.objects.visible_to(request.actor).defer("search", "content")
    found = get_visible(visible, pk=case)
    verdict = allowed(rules.check_can_add_material, request.actor, found, now=now)
    form = MaterialsForm()
    if request.method == "POST":
        rules.check_can_add_material(request.actor, found, now=now)
        form = MaterialsForm(request.POST, request.FILES, left_out=left_out_of(request))
        form.is_valid()
        count = 0
        try:
            for new in form.accepted:
                actions.add_material(actor=request.actor, case_id=case, file=keep_file(new), now=now)
                count += 1
        except Refused as refused:  # no room on the disk; those before it are taken
            if refused.kind != "input":
                raise
            form.add_error("materials", str(refused.reason))
        if count:
            words = ngettext("收下%(n)s份材料。", "收下%(n)s份材料。", count) % {"n": count}
            messages.success(request, words)
        elif not form.errors:
            form.add_error("materials", _("请选择文件。"))
        if not form.errors:
            return redirect("cases:case", case)
    status = 422 if request.method == "POST" else 200
    context = {"case": found, "form": form, "verdict": verdict}
    return render(request, "intake/add_material.html", context, status=status)
