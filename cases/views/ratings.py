"""Low ratings: the supervisor's list, and the door by which one is closed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from cases import rules
from cases.forms.ratings import CloseFollowUpForm, FollowUpFilterForm
from cases.queries import ratings as queries
from cases.views.doors import Door
from hall.access import Request, whole_number

DOORS: tuple[Door, ...] = (
    Door(
        form=CloseFollowUpForm,
        title=lazy("回访不满意事项"),
        button=lazy("记录回访，办结"),
        said=lazy("%(number)s的回访已记录。"),
        icon="star",
    ),
)


@require_safe
def follow_ups(request: Request) -> HttpResponse:
    """`/follow-ups/`: low ratings in the halls that one supervises, those that wait longest first."""
    rules.check_sees_follow_ups(request.actor)
    now = timezone.now()
    units = [(one.pk, one.label) for one in queries.supervised_units(request.actor)]
    form = FollowUpFilterForm(request.GET, units)
    asked = form.asked()
    after = request.GET.get("after", "")
    page = queries.follow_ups(request.actor, now=now, after=whole_number(after), **asked)
    context = {
        "form": form,
        "rows": page.rows,
        "after": page.after or "",
        "is_open": asked["status"] == "open",
        "is_filtered": bool(asked["department_id"]),
        "is_front": not after,
        "today": timezone.localdate(now),
    }
    return render(request, "cases/follow_ups.html", context)
