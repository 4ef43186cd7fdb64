"""Whatever is pressed in whatever order: one window one visitor, whole histories, and a refusal changes nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError, IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hall.access import Refused
from hall.models import Counter, JournalEntry
from intake import actions
from intake.lifecycle import TICKET
from intake.models import AT_WINDOW, Queue, Segment, Ticket
from intake.queries.queue import board_key, estimate, hall_now
from tests.cast import NOW, Cast, queues, take

VERBS = ["take_number", "call_next", "call_next", "call_ticket", *TICKET.verbs()]
steps = st.tuples(st.sampled_from(VERBS), st.integers(0, 5), st.integers(0, 3), st.integers(0, 400))


def act(cast: Cast, line: dict[str, Queue], verb: str, which: int, place: int, now: dt.datetime) -> int:
    """One press of one button on some ticket at some window; how many moves came of it."""
    clerk, window = cast.act(cast.clerk), cast.windows[place]
    tickets = list(Ticket.objects.order_by("pk"))
    if verb == "take_number":
        take(cast, line["ABCD"[place]], now, priority_reason=["", "", "elderly", "infant"][place])
    elif verb == "call_next":
        actions.call_next(actor=clerk, window_id=window.pk, now=now)
    elif tickets:
        ticket = tickets[which % len(tickets)]
        extra: dict[str, Any] = {}
        if verb == "call_ticket":
            extra = {"window_id": window.pk, "confirmed": True}
        elif verb == "transfer_ticket":
            extra = {"queue_id": line["ABCD"[which % 4]].pk} if which % 2 else {"window_id": window.pk}
        move: Callable[..., Ticket] = getattr(actions, verb)
        move(actor=clerk, ticket_id=ticket.pk, now=now, **extra)
    else:
        return 0
    return 1


def everything() -> tuple[object, ...]:
    return (
        list(Ticket.objects.order_by("pk").values()),
        Segment.objects.count(),
        JournalEntry.objects.count(),
        list(Counter.objects.order_by("key").values()),
    )


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=5, max_size=20))
def test_no_order_of_moves_breaks_the_hall(cast: Cast, program: list[tuple[str, int, int, int]]) -> None:
    with transaction.atomic():
        line = queues(cast)
        for letter in "AAB":
            take(cast, line[letter])
        now, moved = NOW, 3
        for verb, which, place, seconds in program:
            now += dt.timedelta(seconds=seconds)
            before = everything()
            try:
                moved += act(cast, line, verb, which, place, now)
            except Refused:
                assert everything() == before, "a refusal leaves nothing behind"
        check(cast, moved)
        transaction.set_rollback(True)


def check(cast: Cast, moved: int) -> None:
    held = Ticket.objects.filter(status__in=AT_WINDOW).values_list("window", flat=True)
    assert len(held) == len(set(held)), "one window, one visitor"
    legal = set(TICKET.legal_pairs()) | {("called", "called"), ("waiting", "waiting")}
    for ticket in Ticket.objects.all():
        way = list(Segment.objects.filter(ticket=ticket).order_by("seq"))
        assert [segment.seq for segment in way] == list(range(1, ticket.seq + 1)), "without a gap"
        assert (way[-1].phase, way[-1].queue_id, way[-1].started_at) == (
            ticket.status,
            ticket.queue_id,
            ticket.since,
        )
        assert way[0].phase == "waiting"
        for one, two in itertools.pairwise(way):
            assert one.started_at <= two.started_at
            assert (one.phase, two.phase) in legal
        entries = JournalEntry.objects.filter(stream=f"visit:{ticket.visit_id}").count()
        assert entries == len(way), "every move stands in the journal"
        assert (ticket.visit.left_at is not None) == (ticket.status in TICKET.finals)
    assert Counter.objects.get(key=board_key(cast.hall.pk)).value == moved, "the board knows every move"


@pytest.mark.django_db(transaction=True)
def test_four_people_press_everything_at_once(cast: Cast) -> None:
    """No deadlock, no error but a refusal, and the hall is whole afterwards."""
    line = queues(cast)
    for letter in "ABCD":
        take(cast, line[letter])
    together = threading.Barrier(4)

    def press(seed: int) -> int:
        dice, moved = random.Random(seed), 0
        try:
            together.wait(10)
            for turn in range(25):
                verb, which, place = dice.choice(VERBS), dice.randrange(6), dice.randrange(4)
                with contextlib.suppress(Refused):
                    moved += act(cast, line, verb, which, place, NOW + dt.timedelta(seconds=turn))
            return moved
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        moved = 4 + sum(pool.map(press, range(4)))
    check(cast, moved)


# -- the database alone ------------------------------------------------------------------------------------------


def test_the_database_holds_it_without_the_actions(cast: Cast) -> None:
    """Not even `.update()` or SQL breaks a rule."""
    line = queues(cast)
    one, two = take(cast, line["A"]), take(cast, line["A"])
    window = cast.windows[0]
    Ticket.objects.filter(pk=one.pk).update(status="called", window=window, called_at=NOW)

    def refused(write: Callable[[], object]) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            write()

    refused(lambda: Ticket.objects.filter(pk=two.pk).update(status="called", window=window))
    refused(lambda: Ticket.objects.filter(pk=two.pk).update(status="called"))
    refused(lambda: Ticket.objects.filter(pk=two.pk).update(status="serving", window=cast.windows[1]))
    refused(lambda: Ticket.objects.filter(pk=two.pk).update(number="A009"))
    refused(lambda: Ticket.objects.filter(pk=two.pk).update(day=NOW.date() - dt.timedelta(days=1)))
    refused(lambda: Ticket.objects.filter(pk=two.pk).delete())
    refused(lambda: Segment.objects.filter(ticket=two).update(phase="done"))
    refused(lambda: Segment.objects.filter(ticket=two).delete())
    refused(
        lambda: Segment.objects.create(
            ticket=two, seq=2, phase="done", started_at=NOW, queue=line["A"], window=None, staff=None
        )
    )
    refused(lambda: Queue.objects.filter(pk=line["A"].pk).update(letter="A1"))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE intake_queue SET letter = 'B' WHERE id = %s", [line["A"].pk])


# -- how long ----------------------------------------------------------------------------------------------------


@given(st.integers(0, 200), st.integers(0, 12), st.integers(0, 12), st.floats(1, 120))
def test_an_estimate_is_an_honest_range(ahead: int, windows: int, free: int, minutes: float) -> None:
    said = estimate(ahead=ahead, windows=windows, free=min(free, windows), minutes=minutes)
    assert 0 <= said.low < said.high
    assert said.low % 5 == said.high % 5 == 0
    longer = estimate(ahead=ahead + 1, windows=windows, free=min(free, windows), minutes=minutes)
    assert (said.low, said.high) <= (longer.low, longer.high)
    more_windows = estimate(
        ahead=ahead, windows=max(windows, 1) + 1, free=min(free, windows), minutes=minutes
    )
    assert more_windows.high <= said.high
    if min(free, windows) > ahead:
        assert (said.low, said.high) == (0, 5), "a free window: at once"


@pytest.mark.parametrize(
    ("ahead", "windows", "free", "words"),
    [(0, 2, 1, "5分钟以内"), (0, 1, 0, "20分钟以内"), (5, 2, 0, "15至45分钟"), (40, 1, 0, "2小时以上")],
)
def test_an_estimate_in_words(ahead: int, windows: int, free: int, words: str) -> None:
    assert estimate(ahead=ahead, windows=windows, free=free, minutes=10).words() == words


def test_the_hall_counts_who_stands_ahead_and_which_windows_work(cast: Cast) -> None:
    line = queues(cast)
    a1, a2 = take(cast, line["A"], NOW), take(cast, line["A"], NOW + dt.timedelta(minutes=1))
    b1 = take(cast, line["B"], NOW + dt.timedelta(minutes=2), priority_reason="disabled")
    now = NOW + dt.timedelta(minutes=3)
    state = hall_now(cast.hall.pk, now=now, today=NOW.date())
    assert [state.ahead(t) for t in (a1, a2, b1)] == [0, 1, 0]
    assert len(state.serving[line["A"].pk]) == 2, "before the first call every window that may"
    actions.call_next(actor=cast.act(cast.clerk), window_id=cast.windows[0].pk, now=now)
    state = hall_now(cast.hall.pk, now=now, today=NOW.date())
    assert state.serving[line["A"].pk] == {cast.windows[0].pk}, "from then on those at which somebody works"
    assert state.serving[line["B"].pk] == {cast.windows[1].pk}
    assert [t.number for t in state.line_for(cast.windows[1])] == ["B001", "A002"]
    assert state.estimate_for(b1).low == 0
    both = hall_now(cast.hall.pk, now=now, today=NOW.date())
    assert both.estimate(line["B"]) == estimate(ahead=1, windows=1, free=1, minutes=20), "window 1 takes A002"
    late = hall_now(cast.hall.pk, now=now + dt.timedelta(hours=2), today=NOW.date())
    assert cast.windows[0].pk in late.serving[line["A"].pk], "somebody is still at it"
    assert {load.queue.letter: load.waiting for load in state.loads()} == {"A": 1, "B": 1, "C": 0, "D": 0}
