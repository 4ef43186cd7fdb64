"""People and their posts, for hall managers and administrators."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import Refused, Request, allowed, get_visible, whole_number
from hall.models import User
from staffing import actions, queries, rules
from staffing.forms import (
    DisableUserForm,
    EndPostingForm,
    PeopleFilter,
    PostPersonForm,
    RegisterUserForm,
    show,
)
from staffing.lifecycle import ROLES
from staffing.models import HandoverNote, PersonnelFile, Posting

PAGE = 30


def _person(request: Request, user_id: int) -> User:
    return get_visible(queries.people_of(request.actor), pk=user_id)


@require_GET
def people(request: Request) -> HttpResponse:
    """Everyone whom the actor looks after, newest account first."""
    rules.check_can_keep_people(request.actor)
    form = PeopleFilter(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    found = queries.find_people(
        request.actor,
        q=data.get("q", ""),
        role=data.get("role", ""),
        state=data.get("state", ""),
        department_id=data["department"].pk if data.get("department") else None,
        today=timezone.localdate(),
    )
    after = request.GET.get("after", "")
    if (last := whole_number(after)) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    cursor = rows[PAGE - 1].pk if len(rows) > PAGE else ""
    return render(
        request,
        "staffing/people.html",
        {
            "form": form,
            "people": rows[:PAGE],
            "cursor": cursor,
            "roles": ROLES,
            "filtered": bool(request.GET),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
def register_user(request: Request) -> HttpResponse:
    """A new account; its temporary password is shown once, on the answer."""
    rules.check_can_keep_people(request.actor)
    form = RegisterUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        names = {name: form.cleaned_data[name] for name in ("username", "name", "email")}
        password = rules.temporary_password(User(**names))
        try:
            user = actions.register_user(
                actor=request.actor, password=password, now=timezone.now(), **form.cleaned_data
            )
        except Refused as refused:
            show(form, refused)
        else:
            return _show_password(request, user, password, is_new=True)
    return render(
        request, "staffing/register_user.html", {"form": form}, status=422 if form.is_bound else 200
    )


def _show_password(request: Request, user: User, password: str, *, is_new: bool) -> HttpResponse:
    context = {"person": user, "password": password, "is_new": is_new}
    return render(request, "staffing/temporary_password.html", context)


@require_GET
def person(request: Request, user_id: int) -> HttpResponse:
    """One person: posts past, present and to come, the account, and what was done with it."""
    user, now = _person(request, user_id), timezone.now()
    today = timezone.localdate(now)
    lines = [_line(request, post, today, now) for post in queries.posts_of(user)]
    return render(
        request,
        "staffing/person.html",
        {
            "person": user,
            "posts": lines,
            "present": next((line["post"] for line in lines if line["state"] == "now"), None),
            "file": PersonnelFile.objects.filter(user=user).first(),
            "handovers": HandoverNote.objects.filter(Q(posting__user=user) | Q(to=user)).select_related(
                "posting__user", "to"
            ),
            "may_keep_file": allowed(rules.check_can_keep_personnel_file, request.actor, user, now=now),
            "entries": queries.account_journal(user),
            "training_hours": queries.training_hours(user, today.year),
            "today": today,
            "may_post": allowed(rules.check_can_touch_account, request.actor, user, now=now),
            "may_reset": allowed(rules.check_can_touch_account, request.actor, user, now=now),
            "may_disable": allowed(rules.check_can_disable_user, request.actor, user, now=now),
            "may_enable": allowed(rules.check_can_enable_user, request.actor, user, now=now),
            **_security(request, user, now),
        },
    )


def _security(request: Request, user: User, now: dt.datetime) -> dict[str, Any]:
    """What those who keep security see beside: the second factor and where the person is signed in."""
    if not rules.keeps_security(request.actor):
        return {}
    return {
        "keeps_security": True,
        "has_factor": queries.has_second_factor(user),
        "may_reset_factor": allowed(
            rules.check_can_reset_second_factor, request.actor, user, "----", now=now
        ),
        "sessions": queries.sessions_of(user, key=request.session.session_key or "", now=now),
    }


def _last_day(request: Request, post: Posting, today: dt.date) -> dt.date:
    """The first day on which the reader alone may end it: of a unit's person the planned one, else today."""
    first = max(today, post.from_on)
    full = post.until_on or max(first, post.from_on + rules.FULL_TERM - dt.timedelta(days=1))
    return full if post.is_stationed and not rules.is_administrator(request.actor) else min(first, full)


