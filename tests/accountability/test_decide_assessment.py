"""From the record to a frozen result: `draw_up_assessments`, `redraw_assessment`, `send_assessment`,
`state_assessment`, `lapse_assessments`, `decide_assessment`, `accept_assessment`, `finalise_assessments`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext

from accountability import actions
from accountability.models import AssessedEvent, Assessment, AssessmentLine, Finding
from accountability.queries.assess import counted_events
from hall.access import Refused
from hall.models import JournalEntry, Message, User
from tests.accountability.assess_steps import (
    FROM,
    IN_PERIOD,
    PLAIN,
    SAID,
    TO,
    WHY,
    answered,
    appealed,
    decided,
    drawn,
    final,
    finding,
    fresh,
    item,
    published,
    sent,
    stated,
)
from tests.accountability.sanction_steps import reviewed, stranger
from tests.cast import NOW, Cast
from tests.life_handling import at_once

pytestmark = pytest.mark.django_db


def refused(act: Any, *args: Any, **facts: Any) -> Refused:
    with pytest.raises(Refused) as caught, transaction.atomic():
        act(*args, **facts)
    return caught.value


def points(one: Assessment) -> dict[str, Decimal]:
    return {line.item.source: line.points for line in one.lines.select_related("item")}


def later(days: int) -> dt.datetime:
    return NOW + dt.timedelta(days=days)


def test_every_deduction_has_its_case(cast: Cast) -> None:
    """Three findings at three points each are no more than the cap of ten; each leads to its case."""
    rows = [finding(cast) for _n in range(4)]
    finding(cast, "housing")
    one = drawn(cast)
    assert points(one)["finding_late"] == 10
    assert one.points == 90
    events = list(counted_events(one))
    assert {event.case_id for event in events} == {row.case_id for row in rows}
    assert {event.finding_id for event in events} == {row.pk for row in rows}
    assert all(event.cost == 3 for event in events)
    assert drawn(cast, unit="housing").points == 97, "a unit answers for its own"


def test_only_what_a_person_has_decided_is_counted(cast: Cast) -> None:
    """Nothing that is open, in review or dismissed; nothing outside the days; nothing without a day held against it."""
    for status in ("opened", "stated", "dismissed"):
        finding(cast, status=status)
    reviewed(finding(cast), "in_review")
    reviewed(finding(cast), "changed", decided_days=0)
    finding(cast, decided_days=0)
    finding(cast, now=dt.datetime(2026, 11, 10, 9, 30, tzinfo=NOW.tzinfo))
    assert drawn(cast).points == 100


def test_one_event_costs_points_once(cast: Cast) -> None:
    """A late answer that lowers the rate of an earlier item is not deducted by a later one; nor next year again."""
    row = finding(cast)
    Finding.objects.filter(pk=row.pk).update(due_on=IN_PERIOD.date())
    row.deadline.due_on, row.deadline.due_at = IN_PERIOD.date(), IN_PERIOD
    row.deadline.save(update_fields=["due_on", "due_at"])
    one = drawn(cast)
    lines = {line.item.source: line for line in one.lines.select_related("item")}
    assert (lines["answer"].denominator, lines["answer"].numerator) == (1, 0)
    assert lines["answer"].points == 0 and lines["finding_late"].points == 20
    assert [event.event for event in counted_events(one)] == [f"deadline:{row.deadline_id}"]
    with pytest.raises(Error), transaction.atomic():
        AssessedEvent.objects.create(
            line=lines["finding_late"], event=f"deadline:{row.deadline_id}", on=FROM, case=row.case
        )


def test_a_miss_on_which_nobody_has_decided_leaves_the_rate(cast: Cast) -> None:
    row = finding(cast, status="stated")
    row.deadline.due_on, row.deadline.due_at = IN_PERIOD.date(), IN_PERIOD
    row.deadline.save(update_fields=["due_on", "due_at"])
    line = drawn(cast).lines.get(item__source="answer")
    assert (line.denominator, line.excluded) == (0, 1)
    assert line.points == 40, "nothing to measure costs nothing"


def test_who_draws_up_when_and_whom(cast: Cast) -> None:
    scheme = published(cast, to_on=dt.date(2026, 12, 31), standard="resident")
    assert refused(drawn, cast, scheme).kind == "state", "its days are not over"
    scheme = published(cast, from_on=FROM, to_on=TO, standard="rotating")
    for who in ("clerk", "guide", "liaison", "head", "leader", "administrator"):
        with pytest.raises(Refused) as caught:
            actions.draw_up_assessments(
                actor=cast.act(getattr(cast, who)), scheme_id=scheme.pk, department_ids=[1], now=NOW
            )
        assert caught.value.kind in ("role", "unseen")
    actor = cast.act(cast.supervisor)
    bad = refused(actions.draw_up_assessments, actor=actor, scheme_id=scheme.pk, department_ids=[], now=NOW)
    assert (bad.kind, bad.field) == ("input", "units")
    office = cast.units["petition"].pk
    assert (
        refused(
            actions.draw_up_assessments, actor=actor, scheme_id=scheme.pk, department_ids=[office], now=NOW
        ).kind
        == "input"
    ), "the petition office assesses, and is not assessed"


def test_not_twice_for_the_same_days(cast: Cast) -> None:
    scheme = published(cast)
    one = drawn(cast, scheme)
    assert refused(drawn, cast, scheme).field == "units"
    with pytest.raises(Error), transaction.atomic():
        Assessment.objects.create(
            hall=cast.hall, scheme=scheme, department=one.department, from_on=TO, to_on=NOW.date(), points=0,
            as_of=NOW, drawn_up_by=cast.manager,
        )  # fmt: skip


def test_redrawn_before_it_is_sent_only(cast: Cast) -> None:
    one = drawn(cast)
    assert one.points == 100
    finding(cast)
    actor = cast.act(cast.manager)
    assert actions.redraw_assessment(actor=actor, assessment_id=one.pk, now=NOW).points == 97
    assert actions.redraw_assessment(actor=actor, assessment_id=one.pk, now=NOW).points == 97
    assert counted_events(one).count() == 1
    sent(cast, one)
    assert refused(actions.redraw_assessment, actor=actor, assessment_id=one.pk, now=NOW).kind == "state"
    line = one.lines.first()
    assert line is not None
    with pytest.raises(Error), transaction.atomic():
        AssessmentLine.objects.create(assessment=one, item=line.item, points=1)
    with pytest.raises(Error), transaction.atomic():
        AssessedEvent.objects.filter(line__assessment=one).delete()


def test_the_unit_sees_its_own_from_the_day_it_is_sent(cast: Cast) -> None:
    one = drawn(cast)

    def sees(who: Any) -> bool:
        return Assessment.objects.visible_to(cast.act(who)).filter(pk=one.pk).exists()

    assert not sees(cast.head) and sees(cast.leader)
    sent(cast, one)
    assert sees(cast.head) and sees(cast.liaison)
    assert not any(sees(who) for who in (cast.head2, cast.liaison2, cast.clerk, cast.administrator))
    assert not sees(stranger(cast))
    people = set(Message.objects.filter(kind="assessment_sent").values_list("user_id", flat=True))
    assert people == {cast.head.pk, cast.liaison.pk}


def test_the_say_of_the_unit(cast: Cast) -> None:
    one = sent(cast)
    assert one.state_by_on == dt.date(2026, 11, 25), "five working days after Wednesday 18 November"
    assert refused(stated, cast, one, actor=cast.act(cast.manager)).kind == "role"
    assert refused(stated, cast, one, actor=cast.act(cast.head2)).kind == "unseen"
    assert refused(stated, cast, one, text="好").field == "text"
    assert refused(decided, cast, one).kind == "state", "the unit is heard first"
    assert actions.lapse_assessments(now=later(7)) == 0
    assert actions.lapse_assessments(now=later(8)) == 1
    assert actions.lapse_assessments(now=later(8)) == 0
    late = stated(cast, one, now=later(9))
    assert late.status == "stated" and late.steps.get(verb="state_assessment").is_late


def test_decided_with_reasons(cast: Cast) -> None:
    rows = [finding(cast), finding(cast)]
    one = stated(cast)
    event = counted_events(one).get(case=rows[0].case_id)
    for who in (cast.supervisor, cast.clerk, cast.head):
        assert refused(decided, cast, one, by=who).kind in ("role", "unseen")
    assert refused(decided, cast, one, reason="").field == "reason"
    assert refused(decided, cast, one, restored=[event.pk + 999]).kind == "state"
    done = decided(cast, one, restored=[event.pk], reason="该事项由另一单位承办，不计。")
    assert one.points == 94 and done.points == 97
    event.refresh_from_db()
    assert (event.status, event.note) == ("restored", "该事项由另一单位承办，不计。")
    entry = JournalEntry.objects.get(verb="decide_assessment")
    assert entry.after["points"] == "97.00" and "另一单位" not in str(entry.after)
    with pytest.raises(Error), transaction.atomic():
        AssessedEvent.objects.filter(pk=event.pk).update(status="counted")


def test_nobody_decides_for_the_own_unit(cast: Cast) -> None:
    one = stated(cast)
    post = cast.manager.postings.get()
    post.pk, post.user = None, cast.head
    post.save(force_insert=True)
    said = refused(decided, cast, one, by=cast.head)
    assert said.kind == "role" and "任职" in str(said.reason)


def test_what_a_review_puts_in_doubt_falls_away(cast: Cast) -> None:
    """At the decision and at the end; each time in the unit's favour."""
    rows = [finding(cast), finding(cast), finding(cast)]
    one = stated(cast)
    assert one.points == 91
    reviewed(rows[0], "in_review")
    one = decided(cast, one)
    assert one.points == 94
    reviewed(rows[1], "changed", decided_days=0)
    one = final(cast, one)
    assert one.points == 97 and one.status == "final"
    fallen = AssessedEvent.objects.filter(status="fallen")
    assert {event.finding_id for event in fallen} == {rows[0].pk, rows[1].pk}


