"""What leaders have taken up of a case: visits, promises made on the spot, who has charge; for its page."""

from __future__ import annotations

from dataclasses import dataclass, field

from cases.models import Case, FieldVisit, ResultNotice, Sponsorship, VisitTask
from hall.access import Actor
from hall.batch import planned

_ANY = """
SELECT EXISTS (SELECT FROM cases_visitcase x WHERE x.case_id = %(pk)s),
    EXISTS (SELECT FROM cases_sponsoredcase x WHERE x.case_id = %(pk)s),
    EXISTS (SELECT FROM cases_noticecase x WHERE x.case_id = %(pk)s)
"""


@dataclass(slots=True)
class TakenUp:
    """Each only as far as the reader may see it: a visit with another case that bars the reader is not listed."""

    visits: list[FieldVisit] = field(default_factory=list)
    tasks: list[VisitTask] = field(default_factory=list)
    charges: list[Sponsorship] = field(default_factory=list)
    notices: list[ResultNotice] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.visits or self.tasks or self.charges or self.notices)


def taken_up(actor: Actor, case: Case) -> TakenUp:
    """One small statement for most cases, which no leader has taken up."""
    ((has_visit, has_charge, has_notice),) = planned(_ANY, {"pk": case.pk})
    found = TakenUp()
    if has_visit:
        visits = FieldVisit.objects.visible_to(actor).filter(links__case=case.pk)
        found.visits = list(visits.select_related("leader").order_by("-planned_from", "-id")[:20])
        tasks = VisitTask.objects.filter(case=case.pk).select_related("department")
        found.tasks = list(tasks.order_by("done_at", "due_on", "id")[:50])
    if has_charge:
        charges = Sponsorship.objects.visible_to(actor).filter(links__case=case.pk)
        found.charges = list(charges.select_related("leader").order_by("-id")[:20])
    if has_notice:
        notices = ResultNotice.objects.visible_to(actor).filter(links__case=case.pk)
        found.notices = list(notices.exclude(status="dropped").order_by("-id")[:20])
    return found
