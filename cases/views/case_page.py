"""The case page: head, clocks, what the law still wants, the timeline, and everything that was brought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from cases import rules
from cases.lifecycle import CASE, CHANNELS, CLASSES, LINKS, PARTS, PROCEEDINGS, PURPOSES, STAGES
from cases.models import Case, Deadline, Hold
from cases.queries.case_file import CaseFile, Paper, case_file, related_cases, worded
from cases.queries.duplicates import reason_words
from cases.queries.instructions import instructions_of_cases
from cases.queries.lights import LEVELS, light
from cases.queries.ratings import ratings_of
from cases.queries.ribbons import ribbon
from cases.queries.standing import standing
from cases.queries.taken_up import taken_up
from cases.queries.timeline import Act, Timeline, timeline
from cases.queries.wants import NOW, what_the_law_wants
from cases.queries.words import term_name
from cases.queries.work_notes import work_notes
from cases.views.all_doors import DOORS, KINDS
from hall.access import Actor, Request, Text, Verdict, allowed, whole_number
from hall.clock import Calendar
from hall.documents import titled
from hall.models import statutory_calendar
from hall.templatetags import hall as tags
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR

STATE_TONES: Mapping[str, str] = {
    "registered": "amber",
    "accepted": "blue",
    "forwarded": "blue",
    "answered": "blue",
    "served": "blue",
    "in_review": "blue",
    "reviewed": "blue",
    "in_reexamination": "blue",
    "closed": "green",
    "settled": "green",
    "replied": "green",
    "finally_closed": "grey",
    "diverted": "grey",
    "handed_over": "grey",
    "merged": "grey",
    "declined": "grey",
    "declined_closed": "grey",
    "guided": "grey",
    "withdrawn": "grey",
}
_TRIAGE_CHECKS = (
    rules.check_can_accept_case,
    rules.check_can_forward_case,
    rules.check_can_decline_case,
    rules.check_can_decline_closed_case,
    rules.check_can_guide_case,
)


def _may_triage(actor: Actor, case: Case, now: dt.datetime) -> Verdict:
    """Allowed when any outcome is; else what the first rule says."""
    verdicts = [allowed(check, actor, case, now=now) for check in _TRIAGE_CHECKS]
    return next((verdict for verdict in verdicts if verdict), verdicts[0])


def _may(actor: Actor, case: Case, verb: str, now: dt.datetime) -> Verdict:
    if verb == "triage_case":
        return _may_triage(actor, case, now)
    return allowed(getattr(rules, f"check_can_{verb}"), actor, case, now=now)


_OWN_URLS = {
    "triage_case": "cases:triage",
    "receive_case": "cases:receive-case",
    "withdraw_case": "cases:withdraw-case",
    "add_material": "intake:add-material",
    "link_visit": "intake:link-visit",
}
_WITH_CASE = {
    "plan_field_visit": "cases:plan-field-visit",
    "take_charge": "cases:take-charge",
    "draft_result": "cases:draft-result",
}
"""Verbs that begin from a case and may take others along; what is in their way is not told here."""
"""Verbs whose page is none of the common doors."""
_TITLES: Mapping[str, Text] = {
    "add_material": lazy("补充材料"),
    "link_visit": lazy("登记再次来访"),
    **{verb: door.title for verb, door in DOORS.items()},
    "withdraw_case": lazy("记录信访人撤回"),
    "plan_field_visit": lazy("安排带案下访"),
    "take_charge": lazy("领导包案"),
    "draft_result": lazy("起草公开内容"),
}
"""What is offered at any time, in this order."""


def _url(verb: str, pk: int) -> str:
    if verb in _WITH_CASE:
        return f"{reverse(_WITH_CASE[verb])}?case={pk}"
    name = _OWN_URLS.get(verb) or (DOORS[verb].url_name if verb in DOORS else "")
    return reverse(name, args=[pk]) if name else ""


def _steps(actor: Actor, file: CaseFile, now: dt.datetime) -> list[dict[str, Any]]:
    """The wants with their buttons; the first open one with an allowed button is the primary."""
    case, steps, primary, today = file.case, [], True, timezone.localdate(now)
    for want in what_the_law_wants(file, now=now):
        href = _url(want.verb, case.pk)
        verdict = _may(actor, case, want.verb, now) if href else None
        is_primary = primary and bool(verdict)
        primary = primary and not is_primary
        steps.append(
            {
                "want": want,
                "left": tags.days_left(want.on, today) if want.light not in ("", "paused") else "",
                "text": want.text if want.state == NOW else "",
                "verdict": verdict,
                "href": href,
                "button": want.button if href else "",
                "kind": "primary" if is_primary else "plain",
            }
        )
    return steps


def _others(actor: Actor, case: Case, steps: list[dict[str, Any]], now: dt.datetime) -> dict[str, SafeString]:
    """What else this person may do here by kind of work, and what they could but for the state of things, and why.

    Steps of other posts are not listed; those that the law wants have their button there already.
    """
    asked, mine = {step["want"].verb for step in steps}, actor.roles
    links: dict[Text, list[dict[str, Any]]] = {}
    not_now = []
    for verb, title in _TITLES.items():
        roles = CASE.roles(verb)
        if verb in asked or (roles and (CASE.move(verb, case.status) is None or roles.isdisjoint(mine))):
            continue
        verdict = _may(actor, case, verb, now)
        if verdict:
            links.setdefault(KINDS[verb], []).append({"url": _url(verb, case.pk), "title": title})
        elif verdict.kind not in ("role", "unseen") and verb not in _WITH_CASE:
            not_now.append({"title": title, "reason": verdict.reason})
    return {
        "links": format_html_join(
            "",
            "<div><dt>{}</dt><dd>{}</dd></div>",
            (
                (kind, format_html_join(" ", '<a href="{url}">{title}</a>', links[kind]))
                for kind in dict.fromkeys(KINDS.values())
                if kind in links
            ),
        ),
        "not_now": format_html_join("", "<li><strong>{title}</strong> <span>{reason}</span></li>", not_now),
    }


def _label(row: Mapping[str, Any], name: str) -> str:
    """A name out of a JSON row, in the reader's language."""
    return worded(row.get(name), row.get(f"{name}_en"))


