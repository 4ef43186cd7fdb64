"""Calling the next: in the order of the line, each person to one window, each window with one person."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from hall.access import PUBLIC, Refused, allowed
from hall.models import JournalEntry
from intake.actions import call_next, finish_ticket, miss_ticket, serve_ticket, take_number, transfer_ticket
from intake.models import Segment, Ticket
from intake.queries.queue import last_call
from intake.rules import check_can_call_next
from tests.cast import NOW, Cast, queues, take

SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)


def test_the_earliest_is_called_and_the_act_is_kept(cast: Cast) -> None:
    line = queues(cast)
    first = take(cast, line["A"], NOW)
    take(cast, line["A"], NOW + MINUTE)
    called = call_next(actor=cast.act(cast.clerk), window_id=cast.windows[0].pk, now=NOW + 2 * MINUTE)
    assert (called, called.status, called.window, called.calls) == (first, "called", cast.windows[0], 1)
    last = Segment.objects.filter(ticket=called).latest("seq")
    assert (last.phase, last.window, last.staff, last.started_at) == (
        "called", cast.windows[0], cast.clerk, NOW + 2 * MINUTE,
    )  # fmt: skip
    assert [e.verb for e in JournalEntry.objects.filter(stream=f"visit:{called.visit_id}").order_by("seq")] == [
        "take_number", "call_next",
    ]  # fmt: skip


def test_priority_passes_those_who_waited_less_than_an_hour(cast: Cast) -> None:
    line = queues(cast)
    patient = take(cast, line["A"], NOW)
    fresh = take(cast, line["A"], NOW + 30 * MINUTE)
    elderly = take(cast, line["A"], NOW + 70 * MINUTE, priority_reason="elderly")
    calls = []
    for _ in range(3):
        ticket = call_next(actor=cast.act(cast.clerk), window_id=cast.windows[0].pk, now=NOW + 80 * MINUTE)
        finish_ticket(actor=cast.act(cast.clerk), ticket_id=ticket.pk, now=NOW + 80 * MINUTE)
        calls.append(ticket)
    assert calls == [patient, elderly, fresh]


def test_a_window_calls_from_all_its_queues_and_from_no_other(cast: Cast) -> None:
    line = queues(cast)
    housing, advice = take(cast, line["D"], NOW), take(cast, line["B"], NOW + MINUTE)
    registration = take(cast, line["A"], NOW + 2 * MINUTE)
    one, two = cast.windows[0].pk, cast.windows[1].pk
    assert call_next(actor=cast.act(cast.clerk2), window_id=two, now=NOW + 3 * MINUTE) == advice
    assert call_next(actor=cast.act(cast.clerk), window_id=one, now=NOW + 3 * MINUTE) == registration
    assert Ticket.objects.get(pk=housing.pk).status == "waiting"


def test_who_was_sent_to_a_window_is_called_by_that_window_alone(cast: Cast) -> None:
    line = queues(cast)
    ticket = take(cast, line["A"])
    transfer_ticket(actor=cast.act(cast.guide), ticket_id=ticket.pk, window_id=cast.windows[4].pk, now=NOW)
    with pytest.raises(Refused, match="没有人等候"):
        call_next(actor=cast.act(cast.clerk), window_id=cast.windows[0].pk, now=NOW)
    assert call_next(actor=cast.act(cast.clerk2), window_id=cast.windows[4].pk, now=NOW) == ticket


def test_a_window_with_a_visitor_calls_nobody(cast: Cast) -> None:
    line = queues(cast)
    for _ in range(2):
        take(cast, line["A"])
    clerk, window = cast.act(cast.clerk), cast.windows[0]
    ticket = call_next(actor=clerk, window_id=window.pk, now=NOW)
    with pytest.raises(Refused, match=r"1号窗口5秒前已呼叫A001") as refused:
        call_next(actor=clerk, window_id=window.pk, now=NOW + 5 * SECOND)
    assert refused.value.status == 409
    serve_ticket(actor=clerk, ticket_id=ticket.pk, now=NOW)
    with pytest.raises(Refused, match=r"1号窗口正在接待A001"):
        call_next(actor=clerk, window_id=window.pk, now=NOW + MINUTE)
    verdict = allowed(check_can_call_next, clerk, window, now=NOW + MINUTE)
    assert not verdict and "先办完" in str(verdict.reason), "the same sentence greys the button"


def test_a_resent_click_calls_nobody_else(cast: Cast) -> None:
    """The page knew the window's last call; since then it has called again."""
    line = queues(cast)
    for _ in range(3):
        take(cast, line["A"])
    clerk, window = cast.act(cast.clerk), cast.windows[0].pk
    seen = last_call(window)
    ticket = call_next(actor=clerk, window_id=window, seen=seen, now=NOW)
    miss_ticket(actor=clerk, ticket_id=ticket.pk, now=NOW + MINUTE)
    with pytest.raises(Refused, match="又叫过号"):
        call_next(actor=clerk, window_id=window, seen=seen, now=NOW + 2 * MINUTE)
    assert (
        call_next(actor=clerk, window_id=window, seen=last_call(window), now=NOW + 2 * MINUTE).number
        == "A002"
    )


