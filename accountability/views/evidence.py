"""Files that go with what was said: how the doors take them, and how whoever sees the words opens them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_safe

from accountability.actions.evidence import FOLDER
from accountability.forms.evidence import EvidenceForm
from accountability.models import EvidenceFile
from cases.actions.store import path_of
from cases.queries.scans import check_is_there
from hall.access import Request, get_visible
from hall.uploads.receiving import left_out_of, receiving
from hall.uploads.sending import sent_file


def taking(form: type[forms.Form], view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view of a door, behind the limits for files where its form takes them."""
    return receiving()(view) if issubclass(form, EvidenceForm) else view


def sent(request: Request) -> tuple[Any, Any]:
    """What was typed, and what was chosen."""
    return request.POST, request.FILES


def more_of(form: type[forms.Form], request: Request) -> dict[str, Any]:
    """What a form that takes files has to know besides: those that were left out as they came."""
    return {"left_out": left_out_of(request)} if issubclass(form, EvidenceForm) else {}


@require_safe
def evidence(request: Request, evidence_id: int) -> FileResponse:
    """`/evidence/<id>/`: under its own name, for whoever sees what it belongs to; nothing in it is ever run."""
    found = get_visible(EvidenceFile.objects.visible_to(request.actor), pk=evidence_id)
    place = path_of(found.file, FOLDER)
    check_is_there(place, found.file)
    return sent_file(place, found.name, found.media_type)
