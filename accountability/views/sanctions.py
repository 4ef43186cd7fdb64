"""Criticism notices: the list and its file, drafting, one notice with its paper, and the doors of its verbs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accountability import actions, rules
from accountability.forms.sanctions import (
    AcknowledgeCriticismForm,
    AnswerCriticismForm,
    ApproveCriticismForm,
    AskCriticismRevocationForm,
    CloseCriticismForm,
    CriticismFilterForm,
    DraftCriticismForm,
    EditCriticismForm,
    PickForm,
    ReturnCriticismForm,
    RevokeCriticismForm,
    WithdrawCriticismForm,
)
from accountability.lifecycle import CRITICISM
from accountability.models import CriticismAnswer, CriticismNotice, CriticismUnit, Finding
from accountability.queries import sanctions as queries
from accountability.queries.sanction_ground import fallen_of
from accountability.views.opening import Door, buttons
from hall import documents
from hall.access import Actor, Refused, Request, allowed, get_visible, whole_number
from hall.models import IssuedDocument, statutory_calendar
from staffing.forms import attached, sheet
from staffing.lifecycle import LEADER

TONES = {
    "submitted": "amber", "returned": "amber", "withdrawn": "grey", "served": "blue", "closed": "green",
    "revoked": "grey",
}  # fmt: skip
UNIT_TONES = {"named": "grey", "served": "amber", "received": "blue", "answered": "green"}


def after_of(request: Request) -> int | None:
    """The key behind which the page begins; anything that is none starts from the front."""
    text = request.GET.get("after", "")
    return whole_number(text)


def chosen_ids(data: QueryDict) -> list[int]:
    """The findings that were ticked, each once; what is no number is left out."""
    texts = dict.fromkeys(data.getlist("finding"))
    return [number for text in texts if (number := whole_number(text)) is not None]


def chosen_findings(actor: Actor, ids: Sequence[int]) -> list[Finding]:
    rows = queries.usable_findings(actor).filter(pk__in=ids).select_related("case", "department", "deadline")
    return list(rows.order_by("department__code", "due_on", "id"))


# -- the list ------------------------------------------------------------------------------------------------------


@require_safe
def notices(request: Request) -> HttpResponse:
    """`/criticism-notices/`: those that the reader may know of, the latest first."""
    rules.check_sees_sanctions(request.actor)
    actor, today, after = request.actor, timezone.localdate(timezone.now()), after_of(request)
    form = CriticismFilterForm(request.GET, queries.units_of_office(actor))
    page = queries.criticisms(actor, form.asked(), today=today, after=after)
    context = {
        "form": form,
        "is_filtered": form.is_filtered,
        "rows": [_listed(one, actor, today) for one in page.rows],
        "after": page.after or "",
        "is_front": after is None,
        "today": today,
        "may_draft": bool(allowed(rules.check_can_draft_criticism, actor, now=timezone.now())),
        "export_query": request.GET.urlencode(),
    }
    return render(request, "accountability/notices.html", context)


def _in_office(actor: Actor, one: CriticismNotice) -> bool:
    return actor.has(*rules.OFFICE, LEADER, hall_id=one.hall_id)


def _is_late(one: CriticismNotice, units: Sequence[CriticismUnit], actor: Actor, today: dt.date) -> bool:
    """Some unit owes its answer; to a unit only whether its own does."""
    mine = actor.departments(*rules.UNIT)
    silent = (
        unit.status != "answered" for unit in units if _in_office(actor, one) or unit.department_id in mine
    )
    return one.status == "served" and (one.due_on or one.answer_by_on) < today and any(silent)


def _listed(one: CriticismNotice, actor: Actor, today: dt.date) -> dict[str, Any]:
    units = list(one.units.all())
    return {
        "notice": one,
        "tone": TONES[one.status],
        "units": units,
        "answered": sum(unit.status == "answered" for unit in units),
        "due_on": one.due_on or one.answer_by_on,
        "is_late": _is_late(one, units, actor, today),
    }


@require_GET
def export_notices(request: Request) -> HttpResponse:
    """`/criticism-notices/export.xlsx`: the filtered list; on record first."""
    now, actor = timezone.now(), request.actor
    asked = CriticismFilterForm(request.GET, queries.units_of_office(actor)).asked()
    rows = actions.export_criticisms(actor=actor, asked=asked, now=now)
    headings = [
        _("文号"), _("事由"), _("单位"), _("状态"), _("送达日期"), _("反馈期限"), _("已反馈"), _("了结日期"),
    ]  # fmt: skip
    name = f"criticism-notices-{timezone.localdate(now):%Y%m%d}.xlsx"
    return attached(sheet(_("通报"), headings, [_sheet_row(one) for one in rows]), name)


def _sheet_row(one: CriticismNotice) -> list[str]:
    units = list(one.units.all())
    answered = sum(unit.status == "answered" for unit in units)
    return [
        one.document.number if one.document else "", one.title, _("、").join(unit.department.label for unit in units),
        _(one.get_status_display()), day_text(one.served_at), f"{one.due_on or one.answer_by_on:%Y-%m-%d}",
        f"{answered}/{len(units)}", day_text(one.closed_at),
    ]  # fmt: skip


def day_text(moment: dt.datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}" if moment else ""


# -- drafting ------------------------------------------------------------------------------------------------------


def pick(
    request: Request,
    find: Callable[..., list[Finding]],
    target: str,
    back: str,
    title: str,
    *,
    without: str = "",
    waits: bool = True,
) -> HttpResponse:
    """The findings to choose from. `waits`: those of which a review may still be asked for are greyed with the day."""
    today = timezone.localdate(timezone.now())
    form = PickForm(request.GET, queries.units_of_office(request.actor))
    context = {
        "form": form,
        "rows": [
            (one, queries.days_held(one), queries.may_ask_until(one, today))
            for one in find(request.actor, **form.asked())
        ],
        "waits": waits,
        "is_filtered": any(form.asked().values()),
        "target": reverse(target),
        "back": reverse(back),
        "title": title,
        "without": without,
        "most": queries.PICK,
    }
    return render(request, "accountability/pick_findings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_criticism(request: Request) -> HttpResponse:
    """`/criticism-notices/new/`: first the findings, then the words, which begin with what they say."""
    now, actor = timezone.now(), request.actor
    rules.check_can_draft_criticism(actor, now=now)
    is_post = request.method == "POST"
    ids = chosen_ids(request.POST if is_post else request.GET)
    if not ids and not is_post:
        return pick(
            request,
            queries.criticisable,
            "accountability:draft-criticism",
            "accountability:notices",
            _("起草通报"),
        )
    rows = chosen_findings(actor, ids)
    form = DraftCriticismForm(
        request.POST if is_post else None,
        actor=actor,
        now=now,
        findings=rows,
        units=queries.units_of_office(actor),
        initial=None if is_post else _begun(rows, now),
    )
    status = 200
    if is_post:
        status = drafted(form)
        if status == 302:
            notice: CriticismNotice = form.made
            messages.success(request, _("已送领导审批。"))
            return redirect("accountability:notice", notice.pk)
    context = {"form": form, "rows": [(one, queries.days_held(one)) for one in rows]}
    return render(request, "accountability/draft_criticism.html", context, status=status)


def drafted(form: Any) -> int:
    """302 when it was drafted (`form.made`), else what the page answers."""
    if not form.is_valid():
        return 422
    try:
        form.made = form.act()
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        return 422 if refused.kind == "input" else 409
    return 302


def _begun(rows: Sequence[Finding], now: dt.datetime) -> dict[str, Any]:
    days = [one.due_on for one in rows]
    answer = timezone.localdate(now) + dt.timedelta(days=15)
    return {
        "title": "信访事项办理有关问题",
        "facts": queries.stated_facts(rows),
        "demands": "查明原因，明确责任岗位和整改时限\n对在办信访事项逐件核对期限，防止再次发生",
        "answer_by_on": statutory_calendar().next_workday(answer),
        "from_on": min(days) if len(days) > 1 else None,
        "until_on": max(days) if len(days) > 1 else None,
    }


# -- one notice ----------------------------------------------------------------------------------------------------


def _rows(actor: Actor) -> QuerySet[CriticismNotice]:
    found: QuerySet[CriticismNotice] = CriticismNotice.objects.visible_to(actor)
    return found.select_related(
        "hall",
        "document",
        "revocation",
        "drafted_by",
        "approved_by",
        "closed_by",
        "revoke_asked_by",
        "revoked_by",
    )


def _to_notice(notice: CriticismNotice) -> str:
    return reverse("accountability:notice", kwargs={"criticism_id": notice.pk})


@require_safe
def notice(request: Request, criticism_id: int) -> HttpResponse:
    """`/criticism-notices/<criticism_id>/`: its words or its paper, its units, what they answered, and what is next."""
    now, actor = timezone.now(), request.actor
    one = get_visible(_rows(actor), pk=criticism_id)
    own = rules.own_unit(actor, one)
    is_office = _in_office(actor, one)
    units = list(one.units.select_related("department", "received_by"))
    answers = (
        CriticismAnswer.objects.filter(unit__notice=one)
        .select_related("unit__department", "by")
        .prefetch_related("files")
    )
    if not is_office:
        answers = answers.filter(unit=own)
    today = timezone.localdate(now)
    fallen = fallen_of(one) if is_office and one.document else []
    context = {
        "notice": one,
        "paper": one,
        "due_on": one.due_on or one.answer_by_on,
        "fallen": len(fallen),
        "revocation_page": documents.page(one.revocation) if one.revocation else None,
        "revocation_file": reverse("accountability:notice-revocation-file", args=[one.pk]),
        "tone": TONES[one.status],
        "page": documents.page(one.document) if one.document else None,
        "units": [(unit, UNIT_TONES[unit.status], is_office or unit == own) for unit in units],
        "answers": answers.order_by("at", "id"),
        "links": queries.seen_findings(actor, one.links.order_by("id")),
        "buttons": buttons(doors_of(DOORS, one, len(fallen)), CRITICISM, one, actor, now),
        "is_office": is_office,
        "is_late": _is_late(one, units, actor, today),
        "today": today,
    }
    return render(request, "accountability/notice.html", context)


@require_safe
def notice_file(request: Request, criticism_id: int) -> HttpResponse:
    """`/criticism-notices/<criticism_id>/document/`: the PDF as it was printed."""
    one = get_visible(_rows(request.actor), pk=criticism_id)
    return printed(one.document)


@require_safe
def notice_revocation_file(request: Request, criticism_id: int) -> HttpResponse:
    """`/criticism-notices/<criticism_id>/revocation/`: the PDF that takes it back."""
    one = get_visible(_rows(request.actor), pk=criticism_id)
    return printed(one.revocation)


def printed(document: IssuedDocument | None) -> HttpResponse:
    """The paper's file, for whoever sees what it belongs to."""
    if document is None or document.rendered_at is None:
        raise Refused(_("PDF还没有生成，请稍后刷新。"), "state")
    response = HttpResponse(documents.read(document), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{document.number}.pdf") or "inline"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def doors_of(doors: Sequence[Door], one: Any, fallen: int) -> list[Door]:
    """Taking back is offered where there is something to take back."""
    return [door for door in doors if fallen or one.ask_no or "revo" not in door.verb]


DOORS = (
    Door(
        form=RevokeCriticismForm,
        title=lazy("批准撤销"),
        button=lazy("批准撤销，出具撤销通知书"),
        said=lazy("已撤销，各单位已得到通知。"),
        intro=lazy("批准后立即出具撤销通知书，原通报作废；仍然成立的认定可以另行通报。"),
        rows=_rows,
        back=_to_notice,
        danger=True,
        template="accountability/revoke.html",
    ),
    Door(
        form=AskCriticismRevocationForm,
        title=lazy("提请撤销"),
        button=lazy("提请领导批准撤销"),
        said=lazy("已送领导审批。"),
        intro=lazy("依据的认定经复核不再成立或者日数减少的，由领导批准撤销整份通报。"),
        rows=_rows,
        back=_to_notice,
        danger=True,
    ),
    Door(
        form=AcknowledgeCriticismForm,
        title=lazy("签收"),
        button=lazy("签收这份通报"),
        said=lazy("已签收。"),
        intro=lazy("签收表示本单位已经收到，不表示同意其中的内容；有意见可以在反馈中说明。"),
        rows=_rows,
        back=_to_notice,
    ),
    Door(
        form=AnswerCriticismForm,
        title=lazy("反馈整改情况"),
        button=lazy("提交反馈"),
        said=lazy("已提交，督查员已得到通知。"),
        rows=_rows,
        back=_to_notice,
    ),
    Door(
        form=ApproveCriticismForm,
        title=lazy("批准"),
        button=lazy("批准并送达各单位"),
        said=lazy("已编号，并送达各单位。"),
        intro=lazy("批准后立即编号出具，送达所列单位，内容不能再改。"),
        rows=_rows,
        back=_to_notice,
    ),
    Door(
        form=ReturnCriticismForm,
        title=lazy("退回"),
        button=lazy("退回起草人"),
        said=lazy("已退回起草人。"),
        rows=_rows,
        back=_to_notice,
    ),
    Door(
        form=EditCriticismForm,
        title=lazy("修改"),
        button=lazy("保存并重新送审"),
        said=lazy("已保存，重新送领导审批。"),
        rows=_rows,
        back=_to_notice,
    ),
    Door(
        form=CloseCriticismForm,
        title=lazy("了结"),
        button=lazy("了结这份通报"),
        said=lazy("已了结，各单位已得到通知。"),
        rows=_rows,
        back=_to_notice,
    ),
    Door(
        form=WithdrawCriticismForm,
        title=lazy("撤回"),
        button=lazy("撤回这份通报"),
        said=lazy("已撤回，其中的认定可以另行通报。"),
        rows=_rows,
        back=_to_notice,
        danger=True,
    ),
)
