"""The counted months follow the facts: late corrections, moved dates, two workers, the nightly check, a recount."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from accountability.actions import check_months, count_months, recount_indicators
from accountability.actions.indicators import count_month
from accountability.models import CountedMonth, CountMark, IndicatorCount
from accountability.queries import INDICATORS, Period, Scope, figures
from accountability.tasks import check_months as nightly
from accountability.tasks import count_months as task
from cases import actions
from cases.models import Case, Deadline
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, Message
from tests import life_handling, life_reviews
from tests.cast import Cast, at
from tests.matters import accepted, registered

NOW = at("2026-11-18 16:00")
HOUR = dt.timedelta(hours=1)


def rows(hall: int) -> set[Any]:
    fields = (
        "month", "level", "indicator", "department", "channel", "category", "denominator", "numerator", "excluded",
        "total",
    )  # fmt: skip
    return set(IndicatorCount.objects.filter(hall=hall).values_list(*fields))


def true(cast: Cast, now: dt.datetime) -> bool:
    """What is stored is what a count of everything would store."""
    stored = rows(cast.hall.pk)
    for month in CountedMonth.objects.values_list("month", flat=True):
        count_month(cast.hall.pk, month, now=now)
    return stored == rows(cast.hall.pk)


def shown(cast: Cast, code: str, month: str) -> str:
    period = Period.parse(month)
    assert period
    return figures([code], Scope((cast.hall.pk,)), [period], now=NOW + 4 * HOUR)[0][code].shown


@pytest.mark.django_db
def test_only_what_changed_is_counted(cast: Cast) -> None:
    registered(cast, at("2026-02-03 10:00"))
    accepted(cast, at("2026-08-03 10:00"))
    assert count_months(now=NOW) == 10  # February to November
    CountMark.objects.update(entry=JournalEntry.objects.latest("id").pk + 5000)  # beyond the overlap
    before = dict(CountedMonth.objects.values_list("month", "as_of"))
    count_months(now=NOW + HOUR)
    after = dict(CountedMonth.objects.values_list("month", "as_of"))
    changed = sorted(month.month for month in after if after[month] != before[month])
    assert changed == [10, 11]  # in the last two, time itself changes what is due


@pytest.mark.django_db
def test_a_late_correction_reaches_an_old_month(cast: Cast) -> None:
    case = accepted(cast, at("2026-06-08 09:00"))  # due on 7 August
    count_months(now=NOW)
    assert (shown(cast, "overdue", "2026-08"), shown(cast, "overdue_days", "2026-08")) == ("1", "–")
    life_reviews.answered(cast, case, now=NOW + HOUR)
    count_months(now=NOW + 2 * HOUR)
    assert shown(cast, "overdue_days", "2026-08") == "103.0"
    assert true(cast, NOW + 2 * HOUR)


@pytest.mark.django_db
def test_a_moved_date_leaves_the_month_it_was_in(cast: Cast) -> None:
    case, _asked = life_handling.asked_for_more(cast, now=at("2026-08-25 09:00"))  # due 24 October
    count_months(now=at("2026-10-23 09:00"))
    actions.approve_extension(actor=SYSTEM, case_id=case.pk, decision="", now=at("2026-10-23 10:00"))
    count_months(now=NOW)
    assert Deadline.objects.get(case=case, kind="handle").due_on == dt.date(2026, 11, 23)
    assert shown(cast, "answer", "2026-10") == "–"
    assert true(cast, NOW)


@pytest.mark.django_db
def test_a_repeat_changes_the_matter_that_it_repeats(cast: Cast) -> None:
    case = life_reviews.served(cast, at("2026-06-08 09:00"))
    actions.close_case(actor=SYSTEM, case_id=case.pk, now=at("2026-07-20 10:00"))
    count_months(now=at("2026-10-19 09:00"))
    again = accepted(cast, at("2026-10-17 10:00"))
    Case.objects.filter(pk=again.pk).update(repeat_of=case)
    count_months(now=NOW)
    assert shown(cast, "first_solved", "2026-10") == "0.00%"
    assert true(cast, NOW)


@pytest.mark.django_db
def test_other_rules_are_never_shown_and_counted_anew(cast: Cast) -> None:
    accepted(cast, at("2026-08-03 10:00"))
    count_months(now=NOW)
    IndicatorCount.objects.update(denominator=77)
    CountedMonth.objects.update(rules="older")
    assert shown(cast, "registered", "2026-08") == "1"  # counted on the spot
    count_months(now=NOW + HOUR)
    assert not IndicatorCount.objects.filter(denominator=77).exists()


@pytest.mark.django_db
def test_the_nightly_check_finds_tells_and_mends(cast: Cast) -> None:
    accepted(cast, at("2026-05-04 10:00"))
    count_months(now=NOW)
    assert check_months(now=NOW + HOUR) == {}
    CountMark.objects.update(entry=JournalEntry.objects.latest("id").pk + 5000)
    IndicatorCount.objects.filter(indicator="registered", level=0).update(denominator=9)
    assert check_months(now=NOW + HOUR) == {(cast.hall.pk, dt.date(2026, 5, 1)): ["registered"]}
    message = Message.objects.get(kind="months_differ", channel="app")
    assert message.user == cast.administrator and message.context["month"] == "2026-05"
    assert shown(cast, "registered", "2026-05") == "1"


@pytest.mark.django_db
def test_recount_indicators(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    accepted(cast, at("2026-08-03 10:00"))
    count_months(now=NOW)
    IndicatorCount.objects.filter(indicator="registered").update(denominator=9)
    august = {"hall_id": cast.hall.pk, "first": dt.date(2026, 8, 1), "last": dt.date(2026, 9, 2), "now": NOW}
    with pytest.raises(Refused) as refused:
        recount_indicators(actor=cast.act(cast.clerk), **august)
    assert refused.value.kind == "role"
    found = recount_indicators(actor=cast.act(cast.manager), **august)
    assert found == {dt.date(2026, 8, 1): ["registered"], dt.date(2026, 9, 1): []}
    entry = JournalEntry.objects.get(verb="recount_indicators")
    assert entry.after["differing"] == {"2026-08": ["registered"]}
    for wrong in ({"first": dt.date(2026, 9, 3)}, {"last": dt.date(2027, 1, 1)}):
        with pytest.raises(Refused) as refused:
            recount_indicators(actor=SYSTEM, **{**august, **wrong})
        assert refused.value.kind == "input"
    call_command("recount_indicators", "--hall", "yunxi", "--from", "2026-08-01", "--to", "2026-08-31")
    assert "2026-08: =" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_worker_runs_it(cast: Cast) -> None:
    assert task() == 0 and nightly() == 0  # nothing has happened in the hall yet
    registered(cast, NOW - dt.timedelta(days=40))
    task()
    assert CountMark.objects.get().entry == JournalEntry.objects.latest("id").pk


@pytest.mark.django_db(transaction=True)
def test_two_workers_count_a_month_after_each_other(cast: Cast) -> None:
    """Each deletes and writes the same rows: the claim on the month lets one in at a time."""
    for n in range(4):
        accepted(cast, at("2026-08-03 10:00") + n * HOUR)
    faults: list[Exception] = []

    def run() -> None:
        try:
            for _n in range(3):
                count_month(cast.hall.pk, dt.date(2026, 8, 1), now=NOW)
        except Exception as fault:  # noqa: BLE001 - whatever goes wrong in the other thread
            faults.append(fault)
        finally:
            connection.close()

    workers = [threading.Thread(target=run) for _n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    assert IndicatorCount.objects.get(indicator="registered", level=0).denominator == 4
    assert len(INDICATORS) > 30


def test_a_period_is_named_as_its_reader_writes_dates() -> None:
    month, day = Period.parse("2026-11"), Period.parse("2026-11-18")
    assert month and day
    assert (month.name, day.name) == ("2026年11月", "2026年11月18日")
    with translation.override("en"):
        assert (month.name, day.name) == ("November 2026", "18 November 2026")