def test_who_may_not_call_is_told_why(cast: Cast) -> None:
    line = queues(cast)
    take(cast, line["A"])
    for person in (cast.guide, cast.supervisor):
        with pytest.raises(Refused, match="值守窗口") as refused:
            call_next(actor=cast.act(person), window_id=cast.windows[0].pk, now=NOW)
        assert refused.value.kind == "role"
    with pytest.raises(Refused) as refused:
        call_next(actor=PUBLIC, window_id=cast.windows[0].pk, now=NOW)
    assert refused.value.kind == "unseen"
    with pytest.raises(Refused, match="还没有分配业务"):
        call_next(actor=cast.act(cast.clerk), window_id=cast.windows[5].pk, now=NOW)


def test_yesterdays_numbers_are_not_called_and_block_no_window(cast: Cast) -> None:
    line = queues(cast)
    clerk, window = cast.act(cast.clerk), cast.windows[0].pk
    left_at_window, forgotten = take(cast, line["A"]), take(cast, line["A"])
    call_next(actor=clerk, window_id=window, now=NOW)
    tomorrow = NOW + dt.timedelta(days=1)
    today = take(cast, line["A"], tomorrow)
    assert call_next(actor=clerk, window_id=window, now=tomorrow + MINUTE) == today
    left_at_window.refresh_from_db()
    forgotten.refresh_from_db()
    assert (left_at_window.status, forgotten.status) == ("left", "waiting")


# -- two at once -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_windows_that_call_at_once_get_different_people(cast: Cast) -> None:
    """Two clerks call ten rounds in the same instant: twenty calls, twenty people, in the order of the line."""
    line = queues(cast)
    for second in range(20):
        take(cast, line["A"], NOW + second * SECOND)
    together = threading.Barrier(2)
    staff = [(cast.act(cast.clerk), cast.windows[0].pk), (cast.act(cast.clerk2), cast.windows[1].pk)]

    def work(who: int) -> list[str]:
        actor, window = staff[who]
        numbers = []
        try:
            for turn in range(10):
                together.wait(5)
                now = NOW + MINUTE + turn * SECOND
                ticket = call_next(actor=actor, window_id=window, now=now)
                numbers.append(ticket.number)
                together.wait(5)
                finish_ticket(actor=actor, ticket_id=ticket.pk, now=now)
            return numbers
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(work, range(2))
    for turn in range(10):
        assert {one[turn], two[turn]} == {f"A{2 * turn + 1:03}", f"A{2 * turn + 2:03}"}


@pytest.mark.django_db(transaction=True)
def test_two_browsers_at_one_window_call_one_person(cast: Cast) -> None:
    """Both click "next" on the same window: one is served, the other reads why not."""
    line = queues(cast)
    for _ in range(8):
        take(cast, line["A"])
    actor, window, together = cast.act(cast.clerk), cast.windows[0].pk, threading.Barrier(8)

    def click(_: int) -> str:
        try:
            together.wait(5)
            return call_next(actor=actor, window_id=window, now=NOW).number
        except Refused as refused:
            assert refused.status == 409
            return str(refused)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(click, range(8)))
    assert answers.count("A001") == 1
    assert sum("1号窗口0秒前已呼叫A001" in answer for answer in answers) == 7
    assert Ticket.objects.filter(status="called").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_databases_no_is_said_in_words(cast: Cast) -> None:
    """Somebody writes round the actions while a call is under way: the constraint speaks, and is translated."""
    line = queues(cast)
    smuggled, honest = take(cast, line["A"]), take(cast, line["A"])
    actor, window = cast.act(cast.clerk), cast.windows[0].pk
    answers: list[str] = []

    def call() -> None:
        try:
            call_next(actor=actor, window_id=window, now=NOW + 2 * SECOND)
        except Refused as refused:
            answers.append(str(refused))
        finally:
            connections.close_all()

    with transaction.atomic():
        Ticket.objects.filter(pk=smuggled.pk).update(status="called", window=window, called_at=NOW)
        clerk = threading.Thread(target=call)
        clerk.start()
        watch = connection.copy()
        with contextlib.closing(watch), watch.cursor() as cursor:
            for _ in range(1000):
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
                )
                if cursor.fetchone()[0]:
                    break
    clerk.join(5)
    assert answers and "1号窗口2秒前已呼叫A001" in answers[0]
    honest.refresh_from_db()
    assert honest.status == "waiting"


@pytest.mark.django_db(transaction=True)
def test_one_visit_with_two_numbers_is_at_one_window(cast: Cast) -> None:
    line = queues(cast)
    first = take_number(actor=cast.act(cast.guide), queue_id=line["A"].pk, form_token=uuid.uuid4(), now=NOW)
    with (
        connection.cursor() as cursor
    ):  # no door makes a second number of one visit; the database is ready for it
        cursor.execute(
            "INSERT INTO intake_ticket (visit_id, hall_id, queue_id, day, serial, number, token, priority, status,"
            " queued_at, line_at, calls, seq, since) SELECT visit_id, hall_id, queue_id, day, 2, 'A002', %s, 0,"
            " 'waiting', queued_at, line_at, 0, 1, since FROM intake_ticket WHERE id = %s",
            [uuid.uuid4(), first.pk],
        )
    call_next(actor=cast.act(cast.clerk), window_id=cast.windows[0].pk, now=NOW)
    with pytest.raises(Refused, match="另一个窗口"):
        call_next(actor=cast.act(cast.clerk2), window_id=cast.windows[1].pk, now=NOW)
