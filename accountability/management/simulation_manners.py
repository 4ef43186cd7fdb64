"""How a matter is brought past its day on purpose, and how one is not though it looks as if: the manners of the play.

A manner plays one matter through the real actions, step by step: it yields the moment at which it goes on. It knows
beforehand which period it breaks, by how many days and whose these days are, and says so to the ledger (`Stage.plant`)
before it happens. The numbers are counted here, on the days of the story; nothing of them is read from a finding.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils import timezone

from accountability.actions import answer_supervision, open_supervision
from accountability.management.simulation_findings import Planted
from accountability.terms import WAIT_DAYS
from cases import actions as cases
from cases.actions.papers import petitioner_name
from cases.models import Case, Deadline
from cases.queries.opinions import open_claims
from hall.access import Actor
from hall.models import IssuedDocument, statutory_calendar

ONE = dt.timedelta(days=1)
WHY = "经核实，按照职责分工作出以上决定，理由充分。"
SAID = "已查清有关情况，逐项核对了台账和凭证，并当面告知信访人，信访人表示认可。"
BASIS = "《信访工作条例》第三十二条。"
NOT_OURS = f"不属于本单位职权：{WHY}"
Steps = Iterator[dt.datetime]


@dataclass
class Stage:
    """Where a matter is played. `act` gives the actor of a role at a moment: `clerk`, `manager`, `supervisor`, and of
    the units `lead_liaison`, `lead_head`, `other_…`, `third_…`, `review_…` and `again_…` (who reviews, re-examines).

    `hand_over` takes the liaison's post of the lead unit from who has it, at the end of the day, and gives it to
    another after so many empty days; it says who had it, who is the head, who has it then. `note` writes the ledger.
    """

    act: Callable[[str, dt.datetime], Actor]
    units: Mapping[str, int]
    hand_over: Callable[[dt.datetime, int], tuple[str, str, str]]
    note: Callable[[Planted], None]
    manner: str = ""

    # -- acts ------------------------------------------------------------------------------------------------------

    def do(self, verb: str, role: str, case: Case, now: dt.datetime, **facts: Any) -> Any:
        return getattr(cases, verb)(actor=self.act(role, now), case_id=case.pk, now=now, **facts)

    def accept(self, case: Case, now: dt.datetime) -> None:
        self.do("accept_case", "clerk", case, now, department_id=self.units["lead"], reason=WHY)

    def forward(self, case: Case, now: dt.datetime) -> None:
        self.do("forward_case", "clerk", case, now, department_id=self.units["lead"], reason=WHY)

    def issue(self, case: Case, now: dt.datetime, unit: str = "lead") -> None:
        rows = [
            cases.Answer(claim_id=one.pk, conclusion="support", facts=SAID, basis=BASIS, answer=SAID)
            for one in open_claims(Case.objects.get(pk=case.pk))
        ]
        self.do("draft_opinion", f"{unit}_liaison", case, now, rows=rows)
        self.do("submit_opinion", f"{unit}_liaison", case, now)
        self.do("countersign_opinion", f"{unit}_head", case, now)
        self.do("issue_opinion", f"{unit}_liaison", case, now)

    def serve(self, case: Case, now: dt.datetime, unit: str = "lead", **facts: Any) -> None:
        said = {"method": "direct", "outcome": "served", "receiver": petitioner_name(case), **facts}
        paper = cases.Service(served_on=timezone.localdate(now), **said)
        self.do("serve_opinion", f"{unit}_liaison", case, now, service=paper)

    def answer(self, case: Case, now: dt.datetime, unit: str = "lead") -> None:
        """The opinion, served on the same day."""
        self.issue(case, now, unit)
        self.serve(case, now, unit)

    def dispute(self, case: Case, now: dt.datetime) -> None:
        self.do("dispute_case", "lead_liaison", case, now, reason=NOT_OURS)

    def reroute(self, case: Case, now: dt.datetime) -> None:
        self.do("reroute_case", "manager", case, now, department_id=self.units["other"], reason=WHY)

    # -- the ledger ------------------------------------------------------------------------------------------------

    def plant(
        self, case: Case, kind: str, days: int, holders: Mapping[str, int] | None = None, **causes: int
    ) -> None:
        self.note(Planted(kind, case.number, days, causes, holders, self.manner))


def due_of(case: Case, kind: str) -> dt.date:
    due = Deadline.objects.open().get(case=case, kind=kind).due_on
    if due is None:
        raise LookupError(f"{case.number}: {kind} has no date")
    return due


def on(day: dt.date, like: dt.datetime) -> dt.datetime:
    """That day, at the time of day of the other moment."""
    return timezone.localtime(like).replace(year=day.year, month=day.month, day=day.day)


def after(now: dt.datetime, days: int) -> dt.datetime:
    """So many days later, or on the next working day."""
    return on(workday(timezone.localdate(now) + days * ONE), now)


def workday(day: dt.date) -> dt.date:
    calendar = statutory_calendar()
    while not calendar.is_workday(day):
        day += ONE
    return day


def between(begin: dt.datetime, end: dt.datetime) -> int:
    return (timezone.localdate(end) - timezone.localdate(begin)).days


def past(case: Case, kind: str, late: int, like: dt.datetime) -> tuple[dt.datetime, int]:
    """The moment so many days past the day of that period (or the next working day), and how many it then are."""
    due = due_of(case, kind)
    day = workday(due + late * ONE)
    return on(day, like), (day - due).days


def before(case: Case, kind: str, early: int, like: dt.datetime) -> dt.datetime:
    """The last working day that lies so many days before the period's day, or earlier."""
    day = due_of(case, kind) - early * ONE
    while not statutory_calendar().is_workday(day):
        day -= ONE
    return on(day, like)


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
    decide = (timezone.localdate(then) - due_of(case, "arbitrate")).days
    stage.plant(case, "notify", late, handler=between(begin, now), hall=between(now, then))
    stage.plant(case, "arbitrate", decide, hall=between(now, then))
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
    _decide(stage, case, "issue_review", "review", then)


