"""The worker's part."""

from __future__ import annotations

import logging
from functools import partial

from celery import shared_task
from django.utils import timezone

from accountability import actions, queries
from hall.access import SYSTEM, Refused

log = logging.getLogger("accountability.tasks")


# station
@shared_task(name="accountability.work_out_stationing")
def work_out_stationing() -> int:
    """Answer all advice on stationing that was asked for. A dead worker only delays: beat asks again."""
    done = 0
    for advice in queries.asked_advices():
        try:
            actions.start_stationing_advice(actor=SYSTEM, advice_id=advice.pk, now=timezone.now())
            result = queries.work_out(advice, partial(actions.show_progress, advice.pk))
            actions.answer_stationing_advice(
                actor=SYSTEM, advice_id=advice.pk, result=result, now=timezone.now()
            )
            done += 1
        except Refused:
            log.info("another worker has the advice %s", advice.pk)
        except Exception as fault:  # one hall that fails in any way holds up no other
            log.exception("the advice %s was not worked out", advice.pk)
            actions.fail_stationing_advice(
                actor=SYSTEM, advice_id=advice.pk, failure=type(fault).__name__, now=timezone.now()
            )
    return done
