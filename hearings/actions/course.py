"""A hearing does not go straight: put off, suspended, taken up again, ended without a conclusion.

What its course does to the clock of holding it: a postponement extends it within the days of the rules; a suspension
ends it, because nobody knows how long the ground lasts, and resuming begins it anew with all its days. The pause of a
re-examination goes on through both: all of that is time that the hearing needs.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Q

from cases.actions.deadlines import extend_deadline
from cases.actions.proceedings import move_proceeding
from cases.models import Case
from hall import journal
from hall.access import SYSTEM, Actor, Refused
from hall.models import ref_of
from hearings import rules
from hearings.actions.asking_clocks import (
    clock_running,
    close_hearing,
    give_up_date,
    move_hearing,
    start_hold_clock,
    stop_clocks,
    tell_organiser,
    tell_petitioner,
)
from hearings.actions.locking import item_of, lock_hearing
from hearings.actions.notices import notices_of_end, notices_of_postponement
from hearings.lifecycle import END_GROUNDS, OPEN, POSTPONE_GROUNDS, STAGE_OF_STATE, SUSPEND_GROUNDS
from hearings.models import Hearing
from hearings.rules.asking import check_reason
from hearings.rules.course import (
    check_end_ground,
    check_more_days,
    check_postpone_ground,
    check_suspend_ground,
)
from staffing.actions.engagements import release

log = logging.getLogger("hearings.actions")


@transaction.atomic
def postpone_hearing(
    *, actor: Actor, hearing_id: int, ground: str, reason: str, days: int = 0, now: dt.datetime
) -> Hearing:
    """The date is given up for a good reason: room and people are free, everyone noticed is told, and the time for
    holding it grows by `days`, in all by no more than the rules allow.
    """
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_postpone_hearing(actor, hearing, now=now)
    check_postpone_ground(ground)
    said = check_reason(reason)
    clock = clock_running(hearing, "hearing_hold")
    check_more_days(hearing, clock, days, now=now)
    notices_of_postponement(case, hearing, actor=actor, ground=str(POSTPONE_GROUNDS[ground]), now=now)
    forgotten = give_up_date(hearing, ground=ground, reason=said, actor=actor, now=now)
    move_hearing(hearing, "postpone_hearing", **forgotten)
    if clock is not None and days:
        clock = extend_deadline(case, "hearing_hold", days=days, item=item_of(hearing), actor=actor, now=now)
    until = clock.due_on if clock is not None else None
    move_proceeding(case, "hearing", hearing.pk, stage="postponed", meets_at=None, until_on=until)
    after = {"days": days or None, "until": until, "note": POSTPONE_GROUNDS[ground]}
    journal.record(actor, "postpone_hearing", hearing, stream=case, after=after, reason=said, now=now)
    return hearing


@transaction.atomic
def suspend_hearing(*, actor: Actor, hearing_id: int, ground: str, reason: str, now: dt.datetime) -> Hearing:
    """It stands still until its ground has gone. The clock of holding it ends; it begins anew when it is resumed."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_suspend_hearing(actor, hearing, now=now)
    check_suspend_ground(ground)
    said = check_reason(reason)
    # That a party has died or is ill is nobody's business but the file's.
    why = "" if ground == "party" else str(SUSPEND_GROUNDS[ground])
    notices_of_postponement(case, hearing, actor=actor, ground=why, now=now)
    if hearing.status == "scheduled":
        forgotten = give_up_date(hearing, ground="other", reason=said, actor=actor, now=now)
    else:  # it was held in part on that day, which stays
        release(ref_of(hearing), now=now)
        hearing.steps.filter(began_at__isnull=False, ended_at=None).update(ended_at=now)
        # Who was let in has a seat at the next date, too.
        hearing.audience.filter(status="came", erased_at=None).update(status="asked", came_at=None)
        forgotten = {"starts_at": None, "ends_at": None, "room": None, "place": ""}
    stop_clocks(case, hearing, reason="听证中止，恢复后重新计算。", actor=actor, now=now)
    move_hearing(hearing, "suspend_hearing", **forgotten)
    move_proceeding(case, "hearing", hearing.pk, stage="suspended", meets_at=None, until_on=None)
    after = {"note": why}
    journal.record(actor, "suspend_hearing", hearing, stream=case, after=after, reason=said, now=now)
    return hearing


@transaction.atomic
def resume_hearing(*, actor: Actor, hearing_id: int, reason: str, now: dt.datetime) -> Hearing:
    """The ground has gone: all the days for holding it begin again today, and a new date is set."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_resume_hearing(actor, hearing, now=now)
    said = check_reason(reason)
    move_hearing(hearing, "resume_hearing")
    clock = start_hold_clock(case, hearing, actor=actor, now=now)
    move_proceeding(case, "hearing", hearing.pk, stage="preparing", until_on=clock.due_on)
    after = {"until": clock.due_on}
    journal.record(actor, "resume_hearing", hearing, stream=case, after=after, reason=said, now=now)
    tell_petitioner(case, "hearing_resumed", once=f"{clock.pk}", until=f"{clock.due_on}", now=now)
    tell_organiser(case, hearing, "hearing_goes_on", once=f"{clock.pk}", until=f"{clock.due_on}", now=now)
    return hearing


@transaction.atomic
def end_hearing(*, actor: Actor, hearing_id: int, ground: str, reason: str, now: dt.datetime) -> Hearing:
    """It ends without a conclusion: who asked does not come, the matter is settled, and so on. The matter goes on."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_end_hearing(actor, hearing, now=now)
    check_end_ground(hearing, ground)
    said = check_reason(reason)
    _end(case, hearing, "end_hearing", ground=ground, reason=said, actor=actor, now=now)
    return hearing


def _end(
    case: Case, hearing: Hearing, verb: str, *, ground: str, reason: str, actor: Actor, now: dt.datetime
) -> None:
    if hearing.round and hearing.status != "deliberating":
        # Also who was told of a date that was put off: it does not come again.
        notices_of_end(case, hearing, actor=actor, now=now)
    close_hearing(case, hearing, verb, stage="ended", reason=reason, actor=actor, now=now, end_ground=ground)
    after = {"unit": hearing.organiser.name, "note": END_GROUNDS[ground]}
    journal.record(actor, verb, hearing, stream=case, after=after, reason=reason, now=now)
    tell_organiser(case, hearing, "hearing_over", once=f"{hearing.pk}", what="ended", now=now)
    tell_petitioner(case, "hearing_ended", once=str(hearing.pk), now=now)


def lapse_hearings(*, now: dt.datetime) -> int:
    """The sweep: a hearing whose matter has ended or moved on has lost its object; returns how many."""
    goes_on = Q()
    for state, stage in STAGE_OF_STATE.items():
        goes_on |= Q(case__status=state, stage=stage)
    lost = (
        Hearing.objects.filter(status__in=OPEN).exclude(goes_on).order_by("pk").values_list("pk", flat=True)
    )
    lapsed = 0
    for pk in list(lost):
        try:
            _lapse(pk, now=now)
            lapsed += 1
        except Refused as refused:  # concluded, or back in its procedure, a moment ago
            log.info("hearing %s does not lapse: %s", pk, refused)
        except Exception:  # one bad row must not keep the others
            log.exception("hearing %s does not lapse", pk)
    return lapsed


@transaction.atomic
def _lapse(hearing_id: int, *, now: dt.datetime) -> None:
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_lapse_hearings(SYSTEM, hearing, now=now)
    reason = str(END_GROUNDS["lapsed"])
    _end(case, hearing, "lapse_hearings", ground="lapsed", reason=reason, actor=SYSTEM, now=now)
