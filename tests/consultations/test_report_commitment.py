"""`report_commitment`, `return_commitment`, `confirm_commitment`, `extend_commitment`, `drop_commitment`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cases.actions import sweep_deadlines, withdraw_case
from cases.actions.deadlines import shifted
from cases.models import Case, Deadline, LadderRung, Respondent
from consultations import actions
from consultations.models import Commitment
from consultations.queries.commitments import visible_commitments
from hall import journal
from hall.models import Message
from tests.cast import NOW, Cast
from tests.consultations.minutes_steps import called, day, issued, line, owed, refusal, reported
from tests.life_referrals import disputed, rerouted
from tests.matters import ladder

pytestmark = pytest.mark.django_db


def do(
    cast: Cast, verb: str, one: Commitment, now: dt.datetime = NOW, who: str = "liaison", **facts: Any
) -> Any:
    actor = cast.act(cast.people[who], now)
    done = getattr(actions, verb)(actor=actor, commitment_id=one.pk, now=now, **facts)
    one.refresh_from_db()
    return done


def clock(one: Commitment) -> Deadline | None:
    return Deadline.objects.open().filter(item=f"commitment:{one.pk}").first()


def test_a_report_meets_its_own_clock_alone(cast: Cast) -> None:
    one = owed(cast)
    other = one.consultation.commitments.get(number=2)
    reported(cast, one)
    assert (one.status, clock(one)) == ("reported", None)
    assert clock(other) is not None
    told = Message.objects.filter(kind="commitment_reported")
    assert {m.user for m in told} == {cast.liaison, cast.head, cast.manager}
    assert told[0].url == f"/consultations/commitments/{one.pk}/"
    assert refusal(reported, cast, one).kind == "state"


def test_returned_it_runs_again_until_a_new_day(cast: Cast) -> None:
    one = reported(cast, owed(cast))
    for wrong in (None, day(NOW), day(NOW, 181)):
        assert (
            refusal(do, cast, "return_commitment", one, reason="还没有发放完。", due_on=wrong).field
            == "due_on"
        )
    do(cast, "return_commitment", one, reason="还没有发放完。", due_on=day(NOW, 30))
    running = clock(one)
    assert running and (one.status, one.due_on, one.deadline) == ("open", day(NOW, 30), running)
    assert {m.user for m in Message.objects.filter(kind="commitment_returned")} == {cast.liaison2, cast.head2}
    reported(cast, one)
    do(cast, "confirm_commitment", one, note="已核实。")
    assert (one.status, one.fulfilled_on) == ("fulfilled", day(NOW))
    assert journal.verify() == []


def test_an_extension_needs_a_reason_a_day_ahead_and_has_an_end(cast: Cast) -> None:
    one = owed(cast)
    before = clock(one)
    do(cast, "extend_commitment", one, days=100, reason="审计没有结束。")
    running = clock(one)
    assert running and before and running.pk == before.pk and running.extension_days == 100
    assert one.due_on == day(NOW, 120)
    assert refusal(do, cast, "extend_commitment", one, days=81, reason="审计没有结束。").field == "days"
    assert refusal(do, cast, "extend_commitment", one, days=10, reason="").field == "reason"
    # A return begins a new clock; the days that were given count on.
    reported(cast, one)
    do(cast, "return_commitment", one, reason="还没有发放完。", due_on=day(NOW, 30))
    do(cast, "extend_commitment", one, days=80, reason="审计没有结束。")
    assert "用完" in str(refusal(do, cast, "extend_commitment", one, days=1, reason="审计没有结束。"))
    assert list(shifted(now=NOW)) == []


def test_a_breach_is_not_extended_away(cast: Cast) -> None:
    one, late = owed(cast), NOW + dt.timedelta(days=25)
    refused = refusal(do, cast, "extend_commitment", one, late, days=10, reason="审计没有结束。")
    assert (refused.kind, "届满" in str(refused)) == ("state", True)


def test_dropped_with_a_reason_its_clock_is_void(cast: Cast) -> None:
    one = owed(cast)
    do(cast, "drop_commitment", one, reason="企业已经全部付清。")
    assert (one.status, clock(one)) == ("dropped", None)
    assert one.deadline and one.deadline.void_reason == "企业已经全部付清。"
    assert Message.objects.filter(kind="commitment_dropped").count() == 2


def test_who_may(cast: Cast) -> None:
    one = owed(cast)
    for who in ("liaison", "head3", "manager", "leader"):
        assert refusal(reported, cast, one, who=who).kind == "role", who
    reported(cast, one)
    for who in ("liaison2", "head3", "leader", "supervisor"):
        for verb in ("confirm_commitment", "return_commitment", "drop_commitment"):
            facts = {
                "confirm_commitment": {},
                "return_commitment": {"reason": "还不够。", "due_on": day(NOW, 9)},
            }
            said = facts.get(verb, {"reason": "不再需要。"})
            assert refusal(do, cast, verb, one, who=who, **said).kind == "role"
    do(cast, "confirm_commitment", one, who="manager")


def test_nobody_confirms_what_the_own_unit_owes(cast: Cast) -> None:
    """The convening unit's own commitment is confirmed by the hall."""
    one = reported(cast, owed(cast, unit="labour"), who="liaison")
    for who in ("liaison", "head"):
        refused = refusal(do, cast, "confirm_commitment", one, who=who)
        assert (refused.kind, "自己承担" in str(refused)) == ("role", True)
    do(cast, "confirm_commitment", one, who="clerk")


