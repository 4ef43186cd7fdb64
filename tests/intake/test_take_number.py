"""Taking a number: one form one ticket, numbers without gaps, priority that starves nobody."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from hall.access import PUBLIC, Refused
from hall.models import Counter, JournalEntry
from intake.actions import take_number
from intake.models import Segment, Ticket, Visit
from intake.queries.queue import line_at
from tests.cast import NOW, Cast, queues, reception, take

MINUTE = dt.timedelta(minutes=1)


def test_a_number_is_a_visit_a_ticket_a_segment_and_an_entry(cast: Cast) -> None:
    line = queues(cast)
    ticket = take(cast, line["A"], head_count=5, priority_reason="elderly")
    assert (ticket.number, ticket.status, ticket.seq, ticket.priority) == ("A001", "waiting", 1, 1)
    assert (ticket.visit.head_count, ticket.visit.is_group) == (5, True)
    segment = Segment.objects.get()
    assert (segment.ticket_id, segment.phase, segment.started_at, segment.staff) == (
        ticket.pk, "waiting", NOW, cast.guide,
    )  # fmt: skip
    entry = JournalEntry.objects.get(stream=f"visit:{ticket.visit_id}")
    assert (entry.verb, entry.actor, entry.after["number"]) == ("take_number", cast.guide, "A001")
    assert "elderly" not in str(entry.after), "the journal is shown to many: no health, no age"


def test_each_queue_and_each_day_count_for_themselves(cast: Cast) -> None:
    line = queues(cast)
    numbers = [take(cast, line[letter]).number for letter in "AABA"]
    assert numbers == ["A001", "A002", "B001", "A003"]
    assert take(cast, line["A"], now=NOW + dt.timedelta(days=1)).number == "A001"


def test_the_same_form_gives_the_same_ticket(cast: Cast) -> None:
    line, token = queues(cast), uuid.uuid4()
    first = take_number(actor=PUBLIC, queue_id=line["A"].pk, form_token=token, now=NOW)
    again = take_number(actor=PUBLIC, queue_id=line["B"].pk, form_token=token, now=NOW + MINUTE)
    assert again == first
    assert Visit.objects.count() == 1
    assert take(cast, line["A"]).number == "A002", "no number was lost to the second sending"


def test_a_refused_form_takes_no_number(cast: Cast) -> None:
    line = queues(cast)
    for facts, field in (
        ({"head_count": 0}, "head_count"),
        ({"head_count": 1000}, "head_count"),
        ({"priority_reason": "noble"}, "priority"),
        ({"priority_reason": "booked"}, "priority"),
    ):
        with pytest.raises(Refused) as refused:
            take(cast, line["A"], **facts)
        assert (refused.value.kind, refused.value.field) == ("input", field)
    assert not Ticket.objects.exists()
    assert take(cast, line["A"]).number == "A001"


def test_the_kiosk_takes_no_urgent_claims_and_no_hidden_queue(cast: Cast) -> None:
    line = queues(cast)
    with pytest.raises(Refused, match="引导台"):
        take_number(
            actor=PUBLIC, queue_id=line["A"].pk, form_token=uuid.uuid4(), priority_reason="urgent", now=NOW
        )
    line["B"].on_kiosk = False
    line["B"].save()
    with pytest.raises(Refused, match="引导台取号"):
        take_number(actor=PUBLIC, queue_id=line["B"].pk, form_token=uuid.uuid4(), now=NOW)
    assert take(cast, line["B"], priority_reason="urgent").priority == 1, "the guide may"


def test_a_queue_that_is_closed_says_so(cast: Cast) -> None:
    line = queues(cast)
    line["A"].is_active = False
    line["A"].save()
    with pytest.raises(Refused, match="不取号") as refused:
        take(cast, line["A"])
    assert refused.value.kind == "state"


def test_only_staff_of_the_hall_take_numbers_at_the_desk(cast: Cast) -> None:
    line = queues(cast)
    for person in (cast.head, cast.administrator, cast.leader):
        with pytest.raises(Refused) as refused:
            take_number(actor=cast.act(person), queue_id=line["A"].pk, form_token=uuid.uuid4(), now=NOW)
        assert refused.value.kind == "role"


def test_booked_names_a_published_reception_of_today(cast: Cast) -> None:
    line = queues(cast)
    today = reception(cast, NOW + dt.timedelta(hours=1))
    tomorrow = reception(cast, NOW + dt.timedelta(days=1))
    ticket = take(cast, line["A"], priority_reason="booked", reception_id=today.pk)
    assert (ticket.visit.reception, ticket.priority) == (today, 1)
    with pytest.raises(Refused, match="没有这一场接访"):
        take(cast, line["A"], priority_reason="booked", reception_id=tomorrow.pk)
    with pytest.raises(Refused):
        take(cast, line["A"], reception_id=today.pk)


def test_somebody_who_plays_with_the_kiosk_is_stopped(cast: Cast) -> None:
    line = queues(cast)
    for _ in range(30):
        take_number(actor=PUBLIC, queue_id=line["A"].pk, form_token=uuid.uuid4(), now=NOW)
    with pytest.raises(Refused) as refused:
        take_number(actor=PUBLIC, queue_id=line["A"].pk, form_token=uuid.uuid4(), now=NOW + MINUTE / 2)
    assert refused.value.status == 429
    assert take(cast, line["A"], now=NOW + MINUTE / 2).number == "A031", "the guide goes on"
    take_number(actor=PUBLIC, queue_id=line["A"].pk, form_token=uuid.uuid4(), now=NOW + 2 * MINUTE)


# -- the place in line -------------------------------------------------------------------------------------------

arrivals = st.lists(st.tuples(st.integers(0, 500), st.booleans()), min_size=2, max_size=12)


@given(arrivals, st.integers(0, 120))
def test_priority_goes_first_but_starves_nobody(people: list[tuple[int, bool]], head_start: int) -> None:
    """First come, first served within a class; priority passes exactly those who waited less than the start."""
    places = [
        (line_at(NOW + minute * MINUTE, priority=int(priority), head_start=head_start), minute, priority)
        for minute, priority in people
    ]
    for place, minute, priority in places:
        for other, earlier, other_priority in places:
            if priority == other_priority:
                assert (place < other) == (minute < earlier)
            elif priority and earlier <= minute:
                assert (place < other) == (minute - earlier < head_start)


# -- many at once ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_get_fifty_numbers_without_gap_or_double(cast: Cast) -> None:
    """Two doors with 25 connections each, all at the same moment."""
    line = queues(cast)
    doors, start = (cast.act(cast.guide), cast.act(cast.clerk)), threading.Barrier(50)

    def send(turn: int) -> str:
        try:
            start.wait(20)
            return take_number(
                actor=doors[turn % 2], queue_id=line["A"].pk, form_token=uuid.uuid4(), now=NOW
            ).number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        numbers = sorted(pool.map(send, range(50)))
    assert numbers == [f"A{n:03}" for n in range(1, 51)]
    assert Segment.objects.count() == Visit.objects.count() == 50


@pytest.mark.django_db(transaction=True)
def test_one_form_over_ten_connections_at_once_is_one_ticket(cast: Cast) -> None:
    line, token, start = queues(cast), uuid.uuid4(), threading.Barrier(10)

    def send(_: int) -> int:
        try:
            start.wait(5)
            return take_number(actor=PUBLIC, queue_id=line["A"].pk, form_token=token, now=NOW).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(send, range(10)))) == 1
    assert Visit.objects.count() == 1
    assert take(cast, line["A"]).number == "A002"


@pytest.mark.django_db(transaction=True)
def test_a_number_given_back_is_given_to_the_next(cast: Cast) -> None:
    """A connection lost before the commit leaves neither a ticket nor a gap."""
    line = queues(cast)
    lost = connection.copy()
    with lost.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(
            "INSERT INTO hall_counter (key, value) VALUES (%s, 1)", [f"ticket/{line['A'].pk}/2026-11-18"]
        )
    lost.close()
    assert take(cast, line["A"]).number == "A001"
    assert Counter.objects.get(key=f"ticket/{line['A'].pk}/2026-11-18").value == 1
