"""Doors without a login: how my matter stands, the papers issued to me, what I say of it, the routes in plain words."""

from __future__ import annotations

import csv
import datetime as dt
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from cases import actions, rules
from cases.forms import ProgressForm
from cases.forms.ratings import RatingCodeForm, TargetForm
from cases.lifecycle import GRADES, LOW
from cases.models import Rating, ResultNotice
from cases.queries import figures as public_figures
from cases.queries import letter
from cases.queries.progress import Progress, for_petitioner, progress_of
from cases.queries.ratings import last_day, target_words
from cases.queries.results import public_results
from cases.queries.routes import RouteText, active_routes, find_routes, in_words
from cases.queries.work_list import Cursor
from hall import documents
from hall.access import Refused, Request, allowed, get_visible
from hall.fresh import dated, fresh, kept
from hall.models import IssuedDocument
from staffing.models import Hall
from staffing.queries import open_halls

_CLAUSES = {
    1: lazy("诉讼、检察、公安机关法律程序"),
    2: lazy("仲裁"),
    3: lazy("党员申诉、申请复审"),
    4: lazy("行政复议、裁决、确认、许可、处罚等行政程序"),
    5: lazy("申请查处违法行为、履行保护职责"),
}
_SALT = "cases.progress-document"
_PAPER_MINUTES = 30


@login_not_required
@never_cache
@sensitive_post_parameters("code", "digits")
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """`/progress/`: code and four digits, by POST alone, so that neither stands in an address or a log."""
    now = timezone.now()
    if request.method != "POST":
        code = request.GET.get("code", "")[:40]
        return render(request, "cases/progress.html", {"form": ProgressForm(initial={"code": code})})
    form = ProgressForm(request.POST)
    if not form.is_valid():
        return render(request, "cases/progress.html", {"form": form}, status=422)
    try:
        case = actions.query_progress(
            code=form.cleaned_data["code"],
            digits=form.cleaned_data["digits"],
            address=request.META.get("REMOTE_ADDR", ""),
            now=now,
        )
    except Refused as refused:
        return render(
            request, "cases/progress.html", {"form": form, "refused": refused}, status=refused.status
        )
    if case is None:
        form.add_error(
            None, _("查询码或后四位数字不对。请对照登记凭证再试一次；仍不行的，可以持凭证到大厅窗口查询。")
        )
        return render(request, "cases/progress.html", {"form": form}, status=422)
    found = progress_of(case, now=now)
    return render(request, "cases/progress_letter.html", _letter(found, now))


def _letter(found: Progress, now: dt.datetime) -> dict[str, Any]:
    case, hall = found.file.case, Hall.objects.get(pk=found.file.case.hall_id)
    rated = letter.ratings(found, now)
    return {
        "found": found,
        "case": case,
        "hall": hall,
        "today": timezone.localdate(now),
        "salutation": _("%(name)s同志：") % {"name": found.name} if found.name else _("您好："),
        "opening": letter.opening(found),
        "standing": letter.standing(found),
        "promises": letter.promises(found, now),
        "late": letter.lateness(found),
        "choices": letter.choices(found, hall),
        "rated": rated,
        "rating_pass": actions.pass_for(
            case.pk, "progress", rated.open_ids, now=now, good=actions.FROM_LETTER
        )
        if rated.open_ids
        else "",
        "papers": [
            {
                # Not its heading, which has the full name in it.
                "title": documents.titled(one.kind, documents.KINDS[one.kind].title),
                "number": one.number,
                "served": letter.service_words(found, one),
                "url": reverse("cases:progress-document", args=[signing.dumps(one.pk, salt=_SALT)])
                if one.is_printed
                else "",
            }
            for one in found.papers
        ],
        "paper_minutes": _PAPER_MINUTES,
    }


