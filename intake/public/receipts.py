"""The police room confirms that it took over, by the code on the paper that it was handed. No account, no names."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hall.access import PUBLIC, Refused
from intake.actions.incidents import find_handed, receive_incident
from intake.forms.incidents import ReceiptForm
from staffing.forms import show


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def incident_receipt(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """When, where and of which kind; who took over, under which number. Once confirmed, the receipt."""
    now = timezone.now()
    one = find_handed(token=token, address=request.META.get("REMOTE_ADDR", ""), now=now)
    if one is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    local = timezone.localtime(now)
    initial = {"day": local.date(), "starts": local.replace(second=0, microsecond=0).time()}
    form = ReceiptForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            receive_incident(actor=PUBLIC, incident_id=one.pk, now=now, **form.facts())
        except Refused as refused:
            if not refused.field:
                raise
            show(form, refused)
        else:
            return redirect("intake:incident-receipt", token)
    context = {"incident": one, "place": one.hall, "form": form}
    return render(request, "intake/incident_receipt.html", context, status=422 if form.is_bound else 200)
