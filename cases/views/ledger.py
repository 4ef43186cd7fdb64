"""接访台账 as a page, and as an Excel file with exactly the columns of the ledger."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_safe

from cases import actions
from cases.forms.docket import LedgerForm
from cases.queries.ledger import LedgerKey, LedgerRow, ledger
from cases.rules import check_can_export_ledger
from hall.access import Request
from staffing.forms import attached, sheet


def _time(row: LedgerRow) -> str:
    at, until = timezone.localtime(row.at), timezone.localtime(row.until)
    return f"{at:%Y-%m-%d %H:%M}—{until:%H:%M}"


COLUMNS: tuple[tuple[str, int, Callable[[LedgerRow], object]], ...] = (
    (gettext_noop("编号"), 14, lambda row: row.number),
    (gettext_noop("领导姓名、职务"), 20, lambda row: f"{row.leader} {row.post}"),
    (gettext_noop("接访类型"), 10, lambda row: row.form),
    (gettext_noop("时间"), 22, _time),
    (gettext_noop("地点"), 16, lambda row: row.where),
    (gettext_noop("陪同人员"), 20, lambda row: row.companions),
    (gettext_noop("来访人"), 12, lambda row: row.visitor),
    (gettext_noop("人数"), 6, lambda row: row.head_count),
    (gettext_noop("单位和住址"), 20, lambda row: row.home),
    (gettext_noop("联系方式"), 14, lambda row: row.phone),
    (gettext_noop("反映的主要问题"), 36, lambda row: row.problem),
    (gettext_noop("问题发生地"), 16, lambda row: row.place),
    (gettext_noop("产生原因"), 24, lambda row: row.cause),
    (gettext_noop("领导处理意见"), 36, lambda row: "\n".join(t for t in (row.opinion, row.instruction) if t)),
    (gettext_noop("责任（承办）单位"), 24, lambda row: row.unit),
    (gettext_noop("责任人"), 10, lambda row: row.person),
    (gettext_noop("办理时限"), 12, lambda row: row.due_on),
    (gettext_noop("办理结果"), 36, lambda row: row.result or row.state),
    (gettext_noop("完成日期"), 12, lambda row: row.done_on),
    (gettext_noop("满意度"), 10, lambda row: row.grade),
    (gettext_noop("督办情况"), 12, lambda row: row.chased),
    (gettext_noop("关联信访件"), 24, lambda row: row.case_number),
)


@require_safe
def ledger_page(request: Request) -> HttpResponse:
    """`/ledger/`: a line for each matter received and each instruction; filters in the address."""
    actor, now = request.actor, timezone.now()
    check_can_export_ledger(actor, now=now)
    form = LedgerForm(request.GET, actor)
    after = LedgerKey.parse(request.GET.get("after", ""))
    page = ledger(actor, form.asked(), now=now, after=after)
    context = {
        "form": form,
        "rows": page.rows,
        "after": str(page.after or ""),
        "is_front": after is None,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "export_query": request.GET.urlencode(),
        "day": timezone.localdate(now),
    }
    return render(request, "cases/ledger.html", context)


@require_GET
def export_ledger(request: Request) -> HttpResponse:
    """`/ledger/export.xlsx`: the same lines as a file; who took it out is on record first."""
    actor, now = request.actor, timezone.now()
    check_can_export_ledger(actor, now=now)
    rows = actions.export_ledger(actor=actor, asked=LedgerForm(request.GET, actor).asked(), now=now)
    lines = ([value(row) for _heading, _width, value in COLUMNS] for row in rows)
    heads, widths = [_(heading) for heading, _width, _value in COLUMNS], [width for _h, width, _v in COLUMNS]
    name = f"reception-ledger-{timezone.localdate(now):%Y%m%d}.xlsx"
    return attached(sheet(_("接访台账"), heads, lines, widths=widths), name)
