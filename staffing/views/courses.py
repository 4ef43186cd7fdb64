"""Training: the year's courses, one course, and the hours of everybody as a sheet."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import Refused, Request, allowed, get_visible, whole_number
from staffing import actions, queries, rules
from staffing.forms import CourseFilter, CourseForm, EnrolForm, MarksForm, attached, sheet, show
from staffing.models import Course
from staffing.views.participants import place_of

PAGE = 30


def _course(request: Request, course_id: int) -> Course:
    return get_visible(Course.objects.visible_to(request.actor).select_related("hall"), pk=course_id)


def _year(form: CourseFilter) -> int:
    data = form.cleaned_data if form.is_valid() else {}
    return data.get("year") or timezone.localdate().year


@require_GET
def courses(request: Request) -> HttpResponse:
    hall, form = place_of(request), CourseFilter(request.GET)
    year = _year(form)
    kind = form.cleaned_data.get("kind", "")
    found = queries.find_courses(request.actor, hall, year=year, kind=kind)
    after = request.GET.get("after", "")
    if (number := whole_number(after)) is not None:
        last = get_visible(Course.objects.visible_to(request.actor), pk=number)
        found = found.filter(starts_at__lte=last.starts_at).exclude(starts_at=last.starts_at, pk__gte=last.pk)
    rows = list(found[: PAGE + 1])
    context = {
        "place": hall,
        "form": form,
        "year": year,
        "courses": rows[:PAGE],
        "cursor": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "own_hours": queries.training_hours(request.user, year),  # type: ignore[arg-type]
        "keeps": rules.manages(request.actor, hall.pk),
        "filtered": bool(request.GET.get("year") or kind),
    }
    return render(request, "staffing/courses.html", context)


@require_GET
def export_hours(request: Request) -> HttpResponse:
    """`/courses/hours.xlsx`: everybody's hours in the year."""
    hall = place_of(request)
    rules.check_can_keep_duties(request.actor, hall.pk)
    year = _year(CourseFilter(request.GET))
    rows = [
        (user.name, user.username, float(hours), came, missed)
        for user, hours, came, missed in queries.hours_by_person(hall, year)
    ]
    heads = [_("姓名"), _("用户名"), _("学时"), _("到课次数"), _("缺课次数")]
    caption = _("%(hall)s%(year)s年培训学时") % {"hall": hall.label, "year": year}
    return attached(sheet(_("培训学时"), heads, rows, caption=caption), f"training-{hall.code}-{year}.xlsx")


@require_http_methods(["GET", "POST"])
def save_course(request: Request, course_id: int | None = None) -> HttpResponse:
    now = timezone.now()
    course = _course(request, course_id) if course_id else None
    hall = course.hall if course else place_of(request)
    rules.check_can_keep_duties(request.actor, hall.pk)
    form = CourseForm(request.POST or None, course=course)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_course(
                actor=request.actor, hall_id=hall.pk, facts=form.facts(), course_id=course_id, now=now
            )
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("课程已保存。"))
            return redirect("staffing:course", saved.pk)
    context = {"form": form, "course": course, "place": hall}
    return render(request, "staffing/save_course.html", context, status=422 if form.is_bound else 200)


@require_GET
def course(request: Request, course_id: int) -> HttpResponse:
    """What is taught, who is enrolled, who came."""
    return _page(request, _course(request, course_id))


def _page(
    request: Request, one: Course, *, enrol: EnrolForm | None = None, marks: MarksForm | None = None
) -> HttpResponse:
    now = timezone.now()
    keeps = rules.manages(request.actor, one.hall_id)
    people = queries.may_enrol(one, timezone.localdate(now))
    rows = queries.attendances_of(one)
    if not keeps:
        rows = rows.filter(user=request.actor.user_id)
    context = {
        "course": one,
        "place": one.hall,
        "keeps": keeps,
        "marks": marks or MarksForm(rows=rows),
        "enrol": enrol or EnrolForm(people=people),
        "others": keeps and people.exists(),
        "may_record": allowed(rules.check_can_record_course, request.actor, one, now=now),
    }
    return render(request, "staffing/course.html", context, status=422 if enrol or marks else 200)


@require_POST
def enrol_in_course(request: Request, course_id: int) -> HttpResponse:
    one, now = _course(request, course_id), timezone.now()
    rules.check_can_enrol_in_course(request.actor, one, now=now)
    form = EnrolForm(request.POST, people=queries.may_enrol(one, timezone.localdate(now)))
    if not form.is_valid():
        return _page(request, one, enrol=form)
    ids = [user.pk for user in form.cleaned_data["people"]]
    rows = actions.enrol_in_course(actor=request.actor, course_id=one.pk, user_ids=ids, now=now)
    words = ngettext("已登记%(n)s人参加。", "已登记%(n)s人参加。", len(rows)) % {"n": len(rows)}
    messages.success(request, words)
    return redirect("staffing:course", one.pk)


@require_POST
def record_course(request: Request, course_id: int) -> HttpResponse:
    one, now = _course(request, course_id), timezone.now()
    rules.check_can_record_course(request.actor, one, now=now)
    form = MarksForm(request.POST, rows=queries.attendances_of(one))
    if form.is_valid():
        try:
            actions.record_course(actor=request.actor, course_id=one.pk, marks=form.marks(), now=now)
        except Refused as refused:
            show(form, refused)
        else:
            messages.success(request, _("到课情况已保存。"))
            return redirect("staffing:course", one.pk)
    return _page(request, one, marks=form)
