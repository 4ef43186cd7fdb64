"""The own post, handing over, personnel files with photos, badges, duty statements."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from hall.access import Refused, Request, allowed, get_visible, public_address, whole_number
from hall.models import User
from hall.uploads.receiving import left_out_of, receiving
from staffing import actions, queries, rules
from staffing.forms import PHOTO_LIMIT, DutyStatementForm, HandoverForm, PersonnelFileForm, show
from staffing.lifecycle import ROLES
from staffing.models import HandoverNote, PersonnelFile, Posting
from staffing.views.receptions import hall_of


def _person(request: Request, user_id: int) -> User:
    return get_visible(queries.people_of(request.actor), pk=user_id)


@require_GET
def my_post(request: Request) -> HttpResponse:
    """One's own posts with their duties, badge and handover; and what others hand over to me."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    posts = Posting.objects.filter(user=actor.user_id or 0).select_related(
        "user", "hall", "department", "home_department", "window", "handover"
    )
    lines = []
    for post in posts.prefetch_related("badges", "ends").order_by("-from_on", "-pk"):
        note = getattr(post, "handover", None)
        lines.append(
            {
                "post": post,
                "is_over": bool(post.until_on and post.until_on < today),
                "duty": queries.duty_of(post, today)
                if not (post.until_on and post.until_on < today)
                else None,
                "badge": next((one for one in post.badges.all() if one.withdrawn_at is None), None),
                "note": note,
                "may_write": allowed(rules.check_can_write_handover, actor, post, note, now=now),
            }
        )
    incoming = HandoverNote.objects.filter(to=actor.user_id or 0).select_related("posting__user", "to")
    context = {
        "lines": lines,
        "incoming": incoming,
        "today": today,
        "engagements": queries.my_engagements(actor.user_id or 0, now=now),
    }
    return render(request, "staffing/my_post.html", context)


@require_http_methods(["GET", "POST"])
def write_handover(request: Request, posting_id: int) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    own = Posting.objects.filter(user=actor.user_id or 0).select_related("user", "hall", "department")
    posting = get_visible(own, pk=posting_id)
    note = HandoverNote.objects.filter(posting=posting).first()
    rules.check_can_write_handover(actor, posting, note, now=now)
    people = queries.colleagues_of(posting, timezone.localdate(now))
    form = HandoverForm(request.POST or None, people=people, note=note)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_handover(actor=actor, posting_id=posting.pk, now=now, **form.facts())
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("已签字，请接收人在“我的岗位”里签收。"))
            return redirect("staffing:my-post")
    context = {"form": form, "posting": posting}
    return render(request, "staffing/write_handover.html", context, status=422 if form.is_bound else 200)


def _note(request: Request, note_id: int) -> HandoverNote:
    found = HandoverNote.objects.visible_to(request.actor)
    return get_visible(
        found.select_related("posting__user", "posting__hall", "posting__department", "to"), pk=note_id
    )


@require_GET
def handover(request: Request, note_id: int) -> HttpResponse:
    """The note as both sign it; prints on one sheet."""
    note = _note(request, note_id)
    may = allowed(rules.check_can_accept_handover, request.actor, note, now=timezone.now())
    return render(request, "staffing/handover.html", {"note": note, "may_accept": may})


@require_POST
def accept_handover(request: Request, note_id: int) -> HttpResponse:
    note = _note(request, note_id)
    actions.accept_handover(actor=request.actor, note_id=note.pk, now=timezone.now())
    messages.success(request, _("已签收。"))
    return redirect("staffing:handover", note.pk)


@receiving(limit=PHOTO_LIMIT)
@require_http_methods(["GET", "POST"])
def keep_personnel_file(request: Request, user_id: int) -> HttpResponse:
    user, now = _person(request, user_id), timezone.now()
    rules.check_can_keep_personnel_file(request.actor, user, now=now)
    file = PersonnelFile.objects.filter(user=user).first()
    form = PersonnelFileForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        left_out=left_out_of(request),
        initial={"qualifications": file.qualifications if file else ""},
    )
    if form.is_bound and form.is_valid():
        actions.keep_personnel_file(actor=request.actor, user_id=user.pk, now=now, **form.cleaned_data)
        messages.success(request, _("人员档案已更新。"))
        return redirect("staffing:person", user.pk)
    context = {"form": form, "person": user, "file": file}
    return render(request, "staffing/keep_personnel_file.html", context, status=422 if form.is_bound else 200)


