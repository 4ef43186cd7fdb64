"""Schemes of assessment: the list with the door to a new draft, one of them with its items, and its verbs."""

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
from django.views.decorators.http import require_http_methods, require_safe

from accountability import rules
from accountability.forms.schemes import (
    CloseSchemeForm,
    DraftSchemeForm,
    DrawUpForm,
    EditSchemeForm,
    PublishSchemeForm,
)
from accountability.lifecycle import ITEM_KINDS, SCHEME, SOURCES, WHOLE
from accountability.models import AssessmentScheme, SchemeItem
from accountability.queries import assess as queries
from accountability.views.opening import Door, buttons
from hall.access import Actor, Refused, Request, allowed, get_visible

TONES = {"draft": "amber", "published": "green", "closed": "grey"}


@require_safe
def schemes(request: Request) -> HttpResponse:
    """`/assessment-schemes/`: the latest year first."""
    rules.check_sees_assessments(request.actor)
    now, actor = timezone.now(), request.actor
    context = {
        "rows": [(one, TONES[one.status]) for one in queries.schemes(actor)],
        "may_draft": bool(allowed(rules.check_can_draft_scheme, actor, now=now)),
    }
    return render(request, "accountability/assess/schemes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_scheme(request: Request) -> HttpResponse:
    """`/assessment-schemes/new/`: from a standard scheme, or from one of the hall's own."""
    now, actor = timezone.now(), request.actor
    rules.check_can_draft_scheme(actor, now=now)
    halls = queries.halls_of(actor)
    form = DraftSchemeForm(
        request.POST if request.method == "POST" else None,
        actor=actor,
        now=now,
        halls=halls,
        earlier=queries.schemes(actor).filter(hall__in=halls),
    )
    status = 200
    if request.method == "POST":
        status = _drafted(form)
        if status == 302:
            messages.success(request, _("已建立草稿，请核对各个项目。"))
            return redirect("accountability:scheme", form.made.pk)
    return render(request, "accountability/assess/draft_scheme.html", {"form": form}, status=status)


def _drafted(form: DraftSchemeForm) -> int:
    """302 when it was drafted, else what the page answers."""
    if not form.is_valid():
        return 422
    try:
        form.act()
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        return 422 if refused.kind == "input" else 409
    return 302


def _rows(actor: Actor) -> QuerySet[AssessmentScheme]:
    found: QuerySet[AssessmentScheme] = AssessmentScheme.objects.visible_to(actor)
    return found.select_related("hall", "drafted_by", "published_by")


def to_scheme(scheme: AssessmentScheme) -> str:
    return reverse("accountability:scheme", kwargs={"scheme_id": scheme.pk})


@require_safe
def scheme(request: Request, scheme_id: int) -> HttpResponse:
    """`/assessment-schemes/<scheme_id>/`: how many points for what, and, for the hall, what came of it."""
    now, actor = timezone.now(), request.actor
    one = get_visible(_rows(actor), pk=scheme_id)
    items = list(one.items.all())
    together = sum(item.full for item in items)
    context = {
        "scheme": one,
        "tone": TONES[one.status],
        "items": [_item(item) for item in items],
        "together": together,
        "is_whole": together == WHOLE,
        "buttons": _draw_button(one, actor, now) + buttons(DOORS, SCHEME, one, actor, now),
        "results": queries.results(actor, one),
        "is_office": actor.has(*queries.OFFICE_SEES, hall_id=one.hall_id),
        "today": timezone.localdate(now),
    }
    return render(request, "accountability/assess/scheme.html", context)


def _item(item: SchemeItem) -> dict[str, Any]:
    return {"item": item, "kind": _(ITEM_KINDS[item.kind]), "source": _(SOURCES[item.source])}


def _draw_button(one: AssessmentScheme, actor: Actor, now: Any) -> list[dict[str, Any]]:
    """Drawing up is no move of the scheme: its button stands beside them while the scheme is in force."""
    if one.status != "published" or not actor.has(*rules.ASSESSORS, hall_id=one.hall_id):
        return []
    return [
        {
            "label": DRAW_DOOR.title,
            "href": reverse("accountability:draw-up-assessments", kwargs={"scheme_id": one.pk}),
            "verdict": allowed(rules.check_can_draw_up_assessments, actor, one, now=now),
            "kind": "primary",
        }
    ]


DOORS = (
    Door(
        form=PublishSchemeForm,
        title=lazy("发布方案"),
        button=lazy("发布这个方案"),
        said=lazy("已发布，同一考核期的旧版本已停用。"),
        intro=lazy("发布以后不能再改，只能在考核开始以前用新的版本替换。"),
        rows=_rows,
        back=to_scheme,
    ),
    Door(
        form=EditSchemeForm,
        title=lazy("修改方案"),
        button=lazy("保存"),
        said=lazy("已保存。"),
        intro=lazy(
            "按次扣分的事件必须在系统里有事项或者记录。信访数量、重复信访和越级信访不能作为考核依据。"
        ),
        rows=_rows,
        back=to_scheme,
        template="accountability/assess/edit_scheme.html",
    ),
    Door(
        form=CloseSchemeForm,
        title=lazy("停用方案"),
        button=lazy("停用这个方案"),
        said=lazy("已停用。"),
        rows=_rows,
        back=to_scheme,
        danger=True,
    ),
)
DRAW_DOOR = Door(
    form=DrawUpForm,
    title=lazy("计算得分"),
    button=lazy("计算这些单位的得分"),
    said=lazy("已算出，核对以后送达各单位。"),
    intro=lazy("按现在的记录计算。送达以前单位看不到，可以重新计算；送达以后只能通过决定改变。"),
    rows=_rows,
    back=to_scheme,
)
