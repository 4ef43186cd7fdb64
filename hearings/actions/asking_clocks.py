"""What granting, putting off and ending a hearing share: its clocks, the pause that the law gives, who is told.

Parts of actions: the caller is in its transaction, holds the case's lock, then the hearing's, and writes the journal.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from cases.actions.deadlines import start_deadline, void_deadline
from cases.actions.holds import lift_hold, place_hold
from cases.actions.parts import office_people, readers_of, tell
from cases.actions.proceedings import end_proceeding
from cases.actions.video import call_off_video
from cases.models import Case, Deadline, Hold
from cases.queries.standing import standing
from cases.rules.handling import stoppable
from cases.terms import term
from hall import outbox
from hall.access import SYSTEM, Actor
from hall.models import ref_of
from hearings.actions.locking import item_of
from hearings.lifecycle import HEARING
from hearings.models import Hearing
from hearings.queries.rule_sets import local_rule
from staffing.actions.engagements import release
from staffing.lifecycle import DEPARTMENT_HEAD, LIAISON

NOT_COUNTED = gettext_noop(
    "听证所需时间不计算在复核期限内：自决定举行听证之日起，至作出听证结论或者听证终止之日止。"
)
CLOCKS = ("hearing_decide", "hearing_hold", "hearing_conclude")


def move_hearing(hearing: Hearing, verb: str, **facts: object) -> str:
    """Take the table's move and set the facts that go with it; returns the state that it leaves."""
    before = hearing.status
    hearing.status = HEARING.target(verb, before)
    for name, value in facts.items():
        setattr(hearing, name, value)
    hearing.save(update_fields=["status", *facts])
    return before


# -- clocks ------------------------------------------------------------------------------------------------------


def clock_running(hearing: Hearing, kind: str) -> Deadline | None:
    rows = Deadline.objects.select_for_update().open()
    return rows.filter(case=hearing.case_id, kind=kind, item=item_of(hearing)).first()


def start_hold_clock(case: Case, hearing: Hearing, *, actor: Actor, now: dt.datetime) -> Deadline:
    """From today the organiser has so many days to hold it, by the version that the hearing keeps."""
    return start_deadline(
        case,
        "hearing_hold",
        department_id=hearing.organiser_id,
        started_on=timezone.localdate(now),
        item=item_of(hearing),
        own_rule=local_rule(hearing.rules, "hold"),
        actor=actor,
        now=now,
    )


def stop_clocks(case: Case, hearing: Hearing, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    void_deadline(case, *CLOCKS, item=item_of(hearing), reason=reason[:200], actor=actor, now=now)


# -- the pause of the re-examination ---------------------------------------------------------------------------


def exclude_time(case: Case, hearing: Hearing, *, now: dt.datetime) -> Hold | None:
    """The time that a hearing needs is not counted in the period of the re-examination, and in no other one
    (《信访工作条例》第三十六条第二款, 《信访条例》第三十五条第二款: 前款规定的期限).

    From the day on which it is decided to hold it, open until `count_again`. A period that has passed already is not
    paused, and where a pause runs none is placed: pauses never overlap. It follows from the law, so it is the system's.
    """
    running = stoppable(case) if hearing.stage == "reexamine" else []
    if not running or any(row["due_on"] is None for row in running):
        return None
    if not any(standing(case).is_running(row["kind"], now) for row in running):
        return None
    ends = [hold.to_on for hold in case.holds.all() if hold.to_on]
    hold = place_hold(
        actor=SYSTEM,
        case_id=case.pk,
        kind="hearing",
        from_on=max([timezone.localdate(now), *ends]),
        authority=term("reexamine", case.law).holds_article,
        reason=NOT_COUNTED,
        now=now,
    )
    hearing.hold = hold
    return hold


def count_again(hearing: Hearing, *, now: dt.datetime) -> None:
    """The hearing has its conclusion or is over: the days count again from today on. A pause is at least one day."""
    hold = Hold.objects.filter(pk=hearing.hold_id or 0).first()
    if hold is None:
        return
    day = max(timezone.localdate(now), hold.from_on + dt.timedelta(days=1))
    if hold.to_on is None or hold.to_on > day:
        lift_hold(actor=SYSTEM, case_id=hearing.case_id, hold_id=hold.pk, to_on=day, now=now)


# -- the date, the room, the people ----------------------------------------------------------------------------


def give_up_date(
    hearing: Hearing, *, ground: str, reason: str, actor: Actor, now: dt.datetime
) -> dict[str, Any]:
    """Room and people are free, and the date stays readable with the reason. Returns what the hearing forgets."""
    release(ref_of(hearing), now=now)
    call_off_video(actor=actor, room_id=hearing.video_room_id, reason=reason, now=now)
    row = hearing.dates.select_for_update().filter(dropped_at=None).order_by("-round").first()
    if row is not None and hearing.starts_at is not None:
        row.dropped_at, row.ground, row.reason = now, ground, reason
        row.save(update_fields=["dropped_at", "ground", "reason"])
    return {"starts_at": None, "ends_at": None, "room": None, "place": ""}


def close_hearing(
    case: Case,
    hearing: Hearing,
    verb: str,
    *,
    stage: str,
    reason: str,
    actor: Actor,
    now: dt.datetime,
    **facts: Any,
) -> str:
    """It ends without a conclusion: clocks, room, people, pause, and what an opinion waited for."""
    if hearing.status not in ("in_session", "deliberating"):
        give_up_date(hearing, ground="other", reason=reason, actor=actor, now=now)
    else:
        release(ref_of(hearing), now=now)
        hearing.steps.filter(began_at__isnull=False, ended_at=None).update(ended_at=now)
    stop_clocks(case, hearing, reason=reason, actor=actor, now=now)
    before = move_hearing(hearing, verb, ended_at=now, end_reason=reason, **facts)
    end_proceeding(case, "hearing", hearing.pk, stage=stage, now=now)
    count_again(hearing, now=now)
    return before


# -- who is told -----------------------------------------------------------------------------------------------


def tell_petitioner(case: Case, kind: str, *, once: str, now: dt.datetime, **facts: object) -> None:
    """By SMS, where there is a telephone; what was decided comes in writing beside."""
    party = case.parties.select_related("petitioner").filter(role="principal").first()
    if party is None or not party.petitioner.phone:
        return
    context = {"hall": case.hall.name, "number": case.number, "phone": case.hall.phone, **facts}
    to = outbox.Phone(party.petitioner.phone)
    outbox.post(kind, to=to, context=context, once=f"{kind}/{case.pk}/{once}", now=now)


def tell_organiser(
    case: Case, hearing: Hearing, kind: str, *, once: str, now: dt.datetime, **facts: Any
) -> None:
    """The unit that holds it: its heads and liaisons, else the hall's managers."""
    people = readers_of(case, hearing.organiser, DEPARTMENT_HEAD, LIAISON, now=now) or office_people(
        case, now=now
    )
    tell(case, people, kind, once=once, now=now, url=f"/hearings/{hearing.pk}/", **facts)