def _line(request: Request, post: Posting, today: dt.date, now: dt.datetime) -> dict[str, Any]:
    """A posting with what may be done with it: of a unit's person the manager ends what its time is over for."""
    actor, on = request.actor, _last_day(request, post, today)
    verdict = allowed(rules.check_can_end_posting, actor, post, on=on, reason="?", ground="illness", now=now)
    return {
        "post": post,
        "state": _state(post, today),
        "verdict": verdict,
        "may_ask": allowed(rules.check_can_ask_posting_end, actor, post, now=now)
        if post.is_stationed
        else None,
        "asked": next((one for one in post.ends.all() if one.status == "asked"), None),
        "badge": next((one for one in post.badges.all() if one.withdrawn_at is None), None),
        "may_issue": allowed(rules.check_can_issue_badge, actor, post, now=now),
    }


def _state(post: Posting, today: object) -> str:
    if post.until_on and post.until_on < today:  # type: ignore[operator]
        return "past"
    return "now" if post.from_on <= today else "future"  # type: ignore[operator]


@require_http_methods(["GET", "POST"])
def post_person(request: Request, user_id: int) -> HttpResponse:
    user = _person(request, user_id)
    form = PostPersonForm(
        request.POST or None,
        halls=queries.managed_halls(request.actor),
        all_roles=rules.keeps_security(request.actor) or rules.is_administrator(request.actor),
        initial={"from_on": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            posting = actions.post_person(
                actor=request.actor, user_id=user.pk, now=timezone.now(), **form.facts()
            )
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(
                request, _("%(name)s自%(from)s起任%(title)s。")
                % {"name": user.label, "from": posting.from_on, "title": posting.title},
            )  # fmt: skip
            return redirect("staffing:person", user.pk)
    return render(
        request,
        "staffing/post_person.html",
        {"form": form, "person": user},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def end_posting(request: Request, posting_id: int) -> HttpResponse:
    visible = Posting.objects.filter(user__in=queries.people_of(request.actor))
    posting = get_visible(
        visible.select_related("user", "hall", "department", "window", "home_department"), pk=posting_id
    )
    form = EndPostingForm(
        request.POST or None,
        initial={"on": _last_day(request, posting, timezone.localdate())},
        by_ground=posting.is_stationed and rules.is_administrator(request.actor),
    )
    if request.method == "POST" and form.is_valid():
        try:
            ended = actions.end_posting(
                actor=request.actor, posting_id=posting.pk, now=timezone.now(), **form.cleaned_data
            )
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("岗位至%(on)s结束。") % {"on": ended.until_on})
            return redirect("staffing:person", posting.user_id)
    return render(
        request,
        "staffing/end_posting.html",
        {
            "form": form,
            "posting": posting,
            "by_both": posting.is_stationed,
            "may_ask": allowed(rules.check_can_ask_posting_end, request.actor, posting, now=timezone.now()),
            "full_term": posting.from_on + rules.FULL_TERM,
        },
        status=422 if form.is_bound else 200,
    )


def ask_first(
    request: Request, question: str, consequence: str, label: str, back: str
) -> HttpResponse | None:
    """Without JavaScript the act asks on a page of its own."""
    if request.POST.get("confirmed"):
        return None
    context = {
        "question": question,
        "consequence": consequence,
        "confirm_label": label,
        "back_url": back,
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


@never_cache
@require_POST
def reset_password(request: Request, user_id: int) -> HttpResponse:
    user = _person(request, user_id)
    back = reverse("staffing:person", args=[user.pk])
    consequence = _("原密码立即失效，临时密码只显示一次，首次登录须更改。")
    question = _("为%(name)s重设密码吗？") % {"name": user.label}
    if asked := ask_first(request, question, consequence, _("重设密码"), back):
        return asked
    password = rules.temporary_password(user)
    actions.reset_password(actor=request.actor, user_id=user.pk, password=password, now=timezone.now())
    return _show_password(request, user, password, is_new=False)


@require_http_methods(["GET", "POST"])
def disable_user(request: Request, user_id: int) -> HttpResponse:
    user = _person(request, user_id)
    form = DisableUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.disable_user(actor=request.actor, user_id=user.pk, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("%(name)s的账户已停用。") % {"name": user.label})
        return redirect("staffing:person", user.pk)
    return render(
        request,
        "staffing/disable_user.html",
        {"form": form, "person": user},
        status=422 if form.is_bound else 200,
    )


@require_POST
def enable_user(request: Request, user_id: int) -> HttpResponse:
    user = _person(request, user_id)
    actions.enable_user(actor=request.actor, user_id=user.pk, now=timezone.now())
    messages.success(request, _("%(name)s的账户已启用。") % {"name": user.label})
    return redirect("staffing:person", user.pk)
