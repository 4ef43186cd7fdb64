"""A concluded case is marked as one to learn from, or is so no longer. Nothing of it becomes public by this."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accountability import rules
from accountability.lifecycle import EXEMPLARY
from accountability.models import ExemplaryCase
from accountability.queries.exemplary import found_in_order
from cases.models import Case
from cases.rules.common import check_said
from hall import journal
from hall.access import Actor, Refused
from hall.batch import broken_by


@transaction.atomic
def mark_exemplary(
    *, actor: Actor, case_id: int, title: str, reasons: str, lesson: str, now: dt.datetime
) -> ExemplaryCase:
    """With the reasons and what others can learn from it. Where an inspection found it in order, that is kept too."""
    case = Case.objects.locked(case_id)
    rules.check_can_mark_exemplary(actor, case, now=now)
    title, reasons, lesson = rules.check_exemplary_words(title, reasons, lesson, case.pk)
    one = ExemplaryCase(
        hall_id=case.hall_id, case=case, check_of=found_in_order(case.pk), title=title, reasons=reasons, lesson=lesson,
        marked_at=now, marked_by_id=actor.user_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            one.save(force_insert=True)
    except IntegrityError as error:
        if broken_by(error) == "exemplary_once_at_a_time":
            raise Refused(_("这件事项已经是典型案例。"), "state") from error
        raise
    after = {"exemplary": one.pk}
    journal.record(actor, "mark_exemplary", one, stream=case, after=after, now=now)
    return one


@transaction.atomic
def withdraw_exemplary(*, actor: Actor, exemplary_id: int, reason: str, now: dt.datetime) -> ExemplaryCase:
    """It was wrong, or is so no longer; that it was marked stays on record."""
    case = Case.objects.locked(ExemplaryCase.objects.only("case_id").get(pk=exemplary_id).case_id)
    one = ExemplaryCase.objects.locked(exemplary_id)
    one.case = case
    rules.check_can_withdraw_exemplary(actor, one, now=now)
    one.withdrawn_reason = check_said(reason, "reason")[:300]
    one.status = EXEMPLARY.target("withdraw_exemplary", one.status)
    one.withdrawn_at, one.withdrawn_by_id = now, actor.user_id
    one.save(update_fields=["status", "withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    after = {"exemplary": one.pk}
    journal.record(
        actor, "withdraw_exemplary", one, stream=case, after=after, reason=one.withdrawn_reason, now=now
    )
    return one
