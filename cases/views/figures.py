"""The quarter's figures before they are public, for the hall's manager and supervisor."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cases import actions, rules
from cases.models import PublicFigure
from cases.queries import figures as queries
from hall.access import Refused, Request, allowed, get_visible

SHOWN = 12


@never_cache
@require_safe
def figures_desk(request: Request) -> HttpResponse:
    """`/figures/`: the last quarters as they would be told, beside what has been told."""
    rules.check_sees_figures(request.actor)
    now = timezone.now()
    found = PublicFigure.objects.visible_to(request.actor).select_related("hall", "published_by")
    rows = []
    for one in found.order_by("-quarter", "hall")[:SHOWN]:
        told = queries.masked(one.data)
        rows.append({
            "figure": one,
            "name": queries.quarter_name(one.quarter),
            "code": queries.quarter_code(one.quarter),
            "page": queries.page_of(told),
            "seen": one.computed_at.isoformat(),
            "differs": one.published is not None and one.published != told,
            "may_publish": allowed(rules.check_can_publish_figures, request.actor, one, now=now),
        })  # fmt: skip
    return render(request, "cases/figures_desk.html", {"rows": rows, "small": queries.SMALL})


@never_cache
@require_POST
def publish_figures(request: Request, figure: int) -> HttpResponse:
    one = get_visible(PublicFigure.objects.visible_to(request.actor), pk=figure)
    if (seen := parse_datetime(request.POST.get("seen", "").replace(" ", "+"))) is None:
        raise Refused(_("请从季度数据页面公布。"), "input")
    actions.publish_figures(actor=request.actor, figure_id=one.pk, seen=seen, now=timezone.now())
    messages.success(request, _("%(quarter)s的数据已公布。") % {"quarter": queries.quarter_name(one.quarter)})
    return redirect("cases:figures-desk")
