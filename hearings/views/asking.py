"""The pages of hearings: the list, those of a case, one from request to conclusion, and the hall's rules."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.lifecycle import CASE
from cases.models import Case
from cases.queries.clocks import clock_of
from cases.queries.words import term_name
from cases.queries.work_list import Cursor
from hall import clock
from hall.access import Actor, Refused, Request, Verdict, allowed, get_visible, whole_number
from hall.citations import in_english
from hearings import rules
from hearings.forms.asking import AdoptRulesForm
from hearings.lifecycle import ARTICLE, OPENNESS
from hearings.models import Hearing, HearingRules
from hearings.queries.course_page import acts_of, pause_words, steps_of
from hearings.queries.hearing_lists import SCOPES, STATES, hearing_list, hearings_of_case, rows, shown
from hearings.queries.notice_panel import notice_of
from hearings.queries.panel_panel import panel_of
from hearings.queries.rule_sets import facts_of, numbers_of, rule_sets, rules_on
from hearings.queries.session_panel import papers_of, session_of
from hearings.rules.local_rules import OWN, check_sees_rules
from hearings.views.asking_doors import CASE_DOORS, HEARING_DOORS, AskingDoor
from hearings.views.notices import doors_of
from staffing.lifecycle import DEPARTMENT_ROLES, HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Hall

READERS = (*DEPARTMENT_ROLES, HALL_MANAGER, LEADER, SUPERVISOR)


@require_safe
def hearings(request: Request) -> HttpResponse:
    """`/hearings/`: those that the reader may know of, the newest first."""
    actor, now = request.actor, timezone.now()
    if not actor.has(*READERS):
        raise Refused(_("您的岗位没有听证清单。"), "role")
    asked, after = request.GET.get("state", ""), Cursor.parse(request.GET.get("after", ""))
    state = asked if asked in STATES else "open"
    scope = request.GET.get("scope", "") if actor.departments(*DEPARTMENT_ROLES) else ""
    page, behind = hearing_list(actor, state=state, scope=scope, now=now, after=after)
    context = {
        "rows": page,
        "after": str(behind or ""),
        "state": state,
        "states": STATES.items(),
        "scope": scope,
        "scopes": SCOPES.items() if actor.departments(*DEPARTMENT_ROLES) else (),
        "is_front": after is None,
        "today": timezone.localdate(now),
    }
    return render(request, "hearings/hearings.html", context)


def _door_links(doors: tuple[AskingDoor, ...], actor: Actor, row: Any, now: Any) -> list[dict[str, Any]]:
    """Each with the verdict of its rule."""
    return [
        {
            "label": door.title,
            "href": reverse(door.url_name, args=[row.pk]),
            "verdict": allowed(door.rule, actor, row, now=now),
            "icon": door.icon,
            "first": door.verb in ("grant_hearing", "resume_hearing"),
        }
        for door in doors
    ]


@require_safe
def case_hearings(request: Request, pk: int) -> HttpResponse:
    """`/cases/<pk>/hearings/`: a case's hearings, and how one comes about."""
    now = timezone.now()
    seen = (
        Case.objects.visible_to(request.actor)
        .select_related("hall", "first_handler")
        .defer("search", "content")
    )
    case = get_visible(seen, pk=pk)
    version = rules_on(case.hall_id, timezone.localdate(now))
    context = {
        "case": case,
        "state": _(CASE.state(case.status).label),
        "rows": hearings_of_case(request.actor, case, now=now),
        "links": _door_links(CASE_DOORS, request.actor, case, now),
        "rules_name": _name_of(version) if version else rule_sets()["default"].label,
        "numbers": list(numbers_of(facts_of(version) if version else rule_sets()["default"].facts)),
        "sees_rules": request.actor.has(*READERS),
        "today": timezone.localdate(now),
        "article": ARTICLE,
    }
    return render(request, "hearings/case_hearings.html", context)


def _name_of(version: HearingRules) -> str:
    return (in_english() and version.name_en) or version.name


def _url(name: str, pk: int) -> str:
    """The page of another topic, where there is one."""
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


def _pages(hearing: Hearing, notice: dict[str, Any]) -> list[dict[str, str]]:
    """What is prepared for one hearing; the day itself has a panel of its own."""
    names = [
        ("hearings:panel", _("听证组"), "users"),
        ("hearings:parties", _("听证参加人"), "group"),
        ("hearings:notices", _("通知和公告"), "mail"),
    ]
    if hearing.announced_at and notice["may_admit"]:
        names.append(("hearings:audience", _("旁听名单"), "megaphone"))
    return [{"url": _url(name, hearing.pk), "label": label, "icon": icon} for name, label, icon in names]


