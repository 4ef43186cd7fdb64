"""Booking a place with a leader: the telephone is proven, places are counted, and nobody learns who is known."""

from __future__ import annotations

import datetime as dt
import re
import threading
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from cases.models import DocketItem, QueryAttempt
from hall.access import PUBLIC, Refused
from hall.models import JournalEntry, Message
from hall.outbox import words
from intake.actions import book_for_visitor, book_reception, confirm_booking, settle_bookings
from intake.forms.booking import Riddle, in_words, read_number
from intake.models import Booking, BookingRule
from staffing.actions import cancel_reception
from staffing.models import LeaderReception
from tests.cast import NOW, Cast, at, reception
from tests.intake.booking import NINE, asked, booked, by_clerk, code_of, phone, state, told, wish

MINUTE = dt.timedelta(minutes=1)


def test_a_place_is_asked_for_proven_and_stands_on_the_docket(cast: Cast) -> None:
    one = reception(cast, NINE, capacity=2)
    booking = asked(one)
    assert (booking.status, told(booking)) == ("asked", ["code"])
    assert not DocketItem.objects.exists(), "nothing is taken before the telephone is proven"
    done = confirm_booking(actor=PUBLIC, token=booking.token, code=code_of(booking), now=NOW)
    assert done is not None
    assert (done.status, told(done)) == ("booked", ["code", "confirmed"])
    item = DocketItem.objects.get()
    assert (item, item.headline, item.who) == (done.docket_item, "第1件：补偿款没有到账", "约**")
    text = words(Message.objects.get(kind="booking_confirmed"))[1]
    assert done.code_spaced in text
    assert "2026年11月25日 周三 09:00" in text
    assert str(done.token) in text


def test_personal_data_is_encrypted_and_never_in_the_journal(cast: Cast) -> None:
    booking = booked(reception(cast, NINE))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone FROM intake_booking WHERE id = %s", [booking.pk])
        stored = b"".join(bytes(value) for value in cursor.fetchone())
    assert phone(1).encode() not in stored
    assert "约访".encode() not in stored
    said = "".join(f"{e.before}{e.after}{e.reason}" for e in JournalEntry.objects.all())
    assert phone(1) not in said
    assert "约访1" not in said
    message = Message.objects.get(kind="booking_code")
    assert code_of(booking) not in str(message.context), "the code is sealed in the message"
    assert code_of(booking) in words(message)[1]
    assert booking.phone_masked == "139********"


def test_a_wrong_code_takes_nothing_and_five_of_them_end_it(cast: Cast) -> None:
    booking = asked(reception(cast, NINE))
    wrong = "000000" if code_of(booking) != "000000" else "111111"
    for _n in range(5):
        assert confirm_booking(actor=PUBLIC, token=booking.token, code=wrong, now=NOW) is None
    with pytest.raises(Refused) as refused:
        confirm_booking(actor=PUBLIC, token=booking.token, code=code_of(booking), now=NOW)
    assert refused.value.kind == "busy"
    assert state(booking) == "asked"


def test_a_code_is_good_for_ten_minutes_and_what_was_typed_is_forgotten(cast: Cast) -> None:
    booking = asked(reception(cast, NINE))
    later = NOW + 10 * MINUTE
    with pytest.raises(Refused, match="过期"):
        confirm_booking(actor=PUBLIC, token=booking.token, code=code_of(booking), now=later)
    settle_bookings(now=later)
    booking.refresh_from_db()
    assert (booking.status, booking.end, booking.name, booking.phone) == ("released", "unproven", "", "")
    assert booking.phone_index is not None, "counted for a day"
    settle_bookings(now=NOW + dt.timedelta(days=1))
    booking.refresh_from_db()
    assert booking.phone_index is None


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"phone": "0999-8812345"}, "phone"),
        ({"phone": "1390000"}, "phone"),
        ({"subject": "事"}, "subject"),
        ({"subject": "长" * 61}, "subject"),
        ({"head_count": 6}, "head_count"),
        ({"head_count": 0}, "head_count"),
    ],
)
def test_what_is_asked_for_must_be_sound(cast: Cast, facts: dict[str, Any], field: str) -> None:
    one = reception(cast, NINE)
    with pytest.raises(Refused) as refused:
        asked(one, **facts)
    assert (refused.value.kind, refused.value.field) == ("input", field)
    assert not Message.objects.filter(kind="booking_code").exists()