@login_not_required
@never_cache
@require_safe
def progress_document(request: HttpRequest, token: str) -> HttpResponse:
    """`/progress/documents/<token>/`: a paper out of the answer, for half an hour after it was given."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=dt.timedelta(minutes=_PAPER_MINUTES))
    except signing.BadSignature:
        raise Refused(_("这个链接已经过期。请重新查询后再打开文书。"), "unseen") from None
    found = get_visible(IssuedDocument.objects.filter(voided_at=None), pk=pk)
    if not for_petitioner(found.kind):
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    response = HttpResponse(documents.read(found), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{found.number}.pdf") or "inline"
    return response


# -- rating ------------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@sensitive_post_parameters("code", "pass", "hall-reason", "hall-comment", "unit-reason", "unit-comment")
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: Request) -> HttpResponse:
    """`/rate/`: the code of the message, or the pass of the progress letter; then a grade for each target.

    All of it by POST, so that no code stands in an address or a log. Staff are refused whatever they bring.
    """
    rules.check_rater(request.actor)
    now = timezone.now()
    if request.method != "POST":
        return render(request, "cases/rate.html", {"form": RatingCodeForm()})
    if "pass" not in request.POST:
        return _by_code(request, now)
    try:
        given = actions.pass_from(request.POST["pass"], now=now)
    except Refused as refused:
        context = {"form": RatingCodeForm(), "refused": refused}
        return render(request, "cases/rate.html", context, status=refused.status)
    rows = list(
        Rating.objects.filter(case_id=given.case_id, pk__in=given.rating_ids)
        .select_related("case__hall", "department")
        .order_by("target")
    )
    if "say" in request.POST:
        return _said(request, rows, given.door, now)
    return _rating_page(request, rows, given.door, now)


def _by_code(request: Request, now: dt.datetime) -> HttpResponse:
    form = RatingCodeForm(request.POST)
    if not form.is_valid():
        return render(request, "cases/rate.html", {"form": form}, status=422)
    try:
        rows = actions.query_rating(
            actor=request.actor,
            code=form.cleaned_data["code"],
            address=request.META.get("REMOTE_ADDR", ""),
            now=now,
        )
    except Refused as refused:
        context = {"form": form, "refused": refused}
        return render(request, "cases/rate.html", context, status=refused.status)
    if rows is None:
        form.add_error(None, _("评价码不对。请对照短信再试一次；也可以查询进度，从查询结果里评价。"))
        return render(request, "cases/rate.html", {"form": form}, status=422)
    return _rating_page(request, rows, "code", now)


def _rating_page(
    request: Request,
    rows: list[Rating],
    door: str,
    now: dt.datetime,
    data: QueryDict | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    """What can be rated, with nothing chosen; what cannot any more, with the reason."""
    targets: list[dict[str, Any]] = []
    for one in rows:
        verdict = allowed(rules.check_can_rate_service, request.actor, one, now=now)
        form = TargetForm(data, rating=one) if verdict else None
        if form is not None and refused is not None and refused.field.startswith(f"{one.target}-"):
            form.add_error(refused.field.partition("-")[2], str(refused.reason))
        targets.append({"rating": one, "who": target_words(one), "verdict": verdict, "form": form})
    forms = [target["form"] for target in targets if target["form"]]
    ids, case = [one.pk for one in rows], rows[0].case if rows else None
    context = {
        "case": case,
        "targets": targets,
        "forms": forms,
        "first": next(iter(forms), None),
        "second": forms[1] if len(forms) > 1 else None,
        "until": min((last_day(form.rating.closes_at) for form in forms), default=None),
        "pass": actions.pass_for(case.pk, door, ids, now=now, good=actions.ON_PAGE) if case else "",
        "nothing": refused.reason if refused is not None and not refused.field else "",
    }
    return render(request, "cases/rate_service.html", context, status=422 if refused or data else 200)


def _said(request: Request, rows: list[Rating], door: str, now: dt.datetime) -> HttpResponse:
    """The one call, and thanks; or the page again with everything that was typed."""
    forms = [TargetForm(request.POST, rating=one) for one in rows if one.status == "pending"]
    if any(form.errors for form in forms):
        return _rating_page(request, rows, door, now, request.POST)
    try:
        said = actions.rate_service(
            actor=request.actor,
            pass_text=request.POST["pass"],
            said={form.rating.target: form.said for form in forms if form.said},
            now=now,
        )
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        rows = list(
            Rating.objects.filter(pk__in=[one.pk for one in rows]).select_related("case__hall", "department")
        )
        return _rating_page(request, rows, door, now, request.POST, refused)
    left = [form.rating for form in forms if form.said is None]
    context = {
        "said": [
            {"who": target_words(one), "grade": _(GRADES[one.grade or 0]), "low": one.grade == LOW}
            for one in said
        ],
        "is_low": any(one.grade == LOW for one in said),
        "left": [target_words(one) for one in left],
        "until": min((last_day(one.closes_at) for one in left), default=None),
        "hall": rows[0].case.hall,
    }
    return render(request, "cases/rated.html", context)


# -- figures -----------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def figures(request: HttpRequest, code: str) -> HttpResponseBase:
    """`/halls/<code>/figures/?quarter=2026Q3`: the quarter's figures as they were published; the last one unasked."""

    def make(asked: HttpRequest) -> HttpResponseBase:
        hall = get_visible(open_halls(), code=code)
        every = public_figures.published_of(hall)
        wanted = public_figures.quarter_named(asked.GET.get("quarter", ""))
        shown = next((one for one in every if one.quarter == wanted), every[0] if every else None)
        context: dict[str, Any] = {
            "hall": hall,
            "shown": shown,
            "small": public_figures.SMALL,
            "quarters": [
                {
                    "name": public_figures.quarter_name(one.quarter),
                    "code": public_figures.quarter_code(one.quarter),
                    "current": one == shown,
                }
                for one in every
            ],
        }
        if shown is not None:
            context["page"] = public_figures.page_of(shown.published or {})
            context["name"] = public_figures.quarter_name(shown.quarter)
        return fresh(
            asked,
            "cases/figures.html",
            context,
            max((one.published_at for one in every if one.published_at), default=None),
        )

    version = partial(public_figures.figures_version, code)
    return kept(request, ("figures", code), make, version=version, query=("quarter",))


