"""The hearing is held: begun with who came, gone through item by item, closed when every page is signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.actions.deadlines import meet_deadline, start_deadline
from cases.actions.proceedings import move_proceeding
from cases.models import Case
from hall import journal
from hall.access import Actor, Refused
from hearings import rules
from hearings.actions.locking import item_of, lock_hearing
from hearings.actions.papers import issue_record
from hearings.lifecycle import HEARING, STEP_KINDS
from hearings.models import Hearing, HearingParty, PanelSeat, RunningStep
from hearings.queries.rule_sets import local_rule
from hearings.queries.session import attendants, matrix_of, sheet_of, steps_of, unit_came
from hearings.rules.session import check_next, check_petitioner_came, check_quorum, check_skippable

BROKEN_OFF = gettext_noop("听证中断，没有进行完。")


@transaction.atomic
def start_hearing(*, actor: Actor, hearing_id: int, present: Iterable[str], now: dt.datetime) -> Hearing:
    """Attendance is on record and the running sheet begins; `present` are the keys of those who came.

    Refused without the whole panel or without the petitioner's side, with who is missing and the way out.
    """
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_start_hearing(actor, hearing, now=now)
    people, came = attendants(hearing), set(present)
    if came - {one.key for one in people}:
        raise Refused(_("到场名单里有人已经变更，请重新打开这一页。"), "input", field="present")
    check_quorum(people, came)
    check_petitioner_came(hearing, people, came)
    for model, is_seat in ((PanelSeat, True), (HearingParty, False)):
        ours = [one for one in people if one.is_seat is is_seat]
        for there in (True, False):
            ids = [one.pk for one in ours if (one.key in came) is there]
            model.objects.filter(pk__in=ids).update(present=there)
    names = [[one.role, one.name] for one in people if one.key in came]
    hearing.dates.filter(round=hearing.round).update(attended=names)
    # A hearing that was broken off and goes on at a new date has a sheet of its own for it.
    hearing.steps.filter(began_at__isnull=False, ended_at=None).update(ended_at=now, note=BROKEN_OFF)
    hearing.status = HEARING.target("start_hearing", hearing.status)
    hearing.started_at = now
    hearing.save(update_fields=["status", "started_at"])
    RunningStep.objects.bulk_create(
        RunningStep(hearing=hearing, round=hearing.round, number=number, kind=kind)
        for number, kind in enumerate(STEP_KINDS, 1)
    )
    meet_deadline(case, "hearing_hold", actor=actor, now=now, item=item_of(hearing))
    move_proceeding(case, "hearing", hearing.pk, stage="in_session", until_on=None)
    after = {
        "status": hearing.status,
        "n": len(came),
        "absent": sorted(one.role for one in people if one.key not in came),
    }
    journal.record(actor, "start_hearing", hearing, stream=case, after=after, now=now)
    return hearing


# -- the running sheet ---------------------------------------------------------------------------------------------


@transaction.atomic
def begin_step(*, actor: Actor, hearing_id: int, number: int, now: dt.datetime) -> RunningStep:
    """The next item begins; the one that runs ends with it."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_begin_step(actor, hearing, now=now)
    sheet = sheet_of(steps_of(hearing), unit_came=unit_came(attendants(hearing)))
    step = check_next(sheet, number)
    if sheet.current:
        _end(sheet.current, now=now)
    step.began_at = now
    step.save(update_fields=["began_at"])
    _note(actor, "begin_step", case, hearing, step, now=now)
    return step


@transaction.atomic
def end_step(*, actor: Actor, hearing_id: int, note: str = "", now: dt.datetime) -> RunningStep:
    """The item that runs is over, and nothing else begins yet."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_end_step(actor, hearing, now=now)
    step = sheet_of(steps_of(hearing), unit_came=True).current
    if step is None:
        raise Refused(_("现在没有正在进行的程序。"), "state")
    _end(step, now=now, note=note)
    _note(actor, "end_step", case, hearing, step, now=now)
    return step


@transaction.atomic
def skip_step(*, actor: Actor, hearing_id: int, number: int, note: str, now: dt.datetime) -> RunningStep:
    """The next item is left out, and the sheet says why."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_skip_step(actor, hearing, now=now)
    people = attendants(hearing)
    step = check_next(sheet_of(steps_of(hearing), unit_came=unit_came(people)), number)
    check_skippable(step, people)
    said = note.strip()[:300]
    if not said:
        raise Refused(_("请写明为什么省略。"), "input", field="note")
    step.ended_at, step.note = now, said
    step.save(update_fields=["ended_at", "note"])
    _note(actor, "skip_step", case, hearing, step, now=now)
    return step


def _end(step: RunningStep, *, now: dt.datetime, note: str = "") -> None:
    step.ended_at, step.note = now, note.strip()[:300] or step.note
    step.save(update_fields=["ended_at", "note"])


def _note(
    actor: Actor, verb: str, case: Case, hearing: Hearing, step: RunningStep, *, now: dt.datetime
) -> None:
    journal.record(actor, verb, hearing, stream=case, after={"step": step.kind}, now=now)


# -- closing -------------------------------------------------------------------------------------------------------


@transaction.atomic
def close_session(*, actor: Actor, hearing_id: int, now: dt.datetime) -> Hearing:
    """Every page is signed, refused or left: the record is issued with all of it, and the panel withdraws.

    From today the days for the conclusion run, as many as the rules of this hearing say.
    """
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_close_session(actor, hearing, now=now)
    people = attendants(hearing)
    steps = steps_of(hearing)
    current = sheet_of(steps, unit_came=unit_came(people)).current
    if current:
        _end(current, now=now)
    recess = next(step for step in steps if step.kind == "recess")
    recess.began_at = now
    recess.save(update_fields=["began_at"])
    hearing.status = HEARING.target("close_session", hearing.status)
    hearing.closed_at = now
    hearing.save(update_fields=["status", "closed_at"])
    clock = start_deadline(
        case,
        "hearing_conclude",
        department_id=hearing.organiser_id,
        started_on=timezone.localdate(now),
        item=item_of(hearing),
        own_rule=local_rule(hearing.rules, "conclude"),
        actor=actor,
        now=now,
    )
    move_proceeding(case, "hearing", hearing.pk, stage="deliberating", until_on=clock.due_on)
    matrix = matrix_of(hearing, people)
    paper = hearing.record_document = issue_record(case, hearing, matrix, people, actor=actor, now=now)
    hearing.save(update_fields=["record_document"])
    after = {
        "status": hearing.status,
        "until": clock.due_on,
        "document": paper.number,
        "n": len(matrix.pages),
    }
    journal.record(actor, "close_session", hearing, stream=case, after=after, now=now)
    return hearing