def _document(paper: Paper, case_id: int) -> dict[str, Any]:
    return {
        "url": reverse("cases:document", args=[case_id, paper.pk]),
        "label": titled(paper.kind, paper.title),
        "number": paper.number,
        "at": paper.issued_at,
        "ready": paper.is_printed,
        "void": paper.is_void,
    }


def _acts(found: Timeline, papers: Mapping[int, dict[str, Any]]) -> SafeString:
    """The rows of the timeline, each filled into `_act_row.html`, the twin of components/timeline_row.html."""
    visible = format_html(" {}", tags.badge(_("信访人可见"), "line"))
    return format_html_join(
        "", tags.fixed("cases/_act_row.html"), (_act(act, papers, visible) for act in found.acts)
    )


def _act(act: Act, papers: Mapping[int, dict[str, Any]], visible: SafeString) -> dict[str, Any]:
    lines = [line for line in (act.text, *act.details) if line]
    if act.reason:
        lines.append(_("理由：%(reason)s") % {"reason": act.reason})
    said = format_html_join(
        mark_safe("<br>"), "{}", ((part,) for line in lines for part in line.splitlines())
    )
    links = format_html_join(
        "",
        '<li><a href="{url}">{icon}<span>{label}</span><span class="hint num">{number}</span></a></li>',
        ({**papers[pk], "icon": tags.icon("document")} for pk in act.document_ids if pk in papers),
    )
    return {
        "tone": act.verb.tone,
        "icon": tags.icon(act.verb.icon),
        "verb": act.verb.words,
        "open": visible if act.is_open else "",
        "iso": tags.iso(act.at),
        "at": tags.cn_datetime(act.at),
        "who": act.who or _("系统"),
        "text": format_html('<p class="timeline-text">{}</p>', said) if lines else "",
        "papers": format_html('<ul class="documents">{}</ul>', links) if links else "",
    }


def _duplicates(file: CaseFile, related: Mapping[int, Case]) -> list[dict[str, Any]]:
    """The candidates that were compared; one that the reader may not see is only counted."""
    return [
        {
            "case": related.get(row["candidate_id"]),
            "score": row["score"],
            "reasons": [reason_words(code) for code in row["reasons"]],
            "is_repeat": row["decision"] == "repeat",
        }
        for row in file.duplicates
        if row["candidate_id"] in related
    ]


def _linked(file: CaseFile, related: Mapping[int, Case]) -> list[dict[str, Any]]:
    """Split from it, merged into it, related: those that the reader may see."""
    return [
        {"case": related[row["id"]], "kind": _(LINKS[row["kind"]])}
        for row in file.links
        if row["id"] in related
    ]


def _earlier(file: CaseFile, related: Mapping[int, Case]) -> list[Case]:
    """Other matters of the same people, those not named already."""
    compared = {row["candidate_id"] for row in file.duplicates} | {row["id"] for row in file.links}
    return [related[pk] for pk in file.earlier_ids if pk in related and pk not in compared]