@login_not_required
@require_safe
def figures_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """Every published quarter, one number a line, for whoever wants to compute."""

    def make(asked: HttpRequest) -> HttpResponseBase:
        hall = get_visible(open_halls(), code=code)
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="figures-{hall.code}.csv"'
        response.write("\ufeff")
        out = csv.writer(response)
        out.writerow([_("季度"), _("项目"), _("数目"), _("分母"), _("比例")])
        for one in public_figures.published_of(hall):
            quarter = public_figures.quarter_code(one.quarter)
            page = public_figures.page_of(one.published or {})
            out.writerow([quarter, _("收到信访事项"), _told(page.received), "", ""])
            for rate in page.measures:
                out.writerow([quarter, rate.name, _told(rate.good), _told(rate.of), rate.percent])
            for bar in (*page.purposes, *page.categories):
                out.writerow([quarter, bar.name, _told(bar.n), _told(page.received), bar.percent])
        return dated(asked, response)

    version = partial(public_figures.figures_version, code)
    return kept(request, ("figures.csv", code), make, version=version)


def _told(n: int | None) -> str:
    return str(n) if n is not None else f"<{public_figures.SMALL}"


# -- routes ------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def routes(request: HttpRequest) -> HttpResponseBase:
    """`/routes/?q=`: what one would say at the counter, to the organ that is competent and the law that says so.

    Without a question the whole list, by the system that is competent or (`?by=clause`) by the kind of way. Questions
    are not kept: there are as many as people.
    """
    text = request.GET.get("q", "").strip()[:200]
    if text:
        return _routes_found(request, text)
    return kept(request, "routes", _all_routes, query=("by",))


def _routes_found(request: HttpRequest, text: str) -> HttpResponseBase:
    found = [in_words(one.route, one.words) for one in find_routes(text)]
    groups = [] if found else _by_sector([in_words(route) for route in active_routes()])
    context = {"q": text, "found": found, "groups": groups, "by": ""}
    return fresh(request, "cases/routes.html", context)


def _all_routes(request: HttpRequest) -> HttpResponseBase:
    by = "clause" if request.GET.get("by") == "clause" else ""
    every = [in_words(route) for route in active_routes()]
    groups = _by_clause(every) if by else _by_sector(every)
    return fresh(request, "cases/routes.html", {"q": "", "found": [], "groups": groups, "by": by})


def _by_sector(rows: list[RouteText]) -> list[tuple[str, list[RouteText]]]:
    """In the order in which the systems first stand in the list."""
    groups: dict[str, list[RouteText]] = {}
    for row in rows:
        groups.setdefault(row.sector, []).append(row)
    return list(groups.items())


def _by_clause(rows: list[RouteText]) -> list[tuple[str, list[RouteText]]]:
    clauses = sorted({row.clause for row in rows})
    return [(str(_CLAUSES[n]), [row for row in rows if row.clause == n]) for n in clauses]


# -- results -----------------------------------------------------------------------------------------------------


def _open_hall(code: str) -> Hall:
    return get_visible(open_halls(), code=code)


@login_not_required
@require_safe
def results(request: Request, code: str) -> HttpResponseBase:
    """`/halls/<code>/results/`: what came of visits, of leaders' charge, of cases; the newest first."""
    hall, after = _open_hall(code), Cursor.parse(request.GET.get("after", ""))
    page = public_results(hall, after=after)
    context = {"hall": hall, "rows": page.rows, "after": str(page.after or ""), "is_front": after is None}
    return fresh(request, "cases/field/results.html", context)


@login_not_required
@require_safe
def result(request: Request, code: str, notice_id: int) -> HttpResponseBase:
    """`/halls/<code>/results/<notice_id>/`: one of them; of one that was taken down only that, when and why."""
    hall = _open_hall(code)
    notice = get_visible(ResultNotice.objects.public().filter(hall=hall), pk=notice_id)
    return fresh(request, "cases/field/result.html", {"hall": hall, "notice": notice})
