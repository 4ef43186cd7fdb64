"""The pool of a hall: the list, its file, and the doors of a member."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import Actor, Refused, Request, allowed, get_visible, whole_number
from hall.models import worded
from hearings import actions, rules
from hearings.forms.pool import (
    AddToPoolForm,
    PoolFilterForm,
    PoolMemberForm,
    RetirePoolMemberForm,
)
from hearings.models import READS_POOL, Hearing, PoolMember
from hearings.queries.pool import PAGE, not_in_pool, pool_members, with_sittings
from hearings.views.panel_doors import PanelDoor, acted
from staffing.forms import attached, sheet
from staffing.models import Hall
from staffing.queries import asked_hall


def pool_hall(request: Request) -> Hall:
    """The hall asked for among those whose pool the reader reads; 403 without any."""
    rules.check_reads_pool(request.actor)
    halls = Hall.objects.filter(pk__in=request.actor.halls(*READS_POOL)).order_by("code")
    found = asked_hall(halls, request.GET.get("hall", "")) or halls.first()
    if found is None:
        raise Refused(_("听证员名册由组织听证的人员查看。"), "role")
    return found


@require_GET
def pool(request: Request) -> HttpResponse:
    """`/hearing-pool/`: who may be drawn, and how often each has sat."""
    hall, now = pool_hall(request), timezone.now()
    form = PoolFilterForm(request.GET)
    found = pool_members(request.actor, form.asked(hall.pk))
    after = request.GET.get("after", "")
    if (last := whole_number(after)) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    context = {
        "place": hall,
        "form": form,
        "members": rows[:PAGE],
        "cursor": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "filtered": bool(request.GET.get("category") or request.GET.get("state")),
        "keeps": bool(allowed(rules.check_can_add_to_pool, request.actor, hall, now=now)),
        "export_query": request.GET.urlencode(),
    }
    return render(request, "hearings/pool.html", context)


@require_GET
def export_pool(request: Request) -> HttpResponse:
    """`/hearing-pool/export.xlsx`: the filtered list without telephone numbers; on record first."""
    hall, now = pool_hall(request), timezone.now()
    asked = PoolFilterForm(request.GET).asked(hall.pk)
    rows = actions.export_pool(actor=request.actor, asked=asked, now=now)
    headings = [_("姓名"), _("类别"), _("所在单位"), _("听证次数"), _("状态"), _("加入日期")]
    lines = [_line(one) for one in rows]
    name = f"hearing-pool-{hall.code}-{timezone.localdate(now):%Y%m%d}.xlsx"
    return attached(sheet(_("听证员名册"), headings, lines), name)


def _line(one: Any) -> list[Any]:
    where = one.employer.label if one.employer else worded(one.participant, "organisation")
    state = _("可以抽取") if one.is_active else _("已停用")
    added = f"{timezone.localdate(one.added_at):%Y-%m-%d}"
    return [one.label, _(one.get_category_display()), where, one.sittings, state, added]


@require_http_methods(["GET", "HEAD", "POST"])
def add_to_pool(request: Request) -> HttpResponse:
    """`/hearing-pool/new/`"""
    hall, now = pool_hall(request), timezone.now()
    rules.check_can_add_to_pool(request.actor, hall, now=now)
    form = AddToPoolForm(request.POST or None, actor=request.actor, now=now, row=hall)
    status = 200
    if request.method == "POST":
        status = acted(form, request.actor, hall, now)
        if status == 302:
            messages.success(request, _("已加入名册，可以抽取。"))
            return redirect(f"{reverse('hearings:pool')}?hall={hall.code}")
    context = {"form": form, "place": hall, "is_empty": not not_in_pool(hall.pk).exists()}
    return render(request, "hearings/add_to_pool.html", context, status=status)


def members(actor: Actor) -> QuerySet[Any]:
    visible = PoolMember.objects.visible_to(actor)
    return with_sittings(visible).select_related("hall", "participant", "employer")


def _to_pool(member: PoolMember) -> str:
    return f"{reverse('hearings:pool')}?hall={member.hall.code}"


@require_http_methods(["GET", "HEAD", "POST"])
def change_pool_member(request: Request, member_id: int) -> HttpResponse:
    """`/hearing-pool/<member_id>/`: what the pool says about one, with the panels that they sat on."""
    now = timezone.now()
    member = get_visible(members(request.actor), pk=member_id)
    rules.check_can_change_pool_member(request.actor, member, now=now)
    shown = {"category": member.category, "employer": member.employer_id}
    form = PoolMemberForm(request.POST or None, actor=request.actor, now=now, row=member, initial=shown)
    status = 200
    if request.method == "POST":
        status = acted(form, request.actor, member, now)
        if status == 302:
            messages.success(request, _("已保存。"))
            return redirect(_to_pool(member))
    context = {
        "form": form,
        "member": member,
        "seats": member.seats.filter(hearing__in=Hearing.objects.visible_to(request.actor))
        .select_related("hearing")
        .order_by("-pk")[:20],
        "retire": allowed(rules.check_can_retire_pool_member, request.actor, member, now=now),
        "retire_form": RetirePoolMemberForm(actor=request.actor, now=now, row=member),
    }
    return render(request, "hearings/change_pool_member.html", context, status=status)


@require_POST
def restore_pool_member(request: Request, member_id: int) -> HttpResponse:
    now = timezone.now()
    member = get_visible(members(request.actor), pk=member_id)
    actions.restore_pool_member(actor=request.actor, member_id=member.pk, now=now)
    messages.success(request, _("已恢复，可以抽取。"))
    return redirect(_to_pool(member))


RETIRE = PanelDoor(
    form=RetirePoolMemberForm,
    title=lazy("停用听证员"),
    button=lazy("停用"),
    said=lazy("已停用，不再抽取。"),
    intro=lazy("停用后不再抽取；已经确定的席位不变，需要的逐个更换。"),
    rows=members,
    back=_to_pool,
    danger=True,
)
__all__ = ["RETIRE", "add_to_pool", "change_pool_member", "export_pool", "pool"]
