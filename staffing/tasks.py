"""The worker's part: months of receptions are worked out here, because a solver has no place in a request."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from hall.access import SYSTEM, Refused
from staffing import actions, queries
from staffing.queries import planner

log = logging.getLogger("staffing.tasks")


@shared_task(name="staffing.solve_proposals")
def solve_proposals() -> int:
    """Answer every proposal that was asked for. A dead worker only delays: beat asks again."""
    done = 0
    for proposal in queries.asked_proposals():
        now = timezone.now()
        try:
            plan = planner.plan(queries.month_facts(proposal.hall, proposal.month, now=now))
            actions.answer_proposal(actor=SYSTEM, proposal_id=proposal.pk, plan=plan, now=timezone.now())
            done += 1
        except Refused:
            log.info("proposal %s was answered by another worker", proposal.pk)
        except planner.Unsolved:
            actions.fail_proposal(
                actor=SYSTEM, proposal_id=proposal.pk, failure="unsolved", now=timezone.now()
            )
    return done
