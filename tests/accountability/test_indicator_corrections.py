"""What once went wrong with figures: a period passed on, equal measures, a day of confirmation, months not touched,
a month that cannot be counted, a month under way, a report read while the world went on.
"""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accountability.actions import ask_report, check_months, count_months, dismiss_supervision
from accountability.models import CountedMonth, IndicatorCount, MonthReport, Supervision
from accountability.queries import Period, Scope, compared, figure
from accountability.queries.indicator_sources import RULES
from accountability.queries.moment import one_moment
from accountability.tasks import make_reports
from cases.models import Case, Deadline
from hall.access import SYSTEM
from hall.models import Message
from intake.models import Segment, Ticket
from staffing.actions import hold_reception
from staffing.models import Hall
from tests import life_docket
from tests.accountability import supervise_steps
from tests.accountability.recount import counted, said
from tests.cast import FOUNDED, Cast, at, queues, save, take
from tests.life_referrals import disputed, rerouted
from tests.matters import accepted, registered

NOW = at("2026-11-18 16:00")
LATER = dt.timedelta(minutes=20)


def hall_of(cast: Cast) -> Scope:
    return Scope((cast.hall.pk,))


def month(text: str) -> Period:
    found = Period.parse(text)
    assert found
    return found


@pytest.mark.django_db
def test_a_late_period_that_passed_on_counts_once(cast: Cast) -> None:
    """It goes on with the unit that took it over; the facts of the first stay in the findings."""
    case = disputed(cast, at("2026-08-03 09:00"))  # due on 2 October
    rerouted(cast, case, at("2026-10-20 10:00"))
    first, second = Deadline.objects.filter(case=case, kind="handle").order_by("pk")
    assert first.void_at and first.due_at and first.void_at >= first.due_at
    assert second.started_on == first.started_on and second.due_on == first.due_on
    october = month("2026-10")
    for code in ("answer", "close", "overdue"):
        one = figure(code, hall_of(cast), october, now=NOW)
        assert one.denominator == 1, code
        told = (one.shown, one.denominator, one.numerator, one.excluded)
        assert told == said(code, counted(code, hall_of(cast), october, now=NOW))
    assert (
        figure("answer", hall_of(cast).of_unit(cast.units["housing"].pk), october, now=NOW).denominator == 1
    )


@pytest.mark.django_db
def test_equal_measures_are_both_measured(cast: Cast) -> None:
    """Two halls that waited 5 minutes each, one that waited 10: the median is 5."""
    other = save(
        Hall(code="other", jurisdiction=cast.county, name="另一大厅", organ="另信", organ_name="另局"),
        FOUNDED,
    )
    halls = (cast.hall.pk, other.pk)
    for hall in halls:
        for day, minutes in ((dt.date(2026, 9, 1), 5), (dt.date(2026, 10, 1), 10)):
            CountedMonth.objects.create(hall_id=hall, month=day, as_of=NOW, rules=RULES)
            if minutes == 5 or hall == cast.hall.pk:
                IndicatorCount.objects.create(
                    hall_id=hall, month=day, level=0, indicator="wait_median", denominator=1, numerator=0, excluded=0,
                    total=minutes * 60, longest=minutes * 60, measures=[minutes * 60],
                )  # fmt: skip
    autumn = Period.between(dt.date(2026, 9, 1), dt.date(2026, 10, 31))
    one = figure("wait_median", Scope(halls), autumn, now=NOW)
    assert (one.shown, one.denominator) == ("5.0", 3)


@pytest.mark.django_db
def test_a_supervision_counts_on_the_day_it_was_sent(cast: Cast) -> None:
    proposed, _then = supervise_steps.proposed(cast, at("2026-08-03 09:00"))
    Supervision.objects.filter(pk=proposed.pk).update(opened_at=at("2026-08-31 23:00"))
    count_months(now=at("2026-09-01 08:00"))
    supervise_steps.confirmed(cast, proposed, at("2026-09-02 09:00"))
    count_months(now=at("2026-09-02 10:00"))
    told = [figure("supervised", hall_of(cast), month(text), now=NOW) for text in ("2026-08", "2026-09")]
    assert [(one.denominator, one.excluded) for one in told] == [(0, 0), (1, 0)]
    for one in told:
        rows = counted("supervised", one.scope, one.period, now=NOW)
        assert (one.shown, one.denominator, one.numerator, one.excluded) == said("supervised", rows)


@pytest.mark.django_db
def test_what_no_case_names_reaches_its_month(cast: Cast) -> None:
    """A reception closed late, a record written late, a proposal dismissed: no case's entry tells of them."""
    september = at("2026-09-08 10:00")
    held = life_docket.on_docket(cast, accepted(cast, at("2026-09-01 09:00")), september)
    row, _then = supervise_steps.proposed(cast, at("2026-07-06 09:00"))
    count_months(now=NOW)
    assert check_months(now=NOW) == {}
    later = NOW + LATER
    life_docket.heard(cast, held, later)
    hold_reception(actor=SYSTEM, reception_id=held.reception_id, now=later)
    dismiss_supervision(
        actor=cast.act(cast.supervisor, later), supervision_id=row.pk, reason="已经当面答复。", now=later
    )
    assert check_months(now=later + LATER) == {}
    one = figure("receptions", hall_of(cast), month("2026-09"), now=later + 2 * LATER)
    assert (one.denominator, one.as_of) == (1, later + LATER)
    assert not Message.objects.filter(kind="months_differ").exists()


