"""The smaller moves: recall, serve, miss, reinstate, park, transfer, finish, leave; each once, each by whom it may."""

from __future__ import annotations

import datetime as dt

import pytest

from hall.access import Actor, Refused, allowed
from intake.actions import (
    call_next,
    call_ticket,
    finish_ticket,
    leave_hall,
    miss_ticket,
    park_ticket,
    recall_ticket,
    reinstate_ticket,
    serve_ticket,
    transfer_ticket,
)
from intake.models import Segment, Ticket
from intake.rules import check_can_recall_ticket
from tests.cast import NOW, Cast, queues, take

SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)


def called(cast: Cast, letter: str = "A") -> tuple[Actor, Ticket]:
    """A clerk at window 1 who has just called the only visitor."""
    line = queues(cast)
    take(cast, line[letter])
    clerk = cast.act(cast.clerk)
    return clerk, call_next(actor=clerk, window_id=cast.windows[0].pk, now=NOW)


def test_recall_counts_and_a_double_click_counts_once(cast: Cast) -> None:
    clerk, ticket = called(cast)
    seen = ticket.seq
    again = recall_ticket(actor=clerk, ticket_id=ticket.pk, seq=seen, now=NOW + 20 * SECOND)
    assert (again.calls, again.called_at, again.window) == (2, NOW + 20 * SECOND, cast.windows[0])
    with pytest.raises(Refused, match="1号窗口1秒前已呼叫A001"):
        recall_ticket(actor=clerk, ticket_id=ticket.pk, seq=seen, now=NOW + 21 * SECOND)
    assert Ticket.objects.get(pk=ticket.pk).calls == 2
    serve_ticket(actor=clerk, ticket_id=ticket.pk, now=NOW + MINUTE)
    verdict = allowed(check_can_recall_ticket, clerk, Ticket.objects.get(pk=ticket.pk), now=NOW + 2 * MINUTE)
    assert not verdict
    assert str(verdict.reason) == "1号窗口正在接待A001，已开始1分钟。"


def test_missed_frees_the_window_and_the_number_stays_good(cast: Cast) -> None:
    clerk, ticket = called(cast)
    missed = miss_ticket(actor=clerk, ticket_id=ticket.pk, now=NOW + MINUTE)
    assert (missed.status, missed.window) == ("missed", None)
    back = reinstate_ticket(actor=cast.act(cast.guide), ticket_id=ticket.pk, now=NOW + 5 * MINUTE)
    assert (back.status, back.calls, back.queued_at) == ("waiting", 0, NOW)
    assert call_next(actor=clerk, window_id=cast.windows[0].pk, now=NOW + 6 * MINUTE) == back


@pytest.mark.parametrize(("others", "place"), [(0, 0), (2, 2), (3, 3), (5, 3)])
def test_who_is_back_stands_behind_the_next_three(cast: Cast, others: int, place: int) -> None:
    line = queues(cast)
    clerk, window = cast.act(cast.clerk), cast.windows[0].pk
    late = take(cast, line["A"])
    call_next(actor=clerk, window_id=window, now=NOW)
    miss_ticket(actor=clerk, ticket_id=late.pk, now=NOW + MINUTE)
    waiting = [take(cast, line["A"], NOW + n * SECOND) for n in range(1, others + 1)]
    reinstate_ticket(actor=cast.act(cast.guide), ticket_id=late.pk, now=NOW + 10 * MINUTE)
    order = list(Ticket.objects.filter(status="waiting").order_by("line_at", "id"))
    assert order == [*waiting[:place], late, *waiting[place:]]


def test_two_who_are_back_keep_the_order_of_their_numbers(cast: Cast) -> None:
    line = queues(cast)
    clerk, guide, window = cast.act(cast.clerk), cast.act(cast.guide), cast.windows[0].pk
    late = [take(cast, line["A"], NOW + n * SECOND) for n in range(2)]
    for ticket in late:
        call_next(actor=clerk, window_id=window, now=NOW)
        miss_ticket(actor=clerk, ticket_id=ticket.pk, now=NOW + MINUTE)
    waiting = [take(cast, line["A"], NOW + n * MINUTE) for n in range(1, 6)]
    for ticket in late:
        reinstate_ticket(actor=guide, ticket_id=ticket.pk, now=NOW + 10 * MINUTE)
    order = list(Ticket.objects.filter(status="waiting").order_by("line_at", "id"))
    assert order == [*waiting[:3], *late, *waiting[3:]]


def test_parked_keeps_its_window_and_lets_it_call_others(cast: Cast) -> None:
    clerk, ticket = called(cast)
    serve_ticket(actor=clerk, ticket_id=ticket.pk, now=NOW + MINUTE)
    parked = park_ticket(actor=clerk, ticket_id=ticket.pk, now=NOW + 2 * MINUTE)
    assert (parked.status, parked.window) == ("parked", cast.windows[0])
    other = take(cast, ticket.queue, NOW + 3 * MINUTE)
    assert call_next(actor=clerk, window_id=cast.windows[0].pk, now=NOW + 3 * MINUTE) == other
    with pytest.raises(Refused, match="先接待、过号或转走"):
        call_ticket(actor=clerk, ticket_id=parked.pk, window_id=cast.windows[0].pk, now=NOW + 4 * MINUTE)


