"""Exemplary cases: the list to learn from, and the doors of the two verbs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from accountability import rules
from accountability.forms.exemplary import ExemplaryFilterForm, MarkExemplaryForm, WithdrawExemplaryForm
from accountability.models import ExemplaryCase
from accountability.models.exemplary import LOOKING_AFTER
from accountability.queries.exemplary import exemplary_page, rows_of
from accountability.views.opening import Door
from accountability.views.sanctions import after_of
from cases.models import Case
from cases.rules import check_can_draft_result
from hall.access import Actor, Request, Verdict, allowed


@require_safe
def exemplary_cases(request: Request) -> HttpResponse:
    """`/exemplary-cases/`: for the staff of the hall and of its units, the latest first."""
    actor, now, after = request.actor, timezone.now(), after_of(request)
    rules.check_sees_exemplary(actor)
    keeps = actor.has(*LOOKING_AFTER)
    form = ExemplaryFilterForm(request.GET, keeps=keeps)
    page = exemplary_page(actor, status=form.status_asked, category=form.category_asked, after=after)
    context = {
        "form": form,
        "is_filtered": form.is_filtered,
        "rows": [_row(one, actor, page.opens, keeps=keeps, now=now) for one in page.rows],
        "after": page.after,
        "is_front": after is None,
        "keeps": keeps,
    }
    return render(request, "accountability/exemplary_cases.html", context)


def _row(
    one: ExemplaryCase, actor: Actor, opens: frozenset[int], *, keeps: bool, now: dt.datetime
) -> dict[str, Any]:
    """`publish`: the way to a published result, which asks for the consent and a second hand of its own."""
    stands = one.status == "marked"
    return {
        "one": one,
        "opens": one.case_id in opens,
        "inspection": one.check_of.inspection if keeps and one.check_of else None,
        "withdraw": allowed(rules.check_can_withdraw_exemplary, actor, one, now=now)
        if stands and actor.has(*rules.MARKING, hall_id=one.hall_id)
        else None,
        "publish": _publication(one, actor, now) if stands and keeps and one.case_id in opens else None,
        "publish_url": f"{reverse('cases:draft-result')}?case={one.case_id}",
    }


def _publication(one: ExemplaryCase, actor: Actor, now: dt.datetime) -> Verdict | None:
    """What the way to a published result says; None where it is another's."""
    verdict = allowed(check_can_draft_result, actor, one.case, now=now)
    return None if verdict.kind == "role" else verdict


def _cases(actor: Actor) -> QuerySet[Any]:
    found: QuerySet[Case] = Case.objects.visible_to(actor)
    return found.select_related("hall")


def _to_list(row: Any) -> str:
    return reverse("accountability:exemplary-cases")


def _to_account(row: Any) -> str:
    return reverse("accountability:case-account", args=[row.pk])


DOORS = (
    Door(
        form=MarkExemplaryForm,
        title=lazy("标为典型案例"),
        button=lazy("标为典型案例"),
        said=lazy("已标为典型案例，本厅和驻厅单位的工作人员可以学习。"),
        intro=lazy("只供内部学习，写的话里不能认出个人。要公开的，另行征得本人同意，按结果公开的程序办理。"),
        rows=_cases,
        back=_to_account,
    ),
    Door(
        form=WithdrawExemplaryForm,
        title=lazy("撤销典型案例"),
        button=lazy("撤销"),
        said=lazy("已撤销。"),
        intro=lazy("撤销以后不再供学习；标过又撤销的记录保留。已经公开的结果不受影响，要撤回的另行办理。"),
        danger=True,
        rows=rows_of,
        back=_to_list,
    ),
)