@require_safe
def hearing(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/`: one hearing; whoever may not see it learns nothing of it, open or closed."""
    now, actor = timezone.now(), request.actor
    seen = rows().filter(pk__in=Hearing.objects.visible_to(actor).order_by().values("pk"))
    seen = seen.select_related("hold", "decision_document").prefetch_related(
        "seats", "notices", "dates", "parties"
    )
    one = get_visible(seen, pk=hearing_id)
    (row,) = shown([one], now=now)
    links = _door_links(HEARING_DOORS, actor, one, now)
    notice = notice_of(actor, one, now=now) | doors_of(actor, one, now=now)
    can_see_case = Case.objects.visible_to(actor).filter(pk=one.case_id).exists()
    context = {
        "hearing": one,
        "row": row,
        "case": one.case,
        "can_see_case": can_see_case,
        "openness": _(OPENNESS[one.closed_ground]),
        "why": _why(one),
        "clock_name": term_name(row.kind, one.case.law) if row.kind else "",
        "pause": pause_words(one),
        "steps": [_with_link(step, one) for step in steps_of(one, now=now)],
        "doors": [link for link in links if link["verdict"]],
        "not_now": [link for link in links if not link["verdict"]],
        "pages": _pages(one, notice),
        "papers": papers_of(one),
        "sees_list": actor.has(*READERS),
        "panel": panel_of(actor, one, now=now),
        "notice": notice,
        **session_of(actor, one, now=now),
        "acts": list(acts_of(one)),
        "rules_name": _name_of(one.rules),
        "numbers": list(numbers_of(facts_of(one.rules))),
        "today": timezone.localdate(now),
    }
    return render(request, "hearings/hearing.html", context)


def _with_link(step: Any, one: Hearing) -> dict[str, Any]:
    href = _url(step.page, one.pk) if step.page and step.link else ""
    return {"step": step, "href": href, "verdict": Verdict(True)}


def _why(one: Hearing) -> list[str]:
    """Why this date: the steps of the running clock, in the reader's language."""
    running = one.case.deadlines.open().filter(item=str(one.pk)).first()
    if running is None:
        return []
    language = "en" if in_english() else "zh-hans"
    return [clock.say(step, language) for step in clock_of(running, []).steps]


# -- the rules ---------------------------------------------------------------------------------------------------


def _hall(request: Request) -> Hall:
    """Of the address, else the first of the reader's; a unit's people read those of the halls of its place."""
    actor = request.actor
    check_sees_rules(actor)
    mine = Hall.objects.filter(pk__in=actor.halls()) | Hall.objects.filter(
        jurisdiction__departments__in=actor.departments()
    )
    wanted = whole_number(request.GET.get("hall", ""))
    found = mine.distinct().order_by("pk")
    if wanted is not None:
        return get_visible(found, pk=wanted)
    first = found.first()
    if first is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    return first


@require_http_methods(["GET", "HEAD", "POST"])
def hearing_rules(request: Request) -> HttpResponse:
    """`/hearing-rules/`: what the hall holds its hearings by, and for its manager the choice of another version."""
    now, hall = timezone.now(), _hall(request)
    today = timezone.localdate(now)
    status, form = 200, None
    verdict = allowed(rules.check_can_adopt_hearing_rules, request.actor, hall, now=now)
    if request.method == "POST":
        rules.check_can_adopt_hearing_rules(request.actor, hall, now=now)
        form = AdoptRulesForm(request.POST, day=today)
        status = 422
        if form.is_valid():
            try:
                version = form.adopt(actor=request.actor, hall_id=hall.pk, now=now)
            except Refused as refused:
                if refused.kind != "input":
                    raise
            else:
                said = _("已采用“%(name)s”；已经申请的听证按原来的版本办理。") % {"name": _name_of(version)}
                messages.success(request, said)
                return redirect(f"{reverse('hearings:rules')}?hall={hall.pk}")
    elif verdict:
        form = AdoptRulesForm(day=today)
    version = rules_on(hall.pk, today)
    versions = list(HearingRules.objects.filter(hall=hall).order_by("-in_force_from", "-id"))
    general = rule_sets()["default"]
    context = {
        "hall_of_rules": hall,
        "form": form,
        "own_fields": _own_fields(form) if form else [],
        "verdict": verdict,
        "version": version,
        "version_name": _name_of(version) if version else general.label,
        "source": _source(version) if version else _set_source(general),
        "numbers": list(numbers_of(facts_of(version) if version else general.facts)),
        "versions": [(one, _name_of(one), one == version, one.in_force_from > today) for one in versions],
        "sets": [
            {
                "label": one.label,
                "source": _set_source(one),
                "numbers": list(numbers_of(one.facts)),
                "usable": one.holds_on(today),
                "until": one.until,
            }
            for one in rule_sets().values()
        ],
        "own": OWN,
        "today": today,
    }
    return render(request, "hearings/rules.html", context, status=status)


def _source(version: HearingRules) -> str:
    return (in_english() and version.source_en) or version.source


def _set_source(one: Any) -> str:
    return str((in_english() and one.facts["source_en"]) or one.facts["source"])


def _own_fields(form: AdoptRulesForm) -> list[Any]:
    """What is read for own numbers alone."""
    return [field for field in form if field.name not in ("code", "in_force_from")]