def _facts(file: CaseFile) -> list[tuple[str, Any]]:
    """Name and value of what was registered, those that are filled in."""
    case = file.case
    pairs = [
        (_("信访形式"), _(CHANNELS[case.channel])),
        (_("信访目的"), _(PURPOSES[case.purpose])),
        (_("事项类别"), _(CLASSES[case.statutory_class])),
        (_("内容分类"), file.category),
        (_("问题发生地"), " ".join(part for part in (file.place_region, case.place) if part)),
        (
            _("信访人数"),
            ngettext("%(n)s人", "%(n)s人", case.head_count) % {"n": case.head_count}
            if case.head_count > 1
            else "",
        ),
        (_("国家系统编号"), case.national_number),
        (_("来源编号"), case.source_ref),
        (_("登记人"), file.registrar),
    ]
    return [(name, value) for name, value in pairs if value]


_FLAGS = (
    ("is_urgent", lazy("重大紧急"), "amber"),
    ("is_group", lazy("集体访"), "line"),
    ("is_skip_level", lazy("越级"), "amber"),
    ("is_law_related", lazy("涉法涉诉"), "amber"),
    ("is_confidential", lazy("保密"), "line"),
    ("is_anonymous", lazy("匿名"), "line"),
    ("is_oral", lazy("口头陈述"), "line"),
    ("public_consent", lazy("同意公开"), "line"),
    ("electronic_consent", lazy("同意电子送达"), "line"),
)


_CLOCK = ("kind", "law", "item", "own_rule", "started_on", "extension_days", "own_limit_days")


_HANDLING = ("handle", "simple_handle", "review", "reexamine")
"""The clocks on whose ribbon a consultation and a hearing stand."""
_PROCEEDING_URLS = {
    "consultation": "consultations:consultation",
    "conference": "consultations:consultation",
    "hearing": "hearings:hearing",
}


def _proceedings(file: CaseFile, now: dt.datetime) -> list[dict[str, Any]]:
    return [
        {
            "kind": _(PROCEEDINGS[row["kind"]]),
            "title": row["title"],
            "stage": _(STAGES[row["stage"]]),
            "meets_at": dt.datetime.fromisoformat(row["meets_at"]) if row["meets_at"] else None,
            "until_on": dt.date.fromisoformat(row["until_on"]) if row["until_on"] else None,
            "is_over": bool(row["ended_on"]),
            "units": [_label(unit, "name") for unit in row["units"]],
            "url": reverse(_PROCEEDING_URLS[row["kind"]], args=[row["ref"]]),
        }
        for row in file.proceedings
    ]


_ITEM_URLS = {
    "confer": "consultations:consultation",
    "commitment": "consultations:commitment",
    "sign": "consultations:minutes",
    "conference": "consultations:minutes",
    "hearing": "hearings:hearing",
    "sup": "accountability:supervision",
}
"""Where the thing is on which a clock runs, by the first word of its item."""


def _sees_supervision(actor: Actor, one: Deadline) -> bool:
    """Supervision is between the hall's heads and the unit; others see its clock and not the words."""
    return actor.has(SUPERVISOR, HALL_MANAGER, LEADER, hall_id=one.hall_id) or actor.has(
        DEPARTMENT_HEAD, LIAISON, department_id=one.department_id
    )


def _item_clocks(actor: Actor, running: list[Deadline]) -> list[dict[str, Any]]:
    """The way from a clock to what it runs on: one commitment of several, the minutes that wait for a signature."""
    found = []
    for one in running:
        word, _mark, pk = one.item.partition(":")
        if one.kind.startswith("hearing_"):
            word, pk = "hearing", one.item
        if word == "sup" and not _sees_supervision(actor, one):
            continue
        if word in _ITEM_URLS and pk.isdecimal():
            url = reverse(_ITEM_URLS[word], args=[int(pk)])
            found.append({"name": term_name(one.kind, one.law), "due_on": one.due_on, "url": url})
    return found


def _ribbon(
    deadline: Deadline,
    holds: list[Hold],
    meetings: tuple[tuple[dt.date, str], ...],
    calendar: Calendar,
    now: dt.datetime,
) -> SafeString:
    own = deadline.own_rule and tuple(deadline.own_rule.items())
    facts = tuple((name, own if name == "own_rule" else getattr(deadline, name)) for name in _CLOCK)
    level = light(deadline.due_at, deadline.amber_at, now)
    pauses = tuple((hold.kind, hold.from_on, hold.to_on) for hold in holds)
    return _drawn_ribbon(
        facts,
        pauses,
        calendar,
        timezone.localdate(now),
        level,
        get_language(),
        meetings if deadline.kind in _HANDLING else (),
    )


