"""Advice on stationing: planted histories, too little of it, who asks, the worker, and that nothing given changes."""

from __future__ import annotations

import datetime as dt
import random
import statistics
import threading
import time
import uuid
from dataclasses import asdict
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accountability import actions
from accountability.forms.stationing import reason
from accountability.models import StationingAdvice
from accountability.queries import work_out
from accountability.queries.stationing import advise, mode_of, month_before, rules_for
from accountability.queries.stationing_history import OWN, Past, past_of, unit_of_queues
from accountability.queries.stationing_model import Job, Target
from accountability.tasks import work_out_stationing
from cases.models import Referral
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry
from intake.actions import (
    call_next,
    finish_ticket,
    leave_hall,
    register_visit,
    serve_ticket,
    transfer_ticket,
)
from intake.models import Queue
from staffing.models import Station
from tests.accountability.stationing_steps import (
    OCTOBER,
    SINCE,
    Come,
    busy_days,
    moment,
    plant,
    rare_days,
    workdays,
)
from tests.cast import NOW, Cast, at, queues, take
from tests.matters import matter

DAYS = list(workdays(SINCE, dt.date(2026, 11, 17)))


def ask(cast: Cast, who: str = "manager", **facts: Any) -> StationingAdvice:
    given: dict[str, Any] = {"weeks": 8, "target_minutes": 10, "ninety_minutes": 30, "now": NOW}
    return actions.request_stationing_advice(
        actor=cast.act(cast.people[who]), hall_id=cast.hall.pk, **given | facts
    )


@pytest.fixture
def line(cast: Cast) -> dict[str, Queue]:
    return queues(cast)


def planted(cast: Cast, line: dict[str, Queue]) -> None:
    """The labour bureau's window is overrun, housing's is used every other week, nobody comes for land."""
    plant(cast, busy_days(line["C"], [cast.windows[2]], DAYS, every=16, service=13, seed=5))
    plant(cast, rare_days(line["D"], cast.windows[3], DAYS))
    plant(cast, busy_days(line["A"], cast.windows[:2], DAYS, every=12, service=10, seed=6))


_answered: dict[int, dict[str, Any]] = {}


def answered(cast: Cast, line: dict[str, Queue]) -> dict[str, Any]:
    """The advice on what is planted, worked out once: it is the same as long as the units have the same keys."""
    key = cast.units["labour"].pk
    if key not in _answered:
        planted(cast, line)
        started = time.process_time()
        _answered[key] = work_out(ask(cast))
        assert time.process_time() - started < 60, "on one core"
    return _answered[key]