def test_booking_is_open_from_publication_to_the_evening_before(cast: Cast) -> None:
    hidden = reception(cast, NINE, published=False)
    with pytest.raises(Refused) as refused:
        asked(hidden)
    assert refused.value.kind == "unseen"
    one = reception(cast, NINE + dt.timedelta(days=1))
    last = at("2026-11-25 17:00")
    asked(one, 1, last - MINUTE)
    with pytest.raises(Refused, match="2026-11-25 17:00截止"):
        asked(one, 2, last)
    assert by_clerk(cast, one, 3, last).status == "booked", "the desk books until it begins"
    BookingRule.objects.create(hall=cast.hall, closes_days=0, closes_at=dt.time(8))
    assert asked(one, 2, last).status == "asked", "the rule is data"
    cancel_reception(actor=cast.act(cast.manager), reception_id=one.pk, reason="防汛", now=last)
    with pytest.raises(Refused, match="已经取消"):
        asked(one, 4, last)


def test_who_asks_in_time_is_in_time(cast: Cast) -> None:
    one = reception(cast, NINE)
    last = at("2026-11-24 17:00")
    booking = asked(one, 1, last - MINUTE)
    done = confirm_booking(actor=PUBLIC, token=booking.token, code=code_of(booking), now=last + MINUTE)
    assert done is not None
    assert done.status == "booked"


@pytest.mark.parametrize(("slot", "word"), [({"form": "invited"}, "约定来访人"), ({"capacity": 0}, "取号")])
def test_not_every_reception_is_booked(cast: Cast, slot: dict[str, Any], word: str) -> None:
    with pytest.raises(Refused, match=word):
        asked(reception(cast, NINE, **slot))


def test_full_means_the_waiting_line_and_a_full_line_says_so(cast: Cast) -> None:
    one = reception(cast, NINE, capacity=1)
    BookingRule.objects.create(hall=cast.hall, line_length=1)
    assert booked(one, 1).status == "booked"
    second = booked(one, 2)
    assert (second.status, told(second)) == ("waiting", ["code", "in_line"])
    with pytest.raises(Refused, match="候补都已满"):
        booked(one, 3)
    assert DocketItem.objects.count() == 1


def test_one_booking_a_telephone_and_the_second_proof_shows_the_first(cast: Cast) -> None:
    one = reception(cast, NINE)
    first = booked(one, 1)
    again = asked(one, 1)
    assert again.status == "asked", "asking tells nothing"
    assert confirm_booking(actor=PUBLIC, token=again.token, code=code_of(again), now=NOW) == first
    assert Booking.objects.filter(status="booked").count() == 1
    with pytest.raises(Refused) as refused:
        by_clerk(cast, one, 1)
    assert refused.value.field == "phone"
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.filter(pk=again.pk).update(status="booked", placed_at=NOW, proof=None)


def test_so_many_a_month_for_a_telephone(cast: Cast) -> None:
    days = [reception(cast, NINE + dt.timedelta(days=n)) for n in range(3)]
    for one in days[:2]:
        booked(one, 1)
    third = asked(days[2], 1)
    with pytest.raises(Refused, match="每月最多2次"):
        confirm_booking(actor=PUBLIC, token=third.token, code=code_of(third), now=NOW)
    december = reception(cast, at("2026-12-02 09:00"))
    assert booked(december, 1, NOW + 20 * MINUTE).status == "booked"


def test_codes_are_few_for_a_telephone_and_for_an_address(cast: Cast) -> None:
    one = reception(cast, NINE)
    for n in range(5):
        asked(one, 1, NOW + n * 20 * MINUTE)
    with pytest.raises(Refused) as refused:
        asked(one, 1, NOW + 120 * MINUTE)
    assert (refused.value.kind, refused.value.field) == ("busy", "phone")

    def ask(n: int) -> Booking:
        facts = {"wish": wish(n), "form_token": uuid.uuid4(), "address": "192.0.2.9", "now": NOW}
        return book_reception(actor=PUBLIC, reception_id=one.pk, **facts)  # type: ignore[arg-type]

    for n in range(10, 20):
        ask(n)
    with pytest.raises(Refused) as refused:
        ask(20)
    assert refused.value.kind == "busy"
    kept = b"".join(bytes(row.origin) for row in QueryAttempt.objects.all())
    assert b"192.0.2.9" not in kept


def test_the_same_form_is_one_booking(cast: Cast) -> None:
    one, token = reception(cast, NINE), uuid.uuid4()
    facts: dict[str, Any] = {"reception_id": one.pk, "form_token": token, "address": "10.0.0.1", "now": NOW}
    first = book_reception(actor=PUBLIC, wish=wish(1), **facts)
    assert book_reception(actor=PUBLIC, wish=wish(1), **facts) == first
    with pytest.raises(Refused, match="已经交过"):
        book_reception(actor=PUBLIC, wish=wish(2), **facts)
    assert Message.objects.filter(kind="booking_code").count() == 1