@lru_cache(maxsize=2048)
def _drawn_ribbon(
    facts: tuple[tuple[str, Any], ...],
    pauses: tuple[tuple[str, dt.date, dt.date | None], ...],
    calendar: Calendar,
    today: dt.date,
    level: str,
    language: str | None,
    meetings: tuple[tuple[dt.date, str], ...],
) -> SafeString:
    """All cases that began on one day under one article share a ribbon; it is drawn once a day for them all."""
    holds = [Hold(kind=kind, from_on=from_on, to_on=to_on) for kind, from_on, to_on in pauses]
    known = dict(facts)
    clock = Deadline(**{**known, "own_rule": dict(known["own_rule"]) if known["own_rule"] else None})
    shown = ribbon(clock, holds, calendar=calendar, today=today, level=level, meetings=meetings)
    return render_to_string("components/clock_ribbon.html", tags.clock_ribbon(shown))


def _light_of(running: list[Deadline], now: dt.datetime) -> tuple[str, Deadline | None]:
    """The most urgent running clock speaks for the case."""
    lit = [(LEVELS.index(light(one.due_at, one.amber_at, now)), n) for n, one in enumerate(running)]
    if not lit:
        return "none", None
    level, n = min(lit)
    return LEVELS[level], running[n]


def _stopped(deadline: Deadline) -> dict[str, Any]:
    """A clock that runs no more: met, in time or late, or void with the reason."""
    return {
        "name": term_name(deadline.kind, deadline.law),
        "due_on": deadline.due_on,
        "met_on": timezone.localdate(deadline.met_at) if deadline.met_at else None,
        "late": bool(deadline.met_at and deadline.due_at and deadline.met_at >= deadline.due_at),
        "why": _(deadline.void_reason),
    }


@require_safe
def case(request: Request, pk: int) -> HttpResponse:
    """`/cases/<pk>/`, under the reader's rights."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    file = case_file(actor, pk, today=today)
    found = file.case
    after = request.GET.get("after", "")
    line = timeline(found, after=whole_number(after, most=2**31 - 1))
    papers = {one.pk: _document(one, pk) for one in file.papers}
    if request.htmx and after:
        context = {"acts": _acts(line, papers), "shown": len(line.acts), "after": line.after or ""}
        return render(request, "cases/_timeline.html", context)

    # A unit's say before a finding has its place there, and one case may have several.
    running = [one for one in file.running if one.kind != "statement"]
    calendar = statutory_calendar()
    related = related_cases(actor, file)
    level, urgent = _light_of(running, now)
    steps = _steps(actor, file, now)
    proceedings = _proceedings(file, now)
    meetings = tuple(
        (timezone.localdate(row["meets_at"]), row["kind"]) for row in proceedings if row["meets_at"]
    )
    page: dict[str, Any] = {
        "case": found,
        "state": _(CASE.state(found.status).label),
        "state_tone": STATE_TONES[found.status],
        "level": level,
        "urgent_due": urgent.due_on if urgent else None,
        "today": today,
        "flags": [(words, tone) for name, words, tone in _FLAGS if getattr(found, name)],
        "posts": file.posts,
        "registrar": file.registrar,
        "ribbons": [
            # One of several of its kind stands with its consultation or hearing, which explains it.
            _ribbon(one, file.holds, meetings, calendar, now)
            for one in running
            if not one.item
        ],
        "proceedings": proceedings,
        "item_clocks": _item_clocks(actor, running),
        "stopped": [_stopped(one) for one in file.deadlines if one.met_at or one.void_at],
        "steps": steps,
        "others": _others(actor, found, steps, now),
        "may_reveal": allowed(rules.check_can_reveal_person, actor, found, "----", now=now),
        "facts": _facts(file),
        "claims": [{**row, "route": _label(row, "route")} for row in file.claims],
        "respondents": [{**row, "unit": _label(row, "unit")} for row in file.respondents],
        "materials": file.materials,
        "people": file.people,
        "papers": list(papers.values()),
        "duplicates": _duplicates(file, related),
        "earlier": _earlier(file, related),
        "linked": _linked(file, related),
        "units": [
            {"name": _label(row, "name"), "part": _(PARTS[row["part"]])}
            for row in file.units
            if row["part"] != "lead"
        ],
        # Only what came before a leader can have any.
        "instructions": instructions_of_cases([pk], now=now).get(pk, []) if standing(found).docket else [],
        "notes": work_notes(found) if found.accepted_on else [],
        "ratings": ratings_of(found, actor) if CASE.move("issue_opinion", found.status) is None else [],
        "taken": taken_up(actor, found),
        "acts": _acts(line, papers),
        "shown": len(line.acts),
        "after": line.after or "",
        "seen": line.head or "",
        "is_front": not after,
    }
    return render(request, "cases/case.html", page)
