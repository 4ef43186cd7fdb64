"""Seats for the public: `take_seat`, `cancel_seat`, `admit_public`, and `erase_audience` when it is over."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from hall.access import PUBLIC, Refused
from hall.models import JournalEntry, Message
from hearings import actions
from hearings.models import Hearing, PublicSeat
from intake.models import Booking
from staffing.actions import forget_tries, seal
from tests.cast import NOW, Cast, reception
from tests.hearings.notice_steps import STARTS, announced, postponed, refused, scheduled, taken
from tests.intake.booking import NINE, asked


@pytest.fixture
def hearing(cast: Cast) -> Hearing:
    """Announced with three seats."""
    found = scheduled(cast)
    announced(cast, found)
    return Hearing.objects.get(pk=found.pk)


def admitted(
    cast: Cast, hearing: Hearing, code: str, now: dt.datetime = STARTS, who: str = "guide"
) -> PublicSeat:
    actor = cast.act(getattr(cast, who), now)
    return actions.admit_public(actor=actor, hearing_id=hearing.pk, code=code, now=now)


@pytest.mark.django_db
def test_a_code_is_shown_and_texted_and_nothing_personal_is_journalled(hearing: Hearing) -> None:
    seat = taken(hearing)
    assert (len(seat.code), seat.status, seat.phone) == (12, "asked", "13700010001")
    message = Message.objects.get(kind="hearing_seat_taken")
    assert (message.address, message.context["code"]) == ("13700010001", seat.code_spaced)
    entry = JournalEntry.objects.get(verb="take_seat")
    assert "旁听人" not in f"{entry.after}{entry.reason}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT name::text || phone::text FROM hearings_publicseat")
        assert "旁听人" not in cursor.fetchone()[0]


@pytest.mark.django_db
def test_the_same_form_again_is_the_same_seat(hearing: Hearing) -> None:
    token = uuid.uuid4()
    assert taken(hearing, token=token) == taken(hearing, token=token)
    assert PublicSeat.objects.count() == 1


@pytest.mark.django_db
def test_seat_after_the_last_one(hearing: Hearing) -> None:
    for n in range(1, 4):
        taken(hearing, n)
    refusal = refused(taken, hearing, 4)
    assert (refusal.kind, "已经登记完" in str(refusal)) == ("state", True)


@pytest.mark.django_db
def test_seat_twice_with_the_same_phone(hearing: Hearing) -> None:
    first = taken(hearing)
    refusal = refused(taken, hearing, address="10.9.9.9", name="另一人")
    assert (refusal.kind, refusal.field) == ("input", "phone")
    actions.cancel_seat(actor=PUBLIC, seat_id=first.pk, now=NOW)
    assert taken(hearing).pk != first.pk


@pytest.mark.django_db
def test_a_machine_and_a_crowd_from_one_place_are_kept_out(hearing: Hearing) -> None:
    assert refused(taken, hearing, drawn_at=NOW).kind == "input"
    assert refused(taken, hearing, trap="x").kind == "input"
    assert refused(taken, hearing, agreed=False).field == "agreed"
    assert refused(taken, hearing, name=" ").field == "name"
    Hearing.objects.filter(pk=hearing.pk).update(public_seats=40)
    for n in range(1, 7):
        taken(hearing, n, address="10.1.1.1")
    assert refused(taken, hearing, 8, address="10.1.1.1").kind == "busy"
    assert taken(hearing, 8, NOW + dt.timedelta(hours=1, minutes=1), address="10.1.1.1")


@pytest.mark.django_db
def test_only_while_it_is_ahead(cast: Cast, hearing: Hearing) -> None:
    assert refused(taken, hearing, now=STARTS).kind == "state"
    Hearing.objects.filter(pk=hearing.pk).update(public_seats=0)
    assert "没有旁听席位" in str(refused(taken, hearing))
    postponed(cast, hearing)
    assert "延期" in str(refused(taken, hearing))
    closed = Hearing.objects.filter(pk=hearing.pk)
    closed.update(announced_at=None)
    assert refused(taken, hearing).kind == "unseen"


@pytest.mark.django_db
def test_a_seat_given_back_is_for_somebody_else_and_forgets_its_name(cast: Cast, hearing: Hearing) -> None:
    seats = [taken(hearing, n) for n in range(1, 4)]
    actions.cancel_seat(actor=PUBLIC, seat_id=seats[0].pk, now=NOW)
    gone = PublicSeat.objects.get(pk=seats[0].pk)
    assert (gone.status, gone.name, gone.phone, gone.phone_index) == ("cancelled", "", "", None)
    assert taken(hearing, 4)
    assert refused(actions.cancel_seat, actor=PUBLIC, seat_id=seats[0].pk, now=NOW).kind == "state"
    assert refused(actions.cancel_seat, actor=PUBLIC, seat_id=seats[1].pk, now=STARTS).kind == "state"
    stranger = cast.act(cast.liaison2)
    assert refused(actions.cancel_seat, actor=stranger, seat_id=seats[1].pk, now=NOW).kind == "unseen"


@pytest.mark.django_db
def test_wrong_codes_are_counted(hearing: Hearing) -> None:
    seat = taken(hearing)
    found = actions.find_seat(code=seat.code_spaced.lower(), address="10.2.2.2", now=NOW)
    assert found == seat
    for _n in range(20):
        assert actions.find_seat(code="ABCD", address="10.2.2.2", now=NOW) is None
    assert refused(actions.find_seat, code=seat.code, address="10.2.2.2", now=NOW).kind == "busy"


@pytest.mark.django_db
def test_the_door_lets_each_code_in_once(cast: Cast, hearing: Hearing) -> None:
    seat = taken(hearing)
    assert refused(admitted, cast, hearing, seat.code, STARTS - dt.timedelta(hours=3)).kind == "state"
    assert refused(admitted, cast, hearing, "WRONG").field == "code"
    came = admitted(cast, hearing, seat.code_spaced)
    assert (came.status, came.came_at) == ("came", STARTS)
    assert "已经入场" in str(refused(admitted, cast, hearing, seat.code))
    assert refused(admitted, cast, hearing, seat.code, who="supervisor").kind == "role"
    assert refused(admitted, cast, hearing, seat.code, who="liaison2").kind == "unseen"


@pytest.mark.django_db
def test_names_go_when_it_has_long_been_over(cast: Cast, hearing: Hearing) -> None:
    taken(hearing, 1)
    taken(hearing, 2)
    over = STARTS + dt.timedelta(hours=3)
    assert actions.erase_audience(now=over + dt.timedelta(days=400)) == 0  # it is not over yet
    for state in ("in_session", "deliberating"):
        Hearing.objects.filter(pk=hearing.pk).update(status=state)
    Hearing.objects.filter(pk=hearing.pk).update(closed_at=over)
    assert actions.erase_audience(now=over + dt.timedelta(days=29)) == 0
    assert actions.erase_audience(now=over + dt.timedelta(days=30)) == 2
    assert {(one.name, one.phone, one.phone_index) for one in PublicSeat.objects.all()} == {("", "", None)}
    assert JournalEntry.objects.get(verb="erase_audience").after == {"count": 2}
    assert actions.erase_audience(now=over + dt.timedelta(days=31)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_people_take_the_last_seat(cast: Cast) -> None:
    hearing = scheduled(cast)
    announced(cast, hearing)
    taken(hearing, 1)
    taken(hearing, 2)
    start, results = threading.Barrier(2), []

    def take(n: int) -> None:
        try:
            start.wait(timeout=20)
            taken(hearing, n)
            results.append("seated")
        except Refused as refusal:
            results.append(refusal.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(n,)) for n in (3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results) == ["seated", "state"]
    assert PublicSeat.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_database_counts_though_no_rule_does(cast: Cast) -> None:
    """Two who pass every rule at once: the trigger waits for the first and then says no."""
    hearing = scheduled(cast)
    announced(cast, hearing)
    taken(hearing, 1)
    taken(hearing, 2)
    broken: list[str] = []
    began = threading.Event()

    def row(n: int) -> PublicSeat:
        return PublicSeat(
            hearing=hearing, code=f"CODE{n}", form_token=uuid.uuid4(), phone=f"1{n}", asked_at=NOW
        )

    def second() -> None:
        try:
            began.set()
            row(2).save(force_insert=True)
        except IntegrityError as error:
            broken.append(str(error))
        finally:
            connection.close()

    with transaction.atomic():
        row(1).save(force_insert=True)
        thread = threading.Thread(target=second)
        thread.start()
        began.wait(timeout=10)
        for _n in range(400):
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    break
    thread.join(timeout=30)
    assert len(broken) == 1
    assert "no seat is left" in broken[0]


# -- the pages -----------------------------------------------------------------------------------------------------


def _soon(cast: Cast, hours: int = 240) -> Hearing:
    now = timezone.now()
    hearing = scheduled(cast, starts_at=now + dt.timedelta(hours=hours), now=now - dt.timedelta(days=3))
    announced(cast, hearing, now - dt.timedelta(days=2))
    return Hearing.objects.get(pk=hearing.pk)


def _form(**facts: str) -> dict[str, str]:
    drawn = timezone.now() - dt.timedelta(seconds=30)
    return {"mark": seal(drawn), "name": "褚旁听", "phone": "137 0001 0001", "agreed": "on", **facts}


@pytest.mark.django_db
def test_the_public_takes_looks_up_and_gives_back(cast: Cast, client: Client) -> None:
    hearing = _soon(cast)
    page = f"/halls/yunxi/hearings/{hearing.pk}/seat/"
    assert "还有3个席位" in client.get(page).text
    answer = client.post(page, _form())
    seat = PublicSeat.objects.get()
    assert answer.status_code == 200
    assert seat.code_spaced in answer.text
    shown = client.post("/hearing-seats/", {"code": seat.code_spaced})
    assert "登记成功" in shown.text
    assert "褚旁听" not in shown.text
    given_back = client.post("/hearing-seats/cancel/", {"code": seat.code})
    assert "席位留给别人" in given_back.text
    assert client.post("/hearing-seats/cancel/", {"code": seat.code}).status_code == 409
    assert client.post("/hearing-seats/", {"code": "NOBODY"}).status_code == 422


@pytest.mark.django_db
def test_a_wrong_form_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    hearing = _soon(cast)
    page = f"/halls/yunxi/hearings/{hearing.pk}/seat/"
    answer = client.post(page, _form(phone="12"))
    assert (answer.status_code, "褚旁听" in answer.text) == (422, True)
    assert "11位数字" in answer.text
    no_consent = _form()
    del no_consent["agreed"]
    assert client.post(page, no_consent).status_code == 422
    for n in range(1, 4):
        taken(hearing, n, timezone.now())
    full = client.post(page, _form(phone="13700019999"))
    assert (full.status_code, "已经登记完" in full.text) == (409, True)
    assert "褚旁听" in full.text


@pytest.mark.django_db
def test_the_door_list(cast: Cast, client: Client) -> None:
    hearing = _soon(cast, hours=1)
    seat = taken(hearing, now=timezone.now())
    client.force_login(cast.guide)
    page = client.get(f"/hearings/{hearing.pk}/audience/").text
    assert "旁***" in page
    assert "旁听人1" not in page
    assert seat.code not in page
    answer = client.post(f"/hearings/{hearing.pk}/admit-public/", {"code": seat.code_spaced}, follow=True)
    assert "已入场：旁***" in answer.text
    assert client.post(f"/hearings/{hearing.pk}/admit-public/", {"code": seat.code}).status_code == 409
    assert client.post(f"/hearings/{hearing.pk}/admit-public/", {"code": "X"}).status_code == 422
    assert seat.code[-4:] in client.get(f"/hearings/{hearing.pk}/audience/print/").text


@pytest.mark.django_db
def test_the_guide_finds_the_doors_of_today(cast: Cast, client: Client) -> None:
    hearing = _soon(cast, hours=1)
    client.force_login(cast.guide)
    assert f"/hearings/{hearing.pk}/audience/" in client.get("/hearings/audiences/").text
    client.force_login(cast.supervisor)
    assert client.get("/hearings/audiences/").status_code == 403


@pytest.mark.django_db
def test_one_telephone_gets_so_many_codes_a_day_whichever_page_sends_them(
    cast: Cast, hearing: Hearing, settings: Settings
) -> None:
    """A booking's codes and a seat's are one count, which lasts a day and survives the night's cleaning."""
    settings.HALL_CODES_A_DAY = 3
    one = reception(cast, NINE)
    hour = dt.timedelta(hours=1)
    for n in range(3):
        asked(one, 1, NOW + n * hour)
    reader = Booking.objects.latest("pk").phone
    late = NOW + 20 * hour
    forget_tries(now=late)
    with pytest.raises(Refused) as told:
        taken(hearing, phone=reader, now=late)
    assert (told.value.kind, told.value.field) == ("busy", "phone")
    assert not PublicSeat.objects.exists()
    assert taken(hearing, phone="13700010009", now=late).phone == "13700010009"
    assert taken(hearing, phone=reader, now=NOW + 27 * hour).phone == reader
