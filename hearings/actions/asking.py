"""A hearing is asked for or opened, and decided on (国信发〔2015〕12号（七）; 《信访工作条例》第三十六条)."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone

from cases.actions.deadlines import meet_deadline, start_deadline
from cases.actions.papers import due_fact, issue_paper
from cases.actions.parts import draw_in, give_case
from cases.actions.proceedings import end_proceeding, move_proceeding, open_proceeding
from cases.models import Case, Deadline
from hall import journal
from hall.access import SYSTEM, Actor, Refused
from hearings import rules
from hearings.actions.announcements import withdraw_announcement
from hearings.actions.asking_clocks import (
    close_hearing,
    exclude_time,
    move_hearing,
    start_hold_clock,
    tell_organiser,
    tell_petitioner,
)
from hearings.actions.local_rules import rules_in_force
from hearings.actions.locking import item_of, lock_hearing
from hearings.actions.notices import notices_of_end
from hearings.lifecycle import OPENNESS
from hearings.models import Hearing
from hearings.queries.rule_sets import local_rule
from hearings.queries.stages import Stage, stage_of
from hearings.rules.asking import (
    check_asked_on,
    check_open_ground,
    check_openness,
    check_organiser,
    check_reason,
    check_title,
)

log = logging.getLogger("hearings.actions")


@transaction.atomic
def request_hearing(
    *, actor: Actor, case_id: int, title: str, reason: str, requested_on: dt.date, now: dt.datetime
) -> Hearing:
    """The petitioner asks: the unit has its days for the decision, and the petitioner a receipt."""
    case = Case.objects.locked(case_id)
    rules.check_can_request_hearing(actor, case, now=now)
    stage = _stage(case)
    version = rules_in_force(case.hall_id, requested_on, now=now)
    check_asked_on(version, case, stage, requested_on, now=now)
    hearing = Hearing.objects.create(
        case=case,
        hall=case.hall,
        organiser=check_organiser(case, stage, None),
        rules=version,
        origin="request",
        stage=stage.code,
        title=check_title(title, case),
        reason=check_reason(reason),
        requested_on=requested_on,
        status="requested",
        opened_at=now,
        opened_by_id=actor.user_id,
    )
    clock = start_deadline(
        case,
        "hearing_decide",
        department_id=hearing.organiser_id,
        # Asked for before the matter came here (with the request for a review): the unit's days begin with the matter.
        # Where silence grants, nobody is granted anything before the unit could have decided: from today.
        started_on=timezone.localdate(now) if version.silence_grants else max(requested_on, stage.began_on),
        item=item_of(hearing),
        own_rule=local_rule(version, "decide"),
        actor=actor,
        now=now,
    )
    open_proceeding(
        case, "hearing", hearing.pk, title=hearing.title, stage="requested", units=[hearing.organiser_id],
        until_on=clock.due_on, actor=actor, now=now,
    )  # fmt: skip
    after = {"unit": hearing.organiser.name, "on": requested_on, "until": clock.due_on}
    journal.record(actor, "request_hearing", hearing, stream=case, after=after, now=now)
    once, until = str(hearing.pk), f"{clock.due_on}"
    tell_petitioner(
        case, "hearing_received", once=once, unit=hearing.organiser.name, on=f"{requested_on}", until=until,
        silent=version.silence_grants, now=now,
    )  # fmt: skip
    tell_organiser(
        case, hearing, "hearing_asked", once=once, until=until, silent=version.silence_grants, now=now
    )
    return hearing


@transaction.atomic
def open_hearing(
    *,
    actor: Actor,
    case_id: int,
    title: str,
    ground: str,
    reason: str,
    closed_ground: str = "",
    closed_reason: str = "",
    organiser_id: int | None = None,
    now: dt.datetime,
) -> Hearing:
    """A unit holds one of its own motion: the matter is major, complex, contested, or open for long."""
    case = Case.objects.locked(case_id)
    rules.check_can_open_hearing(actor, case, now=now)
    stage = _stage(case)
    closed, why = check_openness(closed_ground, closed_reason)
    hearing = Hearing.objects.create(
        case=case,
        hall=case.hall,
        organiser=check_organiser(case, stage, organiser_id),
        rules=rules_in_force(case.hall_id, timezone.localdate(now), now=now),
        origin="own_motion",
        stage=stage.code,
        title=check_title(title, case),
        open_ground=check_open_ground(ground),
        reason=check_reason(reason),
        status="preparing",
        opened_at=now,
        opened_by_id=actor.user_id,
        decided_at=now,
        decided_by_id=actor.user_id,
        decision_reason=reason.strip(),
        is_public=not closed,
        closed_ground=closed,
        closed_reason=why,
    )
    open_proceeding(case, "hearing", hearing.pk, title=hearing.title, stage="preparing", actor=actor, now=now)
    clock = _begin(case, hearing, stage, actor=actor, now=now)
    after = {"unit": hearing.organiser.name, "until": clock.due_on, "note": _openness_words(hearing)}
    journal.record(actor, "open_hearing", hearing, stream=case, after=after, reason=hearing.reason, now=now)
    return hearing


def _stage(case: Case) -> Stage:
    stage = stage_of(case)
    assert stage is not None, "the rule has asked"  # noqa: S101
    return stage


def _openness_words(hearing: Hearing) -> str:
    """As journal and papers have it, in Chinese; shown in the reader's language."""
    return OPENNESS[hearing.closed_ground]


