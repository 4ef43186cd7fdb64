"""Files that go with what was said: how the doors take them, and how whoever sees the words opens them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accountability.actions.evidence import FOLDER
from accountability.forms.evidence import EvidenceForm
from accountability.models import EvidenceFile
from cases.actions.store import path_of
from cases.forms.uploads import SHOWN_INLINE, left_out_of, receiving
from hall.access import Refused, Request, get_visible
from hall.headers import of_handed_in


def taking(form: type[forms.Form], view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view of a door, behind the limits for files where its form takes them."""
    return receiving(view) if issubclass(form, EvidenceForm) else view


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
    path = path_of(found.file, FOLDER)
    if not path.is_file():
        raise Refused(_("材料文件不在存储中，请联系系统管理员从备份恢复。"), "state")
    inline = found.media_type in SHOWN_INLINE
    kind = found.media_type if inline else "application/octet-stream"
    response = FileResponse(path.open("rb"), content_type=kind)
    response["Content-Disposition"] = content_disposition_header(not inline, found.name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = of_handed_in(response["Content-Type"])
    return response
