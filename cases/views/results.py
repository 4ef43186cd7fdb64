"""What is told to the public of a result: drafted from a visit, a charge or a case, and the doors of its verbs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cases import actions, rules
from cases.forms.field import (
    ApproveResultForm,
    DropResultForm,
    EditResultForm,
    RecordConsentForm,
    ResultForm,
    ReturnResultForm,
    WithdrawResultForm,
)
from cases.forms.field_lists import NoticeFilterForm
from cases.lifecycle import RESULT_NOTICE
from cases.models import Case, FieldVisit, NoticeCase, ResultNotice, Sponsorship
from cases.queries.field_visits import seen_of, whole_for
from cases.queries.masking import masked
from cases.queries.publication import draft_of_case, draft_of_sponsorship, draft_of_visit, known_of
from cases.queries.results import result_notices
from cases.views.doors import Door
from cases.views.field_visits import buttons
from cases.views.row_doors import RowDoor
from cases.views.sponsorships import after_of
from hall.access import Actor, Refused, Request, Verdict, get_visible, whole_number

TONES = {"draft": "amber", "published": "green", "withdrawn": "grey", "dropped": "grey"}

CASE_DOORS: tuple[Door, ...] = (
    Door(
        form=RecordConsentForm,
        title=lazy("记录公开意见"),
        button=lazy("记录"),
        said=lazy("%(number)s：已记录信访人对公开的意见。"),
        icon="megaphone",
    ),
)


@require_safe
def result_notices_page(request: Request) -> HttpResponse:
    """`/result-notices/`: drafts, what is public, what was taken down."""
    rules.check_sees_field(request.actor)
    form, after = NoticeFilterForm(request.GET), after_of(request)
    said = form.said()
    page = result_notices(
        request.actor, status=said.get("status") or "", kind=said.get("kind") or "", after=after
    )
    context = {
        "form": form,
        "is_filtered": form.is_filtered,
        "rows": [(one, TONES[one.status]) for one in page.rows],
        "whole": whole_for(request.actor, page.rows),
        "after": page.after or "",
        "is_front": after is None,
    }
    return render(request, "cases/field/notices.html", context)


class _Source:
    """Where a notice is drafted from: `?visit=`, `?sponsorship=` or `?case=`, one of which the reader sees."""

    def __init__(self, request: Request) -> None:
        actor = request.actor
        self.visit: FieldVisit | None = None
        self.sponsorship: Sponsorship | None = None
        self.case: Case | None = None
        if pk := _number(request, "visit"):
            visits = FieldVisit.objects.visible_to(actor).select_related("leader")
            self.visit = get_visible(visits, pk=pk)
            ids = list(self.visit.links.values_list("case_id", flat=True))
        elif pk := _number(request, "sponsorship"):
            charges = Sponsorship.objects.visible_to(actor).select_related("leader")
            self.sponsorship = get_visible(charges, pk=pk)
            ids = list(self.sponsorship.links.values_list("case_id", flat=True))
        else:
            visible = Case.objects.visible_to(actor).select_related("hall", "first_handler")
            self.case = get_visible(visible.defer("search"), pk=_number(request, "case"))
            ids = [self.case.pk]
        self.cases, whole = seen_of(actor, ids)
        if not whole:
            raise Refused(_("没有找到，或者您无权查看。"), "unseen")

    @property
    def ids(self) -> list[int]:
        return [case.pk for case in self.cases]

    def check(self, actor: Actor, now: dt.datetime) -> Verdict:
        """Whether a notice may be drafted of it. Raises Refused(role, unseen)."""
        try:
            for case in self.cases:
                rules.check_can_draft_result(actor, case, now=now)
            rules.check_source(self.cases, self.visit, self.sponsorship)
        except Refused as refused:
            if refused.kind in ("role", "unseen"):
                raise
            return Verdict(False, refused.reason, refused.kind, refused.article)
        return Verdict(True)

    def words(self) -> tuple[str, str]:
        if self.visit is not None:
            return draft_of_visit(self.visit, self.ids)
        if self.sponsorship is not None:
            return draft_of_sponsorship(self.sponsorship, self.ids)
        return draft_of_case(self.case) if self.case else ("", "")

    def draft(self, actor: Actor, data: dict[str, str], now: dt.datetime) -> ResultNotice:
        return actions.draft_result(
            actor=actor, title=data["title"], text=data["text"], now=now,
            visit_id=self.visit.pk if self.visit else None,
            sponsorship_id=self.sponsorship.pk if self.sponsorship else None,
            case_id=self.case.pk if self.case else None,
        )  # fmt: skip


def _number(request: Request, name: str) -> int:
    text = request.GET.get(name, "")
    return whole_number(text) or 0


def _masked_again(data: Any, ids: Sequence[int]) -> ResultForm:
    known = known_of(ids)
    return ResultForm(
        case_ids=ids, initial={name: masked(data.get(name, ""), known) for name in ("title", "text")}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def draft_result(request: Request) -> HttpResponse:
    """`/result-notices/new/?visit=<pk>`: words to begin with, masked already; what is left is said at its field."""
    now, source, status = timezone.now(), _Source(request), 200
    verdict = source.check(request.actor, now)
    if request.method != "POST":
        title, text = source.words() if verdict else ("", "")
        form = ResultForm(case_ids=source.ids, initial={"title": title, "text": text})
    elif "mask" in request.POST:
        form = _masked_again(request.POST, source.ids)
    else:
        form = ResultForm(request.POST, case_ids=source.ids)
        status, notice = _drafted(request, form, source, now)
        if notice is not None:
            messages.success(request, _("已起草，请另一位负责人或者领导审批。"))
            return redirect(_to_notice(notice))
    context = {"form": form, "verdict": verdict, "source": source}
    return render(request, "cases/field/draft_result.html", context, status=status)


def _drafted(
    request: Request, form: ResultForm, source: _Source, now: dt.datetime
) -> tuple[int, ResultNotice | None]:
    """The notice; or the status of the page that says why there is none. Raises Refused(role, unseen)."""
    if not form.is_valid():
        return 422, None
    try:
        return 302, source.draft(request.actor, form.cleaned_data, now)
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        form.add_error(refused.field if refused.field in form.fields else None, str(refused.reason))
        return (422 if refused.kind == "input" else 409), None


def _rows(actor: Actor) -> QuerySet[ResultNotice]:
    found: QuerySet[ResultNotice] = ResultNotice.objects.visible_to(actor)
    return found.select_related("hall", "drafted_by", "approved_by", "visit", "sponsorship")


def _whole_rows(actor: Actor) -> QuerySet[ResultNotice]:
    """Those whose words the reader may read: who sees every case that they tell of."""
    unseen = NoticeCase.objects.filter(notice=OuterRef("pk")).exclude(case__in=Case.objects.visible_to(actor))
    return _rows(actor).filter(~Exists(unseen))


_NEXT = ("approve_result", "return_result", "edit_result", "withdraw_result", "drop_result")
_LABELS = {
    "approve_result": lazy("审批公开"),
    "return_result": lazy("退回修改"),
    "edit_result": lazy("修改"),
    "withdraw_result": lazy("撤回公开"),
    "drop_result": lazy("作废草稿"),
}


@require_safe
def result_notice(request: Request, notice_id: int) -> HttpResponse:
    """`/result-notices/<notice_id>/`: as it is, or will be, read by the public.

    Who sees only some of its cases reads no words that the public does not read.
    """
    now = timezone.now()
    notice = get_visible(_rows(request.actor), pk=notice_id)
    ids = list(notice.links.values_list("case_id", flat=True))
    cases, whole = seen_of(request.actor, ids)
    context = {
        "notice": notice,
        "tone": TONES[notice.status],
        "cases": cases,
        "whole": whole,
        "reads": whole or notice.status == "published",
        "left": rules.personal_data(f"{notice.title}\n{notice.text}", ids)
        if notice.status == "draft" and whole
        else [],
        "buttons": buttons(_NEXT, _LABELS, notice, "notice_id", RESULT_NOTICE.move, request.actor, now)
        if whole
        else [],
    }
    return render(request, "cases/field/notice.html", context)


def _to_notice(notice: ResultNotice) -> str:
    return reverse("cases:result-notice", kwargs={"notice_id": notice.pk})


DOORS = (
    RowDoor(
        form=EditResultForm,
        title=pgettext_lazy("act", "修改公开内容"),
        button=lazy("保存"),
        said=lazy("已修改，等待审批。"),
        rows=_whole_rows,
        back=_to_notice,
    ),
    RowDoor(
        form=ReturnResultForm,
        title=lazy("退回修改"),
        button=lazy("退回起草人"),
        said=lazy("已退回起草人。"),
        rows=_whole_rows,
        back=_to_notice,
        template="cases/field/on_notice.html",
    ),
    RowDoor(
        form=ApproveResultForm,
        title=lazy("审批公开"),
        button=lazy("批准并公开"),
        said=lazy("已批准，已在公开页面公布。"),
        rows=_whole_rows,
        back=_to_notice,
        template="cases/field/on_notice.html",
        intro=lazy("批准后立即在公开页面显示。请再读一遍，确认从内容里认不出信访人。"),
    ),
    RowDoor(
        form=DropResultForm,
        title=lazy("作废草稿"),
        button=lazy("作废草稿"),
        said=lazy("草稿已作废。"),
        rows=_whole_rows,
        back=_to_notice,
        danger=True,
    ),
    RowDoor(
        form=WithdrawResultForm,
        title=lazy("撤回公开"),
        button=lazy("撤回"),
        said=lazy("已撤回，公开页面保留撤回说明。"),
        rows=_whole_rows,
        back=_to_notice,
        danger=True,
    ),
)