def test_transferred_to_a_queue_keeps_number_and_place_in_time(cast: Cast) -> None:
    line = queues(cast)
    first, later = take(cast, line["A"]), take(cast, line["D"], NOW + MINUTE)
    clerk = cast.act(cast.clerk)
    call_next(actor=clerk, window_id=cast.windows[0].pk, now=NOW + 2 * MINUTE)
    moved = transfer_ticket(actor=clerk, ticket_id=first.pk, queue_id=line["D"].pk, now=NOW + 3 * MINUTE)
    assert (moved.number, moved.queue, moved.status, moved.window) == ("A001", line["D"], "waiting", None)
    liaison = cast.act(cast.liaison2)
    assert call_next(actor=liaison, window_id=cast.windows[3].pk, now=NOW + 4 * MINUTE) == first
    assert later.number == "D001"


def test_the_guide_moves_whoever_waits_in_the_wrong_queue(cast: Cast) -> None:
    line = queues(cast)
    guide, ticket = cast.act(cast.guide), take(cast, line["A"])
    moved = transfer_ticket(actor=guide, ticket_id=ticket.pk, queue_id=line["C"].pk, now=NOW + MINUTE)
    assert (moved.status, moved.queue) == ("waiting", line["C"])
    with pytest.raises(Refused, match="已经在“人社窗口”排队"):
        transfer_ticket(actor=guide, ticket_id=ticket.pk, queue_id=line["C"].pk, now=NOW + MINUTE)
    call_next(actor=cast.act(cast.liaison), window_id=cast.windows[2].pk, now=NOW + MINUTE)
    with pytest.raises(Refused, match="值守窗口"):
        transfer_ticket(actor=guide, ticket_id=ticket.pk, queue_id=line["A"].pk, now=NOW + MINUTE)


def test_a_transfer_goes_somewhere_that_is_there(cast: Cast) -> None:
    clerk, ticket = called(cast)
    closed = cast.windows[4]
    closed.is_active = False
    closed.save()
    for target, words in (
        ({}, "请选择"),
        ({"queue_id": 1, "window_id": 1}, "请选择"),
        ({"queue_id": 99}, "没有这个业务"),
        ({"window_id": closed.pk}, "现在不接待"),
        ({"window_id": cast.windows[0].pk}, "已经在1号窗口"),
    ):
        with pytest.raises(Refused, match=words) as refused:
            transfer_ticket(actor=clerk, ticket_id=ticket.pk, now=NOW, **target)
        assert refused.value.field == "target"


def test_done_ends_the_visit_and_is_final(cast: Cast) -> None:
    clerk, ticket = called(cast)
    serve_ticket(actor=clerk, ticket_id=ticket.pk, now=NOW + MINUTE)
    done = finish_ticket(actor=clerk, ticket_id=ticket.pk, seq=3, now=NOW + 9 * MINUTE)
    done.visit.refresh_from_db()
    assert (done.status, done.visit.left_at) == ("done", NOW + 9 * MINUTE)
    with pytest.raises(Refused, match="A001在1分钟前已办完"):
        finish_ticket(actor=clerk, ticket_id=ticket.pk, seq=3, now=NOW + 10 * MINUTE)
    for verb in (serve_ticket, miss_ticket, park_ticket, leave_hall, reinstate_ticket, recall_ticket):
        with pytest.raises(Refused, match="已办完") as refused:
            verb(actor=clerk, ticket_id=ticket.pk, now=NOW + 10 * MINUTE)
        assert refused.value.kind == "state"


def test_who_leaves_is_not_called(cast: Cast) -> None:
    line = queues(cast)
    ticket = take(cast, line["A"])
    gone = leave_hall(actor=cast.act(cast.guide), ticket_id=ticket.pk, now=NOW + MINUTE)
    gone.visit.refresh_from_db()
    assert (gone.status, gone.visit.left_at) == ("left", NOW + MINUTE)
    with pytest.raises(Refused, match="没有人等候"):
        call_next(actor=cast.act(cast.clerk), window_id=cast.windows[0].pk, now=NOW + MINUTE)


def test_another_halls_people_do_not_see_the_ticket(cast: Cast) -> None:
    _clerk, ticket = called(cast)
    stranger = Actor(name="外厅", user_id=cast.clerk.pk)
    for verb in (recall_ticket, finish_ticket):
        with pytest.raises(Refused) as refused:
            verb(actor=stranger, ticket_id=ticket.pk, now=NOW)
        assert refused.value.kind == "unseen"


def test_yesterdays_number_is_not_moved(cast: Cast) -> None:
    clerk, ticket = called(cast)
    with pytest.raises(Refused, match="不是今天的号"):
        recall_ticket(actor=clerk, ticket_id=ticket.pk, now=NOW + dt.timedelta(days=1))


def test_a_slow_clock_never_writes_time_backwards(cast: Cast) -> None:
    """Two doors read their clocks before they wait for the lock: the second one's is older."""
    clerk, ticket = called(cast)
    recall_ticket(actor=clerk, ticket_id=ticket.pk, now=NOW + MINUTE)
    serve_ticket(actor=clerk, ticket_id=ticket.pk, now=NOW + MINUTE - SECOND)
    times = list(Segment.objects.filter(ticket=ticket).order_by("seq").values_list("started_at", flat=True))
    assert times == sorted(times)
