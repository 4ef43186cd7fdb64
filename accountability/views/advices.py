"""Advice: the list and its file, drafting, one piece with its paper and what came of it, and the doors of its verbs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accountability import actions, rules
from accountability.forms.sanctions import (
    AdviceFilterForm,
    ApproveAdviceForm,
    AskAdviceRevocationForm,
    CloseAdviceForm,
    DraftAdviceForm,
    EditAdviceForm,
    RecordAdoptionForm,
    ReplyAdviceForm,
    ReturnAdviceForm,
    RevokeAdviceForm,
    ServeAdviceForm,
    WithdrawAdviceForm,
)
from accountability.lifecycle import ADVICE, ADVICE_BASIS
from accountability.models import Advice, Finding
from accountability.queries import sanctions as queries
from accountability.queries.sanction_ground import fallen_of
from accountability.views.opening import Door, buttons
from accountability.views.sanctions import (
    after_of,
    chosen_findings,
    chosen_ids,
    doors_of,
    drafted,
    pick,
    printed,
)
from hall import documents
from hall.access import Actor, Request, allowed, get_visible
from staffing.forms import attached, sheet
from staffing.lifecycle import LEADER

TONES = {
    "submitted": "amber", "returned": "amber", "withdrawn": "grey", "issued": "amber", "served": "blue",
    "replied": "blue", "closed": "green", "revoked": "grey",
}  # fmt: skip


@require_safe
def advices(request: Request) -> HttpResponse:
    """`/advices/`: those that the reader may know of, the latest first."""
    rules.check_sees_sanctions(request.actor)
    actor, today, after = request.actor, timezone.localdate(timezone.now()), after_of(request)
    form = AdviceFilterForm(request.GET, queries.units_of_office(actor))
    page = queries.advices(actor, form.asked(), today=today, after=after)
    context = {
        "form": form,
        "is_filtered": form.is_filtered,
        "rows": [(one, TONES[one.status], _is_late(one, today)) for one in page.rows],
        "after": page.after or "",
        "is_front": after is None,
        "today": today,
        "may_draft": bool(allowed(rules.check_can_draft_advice, actor, now=timezone.now())),
        "export_query": request.GET.urlencode(),
    }
    return render(request, "accountability/advices.html", context)


def _is_late(one: Advice, today: dt.date) -> bool:
    return one.status == "served" and one.due_on is not None and one.due_on < today


@require_GET
def export_advices(request: Request) -> HttpResponse:
    """`/advices/export.xlsx`: the filtered list; on record first."""
    now, actor = timezone.now(), request.actor
    asked = AdviceFilterForm(request.GET, queries.units_of_office(actor)).asked()
    rows = actions.export_advices(actor=actor, asked=asked, now=now)
    headings = [
        _("文号"), _("种类"), _("事由"), _("主送"), _("状态"), _("送达日期"), _("答复期限"), _("答复日期"),
        _("采纳情况"), _("落实情况"),
    ]  # fmt: skip
    name = f"advices-{timezone.localdate(now):%Y%m%d}.xlsx"
    return attached(sheet(_("建议"), headings, [_sheet_row(one) for one in rows]), name)


def _sheet_row(one: Advice) -> list[str]:
    days = [f"{day:%Y-%m-%d}" if day else "" for day in (one.served_on, one.due_on, one.replied_on)]
    return [
        one.document.number if one.document else "", _(one.get_kind_display()), one.title, one.receiver,
        _(one.get_status_display()), *days, _said(one.get_adopted_display()), _said(one.get_outcome_display()),
    ]  # fmt: skip


def _said(words: str) -> str:
    return _(words) if words else ""


# -- drafting ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def draft_advice(request: Request) -> HttpResponse:
    """`/advices/new/`: first the findings, then the words. `?free=1`: 完善政策 that rests on none."""
    now, actor = timezone.now(), request.actor
    rules.check_can_draft_advice(actor, now=now)
    is_post = request.method == "POST"
    ids = chosen_ids(request.POST if is_post else request.GET)
    if not ids and not is_post and "free" not in request.GET:
        free = f"{reverse('accountability:draft-advice')}?free=1"
        return pick(
            request,
            queries.advisable,
            "accountability:draft-advice",
            "accountability:advices",
            _("起草建议"),
            without=free,
            waits=False,
        )
    rows = chosen_findings(actor, ids)
    form = DraftAdviceForm(
        request.POST if is_post else None,
        actor=actor,
        now=now,
        findings=rows,
        units=queries.units_of_office(actor),
        initial=None if is_post else _begun(rows),
    )
    status = 200
    if is_post:
        status = drafted(form)
        if status == 302:
            messages.success(request, _("已送领导审批。"))
            return redirect("accountability:advice", form.made.pk)
    context = {"form": form, "rows": [(one, queries.days_held(one)) for one in rows]}
    return render(request, "accountability/draft_advice.html", context, status=status)


def _begun(rows: Sequence[Finding]) -> dict[str, Any]:
    units = {one.department_id for one in rows}
    kind = "improve" if rows else "policy"
    return {
        "kind": kind,
        "department": next(iter(units)) if len(units) == 1 else None,
        "facts": queries.stated_facts(rows),
        "article": ADVICE_BASIS[kind],
        "reply_days": 30,
    }


# -- one piece of advice ---------------------------------------------------------------------------------------------


def _rows(actor: Actor) -> QuerySet[Advice]:
    found: QuerySet[Advice] = Advice.objects.visible_to(actor)
    return found.select_related(
        "hall", "department", "document", "revocation", "drafted_by", "approved_by", "served_by", "closed_by",
        "revoke_asked_by", "revoked_by",
    )  # fmt: skip


def _to_advice(advice: Advice) -> str:
    return reverse("accountability:advice", kwargs={"advice_id": advice.pk})


def _with_units(actor: Actor) -> dict[str, Any]:
    return {"units": queries.units_of_office(actor)}


@require_safe
def advice(request: Request, advice_id: int) -> HttpResponse:
    """`/advices/<advice_id>/`: its words or its paper, the reply and by when it is due, what was done of it."""
    now, actor = timezone.now(), request.actor
    one = get_visible(_rows(actor), pk=advice_id)
    today = timezone.localdate(now)
    is_office = actor.has(*rules.OFFICE, LEADER, hall_id=one.hall_id)
    fallen = fallen_of(one) if is_office and one.document else []
    context = {
        "advice": one,
        "paper": one,
        "fallen": len(fallen),
        "revocation_page": documents.page(one.revocation) if one.revocation else None,
        "revocation_file": reverse("accountability:advice-revocation-file", args=[one.pk]),
        "tone": TONES[one.status],
        "page": documents.page(one.document) if one.document else None,
        "replies": one.replies.select_related("by").prefetch_related("files").order_by("at", "id"),
        "adoption": one.adoption.select_related("by").order_by("at", "id"),
        "links": queries.seen_findings(actor, one.links.order_by("id")),
        "buttons": buttons(doors_of(DOORS, one, len(fallen)), ADVICE, one, actor, now),
        "is_office": is_office,
        "is_late": _is_late(one, today),
        "why": queries.why_due(one),
        "today": today,
    }
    return render(request, "accountability/advice.html", context)


@require_safe
def advice_file(request: Request, advice_id: int) -> HttpResponse:
    """`/advices/<advice_id>/document/`: the PDF as it was printed."""
    one = get_visible(_rows(request.actor), pk=advice_id)
    return printed(one.document)


@require_safe
def advice_revocation_file(request: Request, advice_id: int) -> HttpResponse:
    """`/advices/<advice_id>/revocation/`: the PDF that takes it back."""
    one = get_visible(_rows(request.actor), pk=advice_id)
    return printed(one.revocation)


DOORS = (
    Door(
        form=RevokeAdviceForm,
        title=lazy("批准撤销"),
        button=lazy("批准撤销，出具撤销通知书"),
        said=lazy("已撤销，收到建议的单位已得到通知。"),
        intro=lazy("批准后立即出具撤销通知书，原建议书作废；主送系统以外机关的，撤销通知书另行送达。"),
        rows=_rows,
        back=_to_advice,
        danger=True,
        template="accountability/revoke.html",
    ),
    Door(
        form=AskAdviceRevocationForm,
        title=lazy("提请撤销"),
        button=lazy("提请领导批准撤销"),
        said=lazy("已送领导审批。"),
        intro=lazy("依据的认定经复核不再成立或者日数减少的，由领导批准撤销整份建议书。"),
        rows=_rows,
        back=_to_advice,
        danger=True,
    ),
    Door(
        form=ReplyAdviceForm,
        title=lazy("答复"),
        button=lazy("提交答复"),
        said=lazy("已记录答复。"),
        rows=_rows,
        back=_to_advice,
    ),
    Door(
        form=RecordAdoptionForm,
        title=lazy("记录落实情况"),
        button=lazy("保存"),
        said=lazy("已记录落实情况。"),
        rows=_rows,
        back=_to_advice,
    ),
    Door(
        form=ServeAdviceForm,
        title=lazy("记录送达"),
        button=lazy("记录送达"),
        said=lazy("已记录送达，答复期限开始计算。"),
        rows=_rows,
        back=_to_advice,
    ),
    Door(
        form=ApproveAdviceForm,
        title=lazy("批准"),
        button=lazy("批准并编号"),
        said=lazy("已编号出具。"),
        intro=lazy("批准后立即编号出具，内容不能再改；系统内的单位同时收到，系统外的机关另行送达并记录。"),
        rows=_rows,
        back=_to_advice,
    ),
    Door(
        form=ReturnAdviceForm,
        title=lazy("退回"),
        button=lazy("退回起草人"),
        said=lazy("已退回起草人。"),
        rows=_rows,
        back=_to_advice,
    ),
    Door(
        form=EditAdviceForm,
        title=lazy("修改"),
        button=lazy("保存并重新送审"),
        said=lazy("已保存，重新送领导审批。"),
        rows=_rows,
        back=_to_advice,
        more=_with_units,
    ),
    Door(
        form=CloseAdviceForm,
        title=lazy("了结"),
        button=lazy("了结这份建议"),
        said=lazy("已了结。"),
        rows=_rows,
        back=_to_advice,
    ),
    Door(
        form=WithdrawAdviceForm,
        title=lazy("撤回"),
        button=lazy("撤回这份建议"),
        said=lazy("已撤回。"),
        rows=_rows,
        back=_to_advice,
        danger=True,
    ),
)