def _begin(case: Case, hearing: Hearing, stage: Stage, *, actor: Actor, now: dt.datetime) -> Deadline:
    """It will be held: days to do so, the paper, the pause where the law has one; no opinion before it is concluded."""
    if hearing.organiser_id != stage.unit_id:
        draw_in(case, hearing.organiser, actor=actor, now=now)
        give_case(
            case,
            hearing.organiser,
            "hearing_given",
            once=str(hearing.pk),
            url=f"/hearings/{hearing.pk}/",
            now=now,
        )
    clock = start_hold_clock(case, hearing, actor=actor, now=now)
    hold = exclude_time(case, hearing, now=now)
    _issue_decision(case, hearing, clock, actor=actor, now=now)
    hearing.save(update_fields=["decision_document", "hold"])
    move_proceeding(
        case, "hearing", hearing.pk, stage="preparing", units={hearing.organiser_id, stage.unit_id},
        until_on=clock.due_on, blocks_opinion=True,
    )  # fmt: skip
    tell_petitioner(
        case, "hearing_granted", once=str(hearing.pk), unit=hearing.organiser.name, until=f"{clock.due_on}",
        own=hearing.origin == "own_motion", paused=hold is not None, now=now,
    )  # fmt: skip
    return clock


def _issue_decision(
    case: Case, hearing: Hearing, clock: Deadline | None, *, actor: Actor, now: dt.datetime
) -> None:
    """The numbered paper for the petitioner, of a decision either way."""
    if clock is not None:
        decision = f"决定举行听证，由{hearing.organiser.name}组织，{_openness_words(hearing)}。"
    else:
        decision = "决定不举行听证。"
    paused = "听证所需时间不计算在复核期限内。" if hearing.hold else ""
    hearing.decision_document = issue_paper(
        "notice_hearing_decision",
        case,
        actor=actor,
        now=now,
        matter=hearing.title,
        requested_on=hearing.requested_on,
        hearing_decision=decision,
        reason=hearing.decision_reason,
        hearing_rules=hearing.rules.name,
        hearing_due=due_fact(clock) if clock is not None and clock.due_on else None,
        hearing_effect=paused,
    )


