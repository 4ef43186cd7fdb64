"""The published digests, for whoever keeps copies, and the check of a receipt, for whoever holds one."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accountability import actions
from accountability.forms import CheckReceiptForm
from accountability.models import JournalDigest
from accountability.queries import digests as queries
from accountability.queries.receipts import ReceiptCheck
from hall.access import Refused
from hall.fresh import fresh, fresh_file


@login_not_required
@require_safe
def digests(request: HttpRequest) -> HttpResponseBase:
    """`/digests/`: a day a line, the latest first."""
    try:
        after = parse_date(request.GET.get("after", ""))
    except ValueError:
        after = None
    page = queries.digest_page(after)
    context = {
        "rows": page.rows,
        "after": page.after.isoformat() if page.after else "",
        "is_front": not after,
    }
    return fresh(request, "accountability/digests.html", context)


@login_not_required
@require_safe
def digests_json(request: HttpRequest) -> HttpResponseBase:
    content = json.dumps(queries.published(), ensure_ascii=False, indent=1).encode()
    return fresh_file(request, content, "application/json", filename="journal-digests.json")


@login_not_required
@require_safe
def digests_txt(request: HttpRequest) -> HttpResponseBase:
    """A line a day, the oldest first: a copy grows at its end and changes nowhere else."""
    lines = [queries.line_of(one) for one in JournalDigest.objects.order_by("day")]
    content = "".join(f"{line}\n" for line in lines).encode()
    return fresh_file(request, content, "text/plain; charset=utf-8")


@login_not_required
@never_cache
@sensitive_post_parameters("value")
@require_http_methods(["GET", "HEAD", "POST"])
def check_receipt(request: HttpRequest) -> HttpResponse:
    """`/check-receipt/`: the value stands in no address and no log; the answer never says which matter it is."""
    now = timezone.now()
    form = CheckReceiptForm(request.POST if request.method == "POST" else None, now=now)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        found = actions.check_receipt(
            value=form.cleaned_data["value"],
            day=form.cleaned_data["day"],
            address=request.META.get("REMOTE_ADDR", ""),
            now=now,
        )
    except Refused as refused:
        return _page(request, form, refused=refused, status=refused.status)
    if found is None:
        form.add_error("value", _("这一天没有这个校验码。请对照登记凭证，把校验码和登记日期再核对一遍。"))
        return _page(request, form, status=422, is_unknown=True)
    return _page(request, form, found)


def _page(
    request: HttpRequest,
    form: CheckReceiptForm,
    found: ReceiptCheck | None = None,
    *,
    refused: Refused | None = None,
    is_unknown: bool = False,
    status: int = 200,
) -> HttpResponse:
    proof = found.proof if found else None
    context = {
        "form": form,
        "found": found,
        "proof": proof,
        "head": queries.head_of(proof.digest) if proof else "",
        "refused": refused,
        "is_unknown": is_unknown,
    }
    return render(request, "accountability/check_receipt.html", context, status=status)
