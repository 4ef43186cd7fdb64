"""The early end of a posting: asked by the hall's manager or the sending unit's head, answered by the other."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import Refused, Request, allowed, get_visible, whole_number
from staffing import actions, queries, rules
from staffing.forms import AskPostingEndForm, NoteForm, show
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER
from staffing.models import PostingEnd
from staffing.views.people import ask_first

PAGE = 30


def _end(request: Request, end_id: int) -> PostingEnd:
    return get_visible(queries.posting_ends(request.actor), pk=end_id)


@require_GET
def posting_ends(request: Request) -> HttpResponse:
    """What was asked, agreed and refused; for a unit's head also the unit's people at the hall."""
    actor, now = request.actor, timezone.now()
    if not (rules.is_administrator(actor) or actor.has(HALL_MANAGER, DEPARTMENT_HEAD)):
        raise Refused(_("只有大厅负责人、派出单位负责人可以查看。"), "role")
    state = request.GET.get("state", "")
    found, after = queries.posting_ends(actor, state), request.GET.get("after", "")
    if (last := whole_number(after)) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    lines = [
        {
            "asked": one,
            "may_agree": allowed(rules.check_can_agree_posting_end, actor, one, now=now),
            "may_refuse": allowed(rules.check_can_refuse_posting_end, actor, one, now=now),
            "may_withdraw": allowed(rules.check_can_withdraw_posting_end, actor, one, now=now),
        }
        for one in rows[:PAGE]
    ]
    people = [
        {"post": post, "may_ask": allowed(rules.check_can_ask_posting_end, actor, post, now=now)}
        for post in queries.units_people(actor, timezone.localdate(now))
        if post.is_stationed
    ]
    context = {
        "lines": lines, "people": people, "state": state if state in ("open", "closed") else "",
        "cursor": rows[PAGE - 1].pk if len(rows) > PAGE else "", "is_head": actor.has(DEPARTMENT_HEAD),
    }  # fmt: skip
    return render(request, "staffing/posting_ends.html", context)


@require_http_methods(["GET", "POST"])
def ask_posting_end(request: Request, posting_id: int) -> HttpResponse:
    now, posting = timezone.now(), get_visible(queries.postings_of_sides(request.actor), pk=posting_id)
    rules.check_can_ask_posting_end(request.actor, posting, now=now)
    form = AskPostingEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_posting_end(actor=request.actor, posting_id=posting.pk, now=now, **form.cleaned_data)
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("已提出，对方同意后生效。"))
            return redirect("staffing:posting-ends")
    context = {"form": form, "posting": posting, "full_term": posting.from_on + rules.FULL_TERM}
    return render(request, "staffing/ask_posting_end.html", context, status=422 if form.is_bound else 200)


@require_POST
def agree_posting_end(request: Request, end_id: int) -> HttpResponse:
    now, asked = timezone.now(), _end(request, end_id)
    rules.check_can_agree_posting_end(request.actor, asked, now=now)
    question = _("同意%(name)s的派驻至%(on)s结束吗？") % {"name": asked.posting.user.label, "on": asked.on}
    consequence = _("双方同意后立即生效，到期本人的权限随之结束。")
    if page := ask_first(request, question, consequence, _("同意"), reverse("staffing:posting-ends")):
        return page
    actions.agree_posting_end(actor=request.actor, end_id=asked.pk, now=now)
    messages.success(request, _("已同意，派驻至%(on)s结束。") % {"on": asked.on})
    return redirect("staffing:posting-ends")


@require_http_methods(["GET", "POST"])
def refuse_posting_end(request: Request, end_id: int) -> HttpResponse:
    now, asked = timezone.now(), _end(request, end_id)
    rules.check_can_refuse_posting_end(request.actor, asked, now=now)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.refuse_posting_end(actor=request.actor, end_id=asked.pk, now=now, **form.cleaned_data)
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("已答复不同意，派驻照旧。"))
            return redirect("staffing:posting-ends")
    context = {"form": form, "asked": asked}
    return render(request, "staffing/refuse_posting_end.html", context, status=422 if form.is_bound else 200)


@require_POST
def withdraw_posting_end(request: Request, end_id: int) -> HttpResponse:
    asked = _end(request, end_id)
    actions.withdraw_posting_end(actor=request.actor, end_id=asked.pk, now=timezone.now())
    messages.success(request, _("已撤回。"))
    return redirect("staffing:posting-ends")
