"""The rules of rhythm, and a month that they propose: asked for, looked at, taken over."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import Refused, Request, allowed, get_visible
from hall.models import User
from staffing import actions, queries, rules
from staffing.forms import AdoptForm, RhythmRuleForm, show
from staffing.lifecycle import LEADER, RANKS
from staffing.models import Hall, PlanProposal, Posting, RhythmRule
from staffing.views.receptions import hall_of, month_of


@require_POST
def propose_month(request: Request) -> HttpResponse:
    now, hall = timezone.now(), hall_of(request)
    first = month_of(request, timezone.localdate(now))
    proposal = actions.propose_month(actor=request.actor, hall_id=hall.pk, month=first, now=now)
    return redirect("staffing:proposal", proposal.pk)


def _proposal(request: Request, proposal_id: int) -> PlanProposal:
    visible = PlanProposal.objects.filter(hall__in=queries.managed_halls(request.actor))
    return get_visible(visible.select_related("hall"), pk=proposal_id)


@require_GET
def proposal(request: Request, proposal_id: int) -> HttpResponse:
    """What the worker proposes; while it works, the page asks again by itself."""
    one, now = _proposal(request, proposal_id), timezone.now()
    hall, first = one.hall, one.month
    ids = {slot["leader"] for slot in one.slots} | {
        why["leader"] for gap in one.gaps for why in gap["leaders"]
    }
    people, rooms, known = queries.named(ids, hall)
    slots = [_slot(row, one, people, rooms, known) for row in one.slots]
    standing = queries.receptions_of(hall, first).exclude(status="cancelled")
    have = Counter(standing.values_list("leader", flat=True))
    new = Counter(row["leader"] for row in one.slots if str(row["n"]) not in one.taken)
    names = people | User.objects.in_bulk(set(have) - set(people))
    open_slots = sum(not slot["taken"] for slot in slots)
    context = {
        "proposal": one,
        "place": hall,
        "first": first,
        "today": timezone.localdate(now),
        "slots": slots,
        "entries": [slot["entry"] for slot in slots],
        "open_slots": open_slots,
        "gaps": [_gap(row, people, known) for row in one.gaps],
        "shares": sorted(
            ({"who": names[pk].label, "have": have[pk], "new": new[pk]} for pk in have.keys() | new.keys()),
            key=lambda row: -(row["have"] + row["new"]),
        ),
        "may_adopt": allowed(rules.check_can_adopt_proposal, request.actor, one, now=now),
        "may_ask": allowed(rules.check_can_propose_month, request.actor, hall, month=first, now=now),
    }
    return render(request, "staffing/proposal.html", context)


def _slot(
    row: dict[str, Any],
    one: PlanProposal,
    people: dict[int, Any],
    rooms: dict[int, Any],
    known: dict[int, Any],
) -> dict[str, Any]:
    day = dt.date.fromisoformat(row["day"])
    taken = str(row["n"]) in one.taken
    who, time = people[row["leader"]].label, f"{row['starts']}—{row['ends']}"
    return {
        "n": row["n"],
        "day": day,
        "time": time,
        "who": who,
        "room": rooms[row["room"]].label if row["room"] in rooms else "",
        "rules": [known[pk].label for pk in row["rules"] if pk in known],
        "taken": taken,
        "entry": {
            "date": day, "title": who, "time": time, "url": f"#s{row['n']}",
            "note": _("已安排") if taken else "",
        },
    }  # fmt: skip


def _gap(row: dict[str, Any], people: dict[int, Any], known: dict[int, Any]) -> dict[str, Any]:
    """A gap in words: which rule, when, and for each leader why not."""
    general = {
        "no_workday": _("这段时间没有可以安排的工作日。"),
        "nobody": _("没有符合这条规则的接访领导。"),
        "no_room": _("本厅没有这种用途的房间。"),
    }
    words = {
        "not_posted": _("不在任"),
        "absent": _("外出"),
        "busy": _("当日已有接访"),
        "room": _("房间已被占用"),
        "maximum": _("已达每月最多次数"),
        "chosen": _("建议中当日已接访"),
    }
    return {
        "rule": known[row["rule"]].label if row["rule"] in known else "",
        "first": dt.date.fromisoformat(row["first"]),
        "last": dt.date.fromisoformat(row["last"]),
        "missing": row["missing"],
        "reason": general.get(row["reason"], ""),
        "leaders": [
            {
                "who": people[why["leader"]].label,
                "reasons": [(words[code], _days(days)) for code, days in why["reasons"]],
            }
            for why in row["leaders"]
        ],
    }


def _days(days: list[str]) -> str:
    """`3日、4日`; of many the first and how many there are."""
    text = _("、").join(_("%(n)s日") % {"n": dt.date.fromisoformat(day).day} for day in days[:5])
    n = len(days)
    if n <= 5:
        return text
    return ngettext("%(days)s等%(n)s天", "%(days)s等%(n)s天", n) % {"days": text, "n": n}


@require_POST
def adopt_proposal(request: Request, proposal_id: int) -> HttpResponse:
    one, now = _proposal(request, proposal_id), timezone.now()
    form = AdoptForm(request.POST, numbers=[slot["n"] for slot in one.slots])
    if not form.is_valid():
        raise Refused(_("建议中没有这一场，请刷新后重选。"), "input", field="slots")
    done = actions.adopt_proposal(actor=request.actor, proposal_id=one.pk, numbers=form.numbers(), now=now)
    if done.planned:
        n = len(done.planned)
        messages.success(
            request, ngettext("已安排%(n)s场，尚未公布。", "已安排%(n)s场，尚未公布。", n) % {"n": n}
        )
    for _slot_left, reason in done.refused[:5]:
        messages.warning(request, reason)
    if done.refused or not done.planned:
        return redirect("staffing:proposal", one.pk)
    plan = reverse("staffing:reception-plan")
    return redirect(f"{plan}?hall={one.hall.code}&month={one.month:%Y-%m}")


# -- rules -------------------------------------------------------------------------------------------------------


@require_GET
def rhythm(request: Request) -> HttpResponse:
    """The rules of a hall, and the rank of each of its leaders."""
    now, hall = timezone.now(), hall_of(request)
    today = timezone.localdate(now)
    posts = (
        Posting.objects.filter(hall=hall, role=LEADER)
        .exclude(until_on__lt=today)
        .select_related("user")
        .order_by("-rank", "user__name", "pk")
    )
    context = {
        "place": hall,
        "halls": queries.managed_halls(request.actor),
        "rules": [
            {"rule": rule, "rank": _(RANKS[rule.rank]) if rule.rank else _("全部接访领导")}
            for rule in hall.rhythm_rules.select_related("leader")
        ],
        "posts": posts,
        "ranks": [(key, _(label)) for key, label in RANKS.items()],
    }
    return render(request, "staffing/rhythm.html", context)


@require_http_methods(["GET", "POST"])
def new_rhythm_rule(request: Request) -> HttpResponse:
    hall = hall_of(request)
    return _rule_page(request, hall, RhythmRule(hall=hall))


@require_http_methods(["GET", "POST"])
def save_rhythm_rule(request: Request, rule_id: int) -> HttpResponse:
    visible = RhythmRule.objects.filter(hall__in=queries.managed_halls(request.actor))
    rule = get_visible(visible.select_related("hall"), pk=rule_id)
    return _rule_page(request, rule.hall, rule)


def _rule_page(request: Request, hall: Hall, rule: RhythmRule) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    usual = {"starts": dt.time(9), "ends": dt.time(11, 30), "from_on": today}
    form = RhythmRuleForm(
        request.POST or None, rule=rule, leaders=queries.leaders_of(hall, today), initial=usual
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_rhythm_rule(
                actor=request.actor, hall_id=hall.pk, rule=form.filled(), rule_id=rule.pk, now=now
            )
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("规则已保存，从下一次安排建议起使用。"))
            return redirect(f"{reverse('staffing:rhythm')}?hall={hall.code}")
    return render(
        request,
        "staffing/save_rhythm_rule.html",
        {"form": form, "rule": rule, "place": hall},
        status=422 if form.is_bound else 200,
    )


@require_POST
def rank_leader(request: Request, posting_id: int) -> HttpResponse:
    visible = Posting.objects.filter(hall__in=queries.managed_halls(request.actor), role=LEADER)
    post = get_visible(visible.select_related("hall"), pk=posting_id)
    actions.rank_leader(
        actor=request.actor, posting_id=post.pk, rank=request.POST.get("rank", ""), now=timezone.now()
    )
    messages.success(request, _("已保存。"))
    return redirect(f"{reverse('staffing:rhythm')}?hall={post.hall.code if post.hall else ''}")