def by_unit(result: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {row["unit"]: row for row in result["units"]}


def test_a_busy_unit_is_resident_and_a_rare_one_on_call(cast: Cast, line: dict[str, Queue]) -> None:
    rows = by_unit(answered(cast, line))
    labour, housing, land = (rows[cast.units[code].pk] for code in ("labour", "housing", "land"))
    assert (labour["mode"], housing["mode"], land["mode"]) == ("resident", "on_call", "on_call")
    assert labour["visits_week"] > 90 and labour["days_share"] > 0.95
    assert housing["visits_week"] < 1 and land["visits_week"] == 0
    assert housing["windows"] is None and land["windows"] is None
    hours = labour["windows"]["hours"]
    assert max(hour["advised"] for hour in hours) == 2, "one window is overrun"
    assert {hour["now"] for hour in hours if hour["hour"] in (9, 10)} <= {0.8, 0.9, 1.0}
    assert labour["windows"]["held"]
    assert all(hour["median"] <= 10 and hour["ninety"] <= 30 for hour in hours if hour["median"] is not None)
    assert cast.units["petition"].pk not in rows, "it runs the hall"
    assert rows[OWN]["mode"] == "" and rows[OWN]["windows"] is not None


def test_a_usual_advice_takes_less_than_a_minute_of_one_core() -> None:
    """A quarter of a year, six units, 150 numbers a day: no database, the simulation alone."""
    dice, first = random.Random(4), dt.date(2026, 8, 3)
    past = Past(first, first + dt.timedelta(days=90), units=list(range(6)))
    past.spans = {day: [(510.0, 720.0), (840.0, 1050.0)] for day in range(5)}
    past.days = {n: (n - 1) % 7 for n in range(first.toordinal(), past.last.toordinal()) if (n - 1) % 7 < 5}
    for day, weekday in past.days.items():
        for unit in past.units:
            for _n in range(25):
                came = dice.choice((510, 840)) + dice.random() * 210
                past.jobs[unit].append(
                    Job(unit, day, weekday, came, dice.random() * 20, dice.expovariate(1 / 15))
                )
            past.windows |= {(unit, day, hour): 2 for hour in (8, 9, 10, 11, 14, 15, 16, 17)}
            past.visits.setdefault(unit, {})[day] = 25
    started, seen = time.process_time(), []
    result = advise(
        past, first=first, last=past.last, month=(dt.date(2026, 10, 1), dt.date(2026, 10, 31)),
        target=Target(10, 30, rules_for("x").simulated_days), rules=rules_for("x"), seed=1, progress=seen.append,
    )  # fmt: skip
    spent = time.process_time() - started
    print(f"a usual advice: {spent:.1f} s of one core")
    assert spent < 60
    assert all(row["windows"]["held"] for row in result["units"])
    assert seen == sorted(seen) and seen[-1] == 99


def test_the_same_question_has_the_same_answer(cast: Cast, line: dict[str, Queue]) -> None:
    plant(cast, busy_days(line["C"], [cast.windows[2]], DAYS[:30], every=20, service=10))
    advice = ask(cast)
    assert work_out(advice) == work_out(advice)


def test_the_error_on_last_month_is_small_where_the_assumptions_hold(
    cast: Cast, line: dict[str, Queue]
) -> None:
    """Planted by the same rules as the simulation: one line, first come, first served, whoever is free."""
    error = answered(cast, line)["error"]
    assert (error["first"], error["last"]) == ("2026-10-01", "2026-10-31")
    assert error["apart"], "services are drawn from the days before that month"
    assert len(error["rows"]) >= 12
    assert error["mae"] == pytest.approx(statistics.fmean(row["off"] for row in error["rows"]), abs=0.06)
    assert error["mae"] < 10
    own = [row["off"] for row in error["rows"] if row["unit"] == OWN]
    assert len(own) >= 7 and statistics.fmean(own) < 3, "two windows that are not overrun: no luck in it"
    assert error["worst"]["off"] == max(row["off"] for row in error["rows"])
    assert all(row["waits"] >= 5 for row in error["rows"])


def test_a_hall_that_works_otherwise_shows_a_great_error(cast: Cast, line: dict[str, Queue]) -> None:
    """Everybody waits an hour though the window is free: no simulation of the line can know why, the error says so."""
    comes = [
        Come(line["C"], cast.windows[2], moment(day, 540 + 30 * n), 60, 5) for day in DAYS for n in range(5)
    ]
    plant(cast, comes)
    error = work_out(ask(cast))["error"]
    assert error["mae"] > 40 and error["worst"]["real"] == 60


def test_too_little_is_said_and_nothing_is_invented(cast: Cast, line: dict[str, Queue]) -> None:
    assert work_out(ask(cast))["enough"] is False, "an empty hall"
    plant(cast, busy_days(line["A"], cast.windows[:2], DAYS[10:20], every=10))
    found = work_out(StationingAdvice.objects.get())
    assert (found["enough"], found["units"], found["error"], found["used_days"]) == (False, [], None, 10)
    assert found["tickets"] > 100, "many numbers, but of ten days alone"


def test_a_unit_with_few_numbers_gets_no_windows(cast: Cast, line: dict[str, Queue]) -> None:
    plant(cast, rare_days(line["D"], cast.windows[3], DAYS, every=1))
    plant(cast, busy_days(line["A"], cast.windows[:2], DAYS, every=60, service=10, seed=6))
    extra = Queue.objects.create(hall=cast.hall, letter="E", name="自然资源", department=cast.units["land"])
    plant(cast, [Come(extra, cast.windows[4], moment(day, 600), 0, 10) for day in DAYS[4::2]])
    land = by_unit(work_out(ask(cast)))[cast.units["land"].pk]
    assert (land["mode"], land["lacking"], land["windows"]) == ("rotating", "tickets", None)
    assert 15 < land["tickets"] < 30 and land["weekdays"]


def test_without_a_measured_service_there_are_no_windows(cast: Cast, line: dict[str, Queue]) -> None:
    """Everybody went before the call: how long they would have taken is not known, so nothing is worked out."""
    plant(
        cast,
        [
            Come(line["C"], cast.windows[2], moment(day, 540 + 30 * n), 20, None)
            for day in DAYS
            for n in range(4)
        ],
    )
    result = work_out(ask(cast))
    labour = by_unit(result)[cast.units["labour"].pk]
    assert (labour["mode"], labour["lacking"], labour["windows"]) == ("resident", "services", None)
    assert labour["left_share"] == 1.0
    assert (result["error"]["mae"], result["error"]["rows"]) == (None, [])


# -- modes -------------------------------------------------------------------------------------------------------


def test_modes_by_hand() -> None:
    """Four weeks of Mondays to Fridays, ordinals 0..27 taken as weekday n % 7."""
    rules, days = rules_for("anywhere"), {n: n % 7 for n in range(28) if n % 7 < 5}
    often = mode_of(dict.fromkeys(days, 2), days, rules)
    assert (often["mode"], often["visits_week"], often["days_share"]) == ("resident", 10.0, 1.0)
    assert mode_of({0: 40}, days, rules)["mode"] == "rotating", "ten a week, but all on one day"
    some = mode_of({n: 3 for n in days if n % 7 in (1, 3)}, days, rules)
    assert (some["mode"], some["visits_week"], some["weekdays"]) == ("rotating", 6.0, [1])
    assert mode_of({0: 7}, days, rules)["mode"] == "on_call"
    assert mode_of({0: 8}, days, rules)["mode"] == "rotating", "two a week exactly"
    assert mode_of({}, days, rules)["visits_week"] == 0


def test_a_unit_that_passes_most_on_rotates_at_most() -> None:
    """Half of what came went on to others: it is not what people needed, however many came."""
    rules, days = rules_for("anywhere"), {n: n % 7 for n in range(28) if n % 7 < 5}
    visits = dict.fromkeys(days, 2)
    most = mode_of(visits, days, rules, moved=20, handled=40)
    assert (most["mode"], most["why"], most["moved_on"], most["weekdays"]) == (
        "rotating",
        "moved",
        0.5,
        [0, 1],
    )
    assert "50%" in reason(most, asdict(rules)) and "最多轮驻" in reason(most, asdict(rules))
    assert mode_of(visits, days, rules, moved=19, handled=40)["mode"] == "resident"
    assert mode_of(visits, days, rules, moved=19, handled=19)["mode"] == "resident", "too few to say"
    assert mode_of({0: 7}, days, rules, moved=40, handled=40)["mode"] == "on_call"


def test_what_went_on_to_others_is_read_of_numbers_and_of_matters(cast: Cast, line: dict[str, Queue]) -> None:
    """One number is served and sent on to housing; one matter goes to labour and, objected to, on to housing."""
    labour, housing = (cast.units[code] for code in ("labour", "housing"))
    clerk = cast.act(cast.liaison)
    ticket = take(cast, line["C"], at("2026-11-18 09:00"))
    call_next(actor=clerk, window_id=cast.windows[2].pk, now=at("2026-11-18 09:05"))
    serve_ticket(actor=clerk, ticket_id=ticket.pk, now=at("2026-11-18 09:06"))
    transfer_ticket(actor=clerk, ticket_id=ticket.pk, queue_id=line["D"].pk, now=at("2026-11-18 09:10"))
    case = register_visit(
        actor=cast.act(cast.clerk), hall_id=cast.hall.pk, visit_id=ticket.visit_id, form_token=uuid.uuid4(),
        new=matter(), now=at("2026-11-18 09:30"),
    )  # fmt: skip
    for unit, ended in ((labour, at("2026-11-18 11:00")), (housing, None)):
        Referral.objects.create(
            case=case, kind="forward", department=unit, sent_at=at("2026-11-18 10:00"), ended_at=ended
        )
    day = dt.date(2026, 11, 18)
    past = past_of(cast.hall, day, day)
    assert [job.moved for job in past.jobs[labour.pk]] == [True]
    assert past.matters == {labour.pk: (1, 1), housing.pk: (1, 0)}


def test_windows_are_not_saved_by_people_who_give_up(cast: Cast, line: dict[str, Queue]) -> None:
    """Most leave after five minutes: the advice is more windows than now, not none."""
    plant(
        cast, busy_days(line["C"], [cast.windows[2]], DAYS[:20], every=12, service=30, leave_after=5, seed=8)
    )
    labour = by_unit(work_out(ask(cast)))[cast.units["labour"].pk]
    assert labour["left_share"] > 0.4
    hours = [hour for hour in labour["windows"]["hours"] if hour["arrivals"] > 3]
    assert hours and all(hour["advised"] >= 2 > hour["now"] for hour in hours)
    assert all(hour["left"] <= 0.1 < hour["left_now"] for hour in hours)
    assert labour["windows"]["held"]


def test_the_month_before() -> None:
    assert month_before(dt.date(2026, 11, 18)) == OCTOBER
    assert month_before(dt.date(2027, 1, 1)) == (dt.date(2026, 12, 1), dt.date(2026, 12, 31))


# -- the history -------------------------------------------------------------------------------------------------


def test_what_is_read_is_what_was_done(cast: Cast, line: dict[str, Queue]) -> None:
    """Through the real actions: one is served after five minutes, one gives up after twenty, one comes too early."""
    clerk, window = cast.act(cast.liaison), cast.windows[2]
    early = take(cast, line["C"], at("2026-11-18 08:10"))
    call_next(actor=clerk, window_id=window.pk, now=at("2026-11-18 08:40"))
    serve_ticket(actor=clerk, ticket_id=early.pk, now=at("2026-11-18 08:41"))
    finish_ticket(actor=clerk, ticket_id=early.pk, now=at("2026-11-18 09:00"))
    first = take(cast, line["C"], at("2026-11-18 09:30"), priority_reason="elderly")
    second = take(cast, line["C"], at("2026-11-18 09:31"))
    call_next(actor=clerk, window_id=window.pk, now=at("2026-11-18 09:35"))
    serve_ticket(actor=clerk, ticket_id=first.pk, now=at("2026-11-18 09:36"))
    leave_hall(actor=cast.act(cast.guide), ticket_id=second.pk, now=at("2026-11-18 09:51"))
    finish_ticket(actor=clerk, ticket_id=first.pk, now=at("2026-11-18 10:05"))
    take(cast, line["C"], at("2026-11-18 18:00"))
    day, labour = dt.date(2026, 11, 18), cast.units["labour"].pk
    past = past_of(cast.hall, day, day)
    found = [(job.at, job.waited, job.service, job.left, job.head_start) for job in past.jobs[labour]]
    assert found == [(510, 10, 20, False, 20), (570, 5, 30, False, 60), (571, 20, None, True, 0)]
    assert past.late == 1, "after closing time"
    n = day.toordinal()
    assert past.days == {n: 2}
    assert past.windows == {(labour, n, 8): 1, (labour, n, 9): 1, (labour, n, 10): 1}
    assert past.visits == {labour: {n: 4}}


def test_units_of_queues(cast: Cast, line: dict[str, Queue]) -> None:
    found = unit_of_queues(cast.hall)
    assert found[line["A"].pk] == OWN
    assert found[line["C"].pk] == cast.units["labour"].pk
    line["D"].department = cast.units["petition"]
    line["D"].save()
    assert unit_of_queues(cast.hall)[line["D"].pk] == OWN, "the petition office runs the hall"
    line["B"].department = cast.units["land"]
    line["B"].save()
    assert unit_of_queues(cast.hall)[line["B"].pk] == cast.units["land"].pk


# -- asking and answering ----------------------------------------------------------------------------------------


def test_the_worker_answers_and_shows_its_progress(cast: Cast, line: dict[str, Queue]) -> None:
    plant(cast, busy_days(line["C"], [cast.windows[2]], DAYS[:30], every=20, service=10))
    advice = ask(cast)
    assert (advice.state, ask(cast, "supervisor").pk) == ("asked", advice.pk), "one at a time"
    assert (advice.first_on, advice.last_on) == (SINCE + dt.timedelta(days=2), dt.date(2026, 11, 17))
    assert work_out_stationing() == 1
    advice.refresh_from_db()
    assert (advice.state, advice.progress) == ("ready", 100)
    assert advice.result["enough"] and advice.result["seed"] == advice.seed
    assert work_out_stationing() == 0
    verbs = list(
        JournalEntry.objects.filter(verb__endswith="_stationing_advice")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert verbs == ["request_stationing_advice", "start_stationing_advice", "answer_stationing_advice"]
    assert ask(cast).pk != advice.pk


def test_another_worker_leaves_it_alone_until_the_lease_is_over(cast: Cast) -> None:
    advice = ask(cast)
    actions.start_stationing_advice(actor=SYSTEM, advice_id=advice.pk, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.start_stationing_advice(actor=SYSTEM, advice_id=advice.pk, now=NOW + dt.timedelta(minutes=9))
    assert refused.value.kind == "state"
    actions.show_progress(advice.pk, 40)
    actions.show_progress(advice.pk, 30)
    advice.refresh_from_db()
    assert advice.progress == 40, "never back"
    again = actions.start_stationing_advice(
        actor=SYSTEM, advice_id=advice.pk, now=NOW + dt.timedelta(minutes=10)
    )
    assert again.progress == 0


def test_what_kills_its_workers_is_given_up(cast: Cast) -> None:
    advice = ask(cast)
    for n in range(3):
        begun = actions.start_stationing_advice(
            actor=SYSTEM, advice_id=advice.pk, now=NOW + dt.timedelta(minutes=11 * n)
        )
        assert begun.answered_at is None
    given_up = actions.start_stationing_advice(
        actor=SYSTEM, advice_id=advice.pk, now=NOW + dt.timedelta(minutes=33)
    )
    assert (given_up.state, given_up.failure) == ("failed", "3×")
    assert ask(cast).pk != advice.pk


def test_an_error_is_said_and_it_may_be_asked_again(cast: Cast) -> None:
    advice = ask(cast)
    failed = actions.fail_stationing_advice(actor=SYSTEM, advice_id=advice.pk, failure="Boom", now=NOW)
    assert (failed.state, failed.failure) == ("failed", "Boom")
    with pytest.raises(Refused):
        actions.answer_stationing_advice(
            actor=SYSTEM, advice_id=advice.pk, result={"enough": False, "units": []}, now=NOW
        )
    assert ask(cast).pk != advice.pk


@pytest.mark.parametrize("who", ["clerk", "guide", "liaison", "head", "leader", "administrator"])
def test_only_the_manager_and_the_supervisor_ask(cast: Cast, who: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(cast, who)
    assert refused.value.kind == "role"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"weeks": 5}, "weeks"),
        ({"target_minutes": 0}, "target_minutes"),
        ({"target_minutes": 121, "ninety_minutes": 200}, "target_minutes"),
        ({"ninety_minutes": 9}, "ninety_minutes"),
        ({"ninety_minutes": 241}, "ninety_minutes"),
    ],
)
def test_what_cannot_be_asked(cast: Cast, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(cast, **facts)
    assert (refused.value.kind, refused.value.field) == ("input", field)


def test_a_person_never_answers(cast: Cast) -> None:
    advice = ask(cast)
    manager = cast.act(cast.manager)
    for verb, facts in (
        (actions.start_stationing_advice, {}),
        (actions.answer_stationing_advice, {"result": {"enough": False, "units": []}}),
        (actions.fail_stationing_advice, {"failure": "x"}),
    ):
        with pytest.raises(Refused) as refused:
            verb(actor=manager, advice_id=advice.pk, now=NOW, **facts)
        assert refused.value.kind == "role"


def test_what_was_given_never_changes(cast: Cast) -> None:
    advice = ask(cast)
    for change in ({"target_minutes": 5}, {"seed": 1}):
        with pytest.raises(DatabaseError), transaction.atomic():
            StationingAdvice.objects.filter(pk=advice.pk).update(**change)
    actions.answer_stationing_advice(
        actor=SYSTEM, advice_id=advice.pk, result={"enough": False, "units": []}, now=NOW
    )
    for change in ({"result": {"enough": True}}, {"failure": "x"}, {"answered_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            StationingAdvice.objects.filter(pk=advice.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        StationingAdvice.objects.filter(pk=advice.pk).delete()


def test_the_database_keeps_one_open_question(cast: Cast) -> None:
    ask(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        StationingAdvice.objects.create(
            hall=cast.hall,
            first_on=SINCE,
            last_on=SINCE,
            target_minutes=1,
            ninety_minutes=1,
            seed=1,
            asked_at=NOW,
        )


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_ask_for_one(cast: Cast) -> None:
    start, found = threading.Barrier(2), []

    def press(who: str) -> None:
        try:
            start.wait(timeout=20)
            found.append(ask(cast, who).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[who]) for who in ("manager", "supervisor")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(found) == 2 and len(set(found)) == 1
    assert StationingAdvice.objects.count() == 1


def test_reading_takes_a_constant_number_of_queries(
    cast: Cast, line: dict[str, Queue], django_assert_num_queries: Any
) -> None:
    planted(cast, line)
    Station.objects.filter(department=cast.units["land"]).update(presence="on_call")
    with django_assert_num_queries(13):
        past_of(cast.hall, SINCE, dt.date(2026, 11, 17))
