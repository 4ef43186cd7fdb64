"""Saying how one was served, without an account; and reading what was answered."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hall.access import PUBLIC, Refused, get_visible
from staffing import actions, queries
from staffing.forms import ComplaintCodeForm, ComplaintForm, show
from staffing.models import Hall
from staffing.rules.complaints import SOONEST


@login_not_required
@never_cache
@sensitive_post_parameters("text", "name", "phone")
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest, code: str) -> HttpResponse:
    """`/halls/<code>/complaint/`: of service and conduct, not of the matter. The answer shows the receipt code."""
    now = timezone.now()
    hall: Hall = get_visible(queries.open_halls(), code=code)
    if request.method != "POST":
        page = request.GET.get("page", "")[:200]
        form = ComplaintForm(hall=hall, now=now, page=page if page.startswith("/") else "")
        return _form(request, hall, form)
    form = ComplaintForm(request.POST, hall=hall, now=now)
    if not form.is_valid():
        if form.non_field_errors():
            form.renewed(now)
        return _form(request, hall, form, status=422)
    said = form.said(get_language() or "zh-hans")
    try:
        complaint = actions.file_complaint(
            actor=PUBLIC, hall_id=hall.pk, said=said, address=request.META.get("REMOTE_ADDR", ""), now=now
        )
    except Refused as refused:
        if refused.kind == "busy":
            return _form(request, hall, form, status=refused.status, refused=refused)
        if refused.kind != "input":
            raise
        show(form, refused)
        if not refused.field and now - said.drawn_at >= SOONEST:
            form.renewed(now)
        return _form(request, hall, form, status=422)
    context = {
        "hall": hall,
        "complaint": complaint,
        "receipt": _in_fours(actions.code_of(complaint.form_token)),
    }
    return render(request, "staffing/complaint_filed.html", context)


def _form(
    request: HttpRequest, hall: Hall, form: ComplaintForm, status: int = 200, refused: Refused | None = None
) -> HttpResponse:
    context = {"hall": hall, "form": form, "refused": refused, "page": form["page"].value() or ""}
    return render(request, "staffing/complain.html", context, status=status)


def _in_fours(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def complaint_answer(request: HttpRequest) -> HttpResponse:
    """`/complaint-answer/`: where it stands, by the receipt code, which stands in no address or log."""
    if request.method != "POST":
        return render(request, "staffing/complaint_answer.html", {"form": ComplaintCodeForm()})
    form, now = ComplaintCodeForm(request.POST), timezone.now()
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        try:
            found = actions.find_complaint(
                code=form.cleaned_data["code"], address=request.META.get("REMOTE_ADDR", ""), now=now
            )
        except Refused as refused:
            context["refused"] = refused
            return render(request, "staffing/complaint_answer.html", context, status=refused.status)
        if found is not None:
            context |= {"complaint": found, "hall": found.hall, "today": timezone.localdate(now)}
            return render(request, "staffing/complaint_answer.html", context)
        form.add_error("code", _("没有这个受理码。请对照提交后显示的受理码再试一次。"))
    return render(request, "staffing/complaint_answer.html", context, status=422)
