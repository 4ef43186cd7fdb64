"""A petitioner's page: matters and visits in one timeline, and who looked at their numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cases.lifecycle import CASE, CHANNELS, GRADES, RATING
from cases.models import Case, CaseParty, Petitioner
from cases.queries.case_file import worded
from cases.rules import REVEAL_HALL_ROLES
from hall.access import Actor, Request, get_visible
from hall.templatetags.hall import duration
from intake.lifecycle import TICKET
from intake.queries.person import SHOWN, Cursor, Event, events_of
from staffing.lifecycle import CLERK, HALL_MANAGER

CASES_SHOWN = 50


def _may_see_looks(actor: Actor, cases: Sequence[Case]) -> bool:
    """Who may look at the numbers sees who looked: the hall of a matter, and its handling unit."""
    return any(
        actor.has(*REVEAL_HALL_ROLES, hall_id=one.hall_id)
        or actor.has("liaison", "department_head", department_id=one.first_handler_id or -1)
        for one in cases
    )


@require_safe
def person(request: Request, pk: int) -> HttpResponse:
    """`/petitioners/<pk>/`, for who may see at least one matter of theirs."""
    visible = Case.objects.visible_to(request.actor)
    on_visible = CaseParty.objects.filter(petitioner=OuterRef("pk"), case__in=visible)
    found = get_visible(Petitioner.objects.filter(Exists(on_visible)).defer("search"), pk=pk)
    matters = visible.filter(parties__petitioner=found).select_related("hall", "first_handler")
    cases = list(matters.defer("search", "content").order_by("-id")[:CASES_SHOWN])
    looks = _may_see_looks(request.actor, cases)
    show, after = request.GET.get("show", ""), request.GET.get("after", "")
    show = show if show in SHOWN and (looks or show != "looks") else ""
    events = events_of(request.actor, pk, looks=looks, show=show, after=Cursor.parse(after))
    tabs = {"": _("全部"), "matters": _("事项"), "visits": _("来访")} | (
        {"looks": _("查阅记录")} if looks else {}
    )
    context = {
        "person": found,
        "cases": cases,
        "acts": [_act(one) for one in events.rows],
        "after": events.after or "",
        "is_front": not after,
        "show": show,
        "may_issue": any(request.actor.has(CLERK, HALL_MANAGER, hall_id=one.hall_id) for one in cases),
        "tabs": list(tabs.items()),
    }
    return render(request, "intake/person.html", context)


# -- an event in words -------------------------------------------------------------------------------------------


def _act(event: Event) -> dict[str, Any]:
    said = _SAY[event.kind](event.facts)
    return {
        "at": event.at,
        "cases": event.facts.get("cases") or [],
        "who": "",
        "lines": [],
        "tone": "",
        **said,
    }


def _registered(facts: dict[str, Any]) -> dict[str, Any]:
    return {"icon": "edit", "title": _("登记（%(how)s）") % {"how": _(CHANNELS[facts["channel"]])}}


def _state(facts: dict[str, Any]) -> dict[str, Any]:
    state = CASE.state(facts["status"])
    return {"icon": "check" if state.ends else "route", "title": _(state.label)}


def _visit(facts: dict[str, Any]) -> dict[str, Any]:
    people = facts["people"]
    title = _("来访")
    if people > 1:
        title = ngettext("来访，%(n)s人", "来访，%(n)s人", people) % {"n": people}
    return {"icon": "ticket", "title": title, "lines": [_ticket(one) for one in facts["tickets"] or []]}


def _ticket(one: dict[str, Any]) -> str:
    """The number, what it was for, how long it waited, where it was served and how long."""
    parts = [one["number"], worded(one["queue"], one["queue_en"])]
    if one["waited"] is not None:
        parts.append(_("等候%(t)s") % {"t": duration(one["waited"])})
    if one["served"] is not None:
        window = worded(one["window"], one["window_en"])
        parts.append(_("%(window)s接待%(t)s") % {"window": window, "t": duration(one["served"])})
    else:
        parts.append(_(TICKET.state(one["status"]).label))
    return " · ".join(part for part in parts if part)


def _rating(facts: dict[str, Any]) -> dict[str, Any]:
    who = worded(facts["unit"], facts["unit_en"]) if facts["target"] == "unit" else _("信访部门")
    grade = facts["grade"]
    if grade is not None:
        title = _("对%(who)s的评价：%(said)s") % {"who": who, "said": _(GRADES[grade])}
    else:
        title = _("%(state)s：%(who)s") % {"state": _(RATING.state(facts["status"]).label), "who": who}
    return {"icon": "star", "title": title, "tone": "soon" if grade == 3 else ""}


def _look(facts: dict[str, Any]) -> dict[str, Any]:
    looked = facts["verb"] == "reveal_person"
    title = _("查看个人信息") if looked else _("查询以往信访")
    lines = [_("用途：%(why)s") % {"why": facts["reason"]}] if facts["reason"] else []
    if facts["number"]:
        lines.append(_("事项：%(number)s") % {"number": facts["number"]})
    return {"icon": "eye" if looked else "search", "title": title, "who": facts["who"], "lines": lines}


_SAY: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "registered": _registered,
    "state": _state,
    "visit": _visit,
    "rating": _rating,
    "look": _look,
}
