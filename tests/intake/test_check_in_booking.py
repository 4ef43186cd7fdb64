"""The day itself: the code becomes a number that goes first; late, not at all, and the matter on the docket."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cases.actions import NewRespondent
from cases.models import DocketItem, Recusal
from hall.access import PUBLIC, SYSTEM, Actor, Refused
from intake.actions import (
    check_in_booking,
    miss_booking,
    register_visit,
    reveal_booking,
    settle_bookings,
    take_number,
)
from intake.models import Booking, Queue, Ticket, Visit
from staffing.actions import post_person
from staffing.lifecycle import LIAISON
from staffing.models import LeaderReception
from tests.cast import FOUNDED, NOW, Cast, queues, reception
from tests.intake.booking import NINE, booked, by_clerk, state
from tests.matters import matter

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def line(cast: Cast) -> dict[str, Queue]:
    return queues(cast)


def come(booking: Booking, queue: Queue, now: dt.datetime, actor: Actor = PUBLIC, **facts: Any) -> Ticket:
    stated: dict[str, Any] = {"code": booking.code, "queue_id": queue.pk, "form_token": uuid.uuid4()}
    return check_in_booking(actor=actor, hall_id=queue.hall_id, now=now, **(stated | facts))


def test_the_code_becomes_a_number_that_goes_first(cast: Cast, line: dict[str, Queue]) -> None:
    one = reception(cast, NINE)
    booking = booked(one, 1, head_count=3)
    ticket = come(booking, line["A"], NINE - HOUR / 2, code=booking.code_spaced.lower())
    booking.refresh_from_db()
    assert (booking.status, booking.visit) == ("checked_in", ticket.visit)
    assert (ticket.priority, ticket.visit.priority_reason, ticket.visit.reception) == (1, "booked", one)
    assert ticket.visit.head_count == 3
    with pytest.raises(Refused, match="已经报到"):
        come(booking, line["A"], NINE)


def test_the_same_form_gives_the_same_number(cast: Cast, line: dict[str, Queue]) -> None:
    booking, token = booked(reception(cast, NINE)), uuid.uuid4()
    first = come(booking, line["A"], NINE, form_token=token)
    assert come(booking, line["A"], NINE, form_token=token) == first


def test_only_on_the_day_only_in_the_hall_and_until_it_ends(cast: Cast, line: dict[str, Queue]) -> None:
    one = reception(cast, NINE)
    booking = booked(one)
    with pytest.raises(Refused, match="2026-11-25"):
        come(booking, line["A"], NINE - dt.timedelta(days=1))
    with pytest.raises(Refused, match="没有找到这个预约码"):
        come(booking, line["A"], NINE, code="ZZZZZZZZ")
    with pytest.raises(Refused, match="没有找到这个预约码"):
        come(booking, line["A"], NINE, reception_id=one.pk + 1)
    with pytest.raises(Refused, match="已经结束"):
        come(booking, line["A"], one.ends_at)
    assert not Visit.objects.exists()
    assert come(booking, line["A"], one.ends_at - HOUR / 2).priority == 1, "late, and still received"


def test_who_waits_in_line_is_not_checked_in(cast: Cast, line: dict[str, Queue]) -> None:
    one = reception(cast, NINE, capacity=1)
    booked(one, 1)
    with pytest.raises(Refused, match="还在候补"):
        come(booked(one, 2), line["A"], NINE - HOUR)


def test_the_kiosk_takes_nobodys_word_for_it_the_guide_may(cast: Cast, line: dict[str, Queue]) -> None:
    one = reception(cast, NOW + HOUR)
    facts: dict[str, Any] = {
        "queue_id": line["A"].pk,
        "priority_reason": "booked",
        "reception_id": one.pk,
        "now": NOW,
    }
    with pytest.raises(Refused) as refused:
        take_number(actor=PUBLIC, form_token=uuid.uuid4(), **facts)
    assert refused.value.field == "booking_code"
    assert take_number(actor=cast.act(cast.guide), form_token=uuid.uuid4(), **facts).priority == 1
    with pytest.raises(Refused) as refused:
        come(by_clerk(cast, one), line["A"], NOW, actor=cast.act(cast.leader))
    assert refused.value.kind == "role"


def test_who_does_not_come(cast: Cast, line: dict[str, Queue]) -> None:
    one = reception(cast, NINE)
    first, second = booked(one, 1), booked(one, 2)
    clerk = cast.act(cast.clerk)
    with pytest.raises(Refused, match="还没有开始"):
        miss_booking(actor=clerk, booking_id=first.pk, now=NINE - HOUR)
    with pytest.raises(Refused) as refused:
        miss_booking(actor=PUBLIC, booking_id=first.pk, now=NINE)
    assert refused.value.kind == "role"
    miss_booking(actor=clerk, booking_id=first.pk, now=NINE + HOUR)
    come(first, line["A"], NINE + HOUR * 1.5)
    assert state(first) == "checked_in", "comes after all"
    settle_bookings(now=one.ends_at)
    assert state(second) == "no_show"


def test_what_was_booked_finds_its_case_when_it_is_registered(cast: Cast, line: dict[str, Queue]) -> None:
    booking = booked(reception(cast, NINE))
    ticket = come(booking, line["A"], NINE)
    case = register_visit(
        actor=cast.act(cast.clerk, NINE), hall_id=cast.hall.pk, visit_id=ticket.visit_id, new=matter(NINE),
        form_token=uuid.uuid4(), now=NINE,
    )  # fmt: skip
    item = DocketItem.objects.get()
    assert (item.case, item.booking) == (case, booking)


def test_a_booking_registers_even_where_the_docket_refuses(cast: Cast, line: dict[str, Queue]) -> None:
    """The leader is complained of: the case is registered, and does not come before that leader."""
    booking = booked(reception(cast, NINE))
    ticket = come(booking, line["A"], NINE)
    against = (NewRespondent(name=cast.leader.name, user_id=cast.leader.pk),)
    case = register_visit(
        actor=cast.act(cast.clerk, NINE), hall_id=cast.hall.pk, visit_id=ticket.visit_id,
        new=matter(NINE, respondents=against), form_token=uuid.uuid4(), now=NINE,
    )  # fmt: skip
    assert case.pk
    assert DocketItem.objects.get().case is None


@pytest.mark.parametrize("why", ["person", "unit", "recused", "docket"])
def test_whom_the_case_complains_of_does_not_find_who_came(
    cast: Cast, line: dict[str, Queue], client: Client, why: str
) -> None:
    """The guide and a second clerk see every booking of the hall; not the one of a case that bars them."""
    one = reception(cast, NINE)
    booking, other = booked(one, 1), booked(one, 2)
    ticket = come(booking, line["A"], NINE)
    guide = cast.guide
    if why == "unit":
        post_person(
            actor=SYSTEM, user_id=guide.pk, role=LIAISON, title="联络员", department_id=cast.units["housing"].pk,
            from_on=FOUNDED.date(), now=FOUNDED,
        )  # fmt: skip
    against = {
        "person": (NewRespondent(name=guide.name, user_id=guide.pk),),
        "unit": (NewRespondent(name="县住建局", department_id=cast.units["housing"].pk),),
        "docket": (NewRespondent(name=guide.name, user_id=guide.pk),),
    }
    case = register_visit(
        actor=cast.act(cast.clerk, NINE), hall_id=cast.hall.pk, visit_id=ticket.visit_id,
        new=matter(NINE, respondents=against.get(why, ())), form_token=uuid.uuid4(), now=NINE,
    )  # fmt: skip
    if why == "docket":
        ticket.visit.cases.clear()
    if why == "recused":
        Recusal.objects.create(case=case, user=guide, reason="近亲属", at=NINE)
    seen = Booking.objects.visible_to(cast.act(guide, NINE))
    assert list(seen) == [other]
    assert Booking.objects.visible_to(cast.act(cast.clerk, NINE)).count() == 2
    client.force_login(guide)
    page = client.get(f"/receptions/{one.pk}/bookings/").text
    assert other.name in page and booking.name not in page and booking.subject not in page
    for door in ("reveal", "cancel", "advance", "check-in"):
        assert client.get(f"/bookings/{booking.pk}/{door}/").status_code == 404
    for door in ("accept", "miss"):
        assert client.post(f"/bookings/{booking.pk}/{door}/").status_code == 404
    with pytest.raises(Refused) as refused:
        reveal_booking(actor=cast.act(guide, NINE), booking_id=booking.pk, reason="核对来访人", now=NINE)
    assert refused.value.kind == "unseen"


def test_at_the_kiosk_and_at_the_desk(cast: Cast, line: dict[str, Queue], client: Client) -> None:
    now = timezone.now()
    start = now + dt.timedelta(seconds=2)
    if timezone.localdate(start) != timezone.localdate(now):
        pytest.skip("midnight")
    one: LeaderReception = reception(cast, start, hours=0.005, now=now - dt.timedelta(days=3))
    first, second, third = (by_clerk(cast, one, n, now - dt.timedelta(days=2)) for n in range(3))
    assert 'name="booking_code"' in client.get("/kiosk/yunxi/").text
    sent = {
        "form_token": uuid.uuid4(),
        "queue": line["A"].pk,
        "head_count": 1,
        "priority": f"booked:{one.pk}",
    }
    page = client.post("/kiosk/yunxi/", sent)
    assert page.status_code == 422
    assert "请输入短信里的预约码" in page.text
    page = client.post("/kiosk/yunxi/", {**sent, "booking_code": "ABCD-2345"})
    assert page.status_code == 422
    assert "没有找到这个预约码" in page.text
    assert client.post("/kiosk/yunxi/", {**sent, "booking_code": first.code_spaced}).status_code == 302
    client.force_login(cast.guide)
    desk = {**sent, "form_token": uuid.uuid4(), "priority": "", "booking_code": second.code}
    assert client.post("/guide/yunxi/take-number/", desk).status_code == 302
    page = client.get(f"/bookings/{third.pk}/check-in/")
    assert page.status_code == 200
    done = client.post(
        f"/bookings/{third.pk}/check-in/",
        {"form_token": uuid.uuid4(), "queue": line["A"].pk, "head_count": 1},
    )
    assert done.status_code == 302
    assert Booking.objects.filter(status="checked_in").count() == 3
    assert Visit.objects.filter(priority_reason="booked", reception=one).count() == 3


@pytest.mark.django_db(transaction=True)
def test_checked_in_at_two_kiosks_at_once(cast: Cast) -> None:
    queue = queues(cast)["A"]
    booking = booked(reception(cast, NINE))
    start, results = threading.Barrier(2), []

    def check_in() -> None:
        try:
            start.wait(timeout=20)
            results.append(come(booking, queue, NINE).number)
        except Refused as refused:
            results.append(refused.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=check_in) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results) == ["A001", "state"]
    assert Visit.objects.count() == 1
