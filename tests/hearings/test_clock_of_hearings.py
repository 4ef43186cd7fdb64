"""Whatever happens to a hearing and to the periods beside it, in whatever order: what is stored is what the law says of
the facts, and no two pauses overlap.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from copy import deepcopy
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases import actions as case_actions
from cases.actions.deadlines import CACHES, replan, shifted
from cases.models import Case, Deadline, Hold
from hall import journal
from hall.access import SYSTEM, Refused
from hall.models import CalendarDay, JournalEntry
from hearings import actions
from hearings.lifecycle import OPEN
from hearings.models import Hearing
from staffing.models import Engagement
from tests.cast import NOW, Cast
from tests.depth import examples
from tests.hearings.asking_steps import BECAUSE, TITLE, begun, scheduled
from tests.life_handling import LONG
from tests.life_reviews import in_reexamination, in_review, upper_units
from tests.matters import accepted, ladder

pytestmark = pytest.mark.django_db
START: dict[str, Callable[..., Case]] = {
    "handle": accepted,
    "review": in_review,
    "reexamine": in_reexamination,
    "reexamine_silence": in_reexamination,
}


class Story:
    """One case, one day after the other, and what people try with its hearings."""

    def __init__(self, cast: Cast, start: str) -> None:
        self.cast, self.now = cast, NOW
        if start.endswith("silence"):
            actions.adopt_hearing_rules(
                actor=SYSTEM, hall_id=cast.hall.pk, code="city_b", in_force_from=NOW.date(), now=NOW
            )
        self.case = START[start](cast, NOW)
        # The unit's own period beside that of the hearing, so that extensions have something to move.
        if start != "handle":
            case_actions.deadlines.start_deadline(
                self.case,
                "handle",
                department_id=cast.units["labour"].pk,
                started_on=NOW.date(),
                now=NOW,
                actor=SYSTEM,
            )

    @property
    def hearing(self) -> Hearing:
        found = Hearing.objects.filter(case=self.case).order_by("-id").first()
        if found is None:
            raise Refused("没有听证。", "state")
        return found

    def act(self, verb: str, **facts: Any) -> Any:
        return getattr(actions, verb)(actor=SYSTEM, hearing_id=self.hearing.pk, now=self.now, **facts)

    def ask(self, n: int) -> None:
        day = self.now.date() - dt.timedelta(days=n % 3)
        actions.request_hearing(
            actor=SYSTEM, case_id=self.case.pk, title=TITLE, reason=BECAUSE, requested_on=day, now=self.now
        )

    def open(self, n: int) -> None:
        actions.open_hearing(
            actor=SYSTEM, case_id=self.case.pk, title=TITLE, ground="major", reason=BECAUSE, now=self.now
        )

    def grant(self, n: int) -> None:
        self.act("grant_hearing", reason=BECAUSE)

    def refuse(self, n: int) -> None:
        self.act("refuse_hearing", reason=BECAUSE)

    def withdraw(self, n: int) -> None:
        self.act("withdraw_hearing", reason=BECAUSE)

    def schedule(self, n: int) -> None:
        hearing = self.hearing
        if hearing.status != "preparing":
            raise Refused("不在筹备中。", "state")
        scheduled(self.cast, hearing, now=self.now, days=1 + n % 20)

    def begin(self, n: int) -> None:
        hearing = self.hearing
        if hearing.status != "scheduled":
            raise Refused("没有定时间。", "state")
        begun(self.cast, hearing, now=self.now)

    def postpone(self, n: int) -> None:
        self.act("postpone_hearing", ground="panel", reason=BECAUSE, days=n % 12)

    def suspend(self, n: int) -> None:
        self.act("suspend_hearing", ground="force", reason=BECAUSE)

    def resume(self, n: int) -> None:
        self.act("resume_hearing", reason=BECAUSE)

    def end(self, n: int) -> None:
        self.act("end_hearing", ground=["settled", "no_show", "other"][n % 3], reason=BECAUSE)

    def hold(self, n: int) -> None:
        """The manager pauses by hand beside it."""
        first = self.now.date() + dt.timedelta(days=n % 7 - 2)
        last = first + dt.timedelta(days=1 + n % 11) if n % 3 else None
        case_actions.place_hold(
            actor=SYSTEM, case_id=self.case.pk, kind="hearing", from_on=first, to_on=last,
            authority="《信访工作条例》第三十六条第二款", now=self.now,
        )  # fmt: skip

    def lift(self, n: int) -> None:
        hold = Hold.objects.filter(case=self.case).order_by("-from_on").first()
        if hold is None:
            raise Refused("没有中止。", "state")
        day = self.now.date() + dt.timedelta(days=n % 5)
        case_actions.lift_hold(actor=SYSTEM, case_id=self.case.pk, hold_id=hold.pk, to_on=day, now=self.now)

    def extend(self, n: int) -> None:
        liaison, head = (self.cast.act(one, self.now) for one in (self.cast.liaison, self.cast.head))
        facts = {"case_id": self.case.pk, "now": self.now}
        case_actions.request_extension(actor=liaison, days=1 + n % 30, reason=LONG, **facts)
        case_actions.approve_extension(actor=head, decision="情况复杂，同意延长。", **facts)

    def arrange(self, n: int) -> None:
        """An official arrangement appears, and the dates that it moves are moved."""
        day = dt.date(2026, 12, 1) + dt.timedelta(days=n)
        CalendarDay.objects.update_or_create(
            date=day,
            defaults={
                "kind": "holiday" if day.weekday() < 5 else "workday",
                "name": "试验",
                "source": "试验",
            },
        )
        case_actions.recompute_deadlines(actor=SYSTEM, now=self.now, apply=True)

    def move_on(self, n: int) -> None:
        """The matter ends, and its hearing with it."""
        if n % 4 == 0 and self.case.proceedings.exists():
            case_actions.withdraw_case(
                actor=SYSTEM, case_id=self.case.pk, reason="信访人撤回信访事项。", now=self.now
            )

    def wait(self, n: int) -> None:
        self.now += dt.timedelta(days=n // 4, hours=n % 5)
        case_actions.sweep_deadlines(now=self.now)
        actions.grant_silent_requests(now=self.now)
        actions.lapse_hearings(now=self.now)


VERBS: dict[str, Callable[[Story, int], None]] = {
    name: getattr(Story, name)
    for name in (
        "ask", "open", "grant", "refuse", "withdraw", "schedule", "begin", "postpone", "suspend", "resume", "end",
        "hold", "lift", "extend", "arrange", "move_on", "wait",
    )
}  # fmt: skip
RUNS = [
    ["ask", "grant"], ["schedule", "postpone"], ["schedule", "suspend", "wait", "resume"],
    ["open", "schedule", "begin"], ["ask", "wait"], ["end", "wait", "open"], ["withdraw", "ask", "grant"],
]  # fmt: skip
steps = st.one_of(
    st.sampled_from(sorted(VERBS)).map(lambda verb: [verb]),
    st.sampled_from(RUNS),
)
programs = st.lists(st.tuples(steps, st.integers(0, 80)), min_size=4, max_size=12).map(
    lambda found: [(verb, n) for verbs, n in found for verb in verbs]
)


def facts(case: Case) -> list[Any]:
    """All that a refusal has to leave alone."""
    return [
        list(Deadline.objects.filter(case=case).order_by("id").values()),
        list(Hold.objects.filter(case=case).order_by("id").values()),
        list(Hearing.objects.filter(case=case).order_by("id").values()),
        list(case.proceedings.order_by("id").values()),
        Engagement.objects.standing().count(),
        JournalEntry.objects.filter(stream=f"case:{case.pk}").count(),
    ]


@pytest.fixture
def beginning(cast: Cast, start: str) -> Story:
    """Built once for all stories that begin there: each is undone."""
    ladder()
    upper_units(cast)
    return Story(cast, start)


@pytest.mark.parametrize("start", sorted(START))
@settings(
    max_examples=examples(5, 60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(programs)
def test_no_order_of_acts_leaves_a_clock_wrong(beginning: Story, program: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        story = deepcopy(beginning)
        before = facts(story.case)
        for verb, n in program:
            story.now += dt.timedelta(minutes=7)
            try:
                with transaction.atomic():  # as a request does: a refusal takes with it what came before it
                    VERBS[verb](story, n)
            except Refused:
                assert facts(story.case) == before, "a refusal leaves nothing behind"
            else:
                before = facts(story.case)
            assert list(shifted(now=story.now)) == []
            check_pauses(story.case)
            check_hearings(story)
        check_caches(story)
        assert journal.verify(f"case:{story.case.pk}") == []
        transaction.set_rollback(True)


def check_pauses(case: Case) -> None:
    """Never two that overlap, and none without a day."""
    rows = list(Hold.objects.filter(case=case).order_by("from_on"))
    for one, other in pairwise(rows):
        assert one.to_on is not None
        assert one.to_on <= other.from_on
    assert all(one.to_on is None or one.to_on > one.from_on for one in rows)


def check_hearings(story: Story) -> None:
    """A pause of its own runs only while its hearing does; a running one has the clock of its state, no other has."""
    for one in Hearing.objects.filter(case=story.case).select_related("hold"):
        is_open = one.status in OPEN
        if not is_open and one.hold:
            assert one.hold.to_on is not None
        if one.stage != "reexamine":
            assert one.hold is None
        running = (
            Deadline.objects.open().filter(case=story.case, item=str(one.pk)).values_list("kind", flat=True)
        )
        wanted = {"requested": ["hearing_decide"], "suspended": []}
        if not is_open:
            assert list(running) == []
        elif Case.objects.get(pk=story.case.pk).status != "withdrawn":
            assert list(running) == wanted.get(one.status, ["hearing_hold"])
        row = story.case.proceedings.get(ref=one.pk)
        assert row.blocks_opinion == (is_open and one.status != "requested")
        if one.status not in ("scheduled", "in_session"):
            assert not Engagement.objects.standing().filter(ref=f"hearings.hearing:{one.pk}").exists()


def check_caches(story: Story) -> None:
    """Every cached date of every open clock is what `replan` would write now."""
    case = Case.objects.get(pk=story.case.pk)
    for deadline in Deadline.objects.filter(case=case).open():
        kept = {name: getattr(deadline, name) for name in CACHES}
        replan(deadline, case.holds.all(), now=story.now)
        for name in ("due_on", "due_at", "nominal_on", "is_provisional"):
            assert (name, kept[name]) == (name, getattr(deadline, name))


TOLD = {
    "handle": [
        ("ask", 0), ("wait", 4), ("grant", 0), ("extend", 9), ("schedule", 12), ("postpone", 5), ("schedule", 15),
        ("suspend", 0), ("wait", 20), ("resume", 0), ("schedule", 5), ("begin", 0), ("end", 0), ("ask", 0),
        ("refuse", 0), ("move_on", 4), ("wait", 1),
    ],
    "review": [("open", 0), ("schedule", 3), ("postpone", 11), ("arrange", 17), ("end", 2)],
    "reexamine": [
        ("hold", 10), ("lift", 2), ("wait", 8), ("ask", 1), ("grant", 0), ("schedule", 9), ("postpone", 7), ("wait", 9),
        ("withdraw", 0), ("open", 0), ("schedule", 4), ("begin", 0), ("suspend", 0), ("resume", 0), ("end", 0),
    ],
    "reexamine_silence": [("ask", 0), ("wait", 70), ("schedule", 3), ("end", 0)],
}  # fmt: skip


@pytest.mark.parametrize("start", TOLD)
def test_the_story_that_has_everything(cast: Cast, start: str) -> None:
    """So that the property above is known to meet each of its verbs at least once; none of these is refused."""
    ladder()
    upper_units(cast)
    story = Story(cast, start)
    for verb, n in TOLD[start]:
        story.now += dt.timedelta(minutes=7)
        VERBS[verb](story, n)
        assert list(shifted(now=story.now)) == []
        check_pauses(story.case)
        check_hearings(story)
    check_caches(story)


def test_every_verb_is_told() -> None:
    assert {verb for told in TOLD.values() for verb, _n in told} == set(VERBS)
