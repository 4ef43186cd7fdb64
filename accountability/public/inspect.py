"""What inspections have found, for everybody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.queries.inspections import public_inspections
from cases.queries.work_list import Cursor
from hall.access import Refused
from hall.fresh import fresh
from staffing.models import Hall


@login_not_required
@require_safe
def inspection_results(request: HttpRequest, code: str) -> HttpResponseBase:
    """`/halls/<code>/inspections/`: the newest first; of one that was taken down only that, when and why."""
    hall = Hall.objects.filter(code=code, is_open=True).select_related("jurisdiction").first()
    if hall is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    after = Cursor.parse(request.GET.get("after", ""))
    rows, more = public_inspections(hall, after=after)
    context = {"hall": hall, "rows": rows, "after": more, "is_front": after is None}
    return fresh(request, "accountability/inspect/results.html", context)
