"""Which papers of a case still have to reach the petitioner, and how it was tried."""

from __future__ import annotations

from cases.models import Case, ServiceRecord
from cases.queries.progress import for_petitioner
from hall.models import IssuedDocument, stream_of

OPINION = "opinion"
"""Has a verb of its own, because the petitioner's own period begins with it: serve_opinion."""


def unserved(case: Case) -> list[IssuedDocument]:
    """Papers addressed to the petitioner that are not served yet, but for the opinion; the latest first."""
    papers = IssuedDocument.objects.filter(stream=stream_of(case), voided_at=None).exclude(kind=OPINION)
    done = set(case.services.exclude(outcome="failed").values_list("document_id", flat=True))
    return [one for one in papers.order_by("-id") if for_petitioner(one.kind) and one.pk not in done]


def attempts(case: Case, document_id: int) -> list[ServiceRecord]:
    """Every try to hand that paper over, in order."""
    return list(case.services.filter(document=document_id).order_by("id"))
