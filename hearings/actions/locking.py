"""The case first, then its hearing."""

from __future__ import annotations

from cases.models import Case
from hearings.models import Hearing


def lock_hearing(hearing_id: int) -> tuple[Case, Hearing]:
    """Both under their row locks. A part of every act on a hearing."""
    case = Case.objects.locked(Hearing.objects.values_list("case", flat=True).get(pk=hearing_id))
    hearing = Hearing.objects.locked(hearing_id)
    hearing.case = case
    return case, hearing
