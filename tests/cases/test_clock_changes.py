"""Whatever changes a clock, in whatever order: what is stored is what the law says of the facts, and what the
journal tells again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases import actions
from cases.actions.deadlines import CACHES, replan, shifted
from cases.models import Case, Deadline, Hold, StatutoryRoute
from cases.terms import term
from hall import clock, journal
from hall.access import SYSTEM, Refused
from hall.models import CalendarDay, JournalEntry, statutory_calendar
from tests.cast import NOW, TZ, Cast
from tests.depth import examples
from tests.life_handling import CLEAR, LONG
from tests.life_opinions import answers, handed
from tests.life_referrals import DECIDED, NOT_OURS, REPORT, assigned
from tests.life_reviews import ASKED, FINDINGS, staffed
from tests.matters import accepted, forwarded, ladder

pytestmark = pytest.mark.django_db
PLACED = NOW.replace(hour=10)


PEOPLE = {"labour": {}, "housing": {"liaison": "liaison2", "head": "head2"}}
"""Who has these posts in the unit that has the matter."""


class Story:
    """One case, one day after the other, and what people try on it. It starts as accepted, forwarded or assigned."""

    def __init__(self, cast: Cast, start: str = "accepted") -> None:
        self.cast, self.now = cast, PLACED
        self.case = START[start](cast, NOW, claims=CLAIMS)
        actions.deadlines.start_deadline(
            self.case,
            "reexamine",
            department_id=cast.units["labour"].pk,
            started_on=NOW.date(),
            now=NOW,
            actor=SYSTEM,
        )

    @property
    def handler(self) -> str:
        """The unit that has the matter now."""
        case = Case.objects.select_related("first_handler").get(pk=self.case.pk)
        return case.first_handler.code if case.first_handler else ""

    @property
    def other(self) -> str:
        return "housing" if self.handler == "labour" else "labour"

    def act(self, verb: str, by: str, unit: str = "", **facts: Any) -> Any:
        by = PEOPLE[unit or self.handler].get(by, by)
        actor = self.cast.act(getattr(self.cast, by), self.now)
        return getattr(actions, verb)(actor=actor, case_id=self.case.pk, now=self.now, **facts)

    def extend(self, n: int) -> None:
        """Ask, and let the head decide one way or the other."""
        self.act("request_extension", "liaison", days=1 + n % 30, reason=LONG)
        verb = "refuse_extension" if n % 4 == 0 else "approve_extension"
        self.act(verb, "head", decision="请写明复杂之处。")

    def raise_urgent(self, n: int) -> None:
        self.act("raise_urgent", "liaison", reason="多人扬言聚集。")

    def report(self, n: int) -> None:
        self.act("report_urgent", "liaison", reported_to="云溪县政府", text="情况平稳，继续做工作。")

    def simplify(self, n: int) -> None:
        self.act("simplify_case", "liaison", reason=CLEAR)

    def end_simple(self, n: int) -> None:
        self.act("end_simple_procedure", "liaison", reason="情况比原来了解的复杂。")

    def ask(self, n: int) -> None:
        self.act("request_supplement", "liaison", what="考勤表复印件")

    def bring(self, n: int) -> None:
        self.act("receive_supplement", "clerk", note="收到一份。")

    def hold(self, n: int) -> None:
        first = self.now.date() + dt.timedelta(days=n % 7 - 2)
        last = first + dt.timedelta(days=1 + n % 11) if n % 3 else None
        authority = "《信访工作条例》第三十六条第二款"
        self.act("place_hold", "manager", kind="hearing", from_on=first, to_on=last, authority=authority)

    def lift(self, n: int) -> None:
        hold = Hold.objects.filter(case=self.case).order_by("-from_on").first()
        if hold is None:
            raise Refused("没有中止。", "state")
        day = self.now.date() + dt.timedelta(days=n % 5)
        self.act("lift_hold", "manager", hold_id=hold.pk, to_on=day)

    def quarrel(self, n: int) -> None:
        """Not ours, says the unit: before it has received the matter an objection, after it a dispute."""
        case = Case.objects.get(pk=self.case.pk)
        verb = "object_to_referral" if case.status == "forwarded" else "dispute_case"
        self.act(verb, "liaison", reason=f"{NOT_OURS}（{n}）")

    def decide(self, n: int) -> None:
        """The office leaves it there, or gives it to the other unit."""
        if n % 3 == 0:
            self.act("uphold_referral", "manager", reason=DECIDED)
        else:
            unit = self.cast.units[self.other].pk
            self.act("reroute_case", "manager", department_id=unit, reason=DECIDED)

    def receive(self, n: int) -> None:
        self.act("receive_case", "liaison")

    def involve(self, n: int) -> None:
        """The other unit takes part, by its own date or by the term's."""
        until = self.now.date() + dt.timedelta(days=1 + n % 15) if n % 2 else None
        unit = self.cast.units[self.other].pk
        self.act(
            "involve_unit",
            "liaison",
            department_id=unit,
            part="take_part",
            demand="请核实施工情况。",
            answer_by=until,
        )

    def report_back(self, n: int) -> None:
        """The unit taking part, or the one to which it was assigned."""
        self.act("report_back", "liaison", self.other if n % 2 else self.handler, text=REPORT)

    def transfer(self, n: int) -> None:
        claim = self.case.claims.filter(transferred_at=None).last()
        route = StatutoryRoute.objects.get(code="labour_arbitration")
        ids = [claim.pk] if claim else []
        self.act("transfer_claims", "liaison", claim_ids=ids, route_id=route.pk, reason="劳动争议先经仲裁。")

    def answer(self, n: int) -> None:
        """Written, signed, issued; handed over on the same day but for every fourth."""
        self.act("draft_opinion", "liaison", rows=answers(self.case, facts=f"经查明，确有拖欠（{n}）。"))
        self.act("submit_opinion", "liaison")
        self.act("countersign_opinion", "head")
        self.act("issue_opinion", "liaison")
        if n % 4:
            self.act("serve_opinion", "liaison", service=handed(self.now))

    def challenge(self, n: int) -> None:
        """A review is asked for, and ends in a redo, or else it is decided or waits."""
        self.act(
            "request_review",
            "clerk",
            department_id=self.cast.units["petition"].pk,
            requested_on=self.now.date(),
            request=ASKED,
        )
        if n % 4:
            self.act("order_redo", "petition", **FINDINGS)

    def arrange(self, n: int) -> None:
        """An official arrangement appears, and the dates that it moves are moved."""
        day = dt.date(2027, 1, 1) + dt.timedelta(days=n)
        CalendarDay.objects.update_or_create(
            date=day,
            defaults={
                "kind": "holiday" if day.weekday() < 5 else "workday",
                "name": "试验",
                "source": "试验",
            },
        )
        actions.recompute_deadlines(actor=SYSTEM, now=self.now, apply=True)

    def wait(self, n: int) -> None:
        self.now += dt.timedelta(days=n // 3, hours=n % 5)
        actions.sweep_deadlines(now=self.now)
        actions.lapse_windows(now=self.now)


VERBS: dict[str, Callable[[Story, int], None]] = {
    name: getattr(Story, name)
    for name in (
        "extend", "raise_urgent", "report", "simplify", "end_simple", "ask", "bring", "hold", "lift", "arrange", "wait",
        "quarrel", "decide", "receive", "involve", "report_back", "transfer", "answer", "challenge",
    )
}  # fmt: skip
START: dict[str, Callable[..., Case]] = {
    "accepted": accepted,
    "forwarded": forwarded,
    "assigned": lambda cast, now, **facts: assigned(cast, now, report_in=20, **facts),
}
CLAIMS = ("支付三个月工资", "补缴社会保险", "支付经济补偿", "返还押金")
# Steps that belong together stand together, so that short programs get somewhere.
RUNS = [
    ["quarrel", "decide"], ["receive", "extend"], ["involve", "report_back"], ["answer", "challenge"], ["hold", "lift"],
]  # fmt: skip
steps = st.one_of(
    st.sampled_from(sorted(VERBS)).map(lambda verb: [verb]),
    st.sampled_from(RUNS),
)
programs = st.lists(st.tuples(steps, st.integers(0, 60)), min_size=4, max_size=12).map(
    lambda found: [(verb, n) for verbs, n in found for verb in verbs]
)


def facts(case: Case) -> list[Any]:
    """All that a refusal has to leave alone."""
    return [
        list(Deadline.objects.filter(case=case).order_by("id").values()),
        list(Hold.objects.filter(case=case).order_by("id").values()),
        JournalEntry.objects.filter(stream=f"case:{case.pk}").count(),
    ]


@pytest.fixture
def beginning(cast: Cast, start: str) -> Story:
    """Built once for all stories that begin there: each is undone."""
    setting(cast)
    return Story(cast, start)


@pytest.mark.parametrize("start", sorted(START))
@settings(
    max_examples=examples(5, 60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(programs)
def test_no_order_of_changes_leaves_a_clock_wrong(beginning: Story, program: list[tuple[str, int]]) -> None:
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
        check_caches(story)
        assert told_again(story.case) == stored(story.case)
        assert journal.verify(f"case:{story.case.pk}") == []
        transaction.set_rollback(True)


def setting(cast: Cast) -> None:
    """What every story stands on: reminders, the statutory ways, and the county's petition office as reviewer."""
    ladder()
    StatutoryRoute.objects.create(
        code="labour_arbitration",
        name="劳动争议仲裁",
        clause=4,
        organ="劳动人事争议仲裁委员会",
        basis="《劳动争议调解仲裁法》第五条",
        guidance="向劳动合同履行地的仲裁委员会提出书面申请。",
    )
    staffed(cast, "petition", "严县平", cast.units["petition"])


LADDER = {"step_moments", "step_rungs", "steps_taken", "next_step_at", "amber_at", "calendar_version"}


def check_caches(story: Story) -> None:
    """Every cached date of every open clock is what `replan` would write now, and so are the steps to come.

    An arrangement that leaves a date where it is leaves its ladder as it was planned, too.
    """
    case, rearranged = Case.objects.get(pk=story.case.pk), CalendarDay.objects.exists()
    for deadline in Deadline.objects.filter(case=case).open():
        assert deadline.is_urgent == case.is_urgent
        kept = {name: getattr(deadline, name) for name in CACHES}
        replan(deadline, case.holds.all(), now=story.now)
        anew = {name: getattr(deadline, name) for name in CACHES}
        for name in {*CACHES} - LADDER:
            assert (name, kept[name]) == (name, anew[name])
        if not rearranged:
            assert kept["step_moments"][kept["steps_taken"] :] == anew["step_moments"]
            assert kept["next_step_at"] == anew["next_step_at"]


def stored(case: Case) -> dict[str, dt.date | None]:
    """Every open clock and its date, as the database has it."""
    return {f"{one.kind}/{one.pk}": one.due_on for one in Deadline.objects.filter(case=case).open()}


def told_again(case: Case) -> dict[str, dt.date | None]:
    """The same out of the journal alone: who began, extended, paused and ended what."""
    running: dict[str, dict[str, Any]] = {}
    pauses: dict[str, clock.Hold] = {}
    for entry in JournalEntry.objects.filter(stream=f"case:{case.pk}").order_by("seq"):
        after, pk = entry.after, entry.object.rpartition(":")[2]
        key = f"{after.get('term')}/{pk}"
        if entry.verb == "start_deadline":
            running[key] = {
                "start": dt.date.fromisoformat(after["started_on"]),
                "extension": after.get("extension", 0),
                "own_limit": after.get("own_limit"),
            }
        elif entry.verb in ("meet_deadline", "void_deadline", "lapse_windows"):
            del running[key]
        elif entry.verb == "approve_extension":
            next(v for k, v in running.items() if k.startswith("handle/"))["extension"] = after["days"]
        elif entry.verb == "place_hold":
            pauses[pk] = clock.Hold(dt.date.fromisoformat(after["on"]), iso(after["to_on"]))
        elif entry.verb == "lift_hold":
            pauses[pk] = clock.Hold(pauses[pk].start, iso(after["to_on"]))
    calendar, found = statutory_calendar(), {}
    for key, began in running.items():
        rule = term(key.partition("/")[0], case.law)
        end = clock.due(
            began["start"], rule, calendar=calendar, extension=began["extension"], own_limit=began["own_limit"],
            holds=pauses.values() if rule.holds_article else (),
        )  # fmt: skip
        found[key] = end.due
    return found


def iso(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


TOLD = {
    "accepted": [
        ("simplify", 0), ("end_simple", 0), ("raise_urgent", 0), ("report", 0), ("ask", 0), ("wait", 3), ("bring", 0),
        ("hold", 5), ("lift", 4), ("extend", 29), ("quarrel", 1), ("decide", 1), ("transfer", 0), ("involve", 1),
        ("wait", 24), ("arrange", 17), ("hold", 3), ("report_back", 1), ("answer", 1), ("challenge", 1), ("wait", 9),
        ("extend", 7), ("answer", 2),
    ],
    "forwarded": [("quarrel", 0), ("wait", 6), ("decide", 1), ("receive", 0), ("quarrel", 2), ("decide", 3)],
    "assigned": [
        ("quarrel", 0), ("decide", 1), ("receive", 0), ("extend", 9), ("involve", 2), ("quarrel", 3), ("decide", 0),
        ("report_back", 0), ("answer", 0),
    ],
}  # fmt: skip


@pytest.mark.parametrize("start", TOLD)
def test_the_story_that_has_everything(cast: Cast, start: str) -> None:
    """So that the property above is known to meet each of its verbs at least once; none of these is refused."""
    setting(cast)
    story = Story(cast, start)
    for verb, n in TOLD[start]:
        story.now += dt.timedelta(minutes=7)
        VERBS[verb](story, n)
        assert told_again(story.case) == stored(story.case), verb
    assert list(shifted(now=story.now)) == []
    check_caches(story)
    assert story.now.astimezone(TZ) > PLACED


def test_every_verb_is_told() -> None:
    assert {verb for told in TOLD.values() for verb, _n in told} == set(VERBS)