# -- several units -------------------------------------------------------------------------------------------------


def slow_taking_part(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Another unit answers late, and the lead unit therefore too: each has its days."""
    stage.accept(case, begin)
    now = after(begin, rng.randint(38, 42))
    yield now
    _involve(stage, case, now)
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
    _involve(stage, case, first)
    due, (then, slow) = due_of(case, "contribute"), past(case, "contribute", rng.randint(3, 6), begin)
    stage.plant(case, "contribute", slow, taking_part=between(first, then))
    second = after(first, 2)
    yield second
    _involve(stage, case, second, "third")
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
    _involve(stage, case, now)
    then, late = past(case, "contribute", rng.randint(1, 9), begin)
    stage.plant(case, "contribute", late, taking_part=between(now, then))
    yield then
    stage.answer(case, then)


def rerouted_and_late(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Two units had it after each other: one period, one finding."""
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
    """Long open, found, and only then another unit's: still the one finding, counted on in the other's hands."""
    stage.accept(case, begin)
    now, _late = past(case, "handle", WAIT_DAYS + 2, begin)
    then, done = after(now, 2), after(now, rng.randint(6, 9))
    late, hall = (timezone.localdate(done) - due_of(case, "handle")).days, between(now, then)
    stage.plant(case, "handle", late, hall=hall, handler=between(begin, done) - hall)
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
    given = _extend(stage, case, now, rng.choice([10, 15, 20]))
    then, late = past(case, "handle", rng.randint(1, 6), begin)
    stage.plant(case, "handle", late, lawful=given, handler=between(begin, then) - given)
    yield then
    stage.answer(case, then)


def extended_rerouted_and_late(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """More time was given to one unit, and goes on with the other; the days of the dispute stay the hall's."""
    stage.accept(case, begin)
    now = after(begin, rng.randint(25, 30))
    yield now
    given = _extend(stage, case, now, 15)
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
    asked = yield from _to_reexamination(stage, case, begin)
    paused = yield from _pause(stage, case, asked, rng)
    then, late = past(case, "reexamine", rng.randint(1, 8), begin)
    stage.plant(case, "reexamine", late, lawful=paused, handler=between(asked, then) - paused)
    yield then
    _decide(stage, case, "issue_reexamination", "again", then)


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
    _extend(stage, case, now, 20)
    then = before(case, "handle", rng.randint(0, 9), begin)
    yield then
    stage.answer(case, then)


def paused_in_time(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """Past its thirty days, within the days that a hearing took."""
    asked = yield from _to_reexamination(stage, case, begin)
    yield from _pause(stage, case, asked, rng)
    then = before(case, "reexamine", rng.randint(0, 3), begin)
    yield then
    _decide(stage, case, "issue_reexamination", "again", then)


def asked_and_silent(stage: Stage, case: Case, begin: dt.datetime, rng: random.Random) -> Steps:
    """The petitioner brings nothing: a window that passes is nobody's breach, and the unit answers in time."""
    stage.accept(case, begin)
    now = after(begin, 2)
    yield now
    stage.do("request_supplement", "lead_liaison", case, now, what="合同或者收据的复印件；能证明金额的记录。")
    then = after(now, rng.randint(20, 28))
    yield then
    stage.answer(case, then)


# -- parts ---------------------------------------------------------------------------------------------------------


def _involve(stage: Stage, case: Case, now: dt.datetime, unit: str = "other") -> None:
    stage.do("involve_unit", "lead_liaison", case, now, department_id=stage.units[unit], part="take_part",
             demand="请就涉及你单位职责的部分提出意见。")  # fmt: skip


def _extend(stage: Stage, case: Case, now: dt.datetime, days: int) -> int:
    """How many days further the last day is then."""
    old = due_of(case, "handle")
    stage.do("request_extension", "lead_liaison", case, now, days=days, reason=SAID)
    stage.do("approve_extension", "lead_head", case, now, decision="同意。")
    return (due_of(case, "handle") - old).days


def _decide(stage: Stage, case: Case, verb: str, role: str, now: dt.datetime) -> None:
    said = {"findings": SAID, "basis": BASIS, "conclusion": "原处理意见程序合法。", "outcome": "uphold"}
    stage.do(verb, f"{role}_liaison", case, now, **said)
    paper = IssuedDocument.objects.filter(stream=f"case:{case.pk}").order_by("-id")
    document = paper.filter(kind="review_opinion" if verb == "issue_review" else "reexamination_opinion")[0]
    served = cases.Service(
        method="direct", outcome="served", served_on=timezone.localdate(now), receiver=petitioner_name(case)
    )
    stage.do("serve_document", "clerk", case, now, document_id=document.pk, service=served)


def _to_reexamination(
    stage: Stage, case: Case, begin: dt.datetime
) -> Generator[dt.datetime, None, dt.datetime]:
    """Answered, reviewed by the county's office, all in time; the moment at which the re-examination is asked for."""
    stage.accept(case, begin)
    now = after(begin, 5)
    yield now
    stage.answer(case, now)
    now = after(now, 3)
    yield now
    stage.do("request_review", "clerk", case, now, department_id=stage.units["review"],
             requested_on=timezone.localdate(now), request=WHY)  # fmt: skip
    now = after(now, 6)
    yield now
    _decide(stage, case, "issue_review", "review", now)
    now = after(now, 3)
    yield now
    return now


def _pause(
    stage: Stage, case: Case, asked: dt.datetime, rng: random.Random
) -> Generator[dt.datetime, None, int]:
    """The re-examination is asked for and paused, its last day planned or open until it is lifted; how many days."""
    stage.do("request_reexamination", "clerk", case, asked, department_id=stage.units["again"],
             requested_on=timezone.localdate(asked), request=WHY)  # fmt: skip
    now = after(asked, 5)
    yield now
    back = after(now, rng.randint(8, 14))
    planned = rng.random() < 0.5
    hold = stage.do("place_hold", "manager", case, now, kind="hearing", from_on=timezone.localdate(now),
                    to_on=timezone.localdate(back) if planned else None,
                    authority="《信访工作条例》第三十六条第二款")  # fmt: skip
    if not planned:
        yield back
        stage.do("lift_hold", "manager", case, back, hold_id=hold.pk, to_on=timezone.localdate(back))
    return between(now, back)


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
