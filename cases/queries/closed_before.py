"""The gate of final closure: whether the matter has been here before and is closed for good (第三十六条第三款)."""

from __future__ import annotations

from django.db.models import Q

from cases.models import Case, DuplicateDecision

CLOSED_FOR_GOOD = ("finally_closed", "declined_closed")
"""Finally closed itself, or already declined because it was."""


def closed_before(case: Case) -> Case | None:
    """The earlier, finally closed case that this one was found to repeat; the newest of several.

    Reader's rights do not come into it: the law closes the matter for every office, also for one that cannot see it.
    """
    repeated = DuplicateDecision.objects.filter(case=case, decision="repeat").values("candidate")
    same = Q(pk__in=repeated) | Q(pk=case.repeat_of_id or 0)
    return Case.objects.filter(same, status__in=CLOSED_FOR_GOOD).defer("search").order_by("-pk").first()
