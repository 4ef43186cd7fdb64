"""The case first, then its hearing; and the name of its clocks."""

from __future__ import annotations

from django.utils.translation import gettext as _

from cases.models import Case
from hall.access import Refused
from hearings.models import Hearing


def lock_hearing(hearing_id: int) -> tuple[Case, Hearing]:
    """Both under their row locks: whoever acts on either waits here. A part of every act on a hearing.

    Raises Refused(unseen).
    """
    known = Hearing.objects.filter(pk=hearing_id).values_list("case_id", flat=True).first()
    if known is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    case = Case.objects.locked(known)
    hearing = Hearing.objects.select_related("organiser", "rules", "room").locked(hearing_id)
    hearing.case, hearing.hall = case, case.hall
    return case, hearing


def item_of(hearing: Hearing) -> str:
    """Which of several hearings of the case a clock belongs to."""
    return str(hearing.pk)