def test_nothing_changes_after_the_end(cast: Cast) -> None:
    """The database keeps the points, the lines, the events and the state as they are."""
    finding(cast)
    one = final(cast)
    line = one.lines.first()
    event = counted_events(one).first()
    assert line is not None and event is not None
    changes: list[Any] = [
        lambda: Assessment.objects.filter(pk=one.pk).update(points=100),
        lambda: Assessment.objects.filter(pk=one.pk).update(status="decided"),
        lambda: AssessmentLine.objects.filter(pk=line.pk).update(points=0),
        lambda: AssessedEvent.objects.filter(pk=event.pk).update(status="restored", note="改"),
        lambda: AssessedEvent.objects.filter(pk=event.pk).delete(),
        lambda: one.steps.all().delete(),
        lambda: Assessment.objects.filter(pk=one.pk).delete(),
    ]
    for change in changes:
        with pytest.raises(Error), transaction.atomic():
            change()
    reviewed(Finding.objects.get(), "changed", decided_days=0)
    assert fresh(one).points == 97


def test_final_when_the_days_of_the_appeal_are_over(cast: Cast) -> None:
    one = decided(cast)
    assert one.appeal_by_on == dt.date(2026, 11, 25)
    assert actions.finalise_assessments(now=later(7)) == 0
    assert actions.finalise_assessments(now=later(8)) == 1
    assert fresh(one).status == "final"
    assert refused(appealed, cast, one, events=[1]).kind == "state"


