"""Leaders in charge: the list and its file, what is proposed, one charge, and the doors of its verbs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from cases import actions, rules
from cases.forms.field import (
    EndSponsorshipForm,
    ExtendSponsorshipForm,
    RecordProgressForm,
    TakeChargeForm,
)
from cases.forms.field_lists import SponsorshipFilterForm
from cases.lifecycle import SPONSORSHIP
from cases.models import Sponsorship
from cases.queries.field_visits import seen_of, whole_for
from cases.queries.lights import light
from cases.queries.sponsorships import candidates, sponsorships, units_of_sponsorship
from cases.views.field_visits import buttons, first_case, leaders_to_choose, leading_halls, may_lead
from cases.views.row_doors import RowDoor
from hall.access import Actor, Refused, Request, allowed, get_visible, whole_number
from hall.models import worded
from staffing.forms import attached, sheet
from staffing.lifecycle import HALL_MANAGER


def after_of(request: Request) -> int | None:
    text = request.GET.get("after", "")
    return whole_number(text)


@require_safe
def sponsorships_page(request: Request) -> HttpResponse:
    """`/sponsorships/`: those that the reader may know of, the newest first."""
    rules.check_sees_field(request.actor)
    now, after = timezone.now(), after_of(request)
    today = timezone.localdate(now)
    form = SponsorshipFilterForm(request.GET, leaders_to_choose(request.actor, now))
    page = sponsorships(request.actor, form.asked(), today=today, after=after)
    context = {
        "form": form,
        "is_filtered": form.is_filtered,
        "rows": page.rows,
        "whole": whole_for(request.actor, page.rows),
        "after": page.after or "",
        "is_front": after is None,
        "today": today,
        "may_lead": may_lead(request.actor),
        "may_choose": request.actor.has(HALL_MANAGER),
        "export_query": request.GET.urlencode(),
    }
    return render(request, "cases/field/sponsorships.html", context)


@require_GET
def export_sponsorships(request: Request) -> HttpResponse:
    """`/sponsorships/export.xlsx`: the filtered list; on record first."""
    now = timezone.now()
    asked = SponsorshipFilterForm(request.GET, leaders_to_choose(request.actor, now)).asked()
    rows = actions.export_sponsorships(actor=request.actor, asked=asked, now=now)
    whole = whole_for(request.actor, rows)
    headings = [
        _("事项名称"), _("关联件数"), _("级别"), _("包案领导"), _("职务"), _("牵头单位"), _("联系人"), _("主要问题"),
        _("化解方案"), _("起始日期"), _("预计化解日期"), _("实际结束日期"), _("进度"), _("状态"), _("结果"),
    ]  # fmt: skip
    lines = (_sheet_row(one, whole=one.pk in whole) for one in rows)
    return attached(
        sheet(_("领导包案"), headings, lines), f"sponsorships-{timezone.localdate(now):%Y%m%d}.xlsx"
    )


def _sheet_row(one: Any, *, whole: bool) -> list[object]:
    return [
        one.name if whole else "", str(one.case_count), one.get_level_display(), one.leader.label, worded(one, "title"),
        one.lead_name, one.contact.label, one.problem if whole else "", one.plan if whole else "", one.started_on,
        one.planned_on, one.ended_on, f"{one.percent}%", one.get_status_display(), one.get_outcome_display(),
    ]  # fmt: skip


@require_safe
def candidates_page(request: Request) -> HttpResponse:
    """`/sponsorships/candidates/`: matters that the conditions propose, the oldest first; for the hall's manager."""
    if not request.actor.has(HALL_MANAGER):
        raise Refused(_("包案候选由大厅负责人查看。"), "role")
    after = after_of(request)
    page = candidates(request.actor, today=timezone.localdate(timezone.now()), after=after)
    context = {"rows": page.rows, "after": page.after or "", "is_front": after is None}
    return render(request, "cases/field/candidates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def take_charge(request: Request) -> HttpResponse:
    """`/sponsorships/new/?case=<pk>`: the five fixed points."""
    now, halls = timezone.now(), leading_halls(request.actor)
    first, status = first_case(request), 200
    initial = {
        "cases": first.number if first else "",
        "name": first.title if first else "",
        "leader": request.actor.user_id,
        "lead": first.first_handler_id if first else None,
    }
    form = TakeChargeForm(request.POST or None, actor=request.actor, now=now, halls=halls, initial=initial)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                one = form.act()
            except Refused as refused:
                if refused.kind not in ("input", "state"):
                    raise
                status = 422 if refused.kind == "input" else 409
            else:
                return redirect("cases:sponsorship", one.pk)
    return render(request, "cases/field/take_charge.html", {"form": form}, status=status)


def _rows(actor: Actor) -> QuerySet[Sponsorship]:
    found: QuerySet[Sponsorship] = Sponsorship.objects.visible_to(actor)
    return found.select_related("hall", "leader", "contact", "deadline")


_NEXT = ("record_progress", "extend_sponsorship", "end_sponsorship")
_LABELS = {
    "record_progress": lazy("记录进展"),
    "extend_sponsorship": lazy("延期"),
    "end_sponsorship": lazy("结束包案"),
}


@require_safe
def sponsorship(request: Request, sponsorship_id: int) -> HttpResponse:
    """`/sponsorships/<sponsorship_id>/`. Who sees only some of its cases reads no words that tell of the others."""
    now, actor = timezone.now(), request.actor
    one = get_visible(_rows(actor), pk=sponsorship_id)
    cases, whole = seen_of(actor, list(one.links.order_by("position").values_list("case_id", flat=True)))
    clock = one.deadline
    context = {
        "one": one,
        "cases": cases,
        "whole": whole,
        "units": [link.department for link in units_of_sponsorship(one)],
        "progress": list(one.progress.select_related("by").order_by("-id")) if whole else [],
        "extensions": list(one.extensions.select_related("by").order_by("id")),
        "level": light(clock.due_at, clock.amber_at, now) if clock and one.status == "running" else "",
        "due_on": clock.due_on if clock else None,
        "buttons": buttons(_NEXT, _LABELS, one, "sponsorship_id", SPONSORSHIP.move, actor, now),
        "notice": one.notices.exclude(status="dropped").order_by("-id").first() if whole else None,
        "may_draft": whole
        and one.status == "ended"
        and all(allowed(rules.check_can_draft_result, actor, case, now=now) for case in cases),
        "today": timezone.localdate(now),
    }
    return render(request, "cases/field/sponsorship.html", context)


def _to_charge(one: Sponsorship) -> str:
    return reverse("cases:sponsorship", kwargs={"sponsorship_id": one.pk})


DOORS = (
    RowDoor(
        form=RecordProgressForm,
        title=lazy("记录进展"),
        button=lazy("保存进展"),
        said=lazy("已记录进展。"),
        rows=_rows,
        back=_to_charge,
        intro=lazy("每次进展记一条，保存后不能修改。"),
    ),
    RowDoor(
        form=ExtendSponsorshipForm,
        title=lazy("包案延期"),
        button=lazy("延期"),
        said=lazy("已延期，有关人员已得到通知。"),
        rows=_rows,
        back=_to_charge,
        intro=lazy("原来的日期和理由都留在记录里；提醒按新的日期重新开始。"),
    ),
    RowDoor(
        form=EndSponsorshipForm,
        title=lazy("结束包案"),
        button=lazy("结束包案"),
        said=lazy("包案已结束。"),
        rows=_rows,
        back=_to_charge,
    ),
)
