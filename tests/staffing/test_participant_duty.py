"""When those from outside are in the hall: planned on working days, one person at one place, changed in the open."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall.access import Refused
from hall.models import statutory_calendar
from staffing.actions import cancel_participant_duty, change_participant_duty, plan_participant_duty
from staffing.models import ParticipantDuty
from staffing.queries import half_days, participant_grid, participants_here
from tests.cast import NOW, Cast, at
from tests.social import on_duty, participant, slot

THURSDAY = dt.date(2026, 11, 19)
SATURDAY = dt.date(2026, 11, 21)


@pytest.mark.django_db
def test_planned_on_working_days_by_who_signed(cast: Cast) -> None:
    one = participant(cast)
    duty = on_duty(cast, one, THURSDAY)
    assert timezone.localtime(duty.starts_at) == at("2026-11-19 09:00")
    with pytest.raises(Refused, match="不是工作日"):
        on_duty(cast, one, SATURDAY)
    with pytest.raises(Refused, match="过去"):
        on_duty(cast, one, dt.date(2026, 11, 17))
    unsigned = participant(cast, "social_worker", name="无承诺", promised_on=None)
    with pytest.raises(Refused, match="保密承诺书"):
        on_duty(cast, unsigned, THURSDAY)
    with pytest.raises(Refused) as refused:
        plan_participant_duty(
            actor=cast.act(cast.clerk), hall_id=cast.hall.pk, slots=[slot(one, THURSDAY, "pm")], now=NOW
        )
    assert refused.value.kind == "role"


@pytest.mark.django_db
def test_one_person_at_one_place_or_nothing_of_the_plan(cast: Cast) -> None:
    one = participant(cast)
    on_duty(cast, one, THURSDAY)
    with pytest.raises(Refused, match="已有值班"):
        plan_participant_duty(
            actor=cast.act(cast.manager), hall_id=cast.hall.pk, now=NOW,
            slots=[slot(one, dt.date(2026, 11, 20)), slot(one, THURSDAY, "pm", starts=dt.time(11))],
        )  # fmt: skip
    assert ParticipantDuty.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ParticipantDuty.objects.create(
            participant=one, hall=cast.hall, day=THURSDAY, half="pm", starts_at=at("2026-11-19 11:00"),
            ends_at=at("2026-11-19 12:00"),
        )  # fmt: skip


@pytest.mark.django_db
def test_a_swap_says_why_and_the_public_reads_it(cast: Cast, client: Client) -> None:
    one, other = participant(cast), participant(cast, name="夏正言", licence="A-0002")
    duty = on_duty(cast, one, THURSDAY)
    with pytest.raises(Refused) as refused:
        change_participant_duty(
            actor=cast.act(cast.manager), duty_id=duty.pk, slot=slot(other, THURSDAY), reason=" ", now=NOW
        )
    assert refused.value.field == "reason"
    change_participant_duty(
        actor=cast.act(cast.manager), duty_id=duty.pk, slot=slot(other, THURSDAY), reason="律师出庭", now=NOW
    )
    (here,) = participants_here(cast.hall, THURSDAY, now=at("2026-11-19 10:00"))
    assert (here.name, here.note, here.is_now, here.time) == ("夏正言", "律师出庭", True, "09:00—11:30")
    with pytest.raises(Refused, match="已经结束"):
        change_participant_duty(
            actor=cast.act(cast.manager), duty_id=duty.pk, slot=slot(one, THURSDAY), reason="x",
            now=at("2026-11-19 12:00"),
        )  # fmt: skip


@pytest.mark.django_db
def test_what_is_cancelled_is_not_counted_and_frees_the_cell(cast: Cast) -> None:
    one = participant(cast)
    duty = on_duty(cast, one, THURSDAY)
    on_duty(cast, one, dt.date(2026, 11, 20))
    cancel_participant_duty(actor=cast.act(cast.manager), duty_id=duty.pk, reason="生病", now=NOW)
    assert half_days(cast.hall, THURSDAY) == {one.pk: 1}
    assert participants_here(cast.hall, THURSDAY, now=NOW) == []
    with pytest.raises(Refused, match="已经取消"):
        cancel_participant_duty(actor=cast.act(cast.manager), duty_id=duty.pk, reason="生病", now=NOW)
    on_duty(cast, one, THURSDAY)


@pytest.mark.django_db
def test_the_grid_warns_of_empty_days_at_a_constant_cost(cast: Cast) -> None:
    def grid() -> tuple[int, int, list[dt.date]]:
        calendar = statutory_calendar()
        with CaptureQueriesContext(connection) as queries:
            made = participant_grid(cast.hall, THURSDAY, calendar=calendar, today=NOW.date())
        return len(queries), len(made.lines), made.empty_days

    on_duty(cast, participant(cast), THURSDAY)
    few, _lines, empty = grid()
    assert THURSDAY not in empty and dt.date(2026, 11, 20) in empty and SATURDAY not in empty
    for number in range(8):
        on_duty(cast, participant(cast, name=f"律师{number}"), dt.date(2026, 11, 20))
    assert grid()[:2] == (few, 9)


@pytest.mark.django_db
def test_a_span_by_the_page_skips_what_is_no_working_day(cast: Cast, client: Client) -> None:
    client.force_login(cast.manager)
    one = participant(cast)
    today = timezone.localdate()
    form = {
        "participant": one.pk, "from_on": today, "until_on": today + dt.timedelta(days=13),
        "weekdays": ["0", "1", "2", "3", "4", "5", "6"], "halves": ["am", "pm"],
    }  # fmt: skip
    assert client.post("/participant-rota/new/", form).status_code == 302
    calendar = statutory_calendar()
    days = [today + dt.timedelta(days=n) for n in range(14)]
    assert ParticipantDuty.objects.count() == 2 * sum(calendar.is_workday(day) for day in days)
    again = client.post("/participant-rota/new/", form)
    assert again.status_code == 422
    assert "已有值班" in again.text
    page = client.get("/participant-rota/").text
    assert "沈惠明" in page
    working = [day for day in days if calendar.is_workday(day)]
    if working[0] == today:
        assert "沈惠明" in client.get(f"/halls/{cast.hall.code}/").text


@pytest.mark.django_db(transaction=True)
def test_two_planners_one_cell(cast: Cast) -> None:
    """The exclusion constraint lets one through; the other reads what is taken."""
    manager, one, start = cast.act(cast.manager), participant(cast), threading.Barrier(2)
    results: list[str] = []

    def plan(half: str) -> None:
        try:
            start.wait(timeout=20)
            overlapping = slot(one, THURSDAY, half, starts=dt.time(11), ends=dt.time(14))
            plan_participant_duty(actor=manager, hall_id=cast.hall.pk, slots=[overlapping], now=NOW)
            results.append("planned")
        except Refused as refused:
            results.append(f"{refused.kind}: {refused}")
        finally:
            connection.close()

    threads = [threading.Thread(target=plan, args=(half,)) for half in ("am", "pm")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    results.sort(key=len)
    assert results == ["planned", "state: 沈惠明在2026-11-19 11:00至14:00已有值班。"]
    assert ParticipantDuty.objects.count() == 1
