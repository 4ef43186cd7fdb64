"""request_swap, agree_swap, approve_swap, refuse_swap, withdraw_swap: both duties change at once, or neither."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from hall.access import Refused
from hall.models import JournalEntry, Message
from hall.outbox import words
from staffing.actions import (
    agree_swap,
    approve_leave,
    approve_swap,
    refuse_swap,
    remove_duty,
    request_leave,
    request_swap,
    withdraw_swap,
)
from staffing.models import Duty, DutySwap, Leave
from tests.cast import NOW, Cast
from tests.rota import MONDAY, TODAY, away, put

TUESDAY = MONDAY + dt.timedelta(days=1)


def agreed(cast: Cast, duty: Duty, other_duty: Duty | None = None) -> DutySwap:
    swap = request_swap(
        actor=cast.act(cast.clerk), duty_id=duty.pk, other_id=cast.clerk2.pk,
        other_duty_id=other_duty.pk if other_duty else None, now=NOW,
    )  # fmt: skip
    return agree_swap(actor=cast.act(cast.clerk2), swap_id=swap.pk, now=NOW)


def test_two_exchange_duties_of_the_same_hour(cast: Cast) -> None:
    """The hardest case: both sit at the same time, so neither may be in two places for even a moment."""
    one = put(cast, cast.clerk, 1, substitute_id=cast.clerk2.pk)
    two = put(cast, cast.clerk2, 2)
    swap = agreed(cast, one, two)
    assert Message.objects.get(kind="swap_requested").user == cast.clerk2
    assert Message.objects.get(kind="swap_agreed").user == cast.manager
    with pytest.raises(Refused, match="大厅负责人批准"):
        approve_swap(actor=cast.act(cast.clerk2), swap_id=swap.pk, now=NOW)
    approve_swap(actor=cast.act(cast.manager), swap_id=swap.pk, now=NOW)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.person, one.sitter, one.substitute) == (cast.clerk2, cast.clerk2, cast.clerk)
    assert (two.person, two.sitter) == (cast.clerk, cast.clerk)
    assert {m.user for m in Message.objects.filter(kind="swap_approved")} == {cast.clerk, cast.clerk2}


def test_it_is_refused_when_somebody_would_be_doubled(cast: Cast) -> None:
    one = put(cast, cast.clerk, 1)
    put(cast, cast.clerk2, 2)
    with pytest.raises(Refused, match="周子涵08:30—12:00已在2号窗口值班") as refused:
        request_swap(actor=cast.act(cast.clerk), duty_id=one.pk, other_id=cast.clerk2.pk, now=NOW)
    assert refused.value.field == "other"
    later = put(cast, cast.clerk, 1, day=TUESDAY)
    swap = agreed(cast, later)
    put(cast, cast.clerk2, 2, day=TUESDAY)
    with pytest.raises(Refused, match="已在2号窗口"):
        approve_swap(actor=cast.act(cast.manager), swap_id=swap.pk, now=NOW)
    later.refresh_from_db()
    assert later.sitter == cast.clerk


def test_who_may_ask_for_what(cast: Cast) -> None:
    past, ahead = put(cast, cast.clerk, 1, day=TODAY), put(cast, cast.clerk, 1)
    with pytest.raises(Refused, match="已经开始或者过去"):
        request_swap(actor=cast.act(cast.clerk), duty_id=past.pk, other_id=cast.clerk2.pk, now=NOW)
    with pytest.raises(Refused, match="只能换自己的班"):
        request_swap(actor=cast.act(cast.clerk2), duty_id=ahead.pk, other_id=cast.clerk.pk, now=NOW)
    with pytest.raises(Refused, match="另一位同事"):
        request_swap(actor=cast.act(cast.clerk), duty_id=ahead.pk, other_id=cast.clerk.pk, now=NOW)
    with pytest.raises(Refused, match="不是对方的"):
        request_swap(
            actor=cast.act(cast.clerk),
            duty_id=ahead.pk,
            other_id=cast.clerk2.pk,
            other_duty_id=past.pk,
            now=NOW,
        )
    with pytest.raises(Refused, match="没有本厅的岗位"):
        request_swap(actor=cast.act(cast.clerk), duty_id=ahead.pk, other_id=cast.leader.pk, now=NOW)
    request_swap(actor=cast.act(cast.clerk), duty_id=ahead.pk, other_id=cast.clerk2.pk, now=NOW)
    with pytest.raises(Refused, match="已经在商量"):
        request_swap(actor=cast.act(cast.clerk), duty_id=ahead.pk, other_id=cast.liaison.pk, now=NOW)


def test_it_ends_in_a_refusal_or_is_taken_back(cast: Cast) -> None:
    duty = put(cast, cast.clerk, 1)
    swap = agreed(cast, duty)
    with pytest.raises(Refused, match="请写明"):
        refuse_swap(actor=cast.act(cast.manager), swap_id=swap.pk, now=NOW)
    assert refuse_swap(actor=cast.act(cast.clerk2), swap_id=swap.pk, now=NOW).status == "refused"
    again = agreed(cast, duty)
    with pytest.raises(Refused, match="自己提出"):
        withdraw_swap(actor=cast.act(cast.clerk2), swap_id=again.pk, now=NOW)
    assert withdraw_swap(actor=cast.act(cast.clerk), swap_id=again.pk, now=NOW).status == "withdrawn"
    with pytest.raises(Refused, match="已经撤回"):
        approve_swap(actor=cast.act(cast.manager), swap_id=again.pk, now=NOW)


def test_a_leave_in_between_stops_the_swap(cast: Cast) -> None:
    swap = agreed(cast, put(cast, cast.clerk, 1))
    away(cast, cast.clerk2)
    with pytest.raises(Refused, match="周子涵已请假"):
        approve_swap(actor=cast.act(cast.manager), swap_id=swap.pk, now=NOW)


@pytest.mark.parametrize("gone", ["duty", "other_duty"])
def test_it_falls_with_either_duty(cast: Cast, gone: str) -> None:
    one, two = put(cast, cast.clerk, 1), put(cast, cast.clerk2, 2, day=TUESDAY)
    swap, manager = agreed(cast, one, two), cast.act(cast.manager)
    kept = request_swap(
        actor=cast.act(cast.clerk), duty_id=put(cast, cast.clerk, 1, half="pm").pk, other_id=cast.liaison.pk, now=NOW
    )  # fmt: skip
    removed = remove_duty(actor=manager, duty_id=one.pk if gone == "duty" else two.pk, now=NOW)
    swap.refresh_from_db()
    kept.refresh_from_db()
    assert (swap.status, kept.status) == ("withdrawn", "asked")
    entry = JournalEntry.objects.get(verb="withdraw_swap")
    assert (entry.actor_id, entry.before["status"], entry.after["removed"]) == (
        cast.manager.pk, "agreed", removed.pk,
    )  # fmt: skip
    told = list(Message.objects.filter(kind="swap_fell", channel="app"))
    assert {message.user for message in told} == {cast.clerk, cast.clerk2}
    subject, body = words(told[0])
    assert "换班没有换成" in subject and "已经撤下" in body and removed.place_label in body
    with pytest.raises(Refused, match="已经撤回"):
        approve_swap(actor=manager, swap_id=swap.pk, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_swap_and_leave_at_once_never_seat_who_is_away(cast: Cast) -> None:
    """The swap gives a duty to somebody whose leave is approved at that very moment: one comes first, whichever."""
    duty = put(cast, cast.clerk, 1)
    swap = agreed(cast, duty)
    leave = request_leave(
        actor=cast.act(cast.clerk2),
        hall_id=cast.hall.pk,
        kind="annual",
        from_on=MONDAY,
        until_on=MONDAY,
        now=NOW,
    )
    manager, start, answers = cast.act(cast.manager), threading.Barrier(2), []

    def act(what: str) -> None:
        try:
            start.wait(timeout=20)
            if what == "swap":
                approve_swap(actor=manager, swap_id=swap.pk, now=NOW)
            else:
                approve_leave(actor=manager, leave_id=leave.pk, now=NOW)
            answers.append(what)
        except Refused as refused:
            answers.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(what,)) for what in ("swap", "leave")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert "leave" in answers and len(answers) == 2
    duty.refresh_from_db()
    assert Leave.objects.get().status == "approved"
    if "swap" in answers:
        assert (duty.person, duty.sitter) == (cast.clerk2, None), "swapped first, then uncovered"
    else:
        assert (duty.person, duty.sitter) == (cast.clerk, cast.clerk), "on leave first, then refused"
