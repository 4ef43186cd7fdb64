"""How a matter is brought past its day on purpose, and how one is not though it looks as if: the manners of the play.

A manner plays one matter through the real actions, step by step: it yields the moment at which it goes on. It knows
beforehand which period it breaks, by how many days and whose these days are, and says so to the ledger (`Stage.plant`)
before it happens. The numbers are counted here, on the days of the story; nothing of them is read from a finding.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from itertools import pairwise

from django.utils import timezone

from accountability.actions import answer_supervision, open_supervision
from accountability.management.simulation_stage import (
    NOT_OURS,
    ONE,
    SAID,
    WHY,
    Stage,
    Steps,
    after,
    before,
    between,
    decide,
    due_of,
    extend,
    involve,
    on,
    past,
    pause,
    to_reexamination,
    workday,
)
from accountability.terms import WAIT_DAYS
from cases.models import Case, Deadline

# -- the office ----------------------------------------------------------------------------------------------------


def hall_slow_to_send_on(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    now, late = past(case, "sort", rng.randint(1, 12), begin)
    stage.plant(case, "sort", late, hall=between(begin, now))
    yield now
    stage.accept(case, now)
    now = after(now, rng.randint(10, 20))
    yield now
    stage.answer(case, now)


def hall_slow_to_decide(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """The office takes its time over a dispute: its period is broken; the unit keeps its own."""
    stage.accept(case, begin)
    now = after(begin, 3)
    yield now
    stage.dispute(case, now)
    then, late = past(case, "arbitrate", rng.randint(1, 9), begin)
    stage.plant(case, "arbitrate", late, hall=between(now, then))
    yield then
    stage.do("uphold_referral", "manager", case, then, reason=WHY)
    done = after(then, 8)
    yield done
    stage.answer(case, done)


def objection_left_lying(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """The unit objects in time, the office decides when the 15 days for the notice are over too: both are found."""
    stage.forward(case, begin)
    now = after(begin, rng.randint(1, 2))
    yield now
    stage.do("object_to_referral", "lead_liaison", case, now, reason=NOT_OURS)
    then, late = past(case, "notify", rng.randint(1, 6), begin)
    undecided = (timezone.localdate(then) - due_of(case, "arbitrate")).days
    stage.plant(case, "notify", late, handler=between(begin, now), hall=between(now, then))
    stage.plant(case, "arbitrate", undecided, hall=between(now, then))
    yield then
    stage.reroute(case, then)
    now = after(then, 2)
    yield now
    stage.do("receive_case", "other_liaison", case, now)
    then = after(now, 12)
    yield then
    stage.answer(case, then, "other")


def urgent_not_reported(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Raised as urgent by the office, and not reported on the next working day."""
    stage.do("raise_urgent", "clerk", case, begin, reason=WHY)
    now, late = past(case, "report_urgent", rng.randint(1, 5), begin)
    stage.plant(case, "report_urgent", late, hall=between(begin, now))
    yield now
    stage.do("report_urgent", "clerk", case, now, reported_to="县委、县政府", text=SAID)
    stage.accept(case, now)
    then = after(now, rng.randint(5, 20))
    yield then
    stage.answer(case, then)


# -- the unit ------------------------------------------------------------------------------------------------------


