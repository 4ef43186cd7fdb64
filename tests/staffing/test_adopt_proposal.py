"""A proposal is taken over slot by slot or whole; what somebody was faster with is left out, and nothing is doubled."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, Message
from hall.outbox import words
from staffing.actions import adopt_proposal, answer_proposal, plan_reception, propose_month
from staffing.models import Hall, LeaderReception, PlanProposal
from staffing.queries.rhythm import Plan, Slot
from staffing.rules import Slot as Wanted
from tests.cast import NOW, Cast, at, reception
from tests.staffing.test_propose_month import DECEMBER, rule
from tests.staffing.test_two_planners import _until_somebody_waits

NINE = at("2026-12-01 09:00")


def proposal(cast: Cast, days: int = 3) -> PlanProposal:
    """Answered: the two leaders by turns on the first days of December."""
    rule(cast)
    asked = propose_month(actor=cast.act(cast.manager), hall_id=cast.hall.pk, month=DECEMBER, now=NOW)
    slots = tuple(
        Slot(
            (cast.leader, cast.leader2)[n % 2].pk, cast.leader_room.pk, dt.date(2026, 12, 1 + n), dt.time(9),
            dt.time(11, 30),
        )
        for n in range(days)
    )  # fmt: skip
    return answer_proposal(actor=SYSTEM, proposal_id=asked.pk, plan=Plan(slots, ()), now=NOW)


def adopt(cast: Cast, one: PlanProposal, *numbers: int) -> tuple[list[LeaderReception], list[str]]:
    done = adopt_proposal(actor=cast.act(cast.manager), proposal_id=one.pk, numbers=numbers, now=NOW)
    return list(done.planned), [reason for _slot, reason in done.refused]


def test_all_or_one_become_planned_receptions(cast: Cast) -> None:
    one = proposal(cast)
    planned, refused = adopt(cast, one, 1)
    assert ([row.starts_at for row in planned], refused) == ([NINE + dt.timedelta(days=1)], [])
    planned, refused = adopt(cast, one, 0, 1, 2)
    assert (len(planned), refused) == (2, []), "what is taken over already is not planned again"
    assert set(LeaderReception.objects.values_list("status", flat=True)) == {"planned"}
    assert LeaderReception.objects.count() == 3
    assert JournalEntry.objects.filter(verb="plan_reception").count() == 3
    assert JournalEntry.objects.filter(verb="adopt_proposal").count() == 2


def test_what_no_longer_fits_is_left_out_and_said(cast: Cast) -> None:
    one = proposal(cast)
    reception(cast, NINE, leader=cast.leader2, published=False)
    planned, refused = adopt(cast, one, 0, 1, 2)
    assert len(planned) == 2
    assert refused == ["领导接访室在2026-12-01 09:00至11:00已由孙丽华使用。"]
    one.refresh_from_db()
    assert set(one.taken) == {"1", "2"}


def test_nothing_and_unknown_numbers_are_refused(cast: Cast) -> None:
    one = proposal(cast)
    for numbers in ([], [7]):
        with pytest.raises(Refused) as refused:
            adopt(cast, one, *numbers)
        assert (refused.value.kind, refused.value.field) == ("input", "slots")


def test_only_the_manager_and_only_when_ready(cast: Cast) -> None:
    one = proposal(cast)
    with pytest.raises(Refused) as refused:
        adopt_proposal(actor=cast.act(cast.leader), proposal_id=one.pk, numbers=[0], now=NOW)
    assert refused.value.kind == "role"
    waiting = propose_month(actor=cast.act(cast.manager), hall_id=cast.hall.pk, month=DECEMBER, now=NOW)
    with pytest.raises(Refused) as refused:
        adopt(cast, waiting, 0)
    assert refused.value.kind == "state"


def test_the_page_waits_shows_and_takes_over(client: Client, cast: Cast) -> None:
    one = proposal(cast)
    client.force_login(cast.manager)
    page = client.get(f"/reception-plan/proposals/{one.pk}/").text
    assert page.count('name="slots"') == 3
    assert "hx-trigger" not in page, "what is ready does not ask again"
    answer = client.post(
        f"/reception-plan/proposals/{one.pk}/adopt/", {"slots": ["0", "1", "2"], "only": "1"}
    )
    assert answer.status_code == 302
    assert LeaderReception.objects.count() == 1, "the button of one line means this one"
    waiting = propose_month(actor=cast.act(cast.manager), hall_id=cast.hall.pk, month=DECEMBER, now=NOW)
    assert 'hx-trigger="every 2s"' in client.get(f"/reception-plan/proposals/{waiting.pk}/").text


@pytest.mark.django_db(transaction=True)
def test_two_managers_take_over_the_same(cast: Cast) -> None:
    """Both press at once: each slot is planned once."""
    one, start = proposal(cast), threading.Barrier(2)
    counts: list[int] = []

    def take() -> None:
        try:
            start.wait(timeout=20)
            counts.append(len(adopt(cast, one, 0, 1, 2)[0]))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(counts) == [0, 3]
    assert LeaderReception.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_taking_over_while_somebody_plans_by_hand(cast: Cast) -> None:
    """The other one has the room but has not committed yet: we wait for it, then leave that slot out."""
    one = proposal(cast)
    results: list[tuple[int, list[str]]] = []

    def take() -> None:
        try:
            planned, refused = adopt(cast, one, 0, 1, 2)
            results.append((len(planned), refused))
        finally:
            connection.close()

    with transaction.atomic():
        slot = Wanted(cast.leader2.pk, NINE, NINE + dt.timedelta(hours=2), room_id=cast.leader_room.pk)
        plan_reception(actor=cast.act(cast.manager), hall_id=cast.hall.pk, slot=slot, now=NOW)
        thread = threading.Thread(target=take)
        thread.start()
        _until_somebody_waits()
    thread.join(timeout=30)
    assert results == [(2, ["领导接访室在2026-12-01 09:00至11:00已由孙丽华使用。"])]


def test_the_leaders_hear_that_a_month_waits_for_their_approval(cast: Cast) -> None:
    """Where the hall publishes only what was approved; nobody is told where it does not."""
    adopt(cast, proposal(cast), 0)
    assert not Message.objects.filter(kind="receptions_wait").exists()
    Hall.objects.filter(pk=cast.hall.pk).update(receptions_need_approval=True)
    one = PlanProposal.objects.get()
    adopt(cast, one, 1, 2)
    told = Message.objects.filter(kind="receptions_wait", channel="app")
    assert {m.user for m in told} == {cast.leader, cast.leader2}
    assert words(told[0])[0] == "2026年12月接访日程等待批准"