def test_the_cost_of_drawing_up_does_not_grow_with_the_cases(cast: Cast) -> None:
    scheme = published(cast, PLAIN)
    finding(cast, "land")
    with CaptureQueriesContext(
        connection,
    ) as few:
        drawn(cast, scheme, "land")
    for _n in range(12):
        finding(cast)
    with CaptureQueriesContext(connection) as many:
        drawn(cast, scheme)
    assert len(many) == len(few)


def test_an_appeal_is_decided_by_another_person(cast: Cast) -> None:
    """`appeal_assessment`, `decide_appeal`: line by line, with reasons; kept or given back."""
    for _n in range(3):
        finding(cast)
    one = decided(cast)
    events = [event.pk for event in counted_events(one)]
    assert refused(appealed, cast, one, events=[]).kind == "input"
    one = appealed(cast, one, events=events[:2])
    assert one.status == "appealed"
    assert refused(appealed, cast, one, events=events[2:]).kind == "state", "once"
    told = Message.objects.filter(kind="assessment_appealed").values_list("user_id", flat=True)
    assert cast.manager.pk not in told and cast.leader.pk in told
    assert refused(answered, cast, one, by=cast.manager).kind == "role", (
        "who decided does not decide on the appeal"
    )
    assert refused(answered, cast, one, by=cast.supervisor).kind == "role"
    none = refused(
        actions.decide_appeal, actor=cast.act(cast.leader), assessment_id=one.pk, answers={}, now=NOW
    )
    assert none.kind == "input"
    one = answered(cast, one, restored=events[:1])
    assert one.status == "final" and one.points == 94
    assert AssessedEvent.objects.get(pk=events[1]).appeal_answer
    with pytest.raises(Error), transaction.atomic():
        Assessment.objects.filter(pk=one.pk).update(appeal_decided_by=one.decided_by)