def test_the_clerk_books_with_consent_and_without_a_telephone(cast: Cast) -> None:
    one = reception(cast, NINE, capacity=1)
    with pytest.raises(Refused) as refused:
        by_clerk(cast, one, consent=False)
    assert refused.value.field == "consent"
    booking = by_clerk(cast, one, phone="")
    assert (booking.status, booking.channel, booking.taken_by_id) == ("booked", "clerk", cast.clerk.pk)
    assert Message.objects.get(kind="booking_confirmed").user == cast.clerk, "the clerk tells the visitor"
    assert by_clerk(cast, one, 2, phone="").status == "waiting"
    for who in ("guide", "leader", "liaison", "supervisor"):
        with pytest.raises(Refused) as refused:
            book_for_visitor(
                actor=cast.act(cast.people[who]), reception_id=one.pk, wish=wish(3), form_token=uuid.uuid4(), now=NOW
            )  # fmt: skip
        assert refused.value.kind == "role"


def test_the_database_counts_the_places_itself(cast: Cast) -> None:
    """Past the actions, too: neither an insert nor an update gets an eleventh in."""
    one = reception(cast, NINE, capacity=1)
    booked(one, 1)
    second = booked(one, 2)
    for wrong in ({"status": "booked"}, {"status": "held", "held_until": NINE}):
        with pytest.raises(IntegrityError, match="all of them taken"), transaction.atomic():
            Booking.objects.filter(pk=second.pk).update(**wrong)
    with pytest.raises(IntegrityError, match="all of them taken"), transaction.atomic():
        Booking.objects.create(
            reception=one, form_token=uuid.uuid4(), code="ABCDEFGH", name="某", phone=phone(9), subject="某事",
            channel="public", status="booked", asked_at=NOW, placed_at=NOW,
        )  # fmt: skip
    with pytest.raises(Exception, match=r"transition|Invalid"), transaction.atomic():
        Booking.objects.filter(pk=second.pk).update(status="no_show")


# -- many at once ------------------------------------------------------------------------------------------------


def at_once(jobs: list[Any]) -> list[Any]:
    """Each on a connection of its own, all let go together; what they gave or were refused with."""
    start, results = threading.Barrier(len(jobs)), []

    def run(job: Any) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            results.append(job())
        except Refused as refused:
            results.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


@pytest.mark.django_db(transaction=True)
def test_sixty_at_once_for_ten_places(cast: Cast) -> None:
    """Exactly ten places, twenty in line, thirty refused; no deadlock, and everybody has an answer."""
    one = reception(cast, NINE, capacity=10)
    ready = [(booking, code_of(booking)) for booking in (asked(one, n) for n in range(60))]
    results = at_once(
        [
            lambda b=booking, c=code: confirm_booking(actor=PUBLIC, token=b.token, code=c, now=NOW)
            for booking, code in ready
        ]
    )
    assert len(results) == 60
    states = [r.kind if isinstance(r, Refused) else r.status for r in results]
    assert {word: states.count(word) for word in set(states)} == {"booked": 10, "waiting": 20, "state": 30}
    assert Booking.objects.filter(status="booked").count() == 10
    assert DocketItem.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_two_proofs_of_one_telephone_at_once(cast: Cast) -> None:
    """For the same reception one booking; for several of a month no more than the limit."""
    BookingRule.objects.create(hall=cast.hall, a_month=1)
    days = [reception(cast, NINE + dt.timedelta(days=n)) for n in range(2)]
    ready = [
        (b, code_of(b)) for b in (asked(day, 1, NOW + n * MINUTE) for n, day in enumerate([*days, days[0]]))
    ]
    results = at_once(
        [
            lambda b=booking, c=code: confirm_booking(actor=PUBLIC, token=b.token, code=c, now=NOW)
            for booking, code in ready
        ]
    )
    assert len(results) == 3
    assert Booking.objects.filter(status="booked").count() == 1


@pytest.mark.django_db(transaction=True)
def test_asking_again_while_the_code_comes_back_blocks_nobody(cast: Cast) -> None:
    """The same telephone asks once more and waits for the reception, which the proof holds: no deadlock."""
    one = reception(cast, NINE)
    booking = asked(one, 1)
    again: list[str] = []

    def ask() -> None:
        try:
            again.append(asked(one, 1, NOW + MINUTE).status)
        finally:
            connection.close()

    with transaction.atomic():
        LeaderReception.objects.locked(one.pk)
        thread = threading.Thread(target=ask)
        thread.start()
        _until_somebody_waits()
        done = confirm_booking(actor=PUBLIC, token=booking.token, code=code_of(booking), now=NOW)
        assert done is not None
        assert done.status == "booked"
    thread.join(timeout=30)
    assert again == ["asked"]