@transaction.atomic
def grant_hearing(
    *,
    actor: Actor,
    hearing_id: int,
    reason: str,
    closed_ground: str = "",
    closed_reason: str = "",
    organiser_id: int | None = None,
    now: dt.datetime,
) -> Hearing:
    """It will be held; in public unless there is one of the two reasons. An opinion waits for its conclusion."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_grant_hearing(actor, hearing, now=now)
    closed, why = check_openness(closed_ground, closed_reason)
    stage = _stage(case)
    _grant(
        case, hearing, "grant_hearing", reason=check_reason(reason), actor=actor, now=now, is_public=not closed,
        closed_ground=closed, closed_reason=why, organiser=check_organiser(case, stage, organiser_id),
    )  # fmt: skip
    return hearing


def _grant(
    case: Case, hearing: Hearing, verb: str, *, reason: str, actor: Actor, now: dt.datetime, **facts: object
) -> None:
    meet_deadline(case, "hearing_decide", item=item_of(hearing), actor=actor, now=now)
    move_hearing(hearing, verb, decided_at=now, decided_by_id=actor.user_id, decision_reason=reason, **facts)
    clock = _begin(case, hearing, _stage(case), actor=actor, now=now)
    after = {"unit": hearing.organiser.name, "until": clock.due_on, "note": _openness_words(hearing)}
    journal.record(actor, verb, hearing, stream=case, after=after, reason=reason, now=now)


@transaction.atomic
def refuse_hearing(*, actor: Actor, hearing_id: int, reason: str, now: dt.datetime) -> Hearing:
    """It will not be held, with reasons and in writing; the matter goes on as before."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_refuse_hearing(actor, hearing, now=now)
    said = check_reason(reason)
    meet_deadline(case, "hearing_decide", item=item_of(hearing), actor=actor, now=now)
    hearing.decision_reason = said
    _issue_decision(case, hearing, None, actor=actor, now=now)
    move_hearing(
        hearing, "refuse_hearing", decided_at=now, decided_by_id=actor.user_id, decision_reason=said,
        decision_document=hearing.decision_document, ended_at=now,
    )  # fmt: skip
    end_proceeding(case, "hearing", hearing.pk, stage="refused", now=now)
    after = {"unit": hearing.organiser.name}
    journal.record(actor, "refuse_hearing", hearing, stream=case, after=after, reason=said, now=now)
    tell_petitioner(case, "hearing_refused", once=str(hearing.pk), unit=hearing.organiser.name, now=now)
    return hearing


@transaction.atomic
def withdraw_hearing(*, actor: Actor, hearing_id: int, reason: str, now: dt.datetime) -> Hearing:
    """The petitioner takes the request back before the hearing begins; it can be asked for again."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_withdraw_hearing(actor, hearing, now=now)
    said = check_reason(reason)
    if hearing.round:
        notices_of_end(case, hearing, actor=actor, now=now)
    close_hearing(case, hearing, "withdraw_hearing", stage="withdrawn", reason=said, actor=actor, now=now)
    after = {"unit": hearing.organiser.name}
    journal.record(actor, "withdraw_hearing", hearing, stream=case, after=after, reason=said, now=now)
    tell_organiser(case, hearing, "hearing_over", once=f"{hearing.pk}", what="withdrawn", now=now)
    tell_petitioner(case, "hearing_withdrawn", once=str(hearing.pk), now=now)
    return hearing


@transaction.atomic
def grant_by_silence(*, actor: Actor, hearing_id: int, now: dt.datetime) -> Hearing:
    """Nobody decided in time, and the hall's rules count that as granted; that it was late stays on the clock."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_grant_by_silence(actor, hearing, now=now)
    said = f"没有在期限内决定，按照{hearing.rules.name}视为同意举行听证。"
    _grant(case, hearing, "grant_by_silence", reason=said, actor=actor, now=now)
    tell_organiser(case, hearing, "hearing_silent", once=str(hearing.pk), now=now)
    return hearing


def grant_silent_requests(*, now: dt.datetime) -> int:
    """The sweep: every request whose last day has passed under rules that grant by silence, each on its own."""
    waiting = Hearing.objects.filter(status="requested", rules__silence_grants=True).values_list(
        "pk", flat=True
    )
    due = Deadline.objects.open().filter(
        kind="hearing_decide", due_at__lte=now, item__in=[str(pk) for pk in waiting]
    )
    granted = 0
    for item in due.order_by("due_at", "id").values_list("item", flat=True):
        try:
            grant_by_silence(actor=SYSTEM, hearing_id=int(item), now=now)
            granted += 1
        except Refused as refused:  # decided, or moved on, a moment ago
            log.info("hearing %s is not granted by silence: %s", item, refused)
    return granted


@transaction.atomic
def set_openness(
    *, actor: Actor, hearing_id: int, closed_ground: str = "", closed_reason: str = "", now: dt.datetime
) -> Hearing:
    """Public or not is decided anew, until a date is set; a closed one is not announced any more."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_set_openness(actor, hearing, now=now)
    closed, why = check_openness(closed_ground, closed_reason)
    before = {"note": _openness_words(hearing)}
    if closed:
        withdraw_announcement(hearing, now=now)
    move_hearing(hearing, "set_openness", is_public=not closed, closed_ground=closed, closed_reason=why)
    after = {"note": _openness_words(hearing)}
    journal.record(actor, "set_openness", hearing, stream=case, before=before, after=after, now=now)
    return hearing
