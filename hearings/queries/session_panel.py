"""What the page of a hearing shows of its day, for `templates/hearings/_session.html`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hall.access import Actor
from hall.models import IssuedDocument
from hearings.models import Conclusion, Hearing
from hearings.queries.session import attendants, matrix_of, sheet_of, steps_of, unit_came

HELD = ("in_session", "suspended", "deliberating", "concluded")


def papers_of(hearing: Hearing) -> list[IssuedDocument]:
    """The decision, the record and the conclusion; each notice stands with its addressee."""
    conclusion = Conclusion.objects.filter(hearing=hearing).values_list("document", flat=True)
    wanted = [pk for pk in (hearing.decision_document_id, hearing.record_document_id, *conclusion) if pk]
    return list(IssuedDocument.objects.filter(pk__in=wanted).order_by("pk")) if wanted else []


def session_of(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> dict[str, Any]:
    """Bounded statements, whatever the length of the transcript. Nothing of the deliberation but that it is on."""
    is_held = hearing.status in HELD
    people = attendants(hearing) if is_held else []
    matrix = matrix_of(hearing, people) if is_held else None
    return {
        "session_is_held": is_held or hearing.status == "scheduled",
        "session_sheet": sheet_of(steps_of(hearing), unit_came=unit_came(people)) if is_held else None,
        "session_pages": len(matrix.pages) if matrix else 0,
        "session_missing": len(matrix.missing) if matrix else 0,
        "session_conclusion": Conclusion.objects.filter(hearing=hearing).select_related("document").first()
        if hearing.status == "concluded"
        else None,
        "session_sits": Hearing.objects.sat_on_by(actor).filter(pk=hearing.pk).exists(),
    }