def _until_somebody_waits() -> None:
    """The other connection has come as far as our row."""
    for _n in range(400):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.02)")
    raise AssertionError("nobody waited for our row")


# -- the door ----------------------------------------------------------------------------------------------------


def form(now: dt.datetime, n: int = 1, **facts: Any) -> dict[str, Any]:
    riddle = Riddle.new(now=now - dt.timedelta(seconds=30))
    sent = {"name": "褚约访", "phone": phone(n), "subject": "补偿款没有到账", "head_count": 2, "website": ""}
    return {**sent, "stamp": riddle.signed(), "answer": str(riddle.answer), **facts}


@pytest.fixture
def door(cast: Cast) -> str:
    now = timezone.now()
    one = reception(cast, now + dt.timedelta(days=5), hours=0.01, now=now)
    return f"/halls/yunxi/receptions/{one.pk}/book/"


def test_from_the_form_to_the_page_of_the_booking(client: Client, door: str) -> None:
    page = client.get(door)
    assert page.status_code == 200
    assert re.search(r"[一二三四五六七八九十]+加[一二三四五六七八九]等于几", page.text)
    assert "no-store" in page["Cache-Control"]
    there = client.post(door, form(timezone.now()), follow=True)
    booking = Booking.objects.get()
    assert there.redirect_chain[-1][0] == f"/bookings/{booking.token}/"
    assert "验证码" in there.text
    assert phone(1) not in there.text
    wrong = client.post(f"/bookings/{booking.token}/confirm/", {"code": "12"})
    assert wrong.status_code == 422
    done = client.post(f"/bookings/{booking.token}/confirm/", {"code": code_of(booking)}, follow=True)
    booking.refresh_from_db()
    assert booking.status == "booked"
    assert booking.code_spaced in done.text
    ics = client.get(f"/bookings/{booking.token}/booking.ics")
    assert ics["Content-Type"].startswith("text/calendar")
    assert "褚约访" not in ics.text
    assert client.get(f"/bookings/{uuid.uuid4()}/").status_code == 404
    assert client.get(door.replace("yunxi", "elsewhere")).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words_"),
    [
        ({"website": "http://x"}, "清空"),
        ({"answer": "1"}, "答案不对"),
        ({"answer": ""}, "请回答这道题"),
        ({"stamp": "forged"}, "打开得太久"),
        ({"stamp": ""}, "打开得太久"),
        ({"head_count": "6"}, "不超过5人"),
        ({"phone": "12345"}, "11位"),
    ],
)
def test_a_robot_and_a_slip_are_told_and_nothing_typed_is_lost(
    client: Client, door: str, wrong: dict[str, Any], words_: str
) -> None:
    page = client.post(door, form(timezone.now(), **wrong))
    assert page.status_code == 422
    assert words_ in page.text
    assert "褚约访" in page.text
    assert not Booking.objects.exists()


def test_too_quick_for_a_person(client: Client, door: str) -> None:
    riddle = Riddle.new(now=timezone.now())
    sent = form(timezone.now(), stamp=riddle.signed(), answer=str(riddle.answer))
    page = client.post(door, sent)
    assert page.status_code == 422
    assert "提交得太快" in page.text


def test_the_answer_is_the_same_for_a_known_telephone(client: Client, door: str) -> None:
    first = client.post(door, form(timezone.now()), follow=True)
    known = Booking.objects.get()
    client.post(f"/bookings/{known.token}/confirm/", {"code": code_of(known)})
    again = client.post(door, form(timezone.now()), follow=True)

    def plain(page: Any) -> str:
        return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|value=\"[^\"]{20,}\"", "", page.text)

    assert plain(first) == plain(again)


def test_numbers_in_words() -> None:
    with translation.override("zh-hans"):
        assert Riddle(13, 8, NOW, uuid.uuid4()).question() == "十三加八等于几？"
    for number in range(20):
        assert read_number(in_words(number, "zh-hans")) == number
        assert read_number(in_words(number, "en")) == number
    for text, number in {"２１": 21, "二十一": 21, "二十": 20, " 28 ": 28}.items():
        assert read_number(text) == number
    for text in ("", "十十", "很多", "-3", "二二", "1.5"):
        assert read_number(text) is None
