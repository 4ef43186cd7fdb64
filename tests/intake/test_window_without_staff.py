"""A window without staff does not call: the rota binds where one is kept, and `stand_in` is the way out."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from hall.access import Refused, allowed
from hall.models import JournalEntry, Message, User
from intake.actions import call_next, call_ticket, finish_ticket
from intake.rules import check_can_call_next
from staffing.actions import check_in, stand_in
from staffing.models import Attendance, Duty, Hall
from staffing.queries import half_of, half_on
from tests.cast import NOW, Cast, at, queues, take
from tests.rota import MONDAY, TODAY, away, put

BEFORE = at("2026-11-17 09:00")


def call(cast: Cast, who: str = "clerk", window: int = 1, now: object = NOW) -> str:
    return call_next(
        actor=cast.act(cast.people[who]),
        window_id=cast.windows[window - 1].pk,
        now=now,  # type: ignore[arg-type]
    ).number


def test_without_a_rota_nothing_changes(cast: Cast) -> None:
    take(cast, queues(cast)["A"])
    put(cast, cast.clerk2, 1, day=MONDAY)
    put(cast, cast.clerk2, 1, day=TODAY, half="pm")
    assert call(cast) == "A001", "another day's rota, or the afternoon's, binds nobody this morning"


def test_only_who_sits_there_calls(cast: Cast) -> None:
    line = queues(cast)
    take(cast, line["A"])
    put(cast, cast.clerk, 1, day=TODAY, now=BEFORE)
    with pytest.raises(Refused, match="1号窗口今天上午由林晓雯值班") as refused:
        call(cast, "clerk2")
    assert (refused.value.status, refused.value.field) == (409, "stand_in")
    with pytest.raises(Refused, match="2号窗口今天上午没有人值班：请先“顶班”"):
        call(cast, "clerk2", 2)
    verdict = allowed(check_can_call_next, cast.act(cast.clerk2), cast.windows[1], now=NOW)
    assert not verdict and "顶班" in str(verdict.reason), "the same sentence greys the button"
    assert call(cast) == "A001"


def test_the_manager_helps_out_where_somebody_sits(cast: Cast) -> None:
    take(cast, queues(cast)["A"])
    put(cast, cast.clerk, 1, day=TODAY, now=BEFORE)
    with pytest.raises(Refused, match="没有人值班"):
        call(cast, "manager", 2)
    assert call(cast, "manager") == "A001"


def test_b_calls_when_a_is_on_leave(cast: Cast) -> None:
    ticket = take(cast, queues(cast)["A"])
    put(cast, cast.clerk, 1, day=TODAY, substitute_id=cast.clerk2.pk, now=BEFORE)
    away(cast, cast.clerk, TODAY, now=BEFORE)
    with pytest.raises(Refused, match="由周子涵值班"):
        call(cast)
    called = call_ticket(
        actor=cast.act(cast.clerk2),
        ticket_id=ticket.pk,
        window_id=cast.windows[0].pk,
        now=NOW,
        confirmed=True,
    )
    assert called.status == "called"


def test_the_hall_may_switch_it_off(cast: Cast) -> None:
    take(cast, queues(cast)["A"])
    put(cast, cast.clerk2, 1, day=TODAY, now=BEFORE)
    Hall.objects.update(rota_binds=False)
    assert call(cast) == "A001"


def test_after_closing_the_last_visitor_is_still_called(cast: Cast) -> None:
    take(cast, queues(cast)["A"])
    put(cast, cast.clerk, 1, day=TODAY, now=BEFORE)
    assert call(cast, now=at("2026-11-18 12:10")) == "A001"


def test_standing_in_writes_duty_and_attendance_and_tells_who_did_not_come(cast: Cast) -> None:
    take(cast, queues(cast)["A"])
    duty = put(cast, cast.clerk, 1, day=TODAY, now=BEFORE)
    stand_in(actor=cast.act(cast.clerk2), window_id=cast.windows[0].pk, now=NOW)
    duty.refresh_from_db()
    assert (duty.person, duty.sitter) == (cast.clerk, cast.clerk2)
    assert Attendance.objects.get().user == cast.clerk2
    assert Message.objects.get(kind="duty_taken_over").user == cast.clerk
    assert JournalEntry.objects.get(verb="stand_in").before["sitter"] == cast.clerk.pk
    assert call(cast, "clerk2") == "A001"


def test_an_empty_window_gets_a_duty_to_the_end_of_the_half_day(cast: Cast) -> None:
    put(cast, cast.clerk, 1, day=TODAY, now=BEFORE)
    duty = stand_in(actor=cast.act(cast.clerk2), window_id=cast.windows[1].pk, now=NOW)
    assert (duty.person, duty.starts_at, duty.ends_at) == (cast.clerk2, NOW, at("2026-11-18 12:00"))


def test_nobody_is_pushed_off_a_chair_or_sits_on_two(cast: Cast) -> None:
    put(cast, cast.clerk, 1, day=TODAY, now=BEFORE)
    put(cast, cast.clerk2, 2, day=TODAY, now=BEFORE)
    check_in(
        actor=cast.act(cast.clerk), hall_id=cast.hall.pk, user_id=cast.clerk.pk, now=at("2026-11-18 08:28")
    )
    with pytest.raises(Refused, match="人已到岗"):
        stand_in(actor=cast.act(cast.liaison), window_id=cast.windows[0].pk, now=NOW)
    with pytest.raises(Refused, match="在2号窗口值班，不能同时"):
        stand_in(actor=cast.act(cast.clerk2), window_id=cast.windows[2].pk, now=NOW)
    with pytest.raises(Refused, match="就是您值班"):
        stand_in(actor=cast.act(cast.clerk2), window_id=cast.windows[1].pk, now=NOW)
    for who in (cast.guide, cast.supervisor):
        with pytest.raises(Refused) as refused:
            stand_in(actor=cast.act(who), window_id=cast.windows[2].pk, now=NOW)
        assert refused.value.kind == "role"
    with pytest.raises(Refused, match="不开放"):
        stand_in(actor=cast.act(cast.liaison), window_id=cast.windows[2].pk, now=at("2026-11-18 12:30"))


@pytest.mark.django_db(transaction=True)
def test_two_who_take_over_at_once(cast: Cast) -> None:
    put(cast, cast.clerk, 1, day=TODAY, now=BEFORE)
    start, answers = threading.Barrier(2), []

    def sit(who: str) -> None:
        actor = cast.act(cast.people[who])
        try:
            start.wait(timeout=20)
            stand_in(actor=actor, window_id=cast.windows[3].pk, now=NOW)
            answers.append("sits")
        except Refused as refused:
            answers.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=sit, args=(who,)) for who in ("liaison", "liaison2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    answers.sort(key=len)
    assert answers[0] == "sits" and "人已到岗" in answers[1]
    assert Duty.objects.filter(window=cast.windows[3]).count() == 1


def test_the_console_offers_the_way_out(cast: Cast, client: Client) -> None:
    """At the time of the wall, like the door: where the hall is open now."""
    now = timezone.now()
    today = timezone.localdate(now)
    half = half_on(cast.hall, today, half_of(now))
    line = queues(cast)
    take(cast, line["A"], now)
    client.force_login(cast.clerk2)
    console = f"/console/{cast.windows[0].pk}/"
    if half is None or half.ends_at <= now:
        assert "顶班：接管" not in client.get(console).text
        return
    put(cast, cast.clerk, 1, day=today, half=half.half, now=now)
    page = client.get(console).text
    assert "由林晓雯值班" in page and "顶班：接管这个窗口" in page
    answer = client.post(f"/rota/windows/{cast.windows[0].pk}/stand-in/", {"next": console})
    assert answer["Location"] == console
    assert "顶班：接管" not in client.get(console).text
    called = call_next(actor=cast.act(cast.clerk2, now), window_id=cast.windows[0].pk, now=now)
    finish_ticket(actor=cast.act(cast.clerk2, now), ticket_id=called.pk, now=now)


def test_nobody_is_missing_before_their_time(cast: Cast) -> None:
    for half in ("am", "pm"):
        put(cast, cast.clerk, 1, day=TODAY, half=half, now=BEFORE)
    facts = {"actor": cast.act(cast.clerk2), "window_id": cast.windows[0].pk}
    for early, said in (("08:05", "08:30—12:00"), ("13:10", "14:00—17:30")):
        with pytest.raises(Refused, match=f"1号窗口{said}已排林晓雯") as refused:
            stand_in(**facts, now=at(f"2026-11-18 {early}"))
        assert refused.value.kind == "state"
    assert not Attendance.objects.exists()
    assert stand_in(**facts, now=at("2026-11-18 08:31")).sitter == cast.clerk2
    assert stand_in(**facts, now=at("2026-11-18 14:00")).sitter == cast.clerk2


@pytest.mark.django_db(transaction=True)
def test_who_stands_in_waits_for_what_the_same_person_records(cast: Cast) -> None:
    """In two windows of a browser: the rows of a day come one after the other, then the hall's journal."""
    put(cast, cast.clerk, 1, day=TODAY, now=BEFORE)
    actor, begun, failed = cast.act(cast.clerk2), threading.Event(), list[str]()

    def sit() -> None:
        try:
            begun.set()
            stand_in(actor=actor, window_id=cast.windows[0].pk, now=NOW)
        except (Refused, DatabaseError) as error:
            failed.append(str(error))
        finally:
            connection.close()

    other = threading.Thread(target=sit)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '3s'")
        User.objects.select_for_update(no_key=True).get(pk=cast.clerk2.pk)
        other.start()
        assert begun.wait(timeout=20)
        other.join(timeout=0.5)
        assert other.is_alive()
        check_in(actor=actor, hall_id=cast.hall.pk, user_id=cast.clerk2.pk, now=NOW)
    other.join(timeout=30)
    assert failed == []
    assert Attendance.objects.get().user == cast.clerk2
    assert Duty.objects.get().sitter == cast.clerk2
