"""The work list of a liaison, a department head, and the hall's own staff; and the same list as a file."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from cases import actions
from cases.forms import WorkListForm
from cases.lifecycle import CASE
from cases.queries.lights import light
from cases.queries.work_list import HALL_SCOPE_ROLES, Cursor, WorkFilter, scopes, work_list
from cases.terms import term
from hall.access import Actor, Refused, Request
from hall.citations import in_english
from hall.templatetags import hall as tags
from staffing.forms import csv_cell
from staffing.lifecycle import DEPARTMENT_ROLES, HALL_MANAGER, SUPERVISOR
from staffing.models import Department


def _units(actor: Actor, scope: str) -> tuple[tuple[int, str], ...]:
    """The units to choose from: those present in the reader's halls. Only the hall's own staff choose."""
    if scope != "hall":
        return ()
    halls = actor.halls(*HALL_SCOPE_ROLES)
    present = Department.objects.filter(stations__hall__in=halls).distinct().order_by("code")
    return tuple((unit.pk, unit.label) for unit in present)


class _Words:
    """What the rows of one page repeat, made once: lights, terms, days."""

    def __init__(self, now: dt.datetime, supervise: str = "") -> None:
        """`supervise`: where a supervisor opens supervision of what is late; "" for everybody else."""
        self.supervise = supervise
        self.now, self.today = now, timezone.localdate(now)
        self.english = in_english()
        self._terms: dict[tuple[str, str], tuple[str, str]] = {}
        self._lights: dict[tuple[str, str], SafeString] = {}

    def term(self, kind: str, law: str) -> tuple[str, str]:
        """Name and article."""
        if (kind, law) not in self._terms:
            try:
                rule = term(kind, law)
                names = (rule.name_en, rule.article_en) if self.english else (rule.name, rule.article)
            except LookupError:
                names = (kind, "")
            self._terms[kind, law] = names
        return self._terms[kind, law]

    def light(self, level: str, left: str) -> SafeString:
        if (level, left) not in self._lights:
            self._lights[level, left] = tags.light(level, left)
        return self._lights[level, left]

    def row(self, facts: dict[str, Any]) -> dict[str, Any]:
        level = light(facts["due_at"], facts["amber_at"], self.now)
        left = tags.days_left(facts["due_on"], self.today)
        name, article = self.term(facts["kind"], facts["law"])
        unit = (self.english and facts["unit_en"]) or facts["unit"] or ""
        return {
            "url": f"/cases/{facts['case_id']}/",
            "case": facts["case_id"],
            "number": facts["number"],
            "title": facts["title"],
            "petitioner": facts["petitioner"] or _("匿名"),
            "state": _(CASE.state(facts["status"]).label),
            "term": name,
            "article": article,
            "due": tags.cn_date(facts["due_on"]),
            "due_iso": facts["due_on"].isoformat() if facts["due_on"] else "",
            "provisional": facts["is_provisional"],
            "urgent": facts["is_urgent"],
            "unit": unit,
            "level": level,
            "left": left,
            "light": self.light(level, left),
        }

    def drawn(self, rows: list[dict[str, Any]], *, with_unit: bool) -> SafeString:
        """The rows of the table, each filled into `_work_row.html`: a template loop costs five times as much."""
        markup = tags.fixed("cases/_work_row.html")
        provisional = format_html(' <span class="badge amber">{}</span>', _("暂定"))
        supervise = _("发起督办")
        urgent, label = format_html(' <span class="badge amber">{}</span>', _("紧急")), _("责任单位")
        return format_html_join(
            "",
            markup,
            (
                row
                | {
                    "row_class": "is-late" if row["level"] == "red" else "",
                    "supervise": format_html(
                        '<small class="no-print"><a href="{}?case={}">{}</a></small>',
                        self.supervise,
                        row["case"],
                        supervise,
                    )
                    if self.supervise and row["level"] == "red"
                    else "",
                    "provisional": provisional if row["provisional"] else "",
                    "urgent": urgent if row["urgent"] else "",
                    "unit_cell": format_html('<td data-label="{}">{}</td>', label, row["unit"])
                    if with_unit
                    else "",
                }
                for row in rows
            ),
        )


def _filters(form: WorkListForm) -> SafeString:
    return render_to_string("cases/_work_filters.html", {"form": form, "is_filtered": True})


@lru_cache(maxsize=64)
def _no_filters(scope: str, units: tuple[tuple[int, str], ...], language: str | None) -> SafeString:
    """The panel as nearly everybody gets it, with nothing chosen: drawn once for a set of units in a language."""
    form = WorkListForm({"scope": scope}, units)
    return render_to_string("cases/_work_filters.html", {"form": form, "is_filtered": False})


def _supervise_url(actor: Actor) -> str:
    """The way from what is late to supervision, for who opens one; "" without that part of the house."""
    if not actor.has(SUPERVISOR, HALL_MANAGER):
        return ""
    with suppress(NoReverseMatch):
        return reverse("accountability:open-supervision")
    return ""


@require_safe
def work_list_page(request: Request) -> HttpResponse:
    """`/work/`: open clocks, the most urgent first."""
    actor, now = request.actor, timezone.now()
    known = scopes(actor)
    if not known:
        raise Refused(_("您的岗位没有办理清单。"), "role")
    scope = request.GET.get("scope", "")
    scope = scope if scope in known else known[0]
    units = _units(actor, scope)
    form = WorkListForm(request.GET, units) if request.GET else None
    asked = form.asked() if form else WorkFilter(scope=scope)
    after = Cursor.parse(request.GET.get("after", ""))
    page = work_list(actor, asked, now=now, after=after)
    words = _Words(now, _supervise_url(actor) if scope == "hall" else "")
    rows = [words.row(facts) for facts in page.rows]
    mine = actor.departments(*DEPARTMENT_ROLES)
    unit = rows[0]["unit"] if scope == "unit" and len(mine) == 1 and rows else ""
    is_filtered = any((asked.light, asked.term, asked.department_id, asked.urgent, asked.text.strip()))
    context = {
        "unit": unit,
        "filters": _filters(form) if form and is_filtered else _no_filters(scope, units, get_language()),
        "rows": words.drawn(rows, with_unit=not unit),
        "shown": len(rows),
        "after": str(page.after or ""),
        "scope": scope,
        "scopes": known if len(known) > 1 else [],
        "is_filtered": is_filtered,
        "is_front": after is None,
        "export_query": request.GET.urlencode(),
        "provisional": any(row["is_provisional"] for row in page.rows),
    }
    return render(request, "cases/work_list.html", context)


_HEADINGS = (
    "编号",
    "标题",
    "信访人",
    "状态",
    "期限",
    "依据",
    "到期日",
    "是否暂定",
    "剩余",
    "灯",
    "责任单位",
    "紧急",
)


class _Echo:
    """csv writes into it; it gives every line straight back."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterator[dict[str, Any]], now: dt.datetime) -> Iterator[str]:
    words, writer = _Words(now), csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([_(heading) for heading in _HEADINGS])
    levels = {"red": _("超期"), "amber": _("临近"), "green": _("正常"), "paused": _("中止")}
    for facts in rows:
        row = words.row(facts)
        yield writer.writerow(
            [
                csv_cell(value)
                for value in (
                    row["number"], row["title"], row["petitioner"], row["state"], row["term"], row["article"],
                    row["due_iso"], _("暂定") if row["provisional"] else "", row["left"], levels[row["level"]],
                    row["unit"], _("是") if row["urgent"] else "",
                )
            ]
        )  # fmt: skip


@require_GET
def export_work_list(request: Request) -> StreamingHttpResponse:
    """`/work/export.csv`: the filtered list, in UTF-8 with a mark that spreadsheets understand; on record first."""
    actor, now = request.actor, timezone.now()
    asked = WorkListForm(request.GET, _units(actor, request.GET.get("scope", "hall"))).asked()
    rows = actions.export_work_list(actor=actor, asked=asked, now=now)
    response = StreamingHttpResponse(_lines(rows, now), content_type="text/csv; charset=utf-8")
    day = timezone.localdate(now)
    response["Content-Disposition"] = f'attachment; filename="work-list-{day:%Y%m%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response