def unit_late_to_notify(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """It receives the matter after the 15 days, and handles it in its time: one finding."""
    stage.forward(case, begin)
    now, late = past(case, "notify", rng.randint(1, 12), begin)
    stage.plant(case, "notify", late, handler=between(begin, now))
    yield now
    stage.do("receive_case", "lead_liaison", case, now)
    then = after(now, rng.randint(5, 20))
    yield then
    stage.answer(case, then)


def unit_late_twice(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Late with the notice and, from that day on, with the answer: two findings, each with its own days."""
    stage.forward(case, begin)
    now, late = past(case, "notify", rng.randint(1, 5), begin)
    stage.plant(case, "notify", late, handler=between(begin, now))
    yield now
    stage.do("receive_case", "lead_liaison", case, now)
    then, late = past(case, "handle", rng.randint(1, 8), begin)
    stage.plant(case, "handle", late, handler=between(now, then))
    yield then
    stage.answer(case, then)


def unit_late_to_answer(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    stage.accept(case, begin)
    now, late = past(case, "handle", rng.randint(1, 12), begin)
    stage.plant(case, "handle", late, handler=between(begin, now))
    yield now
    stage.answer(case, now)


def answered_long_after(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Found while it still stood open, and counted on to its end."""
    stage.accept(case, begin)
    now, late = past(case, "handle", WAIT_DAYS + rng.randint(3, 8), begin)
    stage.plant(case, "handle", late, handler=between(begin, now))
    yield now
    stage.answer(case, now)


def never_answered(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """It stands open until the play is over: found when the days of waiting have passed, on the day after them."""
    stage.accept(case, begin)
    late = WAIT_DAYS + 1
    found = on(due_of(case, "handle") + late * ONE, begin)
    stage.plant(case, "handle", late, handler=between(begin, found))
    yield found  # nothing: the play must last as long


def simple_and_late(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """The short procedure is chosen a day after the acceptance, from which it counts: the unit had it all the time."""
    stage.accept(case, begin)
    now = after(begin, 1)
    yield now
    stage.do("simplify_case", "lead_liaison", case, now, reason=WHY)
    then, late = past(case, "simple_handle", rng.randint(1, 9), begin)
    stage.plant(case, "simple_handle", late, handler=between(begin, then))
    yield then
    stage.answer(case, then)


def simple_given_up_late(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Back to the ordinary procedure after the ten days: that was too late, too."""
    stage.accept(case, begin)
    stage.do("simplify_case", "lead_liaison", case, begin, reason=WHY)
    now, late = past(case, "simple_handle", rng.randint(1, 5), begin)
    stage.plant(case, "simple_handle", late, handler=between(begin, now))
    yield now
    stage.do("end_simple_procedure", "lead_liaison", case, now, reason=WHY)
    then = after(now, 10)
    yield then
    stage.answer(case, then)


def assigned_and_not_reported(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Told by when to report to the office that assigned it, it does so after that day, or the matter ends without."""
    until = workday(timezone.localdate(begin) + rng.randint(15, 20) * ONE)
    stage.do("forward_case", "clerk", case, begin, department_id=stage.units["lead"], reason=WHY, kind="assign",
             demand="依法核实，按期答复信访人，并反馈办理结果。", report_by=until)  # fmt: skip
    now = after(begin, 1)
    yield now
    stage.do("receive_case", "lead_liaison", case, now)
    then, late = past(case, "report", rng.randint(1, 8), begin)
    stage.plant(case, "report", late, handler=between(begin, then))
    reports = rng.random() < 0.6
    yield then
    if reports:
        stage.do("report_back", "lead_liaison", case, then, text=SAID)
        done = after(then, 3)
        yield done
        stage.answer(case, done)
    else:
        stage.do("withdraw_case", "clerk", case, then, reason="问题已经解决，本人自愿撤回。")


def supervision_unanswered(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """The supervisor asks by a day, the unit answers after it; the matter itself is answered in time."""
    stage.accept(case, begin)
    now = after(begin, rng.randint(5, 10))
    yield now
    asked = open_supervision(
        actor=stage.act("supervisor", now), case_id=case.pk, department_id=stage.units["lead"],
        trigger="perfunctory", problem=SAID, demand=SAID, feedback_on=timezone.localdate(after(now, 7)), now=now,
    )  # fmt: skip
    then, late = past(case, "supervise", rng.randint(1, 9), begin)
    stage.plant(case, "supervise", late, handler=between(now, then))
    yield then
    answer_supervision(actor=stage.act("lead_liaison", then), supervision_id=asked.pk, text=SAID, now=then)
    done = after(then, 2)
    yield done
    stage.answer(case, done)


def withdrawn_late(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """What ends otherwise after its day was late until then."""
    stage.accept(case, begin)
    now, late = past(case, "handle", rng.randint(1, 6), begin)
    stage.plant(case, "handle", late, handler=between(begin, now))
    yield now
    stage.do("withdraw_case", "clerk", case, now, reason="问题已经解决，本人自愿撤回。")


def late_service(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    stage.accept(case, begin)
    now = after(begin, rng.randint(5, 12))
    yield now
    stage.issue(case, now)
    then, late = past(case, "serve", rng.randint(1, 12), begin)
    stage.plant(case, "serve", late, handler=between(now, then))
    yield then
    stage.serve(case, then)


def service_tried_in_vain(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Nobody was there, once or twice; up to three days after each are not the unit's, the others are."""
    stage.accept(case, begin)
    now = after(begin, rng.randint(5, 12))
    yield now
    stage.issue(case, now)
    then, late = past(case, "serve", rng.randint(5, 9), begin)
    tries = [after(now, rng.randint(1, 2))]
    if rng.random() < 0.5:
        tries.append(after(tries[0], rng.randint(1, 4)))
    petitioner = sum(min(3, between(one, next_one)) for one, next_one in pairwise([*tries, then]))
    stage.plant(case, "serve", late, petitioner=petitioner, handler=between(now, then) - petitioner)
    failed = {
        "outcome": "failed",
        "receiver": "",
        "reason": "上门无人。",
        "servers": "承办人两人",
        "place": "住所",
    }
    for tried in tries:
        yield tried
        stage.serve(case, tried, **failed)
    yield then
    stage.serve(case, then)


def post_changed_hands(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """The liaison leaves in the middle: the days until then were hers, while the post is empty they are the head's, and
    what is left is her successor's.
    """
    stage.accept(case, begin)
    now = after(begin, rng.randint(20, 50))
    yield now
    vacant = rng.choice([0, 4])
    old, head, new = stage.hand_over(now, vacant)
    then, late = past(case, "handle", rng.randint(1, 12), begin)
    all_days, hers = between(begin, then), between(begin, now)
    held = {old: hers, head: vacant, new: all_days - hers - vacant}
    stage.plant(case, "handle", late, held, handler=all_days)
    yield then
    stage.answer(case, then)


def reviewer_late(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """The county's office reviews: its days are the hall's, those before the request was entered too."""
    stage.accept(case, begin)
    now = after(begin, 6)
    yield now
    stage.answer(case, now)
    asked = after(now, 4)
    entered = after(asked, 2)
    yield entered
    on_day = timezone.localdate(asked)
    stage.do("request_review", "clerk", case, entered, department_id=stage.units["review"],
             requested_on=on_day, request=WHY)  # fmt: skip
    then, late = past(case, "review", rng.randint(1, 9), begin)
    stage.plant(case, "review", late, hall=between(asked, then))
    yield then
    decide(stage, case, "issue_review", "review", then)


# -- several units -------------------------------------------------------------------------------------------------


def slow_taking_part(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Another unit answers late, and the lead unit therefore too: each has its days."""
    stage.accept(case, begin)
    now = after(begin, rng.randint(38, 42))
    yield now
    involve(stage, case, now)
    due, (then, slow) = due_of(case, "contribute"), past(case, "contribute", rng.randint(1, 6), begin)
    stage.plant(case, "contribute", slow, taking_part=between(now, then))
    done, late = past(case, "handle", rng.randint(1, 6), begin)
    done = max(done, after(then, 1))
    late = (timezone.localdate(done) - due_of(case, "handle")).days
    waited = (timezone.localdate(then) - due).days
    stage.plant(case, "handle", late, taking_part=waited, handler=between(begin, done) - waited)
    yield then
    stage.do("report_back", "other_liaison", case, then, text=SAID)
    yield done
    stage.answer(case, done)


def two_units_awaited(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Both answer late, at the same time: a day on which two are waited for is one day."""
    stage.accept(case, begin)
    first = after(begin, 38)
    yield first
    involve(stage, case, first)
    due, (then, slow) = due_of(case, "contribute"), past(case, "contribute", rng.randint(3, 6), begin)
    stage.plant(case, "contribute", slow, taking_part=between(first, then))
    second = after(first, 2)
    yield second
    involve(stage, case, second, "third")
    theirs = (
        Deadline.objects.open().get(case=case, kind="contribute", department=stage.units["third"]).due_on
        or due
    )
    last = on(workday(timezone.localdate(then) + rng.randint(2, 4) * ONE), begin)
    last = max(last, on(workday(theirs + ONE), begin))
    stage.plant(
        case, "contribute", (timezone.localdate(last) - theirs).days, taking_part=between(second, last)
    )
    done, late = past(case, "handle", rng.randint(8, 12), begin)
    waited = {due + n * ONE for n in range(1, slow + 1)}
    waited |= {theirs + n * ONE for n in range(1, (timezone.localdate(last) - theirs).days + 1)}
    stage.plant(case, "handle", late, taking_part=len(waited), handler=between(begin, done) - len(waited))
    yield then
    stage.do("report_back", "other_liaison", case, then, text=SAID)
    yield last
    stage.do("report_back", "third_liaison", case, last, text=SAID)
    yield done
    stage.answer(case, done)


def silent_taking_part(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """It never answers; the lead unit answers in its own time without it."""
    stage.accept(case, begin)
    now = after(begin, 2)
    yield now
    involve(stage, case, now)
    then, late = past(case, "contribute", rng.randint(1, 9), begin)
    stage.plant(case, "contribute", late, taking_part=between(now, then))
    yield then
    stage.answer(case, then)


def rerouted_and_late(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Two units had it after each other; the first had it in time, so the other's finding is the only one."""
    stage.accept(case, begin)
    now = after(begin, rng.randint(3, 30))
    yield now
    stage.dispute(case, now)
    then = after(now, rng.randint(1, 4))
    yield then
    stage.reroute(case, then)
    done, late = past(case, "handle", rng.randint(1, 9), begin)
    hall = between(now, then)
    stage.plant(case, "handle", late, hall=hall, handler=between(begin, done) - hall)
    yield done
    stage.answer(case, done, "other")


def rerouted_after_it_was_found(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Long open, found, and only then another unit's: each has a finding of the days that it was late with it."""
    stage.accept(case, begin)
    now, _late = past(case, "handle", WAIT_DAYS + 2, begin)
    then, done = after(now, 2), after(now, rng.randint(6, 9))
    due, hall = due_of(case, "handle"), between(now, then)
    first, second = (timezone.localdate(then) - due).days, between(then, done)
    stage.plant(case, "handle", first, hall=hall, handler=between(begin, now))
    stage.plant(case, "handle", second, hall=hall, handler=between(begin, done) - hall)
    yield now
    stage.dispute(case, now)
    yield then
    stage.reroute(case, then)
    yield done
    stage.answer(case, done, "other")


# -- the law's days ------------------------------------------------------------------------------------------------


def extended_and_late(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    stage.accept(case, begin)
    now = after(begin, rng.randint(38, 46))
    yield now
    given = extend(stage, case, now, rng.choice([10, 15, 20]))
    then, late = past(case, "handle", rng.randint(1, 6), begin)
    stage.plant(case, "handle", late, lawful=given, handler=between(begin, then) - given)
    yield then
    stage.answer(case, then)


def extended_rerouted_and_late(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """More time was given to one unit, and goes on with the other; the days of the dispute stay the hall's."""
    stage.accept(case, begin)
    now = after(begin, rng.randint(25, 30))
    yield now
    given = extend(stage, case, now, 15)
    asked = after(now, rng.randint(1, 4))
    yield asked
    stage.dispute(case, asked)
    then = after(asked, rng.randint(1, 4))
    yield then
    stage.reroute(case, then)
    done, late = past(case, "handle", rng.randint(1, 6), begin)
    hall = between(asked, then)
    stage.plant(case, "handle", late, lawful=given, hall=hall, handler=between(begin, done) - hall - given)
    yield done
    stage.answer(case, done, "other")


def paused_and_late(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """A hearing stops the re-examination; what is late beyond its days is late."""
    asked = yield from to_reexamination(stage, case, begin)
    paused = yield from pause(stage, case, asked, rng)
    then, late = past(case, "reexamine", rng.randint(1, 8), begin)
    stage.plant(case, "reexamine", late, lawful=paused, handler=between(asked, then) - paused)
    yield then
    decide(stage, case, "issue_reexamination", "again", then)


# -- nothing is broken: nothing may be found -----------------------------------------------------------------------


def on_the_last_day(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Answered on the very day, served on the very day."""
    stage.accept(case, begin)
    now = before(case, "handle", 0, begin)
    yield now
    stage.issue(case, now)
    then = before(case, "serve", 0, begin)
    yield then
    stage.serve(case, then)


def extended_in_time(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Past its sixty days, within the thirty that were added."""
    stage.accept(case, begin)
    now = after(begin, rng.randint(38, 46))
    yield now
    extend(stage, case, now, 20)
    then = before(case, "handle", rng.randint(0, 9), begin)
    yield then
    stage.answer(case, then)


def paused_in_time(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Past its thirty days, within the days that a hearing took."""
    asked = yield from to_reexamination(stage, case, begin)
    yield from pause(stage, case, asked, rng)
    then = before(case, "reexamine", rng.randint(0, 3), begin)
    yield then
    decide(stage, case, "issue_reexamination", "again", then)


def asked_and_silent(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """The petitioner brings nothing: a window that passes is nobody's breach, and the unit answers in time."""
    stage.accept(case, begin)
    now = after(begin, 2)
    yield now
    stage.do("request_supplement", "lead_liaison", case, now, what="合同或者收据的复印件；能证明金额的记录。")
    then = after(now, rng.randint(20, 28))
    yield then
    stage.answer(case, then)


MANNERS: Mapping[Callable[..., Steps], int] = {
    hall_slow_to_send_on: 75, hall_slow_to_decide: 50, objection_left_lying: 65, urgent_not_reported: 50,
    unit_late_to_notify: 70, unit_late_twice: 120, unit_late_to_answer: 95, answered_long_after: 105,
    never_answered: 95, simple_and_late: 45, simple_given_up_late: 50, withdrawn_late: 90, late_service: 55,
    service_tried_in_vain: 55, post_changed_hands: 95, reviewer_late: 85, slow_taking_part: 95, silent_taking_part: 50,
    rerouted_and_late: 95, rerouted_after_it_was_found: 110, extended_and_late: 115, paused_and_late: 110,
    assigned_and_not_reported: 55, supervision_unanswered: 60, two_units_awaited: 95, extended_rerouted_and_late: 110,
    on_the_last_day: 85, extended_in_time: 100, paused_in_time: 105, asked_and_silent: 50,
}  # fmt: skip
"""Each with more days than it takes, long holidays and the day on which it is found among them."""
INNOCENT = frozenset({on_the_last_day, extended_in_time, paused_in_time, asked_and_silent})
"""They break nothing: a finding of theirs is one too many."""
