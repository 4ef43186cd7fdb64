"""A person at the window asks for their own data: the clerk states the papers, the hall prints or hands over a file."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accountability import actions, rules
from accountability.forms.personal_file import PersonalFileForm
from accountability.queries.personal_file import visible_person
from hall.access import Refused, Request


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def issue_personal_file(request: Request, petitioner_id: int) -> HttpResponse:
    """`/petitioners/<petitioner_id>/file/`: asked with GET, given with POST."""
    now, person = timezone.now(), visible_person(request.actor, petitioner_id)
    if person is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    rules.check_can_issue_personal_file(request.actor, person, now=now)
    form = PersonalFileForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            person, sections = actions.issue_personal_file(
                actor=request.actor, petitioner_id=petitioner_id, now=now, **form.facts()
            )
        except Refused as refused:
            if refused.kind != "input":
                raise
            form.add_error(refused.field or None, str(refused.reason))
        else:
            if form.cleaned_data["shape"] == "json":
                return _as_json(person.pk, {one.title: list(one.rows) for one in sections})
            context = {"person": person, "sections": sections, "now": now}
            return render(request, "accountability/personal_file.html", context)
    status = 422 if form.is_bound else 200
    return render(
        request, "accountability/issue_personal_file.html", {"form": form, "person": person}, status=status
    )


def _as_json(pk: int, told: dict[str, object]) -> HttpResponse:
    text = json.dumps(told, ensure_ascii=False, indent=2)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = content_disposition_header(as_attachment=True, filename=f"petitioner-{pk}.json")
    answer["Content-Disposition"] = name or "attachment"
    return answer
