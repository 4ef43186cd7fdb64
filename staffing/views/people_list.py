"""A personnel list from Excel: hand in, look at line by line, confirm, take back what was not brought in."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hall.access import Refused, Request, allowed, get_visible
from hall.uploads.receiving import left_out_of, receiving
from staffing import actions, queries, rules
from staffing.actions import ListedPerson
from staffing.forms import (
    COLUMNS,
    LIST_LIMIT,
    PeopleFileForm,
    attached,
    read_people_file,
    rejected_file,
    show,
    template_file,
)
from staffing.models import PeopleImport
from staffing.views.receptions import hall_of


def _list(request: Request, token: uuid.UUID) -> PeopleImport:
    """One's own, while it is kept."""
    own = PeopleImport.objects.filter(by=request.actor.user_id or 0, expires_at__gt=timezone.now())
    return get_visible(own.select_related("hall"), token=token)


@receiving(limit=LIST_LIMIT)
@require_http_methods(["GET", "POST"])
def read_people_list(request: Request) -> HttpResponse:
    hall, now = hall_of(request), timezone.now()
    rules.check_can_read_people_list(request.actor, hall, now=now)
    is_post = request.method == "POST"
    form = PeopleFileForm(
        request.POST if is_post else None,
        request.FILES if is_post else None,
        left_out=left_out_of(request),
    )
    if is_post and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            found = read_people_file(upload.read(), hall)
            read = actions.read_people_list(
                actor=request.actor, hall_id=hall.pk, name=upload.name or "", people=found.people, now=now
            )
        except ValidationError as error:
            form.add_error("file", error)
        except Refused as refused:
            show(form, refused)
        else:
            if found.skipped:
                lines = "、".join(str(line) for line in found.skipped)
                messages.info(request, _("第%(lines)s行是跨列的说明，没有读。") % {"lines": lines})
            return redirect("staffing:people-list", read.token)
    context = {"form": form, "place": hall, "halls": queries.managed_halls(request.actor)}
    return render(request, "staffing/read_people_list.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_GET
def people_list(request: Request, token: uuid.UUID) -> HttpResponse:
    """Line by line what would happen, or what has; each error at its cell."""
    read = _list(request, token)
    rows = list(read.rows.select_related("posting__user"))
    lines = []
    for row in rows:
        person = ListedPerson.unpacked(row)
        cells = [
            {"label": label, "text": person.cells.get(name, ""), "error": person.errors.get(name, "")}
            for name, label in COLUMNS.items()
        ]
        others = [why for name, why in person.errors.items() if name not in COLUMNS]
        lines.append({"row": row, "cells": cells, "others": others})
    counts = {
        result: sum(row.result == result for row in rows) for result in ("ready", "wrong", "done", "known")
    }
    context = {
        "read": read, "lines": lines, "counts": counts, "columns": COLUMNS.values(),
        "may_import": allowed(rules.check_can_import_people, request.actor, read, now=timezone.now()),
    }  # fmt: skip
    return render(request, "staffing/people_list.html", context)


@require_POST
def import_people(request: Request, token: uuid.UUID) -> HttpResponse:
    read = _list(request, token)
    actions.import_people(actor=request.actor, import_id=read.pk, now=timezone.now())
    done = read.rows.filter(result="done").count()
    messages.success(request, ngettext("已导入%(n)s人。", "已导入%(n)s人。", done) % {"n": done})
    return redirect("staffing:people-list", read.token)


@require_GET
def rejected_people(request: Request, token: uuid.UUID) -> HttpResponse:
    """What has errors, as an Excel file with the reasons in its last columns."""
    read = _list(request, token)
    people = [ListedPerson.unpacked(row) for row in read.rows.filter(result="wrong")]
    return attached(rejected_file(people), f"{_('未导入的人员')}.xlsx")


@require_GET
def people_template(request: Request) -> HttpResponse:
    return attached(template_file(hall_of(request)), f"{_('人员名单模板')}.xlsx")
