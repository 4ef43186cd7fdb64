"""The access log for heads, what in it is worth a look, and the note that it was looked at."""

from __future__ import annotations

import csv
import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accountability import actions, rules
from accountability.forms import AccessLogFilter, ReviewForm, UnusualFilter
from accountability.lifecycle import LIMITS, READ_KINDS, UNUSUAL
from accountability.queries.access_log import Look, look_page
from accountability.queries.access_reviews import item_of, unusual_list
from hall.access import Refused, Request, allowed, whole_number
from staffing.forms import attached, sheet, show


@never_cache
@require_safe
def access_log(request: Request) -> HttpResponse:
    """`/access-log/`: who was shown whose data, when and why; newest first."""
    rules.check_sees_access_log(request.actor)
    form = AccessLogFilter(request.GET, request.actor)
    after = request.GET.get("after", "")
    key = whole_number(after)
    page = look_page(request.actor, form.asked(), after=key)
    context = {
        "form": form,
        "rows": page.rows,
        "after": page.after or "",
        "is_front": key is None,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "export_query": request.GET.urlencode(),
        "kinds": READ_KINDS,
    }
    return render(request, "accountability/access_log.html", context)


def _cells(look: Look) -> list[object]:
    """What begins like a formula is text."""
    reason = f"'{look.said}" if look.said[:1] in ("=", "+", "-", "@") else look.said
    return [
        f"{timezone.localtime(look.at):%Y-%m-%d %H:%M:%S}",
        look.reader,
        look.unit,
        _(READ_KINDS[look.kind]),
        _(look.what),
        _case(look),
        reason,
    ]


def _case(look: Look) -> str:
    if look.case_id is None:
        return ""
    return look.case_number or _("您无权查看的事项")


@never_cache
@require_GET
def export_access_log(request: Request) -> HttpResponse:
    """The same list as CSV; who took it along is on record first."""
    asked = AccessLogFilter(request.GET, request.actor).asked()
    rows = actions.export_access_log(actor=request.actor, asked=asked, now=timezone.now())
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="access-log.csv"'
    response.write("\ufeff")
    out = csv.writer(response)
    out.writerow([_("时间"), _("人员"), _("单位"), _("查阅方式"), _("看了什么"), _("事项"), _("用途")])
    out.writerows(_cells(look) for look in rows)
    return response


@never_cache
@require_safe
def unusual_access(request: Request) -> HttpResponse:
    """`/access-log/unusual/`: what a person should look at, with the reason it is listed."""
    rules.check_sees_access_log(request.actor)
    form = UnusualFilter(request.GET)
    kind, first, last = form.asked(timezone.localdate())
    found = unusual_list(request.actor, first, last, kind=kind)
    context = {
        "form": form,
        "rows": found.rows,
        "is_cut": found.is_cut,
        "first": first,
        "last": last,
        "kinds": UNUSUAL,
        "limits": LIMITS,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "export_query": request.GET.urlencode(),
    }
    return render(request, "accountability/unusual_access.html", context)


@never_cache
@require_GET
def export_unusual_access(request: Request) -> HttpResponse:
    """`/access-log/unusual.xlsx`: the same list; on record first."""
    now = timezone.now()
    kind, first, last = UnusualFilter(request.GET).asked(timezone.localdate(now))
    found = actions.export_unusual_access(actor=request.actor, first=first, last=last, kind=kind, now=now)
    heads = [_("日期"), _("人员"), _("为什么列出"), _("次数"), _("查看情况"), _("查看后的说明")]
    lines = (
        [
            row.item.day, row.item.reader, _(UNUSUAL[row.item.kind]), row.item.count,
            _("已查看") if row.is_done else _("查看后又有增加") if row.notes else _("未查看"),
            "\n".join(f"{note.by.label} {timezone.localtime(note.at):%Y-%m-%d} {note.words}" for note in row.notes),
        ]
        for row in found.rows
    )  # fmt: skip
    return attached(sheet(_("值得看一看的查阅"), heads, lines), f"unusual-access-{last:%Y%m%d}.xlsx")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def note_access_review(request: Request, user_id: int, day: str, kind: str) -> HttpResponse:
    """One listed item: its looks, what was said of it, and the form to say more."""
    rules.check_sees_access_log(request.actor)
    actor, now = request.actor, timezone.now()
    on = _day(day)
    listed = item_of(actor, user_id, on, kind) if on and kind in UNUSUAL else None
    if on is None or listed is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.note_access_review(
                actor=actor, reader_id=user_id, day=on, kind=kind, words=form.cleaned_data["words"], now=now
            )
        except Refused as refused:
            if refused.kind != "input":
                raise
            show(form, refused)
        else:
            messages.success(request, _("已记录查看情况。"))
            return redirect("accountability:note-access-review", user_id, day, kind)
    context = {
        "listed": listed,
        "item": listed.item,
        "why": UNUSUAL[kind],
        "kinds": READ_KINDS,
        "form": form,
        "may_note": allowed(rules.check_can_note_access_review, actor, user_id, now=now),
    }
    return render(
        request, "accountability/note_access_review.html", context, status=422 if form.errors else 200
    )


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
