"""The worker's part: months of receptions are worked out, gaps in the rota warned of, and who has not come."""

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
        except (
            Exception
        ) as fault:  # one month that fails in any way holds up no other, and may be asked for again
            if not isinstance(fault, planner.Unsolved):
                log.exception("proposal %s was not worked out", proposal.pk)
            actions.fail_proposal(
                actor=SYSTEM, proposal_id=proposal.pk, failure="unsolved", now=timezone.now()
            )
    return done


@shared_task(name="staffing.warn_gaps")
def warn_gaps() -> int:
    """Every hall's windows without staff in the working days ahead. Says nothing twice."""
    now = timezone.now()
    return sum(
        actions.warn_gaps(hall_id=pk, now=now) for pk in queries.open_halls().values_list("pk", flat=True)
    )


@shared_task(name="staffing.warn_not_come")
def warn_not_come() -> int:
    """Who is on duty and was not seen. Runs through the day, speaks once a half-day."""
    now = timezone.now()
    halls = queries.open_halls().values_list("pk", flat=True)
    return sum(actions.warn_not_come(hall_id=pk, now=now) for pk in halls)


MOST_SENT = 200


@shared_task(name="staffing.send_deliveries")
def send_deliveries() -> int:
    """Tell other systems what is due. One that fails rests until the next run, so that it keeps no other waiting."""
    failing: set[int] = set()
    for tried in range(MOST_SENT):
        one = actions.send_delivery(now=timezone.now(), without=failing)
        if one is None:
            return tried
        if one.state != "sent":
            failing.add(one.webhook_id)
    return MOST_SENT