def test_it_is_reminded_and_escalated_like_every_clock(cast: Cast) -> None:
    rungs = ladder()
    one = owed(cast, lines=[line(cast, days=14)])
    assert one.deadline and one.deadline.due_on == dt.date(2026, 12, 2)
    told: list[tuple[str, set[str]]] = []
    for days in range(8, 22):
        now = NOW + dt.timedelta(days=days)
        seen = set(Message.objects.values_list("pk", flat=True))
        sweep_deadlines(now=now)
        new = Message.objects.filter(kind="deadline_step", context__term="commitment").exclude(pk__in=seen)
        if new:
            told.append((str(new[0].context["rung"]), {m.user.username for m in new if m.user}))
    assert told == [
        (rungs[0].name, {"liaison2"}),
        (rungs[1].name, {"head2"}),
        (rungs[2].name, {"manager"}),
        (rungs[3].name, {"supervisor"}),
    ]
    assert LadderRung.objects.count() == 4


def test_it_outlives_the_matter(cast: Cast) -> None:
    one = owed(cast)
    case_id = one.consultation.case_id
    withdraw_case(actor=cast.act(cast.clerk), case_id=case_id, reason="本人自愿撤回。", now=NOW)
    assert {d.kind for d in Deadline.objects.open().filter(case=case_id)} == {"commitment"}
    reported(cast, one)
    do(cast, "return_commitment", one, reason="还没有发放完。", due_on=day(NOW, 30))
    do(cast, "extend_commitment", one, days=5, reason="审计没有结束。")
    reported(cast, one)
    do(cast, "confirm_commitment", one)


def test_a_unit_that_loses_the_matter_keeps_what_it_promised(cast: Cast) -> None:
    case = disputed(cast)
    done = issued(cast, called(cast, case=case))
    one = done.consultation.commitments.get(department=cast.units["labour"])
    before = clock(one)
    rerouted(cast, case)
    assert clock(one) == before and before and before.department_id == cast.units["labour"].pk
    assert not Deadline.objects.filter(kind="commitment", item="").exists()
    assert not Case.objects.visible_to(cast.act(cast.liaison)).filter(pk=case.pk).exists()
    assert visible_commitments(cast.act(cast.liaison)).filter(pk=one.pk).exists()
    reported(cast, one, who="liaison")
    assert one.status == "reported"


def test_whom_the_case_complains_of_sees_none(cast: Cast) -> None:
    one = owed(cast)
    Respondent.objects.create(case=one.consultation.case, name="住建局", department=cast.units["housing"])
    assert not visible_commitments(cast.act(cast.liaison2)).exists()
    assert refusal(reported, cast, one).kind == "unseen"