def impossible(cast: Cast, day: str) -> Ticket:
    """A wait of longer than a number of seconds holds: no month with it can be counted."""
    ticket = take(cast, queues(cast)["A"], at(f"{day} 09:00"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE intake_segment SET started_at = '1900-01-01' WHERE ticket_id = %s AND phase = 'waiting'",
            [ticket.pk],
        )
        Segment.objects.create(
            ticket=ticket,
            seq=2,
            phase="called",
            started_at=at(f"{day} 09:05"),
            queue=ticket.queue,
            staff=cast.clerk,
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    return ticket


@pytest.mark.django_db
def test_a_month_that_cannot_be_counted_holds_up_no_other(cast: Cast) -> None:
    accepted(cast, at("2026-08-03 10:00"))
    count_months(now=NOW)
    impossible(cast, "2026-09-07")
    CountedMonth.objects.update(rules="older")
    assert count_months(now=NOW) == 3  # August, October, November
    assert set(CountedMonth.objects.exclude(rules=RULES).values_list("month", flat=True)) == {
        dt.date(2026, 9, 1)
    }
    message = Message.objects.get(kind="months_failed", channel="app")
    assert message.user == cast.administrator and message.context["month"] == "2026-09"
    assert check_months(now=NOW + LATER) == {}  # tried again, told once a day
    assert Message.objects.filter(kind="months_failed", channel="app").count() == 1


@pytest.mark.django_db
def test_a_month_under_way_is_compared_with_as_many_days(cast: Cast) -> None:
    for day in ("10-05", "10-18", "10-19", "10-30", "11-03"):
        registered(cast, at(f"2026-{day} 09:00"))
    cases = [registered(cast, at("2026-09-01 09:00")) for _n in range(2)]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # a year ago there was no hall
        for case, day in zip(cases, ("11-18", "11-19"), strict=True):
            sql = "UPDATE cases_case SET registered_at = %s WHERE id = %s"
            cursor.execute(sql, [at(f"2025-{day} 09:00"), case.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    scope = hall_of(cast)
    one = compared(["registered"], scope, month("2026-11"), now=NOW)["registered"]
    assert one.is_cut and one.previous and one.last_year
    assert (str(one.previous.period), one.previous.denominator) == ("2026-10-01..2026-10-18", 2)
    assert (str(one.last_year.period), one.last_year.denominator) == ("2025-11-01..2025-11-18", 1)
    over = compared(["registered"], scope, month("2026-11"), now=at("2026-12-01 09:00"))["registered"]
    assert not over.is_cut and over.previous and over.previous.denominator == 4
    quarter = compared(["registered"], scope, month("2026Q4"), now=NOW)["registered"]
    assert quarter.previous and str(quarter.previous.period) == "2026-07-01..2026-08-18"


def test_a_short_month_before_a_long_one_is_whole() -> None:
    march, day = Period.month(dt.date(2026, 3, 1)), dt.date(2026, 3, 30)
    assert march.previous().cut_like(march, day) == march.previous()
    assert march.last_year().cut_like(march, day).last == dt.date(2025, 3, 30)


@pytest.mark.django_db
def test_the_pages_say_that_it_is_cut(cast: Cast) -> None:
    registered(cast, timezone.now())
    client = Client()
    client.force_login(cast.manager)
    this = Period.month(timezone.localdate())
    is_cut = this.previous().cut_like(this, timezone.localdate()) != this.previous()
    for url in ("/board/month/", "/indicators/figure/?code=registered", "/analysis/"):
        assert ("只算到同样的天数" in client.get(url).content.decode()) is is_cut
    past = client.get(f"/board/month/?period={this.previous()}").content.decode()
    assert "只算到同样的天数" not in past


# -- at one moment ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_is_read_at_one_moment_does_not_move(cast: Cast) -> None:
    registered(cast, NOW)

    def meanwhile() -> None:
        registered(cast, NOW)
        connection.close()

    with one_moment():
        assert Case.objects.count() == 1
        worker = threading.Thread(target=meanwhile)
        worker.start()
        worker.join()
        assert Case.objects.count() == 1
    assert Case.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_report_is_read_at_one_moment(cast: Cast, tmp_path: object, settings: object) -> None:
    settings.HALL_PRIVATE_ROOT = tmp_path  # type: ignore[attr-defined]
    now = timezone.now()
    registered(cast, now)
    first = timezone.localdate(now).replace(day=1)
    ask_report(actor=cast.act(cast.manager, now), hall_id=cast.hall.pk, month=first, now=now)
    with CaptureQueriesContext(connection) as asked:
        assert make_reports() == 1
    said_at = [n for n, one in enumerate(asked) if "REPEATABLE READ" in one["sql"]]
    counts = [n for n, one in enumerate(asked) if "INSERT INTO accountability_indicatorcount" in one["sql"]]
    assert len(said_at) == 1 and said_at[0] < counts[0]
    assert MonthReport.objects.get().status == "ready"
