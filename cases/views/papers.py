"""Official papers and handed-in materials of a case, for whoever may see the case."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from cases.models import Case, Material
from cases.queries.case_file import OF_ONE_UNIT
from cases.queries.scans import check_is_there
from hall import documents
from hall.access import Request, get_visible
from hall.models import IssuedDocument
from hall.uploads.sending import sent_file


def _case(request: Request, pk: int) -> Case:
    return get_visible(Case.objects.visible_to(request.actor).only("pk", "number", "title"), pk=pk)


def _document(request: Request, pk: int, document_id: int) -> IssuedDocument:
    _case(request, pk)
    papers = IssuedDocument.objects.filter(stream=f"case:{pk}").exclude(kind__in=OF_ONE_UNIT)
    return get_visible(papers, pk=document_id)


@require_safe
def document(request: Request, pk: int, document_id: int) -> HttpResponse:
    """`/cases/<pk>/documents/<id>/`: the words as issued, to read and print, and the file once it is made."""
    found = _document(request, pk, document_id)
    titled = documents.titled(found.kind, found.title)
    context = {"document": found, "title": titled, "page": documents.page(found), "case": _case(request, pk)}
    return render(request, "cases/document.html", context)


@require_safe
def document_file(request: Request, pk: int, document_id: int) -> HttpResponse:
    """`/cases/<pk>/documents/<id>/file/`: the PDF, byte for byte as it was printed the first time."""
    found = _document(request, pk, document_id)
    return pdf_response(found)


def pdf_response(found: IssuedDocument) -> HttpResponse:
    response = HttpResponse(documents.read(found), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{found.number}.pdf") or "inline"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def material(request: Request, pk: int, material_id: int) -> FileResponse:
    """`/cases/<pk>/materials/<id>/`: what was handed in, under its own name; nothing in it is ever run."""
    _case(request, pk)
    found = get_visible(Material.objects.filter(case=pk), pk=material_id)
    place = Path(settings.HALL_PRIVATE_ROOT) / found.file
    check_is_there(place, found.file)
    return sent_file(place, found.name, found.media_type)
