"""A leader of the hall approves its schedule, before it is published."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from hall.access import Refused, Request, allowed, get_visible
from staffing import actions, queries, rules
from staffing.models import LeaderReception
from staffing.views.receptions import hall_of


@require_GET
def approvals(request: Request) -> HttpResponse:
    """What is planned and not yet public."""
    now, halls = timezone.now(), queries.approving_halls(request.actor)
    hall = hall_of(request, halls)
    rows = list(queries.to_approve(hall, now))
    lines = [
        {
            "notice": notice,
            "may_approve": allowed(
                rules.check_can_approve_reception, request.actor, notice.reception, now=now
            ),
        }
        for notice in queries.notices(rows, now)
    ]
    waiting = [row for row in rows if row.approved_at is None]
    n = len(waiting)
    context = {
        "place": hall,
        "halls": halls,
        "lines": lines,
        "waiting": waiting,
        "approve_label": ngettext("批准全部%(n)s场", "批准全部%(n)s场", n) % {"n": n},
    }
    return render(request, "staffing/approvals.html", context)


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise Refused(_("页面已过期，请刷新后重试。"), "input")
    return int(text)


@require_POST
def approve_reception(request: Request, reception_id: int) -> HttpResponse:
    visible = LeaderReception.objects.filter(hall__in=queries.approving_halls(request.actor))
    reception = get_visible(visible.select_related("hall"), pk=reception_id)
    revision = _number(request.POST.get("revision", ""))
    actions.approve_reception(
        actor=request.actor, reception_id=reception.pk, revision=revision, now=timezone.now()
    )
    messages.success(request, _("已批准。"))
    return redirect(f"{reverse('staffing:approvals')}?hall={reception.hall.code}")


@require_POST
def approve_month(request: Request) -> HttpResponse:
    """All that the page showed: `seen` is `id:revision` of each."""
    hall, now = hall_of(request, queries.approving_halls(request.actor)), timezone.now()
    pairs = [text.partition(":") for text in request.POST.getlist("seen")]
    seen = {_number(pk): _number(revision) for pk, _colon, revision in pairs}
    done = actions.approve_month(actor=request.actor, hall_id=hall.pk, seen=seen, now=now)
    n = len(done)
    messages.success(request, ngettext("已批准%(n)s场接访。", "已批准%(n)s场接访。", n) % {"n": n})
    return redirect(f"{reverse('staffing:approvals')}?hall={hall.code}")