def test_what_is_given_back_is_not_counted_in_another_assessment(cast: Cast) -> None:
    finding(cast)
    scheme = published(
        cast, [item("finding_late", 100, each=Decimal(5))], to_on=dt.date(2026, 9, 30), standard="resident"
    )
    one = stated(cast, sent(cast, drawn(cast, scheme)))
    event = counted_events(one).get()
    decided(cast, one, restored=[event.pk])
    again = published(
        cast, [item("finding_late", 100)], from_on=dt.date(2026, 10, 1), to_on=TO, standard="rotating"
    )
    Finding.objects.update(decided_at=dt.datetime(2026, 10, 5, tzinfo=NOW.tzinfo))
    assert drawn(cast, again).points == 100


# -- at the same time ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_draw_up_at_once(cast: Cast) -> None:
    """One assessment, its events once."""
    for _n in range(3):
        finding(cast)
    scheme = published(cast)
    units = [cast.units["labour"].pk]

    def draw(who: User) -> Callable[[], object]:
        actor = cast.act(who)
        return lambda: actions.draw_up_assessments(
            actor=actor, scheme_id=scheme.pk, department_ids=units, now=NOW
        )

    assert at_once(draw(cast.manager), draw(cast.supervisor)) == ["done", "input"]
    assert (Assessment.objects.count(), AssessedEvent.objects.count()) == (1, 3)


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once(cast: Cast) -> None:
    finding(cast)
    one = stated(cast)
    facts: dict[str, Any] = {"assessment_id": one.pk, "restored": (), "reason": WHY, "now": NOW}
    actors = [cast.act(cast.manager), cast.act(cast.leader)]
    assert at_once(
        lambda: actions.decide_assessment(actor=actors[0], **facts),
        lambda: actions.decide_assessment(actor=actors[1], **facts),
    ) == ["done", "state"]
    assert one.steps.filter(verb="decide_assessment").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_appeal_and_the_end_of_its_days_at_once(cast: Cast) -> None:
    """On the day after its last one the system ends it; an appeal of the last day and the sweep do not both succeed."""
    finding(cast)
    one = decided(cast)
    event = counted_events(one).get()
    actor = cast.act(cast.head)
    reasons = {event.pk: "该事项由另一单位承办，请求不计。"}
    at_once(
        lambda: actions.appeal_assessment(actor=actor, assessment_id=one.pk, reasons=reasons, now=NOW),
        lambda: actions.finalise_assessments(now=later(8)),
    )
    event.refresh_from_db()
    assert (fresh(one).status == "appealed") == bool(event.appeal)


@pytest.mark.django_db(transaction=True)
def test_a_decision_and_a_review_of_its_finding_at_once(cast: Cast) -> None:
    """The decision sees the review, or the review waits for it: what is final never rests on what fell before."""
    row = finding(cast)
    one = decided(cast)
    actor, head = cast.act(cast.head), cast.act(cast.head)
    at_once(
        lambda: actions.accept_assessment(actor=actor, assessment_id=one.pk, now=NOW),
        lambda: actions.request_finding_review(actor=head, finding_id=row.pk, reason=SAID, now=NOW),
    )
    assert fresh(one).status == "final"
    assert fresh(one).points in (97, 100)
