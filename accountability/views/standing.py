"""The lists behind the numbers of the boards that are no indicator: what stands open, a place, leaders, charges."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from accountability.queries import Period, Scope
from accountability.queries.boards import (
    CHARGES,
    OPEN,
    items_heard,
    open_cases,
    overdue_cases,
    receptions_in,
    registered_in,
    waiting_tickets,
)
from accountability.queries.leads import leads_of
from accountability.views.analysis import PAGE, Asked, _listed, _row
from accountability.views.indicators import hall_of
from cases.models import Case, DocketItem, Sponsorship
from hall.access import Refused, Request
from hall.models import worded
from hall.operations.replica import from_replica
from intake.models import Ticket
from staffing.models import LeaderReception

TITLES = {
    "waiting": lazy("候访中"), "registered": lazy("待甄别"), "forwarded": lazy("待接收"), "accepted": lazy("办理中"),
    "overdue": lazy("有超期期限的"), "place": lazy("按问题发生地"), "uncategorized": lazy("未分类"),
    "receptions": lazy("领导接访"), "heard": lazy("接访件数"), "running": lazy("正在包案"),
    "late": lazy("过了预计化解日期"), "put_off": lazy("延过期"),
}  # fmt: skip


def list_url(of: str, scope: Scope, period: Period, **facts: Any) -> str:
    """The list, narrowed as the board is."""
    said = {"of": of, "period": str(period), "hall": hall_of(scope), "unit": scope.department_id, **facts}
    return f"{reverse('accountability:board-list')}?{urlencode({k: v for k, v in said.items() if v not in ('', None)})}"


@require_safe
@from_replica
def board_list(request: Request) -> HttpResponse:
    """`/board/list/?of=…`: of now, or of the period of the board; as many as the number says, but for what the reader
    may not see.
    """
    asked, of = Asked(request, timezone.now()), request.GET.get("of", "")
    if of not in TITLES:
        raise Refused(_("没有这个名单。"), "unseen")
    context: dict[str, Any] = {
        "title": TITLES[of],
        "period": asked.period if of in ("place", "uncategorized", "receptions", "heard") else None,
        "now": asked.now,
        "unit": asked.reader.units.get(asked.scope.department_id or 0, ""),
    }
    if of == "waiting":
        context |= _tickets(request, asked)
    elif of in ("receptions", "heard"):
        context |= _receptions(request, asked, of)
    elif of in CHARGES:
        context |= _charges(request, asked, of)
    else:
        found, after, whole = _listed(_cases(request, asked, of), request)
        context |= {"cases": [_row(one) for one in found], "after": after, "whole": whole}
    return render(request, "accountability/board_list.html", context, status=asked.answer)


def _cases(request: Request, asked: Asked, of: str) -> QuerySet[Case]:
    if of in OPEN:
        return open_cases(asked.scope, of)
    if of == "overdue":
        return overdue_cases(asked.scope, now=asked.now)
    cases = registered_in(asked.scope, asked.period, now=asked.now)
    if of == "uncategorized":
        return cases.filter(category=None)
    return cases.filter(place_region=_number(request, "place") or None)


def _number(request: Request, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text[:18]) if text.isascii() and text.isdigit() else 0


def _page(rows: QuerySet[Any], request: Request) -> tuple[list[Any], str]:
    after = _number(request, "after")
    found = list((rows.filter(pk__lt=after) if after else rows).order_by("-pk")[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def _tickets(request: Request, asked: Asked) -> dict[str, Any]:
    tickets = waiting_tickets(asked.scope, timezone.localdate(asked.now))
    seen = Ticket.objects.visible_to(request.actor).filter(pk__in=tickets.values("pk"))
    found, after = _page(seen.select_related("queue"), request)
    leading = leads_of("ticket", [one.pk for one in found], request.actor)
    rows = [
        {"ticket": one, "minutes": _minutes(asked.now - one.queued_at), **leading[one.pk]} for one in found
    ]
    return {"tickets": rows, "after": after, "whole": tickets.count()}


def _minutes(waited: dt.timedelta) -> int:
    return max(0, int(waited.total_seconds() // 60))


def _receptions(request: Request, asked: Asked, of: str) -> dict[str, Any]:
    """All, held or cancelled ones of a leader; or, of what was heard at them, the matters."""
    all_of_them = receptions_in(asked.scope, asked.period, now=asked.now)
    if leader := _number(request, "leader"):
        all_of_them = all_of_them.filter(leader=leader)
    if request.GET.get("status") in ("held", "cancelled"):
        all_of_them = all_of_them.filter(status=request.GET["status"])
    if of == "heard":
        items = items_heard().filter(reception__in=all_of_them)
        seen_items = DocketItem.objects.visible_to(request.actor).filter(pk__in=items.values("pk"))
        heard, after = _page(seen_items.select_related("case", "reception__leader"), request)
        return {"heard": heard, "after": after, "whole": items.count()}
    seen = LeaderReception.objects.visible_to(request.actor).filter(pk__in=all_of_them.values("pk"))
    found, after = _page(seen.select_related("leader", "room"), request)
    leading = leads_of("reception", [one.pk for one in found], request.actor)
    rows = [
        {"reception": one, "title": worded(one, "title"), "docket": one.pk in leading}
        for one in found
    ]  # fmt: skip
    return {"receptions": rows, "after": after, "whole": all_of_them.count()}


def _charges(request: Request, asked: Asked, of: str) -> dict[str, Any]:
    all_of_them = Sponsorship.objects.filter(CHARGES[of](asked.today), hall__in=asked.scope.hall_ids)
    seen = Sponsorship.objects.visible_to(request.actor).filter(pk__in=all_of_them.values("pk"))
    found, after = _page(seen.select_related("leader"), request)
    return {"charges": found, "after": after, "whole": all_of_them.count()}
