"""Calling one ticket: out of turn only when asked, from two windows only once."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from hall.access import Refused
from intake.actions import call_next, call_ticket, miss_ticket, park_ticket, transfer_ticket
from intake.models import Segment
from tests.cast import NOW, Cast, queues, take

SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)


def test_out_of_turn_asks_first_and_says_whose_turn_it_takes(cast: Cast) -> None:
    line = queues(cast)
    for _ in range(2):
        take(cast, line["A"])
    third, clerk, window = take(cast, line["A"], NOW + SECOND), cast.act(cast.clerk), cast.windows[0].pk
    with pytest.raises(Refused, match="会占用前面2位来访人的顺序") as asked:
        call_ticket(actor=clerk, ticket_id=third.pk, window_id=window, now=NOW + MINUTE)
    assert (asked.value.kind, asked.value.field) == ("input", "confirmed")
    called = call_ticket(actor=clerk, ticket_id=third.pk, window_id=window, confirmed=True, now=NOW + MINUTE)
    assert (called.status, called.window) == ("called", cast.windows[0])


def test_the_first_in_line_takes_nobodys_turn(cast: Cast) -> None:
    line = queues(cast)
    first = take(cast, line["A"])
    take(cast, line["A"], NOW + SECOND)
    clerk, window = cast.act(cast.clerk), cast.windows[0].pk
    assert call_ticket(actor=clerk, ticket_id=first.pk, window_id=window, now=NOW).status == "called"


def test_a_parked_visitor_is_called_back_without_a_question(cast: Cast) -> None:
    line = queues(cast)
    parked, _waiting = take(cast, line["A"]), take(cast, line["A"])
    clerk, window = cast.act(cast.clerk), cast.windows[0].pk
    call_next(actor=clerk, window_id=window, now=NOW)
    park_ticket(actor=clerk, ticket_id=parked.pk, now=NOW + MINUTE)
    assert call_ticket(actor=clerk, ticket_id=parked.pk, window_id=window, now=NOW + 2 * MINUTE).calls == 1


def test_a_missed_visitor_at_the_window_is_asked_about_when_others_wait(cast: Cast) -> None:
    line = queues(cast)
    missed, other = take(cast, line["A"]), take(cast, line["A"])
    clerk, window = cast.act(cast.clerk), cast.windows[0].pk
    call_next(actor=clerk, window_id=window, now=NOW)
    miss_ticket(actor=clerk, ticket_id=missed.pk, now=NOW + MINUTE)
    with pytest.raises(Refused, match="前面1位"):
        call_ticket(actor=clerk, ticket_id=missed.pk, window_id=window, now=NOW + 2 * MINUTE)
    call_next(actor=cast.act(cast.clerk2), window_id=cast.windows[1].pk, now=NOW + 2 * MINUTE)
    assert other.number == "A002"
    assert (
        call_ticket(actor=clerk, ticket_id=missed.pk, window_id=window, now=NOW + 3 * MINUTE).status
        == "called"
    )


def test_who_was_sent_to_another_window_is_asked_about(cast: Cast) -> None:
    line = queues(cast)
    ticket = take(cast, line["A"])
    transfer_ticket(actor=cast.act(cast.guide), ticket_id=ticket.pk, window_id=cast.windows[1].pk, now=NOW)
    with pytest.raises(Refused, match="指定由2号窗口接待"):
        call_ticket(actor=cast.act(cast.clerk), ticket_id=ticket.pk, window_id=cast.windows[0].pk, now=NOW)


def test_a_stale_page_is_told_what_happened(cast: Cast) -> None:
    line = queues(cast)
    ticket = take(cast, line["A"])
    call_next(actor=cast.act(cast.clerk2), window_id=cast.windows[1].pk, now=NOW + MINUTE)
    with pytest.raises(Refused, match="2号窗口2秒前已呼叫A001") as refused:
        call_ticket(
            actor=cast.act(cast.clerk), ticket_id=ticket.pk, window_id=cast.windows[0].pk, seq=ticket.seq,
            now=NOW + MINUTE + 2 * SECOND,
        )  # fmt: skip
    assert refused.value.status == 409


@pytest.mark.django_db(transaction=True)
def test_one_ticket_called_from_two_windows_goes_to_one(cast: Cast) -> None:
    """Ten times two clerks want the very same person: one gets them, the other reads which window was faster."""
    line = queues(cast)
    tickets = [take(cast, line["A"], NOW + n * SECOND) for n in range(10)]
    staff = [(cast.act(cast.clerk), cast.windows[0].pk), (cast.act(cast.clerk2), cast.windows[1].pk)]
    together = threading.Barrier(2)

    def work(who: int) -> list[str]:
        actor, window = staff[who]
        answers = []
        try:
            for ticket in tickets:
                together.wait(5)
                try:
                    call_ticket(
                        actor=actor, ticket_id=ticket.pk, window_id=window, confirmed=True, now=NOW + MINUTE
                    )
                    answers.append("called")
                    together.wait(5)
                    miss_ticket(actor=actor, ticket_id=ticket.pk, now=NOW + MINUTE)
                except Refused as refused:
                    answers.append(str(refused))
                    together.wait(5)
            return answers
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(work, range(2))
    for ticket, first, second in zip(tickets, one, two, strict=True):
        refused = second if first == "called" else first
        winner = 1 if first == "called" else 2
        assert "called" in (first, second)
        assert refused == f"{winner}号窗口0秒前已呼叫{ticket.number}。"
    assert Segment.objects.filter(phase="called").count() == 10