@require_safe
def photo(request: Request, user_id: int) -> HttpResponse:
    """The photo, for who looks after the person and for the person."""
    seen = queries.people_of(request.actor) | User.objects.filter(pk=request.actor.user_id or 0)
    user = get_visible(seen.distinct(), pk=user_id)
    file = get_visible(PersonnelFile.objects.exclude(photo=""), user=user)
    response = HttpResponse(queries.photo_of(file), content_type=file.photo_type)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _badge_posting(request: Request, posting_id: int) -> Posting:
    """Of the people one looks after, and one's own."""
    seen = Posting.objects.filter(
        Q(user__in=queries.people_of(request.actor)) | Q(user=request.actor.user_id or 0)
    )
    return get_visible(
        seen.select_related("user__personnel_file", "hall", "department", "home_department", "window"),
        pk=posting_id,
    )


@require_GET
def badge(request: Request, posting_id: int) -> HttpResponse:
    """A card to wear and a sign for the desk, to print."""
    posting = _badge_posting(request, posting_id)
    standing = posting.badges.filter(withdrawn_at=None).first()
    if standing is None:
        raise Refused(_("还没有制发工作证，请先在人员页面制发。"), "state")
    context = {
        "badge": standing,
        "posting": posting,
        "has_photo": bool(
            getattr(posting.user, "personnel_file", None) and posting.user.personnel_file.photo
        ),
        "address": public_address(request, reverse("staffing:badge-public", args=[standing.token])),
    }
    return render(request, "staffing/badge.html", context)


@require_POST
def issue_badge(request: Request, posting_id: int) -> HttpResponse:
    posting = _badge_posting(request, posting_id)
    actions.issue_badge(actor=request.actor, posting_id=posting.pk, now=timezone.now())
    messages.success(request, _("已制发，请打印。以前的工作证同时作废。"))
    return redirect("staffing:badge", posting.pk)


@require_GET
def duties(request: Request) -> HttpResponse:
    """What each role answers for in the hall, now, before and from when."""
    hall, today = hall_of(request), timezone.localdate()
    context = {
        "place": hall, "halls": queries.managed_halls(request.actor), "roles": ROLES, "today": today,
        "duties": queries.duty_statements_of(hall, today),
    }  # fmt: skip
    return render(request, "staffing/duties.html", context)


@require_http_methods(["GET", "POST"])
def write_duty(request: Request) -> HttpResponse:
    """`?role=` or `?posting=`: a new version for a role, or for one posting alone."""
    hall, now = hall_of(request), timezone.now()
    rules.check_can_write_duty(request.actor, hall, now=now)
    posting, today = None, timezone.localdate(now)
    if (named := whole_number(request.GET.get("posting", ""))) is not None:
        posting = get_visible(Posting.objects.filter(hall=hall).select_related("user"), pk=named)
    asked = request.GET.get("role", "")
    role = posting.role if posting else asked if asked in ROLES else ""
    before = queries.duty_in_force(hall, role, posting, today)
    form = DutyStatementForm(
        request.POST or None,
        role=posting.role if posting else "",
        initial={
            "role": role, "from_on": today,
            "text": before.text if before else "", "text_en": before.text_en if before else "",
        },
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_duty(
                actor=request.actor, hall_id=hall.pk, posting_id=posting.pk if posting else None, now=now,
                **form.cleaned_data,
            )  # fmt: skip
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("已保存。"))
            return redirect(f"{reverse('staffing:duties')}?hall={hall.code}")
    context = {"form": form, "place": hall, "posting": posting}
    return render(request, "staffing/write_duty.html", context, status=422 if form.is_bound else 200)
