"""Every figure equals an independent recount, and the list behind it is as long as it says; at the edges too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from accountability import actions as actions_of
from accountability.actions import check_months, count_months, dismiss_supervision, propose_supervisions
from accountability.models import Advice, Supervision
from accountability.queries import (
    INDICATORS,
    Period,
    Scope,
    cases_behind,
    compared,
    figure,
    figures,
    figures_by,
)
from accountability.queries.indicator_table import WINDOW_DAYS, Indicator, Version
from accountability.queries.indicators import rounded
from cases import actions
from cases.models import Case, ContentCategory, Deadline, Rating
from hall.access import SYSTEM
from intake.actions import call_next, finish_ticket, leave_hall, serve_ticket
from intake.models import Visit
from staffing.actions import hold_reception
from tests import life, life_docket, life_field, life_handling, life_reviews
from tests.accountability import sanction_steps, supervise_steps
from tests.accountability.recount import HOW, Recount, said
from tests.cast import TZ, Cast, at, queues, take, yunxi
from tests.kept import kept
from tests.matters import accepted, forwarded, ladder, registered

pytestmark = pytest.mark.django_db
NOW = at("2026-11-18 16:00")
MONTHS = [Period.month(dt.date(2026, n, 1)) for n in range(6, 13)]
PERIODS = [
    *MONTHS,
    Period.quarter(dt.date(2026, 8, 1)),
    Period.year(dt.date(2026, 1, 1)),
    Period.day(dt.date(2026, 11, 17)),
    Period.between(dt.date(2026, 8, 20), dt.date(2026, 11, 17)),
]


def equal(
    scope: Scope, periods: list[Period], *, now: dt.datetime = NOW, lists: Sequence[Period] = ()
) -> int:
    """All indicators against the recount, and in those periods the lists behind them; how many were not empty."""
    found = 0
    again = Recount(now)
    for period, table in zip(periods, figures(list(INDICATORS), scope, periods, now=now), strict=True):
        for code, one in table.items():
            rows = again.counted(code, scope, period)
            if not rows and one.value is None:
                assert one.shown == "–"
                continue
            told = (one.shown, one.denominator, one.numerator, one.excluded)
            assert told == said(code, rows), (code, str(period), scope)
            found += bool(rows)
            if period in lists:
                for part, n in (
                    ("denominator", one.denominator), ("numerator", one.numerator), ("excluded", one.excluded),
                    ("rest", one.denominator - one.numerator),
                ):  # fmt: skip
                    listed = cases_behind(code, scope, period, part, now=now, limit=10_000).items
                    assert len(listed) == n, (code, str(period), part)
                    if INDICATORS[code].kind in ("sum", "mean") and part == "denominator":
                        values = sum(item.value or 0 for item in listed)
                        assert values == sum(row.value for row in rows if row.part != "out")
    return found


@pytest.fixture
def history(cast: Cast, categories: None) -> Cast:
    half_a_year(cast)
    return cast


@kept
def half_a_year(cast: Cast) -> None:
    """Half a year of the hall, by the real actions: in time, late, extended, withdrawn, merged, repeated, reviewed."""
    life.people(cast)
    wages = ContentCategory.objects.get(code="010101")
    first = life_reviews.served(cast, at("2026-06-08 09:00"), category_id=wages.pk)
    actions.close_case(actor=SYSTEM, case_id=first.pk, now=at("2026-07-20 10:00"))
    again = accepted(cast, at("2026-09-01 10:00"), channel="online")
    Case.objects.filter(pk=again.pk).update(repeat_of=first)
    quiet = life_reviews.served(cast, at("2026-06-09 09:00"))
    actions.close_case(actor=SYSTEM, case_id=quiet.pk, now=at("2026-07-21 10:00"))
    august = at("2026-08-03 09:00")
    accepted(cast, august, unit="housing", channel="letter")  # never answered: late in October
    late = accepted(cast, august, channel="online", category_id=wages.pk)
    actions.record_work(
        actor=cast.act(cast.liaison, august), case_id=late.pk, kind="phone", happened_on=august.date(),
        text="电话联系来访人，说明办理安排。", now=august,
    )  # fmt: skip
    life_reviews.served(cast, at("2026-10-20 10:00"), case=late)  # 18 days late
    longer = life_handling.extended(cast, 30, at("2026-08-10 09:00"))
    life_reviews.answered(cast, longer, now=at("2026-10-30 10:00"))  # in time because extended; never served
    life.withdrawn(cast, at("2026-09-03 09:00"))
    life.merged(cast, at("2026-09-04 09:00"))
    life.settled(cast, at("2026-09-07 09:00"))
    life.replied(cast, at("2026-10-12 09:00"))
    again = life_reviews.in_review(cast, at("2026-09-14 09:00"))
    hand = cast.act(cast.petition, at("2026-09-21 09:00"))
    actions.order_redo(actor=hand, case_id=again.pk, now=at("2026-09-21 09:00"), **life_reviews.FINDINGS)
    life_reviews.answered(cast, again, now=at("2026-10-21 09:00"))
    forwarded(cast, at("2026-09-10 09:00"))  # never received
    got = forwarded(cast, at("2026-10-10 09:00"))
    actions.receive_case(actor=SYSTEM, case_id=got.pk, now=at("2026-10-28 09:00"))  # after 18 days
    registered(cast, at("2026-10-08 09:00"))  # nobody decided
    registered(cast, at("2026-11-17 09:00"), is_skip_level=True, head_count=6)
    actions.expire_ratings(now=NOW)
    Rating.objects.filter(status="pending").update(status="rated", grade=3, reason="没有答复", rated_at=NOW)
    item = life_docket.on_docket(cast, longer, at("2026-11-10 10:00"))
    life_docket.heard(cast, item, at("2026-11-10 10:05"))
    hold_reception(actor=SYSTEM, reception_id=item.reception_id, now=at("2026-11-10 12:00"))
    life_field.ended(cast, [late], now=at("2026-11-12 10:00"))


def hall_of(cast: Cast) -> Scope:
    return Scope((cast.hall.pk,))


def supervised(cast: Cast) -> None:
    """In every state: proposed by the worker and by that dismissed, opened by hand, answered, closed."""
    now = at("2026-11-16 10:00")
    case = accepted(cast, at("2026-11-16 09:00"))
    supervise_steps.opened(cast, case, now)
    done = supervise_steps.opened(cast, case, now, trigger="overdue")
    supervise_steps.answered(cast, done, at("2026-11-17 10:00"))
    supervise_steps.closed(cast, done, at("2026-11-17 11:00"))
    assert propose_supervisions(now=NOW) > 1
    proposed = Supervision.objects.filter(status="proposed").order_by("pk")[0]
    dismiss_supervision(
        actor=cast.act(cast.supervisor),
        supervision_id=proposed.pk,
        reason="已经当面答复，正在制作文书。",
        now=NOW,
    )
    assert set(Supervision.objects.values_list("status", flat=True)) == {
        "proposed",
        "open",
        "closed",
        "dismissed",
    }


@kept
def accounted(cast: Cast) -> None:
    """Supervised, answered in time, late, not at all, closed; findings of every end; advice sent, answered, adopted;
    a result made public, another that could be.
    """
    october = at("2026-10-12 09:00")
    cases = [accepted(cast, october) for _n in range(4)]
    rows = [supervise_steps.opened(cast, case, at("2026-10-13 10:00")) for case in cases]
    supervise_steps.answered(cast, rows[0], at("2026-10-15 10:00"))
    supervise_steps.closed(cast, rows[0], at("2026-10-16 10:00"))
    supervise_steps.answered(cast, rows[1], at("2026-10-28 10:00"))
    supervise_steps.closed(cast, rows[2], at("2026-10-14 10:00"))
    september = at("2026-09-21 09:00")
    sanction_steps.replied(cast, now=september)
    sanction_steps.replied(cast, "declined", now=october)
    sanction_steps.delivered(cast, now=september)  # due in October, and nobody answered
    sanction_steps.approved(cast, now=at("2026-11-10 09:00"))  # still within the time
    sanction_steps.decided(cast, now=september, status="dismissed", decided_days=0)
    review = sanction_steps.decided(cast, "housing", now=october)
    sanction_steps.reviewed(review, "in_review")
    none = sanction_steps.decided(cast, now=october)
    sanction_steps.reviewed(none, "changed", decided_days=0)
    sanction_steps.decided(
        cast, now=october, status="opened", decided_at=None, decided_days=None, decision=""
    )
    ended = list(Case.objects.filter(status="closed").order_by("pk"))
    life_field.published(cast, ended[:1], now=at("2026-11-13 10:00"))
    life_field.agreed(cast, ended[1], now=at("2026-11-13 10:00"))


def in_the_line(cast: Cast, day: str) -> None:
    """One served and registered, one served, one who gives up, one still waiting."""
    rows = queues(cast)
    hand, wide = cast.act(cast.clerk, at(f"{day} 09:00")), dt.timedelta(minutes=7)
    taken = [take(cast, rows["A"], at(f"{day} 09:0{n}"), head_count=n + 2) for n in range(4)]
    now = at(f"{day} 09:11")
    for _n in range(2):
        called = call_next(actor=hand, window_id=cast.windows[0].pk, now=now)
        serve_ticket(actor=hand, ticket_id=called.pk, now=now + dt.timedelta(minutes=1))
        finish_ticket(actor=hand, ticket_id=called.pk, now=now + wide)
        now += wide + wide
    leave_hall(actor=cast.act(cast.guide, now), ticket_id=taken[2].pk, now=now)
    Visit.objects.get(pk=taken[0].visit_id).cases.add(Case.objects.latest("pk"))


# -- the same numbers, twice -----------------------------------------------------------------------------------------


def test_every_indicator_has_a_recount_and_items(history: Cast) -> None:
    """Whatever is added to the table must be counted twice here, and must not be empty in this history."""
    assert set(HOW) == set(INDICATORS)
    in_the_line(history, "2026-11-17")
    supervised(history)
    accounted(history)
    year = Period.year(dt.date(2026, 1, 1))
    again = Recount(NOW)
    empty = [code for code in INDICATORS if not again.counted(code, hall_of(history), year)]
    assert empty == []
    assert equal(hall_of(history), PERIODS, lists=PERIODS[5:]) > 150


def test_scopes_narrow_it(history: Cast) -> None:
    hall, again = history.hall.pk, Recount(NOW)
    for scope in (
        Scope((hall,), department_id=history.units["labour"].pk),
        Scope((hall,), department_id=history.units["land"].pk),
        Scope((hall,), channel="online"),
        Scope((hall,), category="010000"),
        Scope((hall,), history.units["labour"].pk, "online", "010000"),
        Scope((hall + 1,)),
    ):
        wide = [one for one in INDICATORS.values() if set("uck") <= set(one.dims)]
        for period, table in zip(
            PERIODS, figures([one.code for one in wide], scope, PERIODS, now=NOW), strict=True
        ):
            for code, one in table.items():
                told = (one.shown, one.denominator, one.numerator, one.excluded)
                assert told == said(code, again.counted(code, scope, period)), (code, period, scope)


def test_what_cannot_be_told_apart_is_not_told(history: Cast) -> None:
    one = figure("receptions", Scope((history.hall.pk,), channel="online"), PERIODS[6], now=NOW)
    assert (one.value, one.shown) == (None, "–")
    assert cases_behind("receptions", one.scope, one.period, now=NOW).items == []


def test_what_follows_from_a_matter_is_told_of_its_unit(history: Cast) -> None:
    """Shares that somebody could turn into a verdict: exactly who stands in which part."""
    accounted(history)
    scope, year = hall_of(history), Period.year(dt.date(2026, 1, 1))
    told = {
        code: (one.shown, one.numerator, one.denominator, one.excluded)
        for code, one in figures(list(INDICATORS), scope, [year], now=NOW)[0].items()
    }
    assert told["supervised"][2] == 4 and told["supervised_closed"][1:3] == (2, 4)
    assert told["supervised_answer"][1:] == (
        1,
        3,
        1,
    )  # in time, late, never; closed before its day is left out
    assert told["advice_sent"][2] == 4
    assert told["advice_answered"] == ("66.67%", 2, 3, 1)
    assert told["advice_adopted"] == ("50.00%", 1, 2, 0)
    assert told["findings_upheld"][3] == 1  # under review
    assert told["public_reply"][1:3] == (1, 2)
    history_of = Scope((history.hall.pk,), history.units["housing"].pk)
    assert figure("findings", history_of, year, now=NOW).denominator == 1
    assert figure("advice_sent", history_of, year, now=NOW).denominator == 0


def test_months_follow_what_is_decided_later(history: Cast) -> None:
    """A word on a finding, a supervision or advice touches the month in which that counts, not only today's."""
    accounted(history)
    count_months(now=NOW)
    assert check_months(now=NOW) == {}
    one = Supervision.objects.get(status="answered")
    supervise_steps.closed(history, one, NOW)
    late = Advice.objects.get(status="served", department=None)
    actions_of.reply_advice(
        actor=history.act(history.supervisor, NOW), advice_id=late.pk, adopted="partly", text="已经研究采纳一部分。",
        replied_on=NOW.date(), now=NOW,
    )  # fmt: skip
    count_months(now=NOW + dt.timedelta(minutes=10))
    assert check_months(now=NOW + dt.timedelta(minutes=20)) == {}
    october = Period.month(dt.date(2026, 10, 1))
    assert figure("supervised_closed", hall_of(history), october, now=NOW).numerator == 3


def test_by_unit_channel_and_category_add_up(history: Cast) -> None:
    scope, year = hall_of(history), Period.year(dt.date(2026, 1, 1))
    again = Recount(NOW)
    for by in ("department", "channel", "category"):
        table = figures_by(by, ["registered", "answer"], scope, year, now=NOW)
        for code in ("registered", "answer"):
            whole = figure(code, scope, year, now=NOW)
            assert sum(row[code].denominator for row in table.values()) == whole.denominator > 0
            for name, row in table.items():
                if name:
                    rows = again.counted(code, row[code].scope, year)
                    assert said(code, rows)[1] == row[code].denominator


def test_counted_months_say_the_same_as_the_facts(history: Cast) -> None:
    in_the_line(history, "2026-11-17")
    accounted(history)
    live = figures(list(INDICATORS), hall_of(history), PERIODS, now=NOW)
    assert count_months(now=NOW) == 6
    stored = figures(list(INDICATORS), hall_of(history), PERIODS, now=NOW)
    for before, after in zip(live, stored, strict=True):
        assert {
            code: (one.shown, one.denominator, one.numerator, one.excluded) for code, one in before.items()
        } == {code: (one.shown, one.denominator, one.numerator, one.excluded) for code, one in after.items()}
    equal(hall_of(history), PERIODS[:7])
    equal(Scope((history.hall.pk,), channel="visit"), PERIODS[:7])


# -- edges -----------------------------------------------------------------------------------------------------------


def test_nothing_is_a_dash_and_never_zero(cast: Cast) -> None:
    for one in compared(list(INDICATORS), hall_of(cast), Period.month(NOW.date()), now=NOW).values():
        empty = "0" if one.indicator.kind in ("count", "sum") else "–"
        assert one.shown == empty, one.code
        assert one.change_from(one.previous) in (None, 0) and one.fares(one.previous) == ""


def test_all_late_is_zero_percent(cast: Cast) -> None:
    for _n in range(3):
        accepted(cast, at("2026-08-03 09:00"))
    one = figure("answer", hall_of(cast), Period.month(dt.date(2026, 10, 1)), now=NOW)
    assert (one.shown, one.denominator) == ("0.00%", 3)
    assert (
        figure("overdue_days", hall_of(cast), one.period, now=NOW).shown == "–"
    )  # not answered: no days yet
    assert figure("overdue", hall_of(cast), one.period, now=NOW).shown == "3"


def test_a_share_is_rounded_half_up_to_four_decimals() -> None:
    assert str(rounded(1, 3)) == "0.3333" and str(rounded(2, 3)) == "0.6667"
    assert str(rounded(1, 32)) == "0.0313"  # 0.03125: HALF_EVEN would say 0.0312


def test_a_period_counts_on_its_due_day_and_not_before(cast: Cast) -> None:
    """Done early, it counts in the month in which it was due; what is not due yet says nothing."""
    life_reviews.served(cast, at("2026-08-03 09:00"))
    months = [Period.month(dt.date(2026, n, 1)) for n in (8, 10)]
    assert [one["answer"].shown for one in figures(["answer"], hall_of(cast), months, now=NOW)] == [
        "–",
        "100.00%",
    ]
    assert figure("answer", hall_of(cast), months[1], now=at("2026-10-01 09:00")).shown == "–"


def test_an_extension_moves_it_to_another_month(cast: Cast) -> None:
    case = life_handling.extended(cast, 30, at("2026-08-10 09:00"))  # due 9 October, now 8 November
    row = Deadline.objects.get(case=case, kind="handle")
    assert row.due_on and row.due_on.month == 11
    shown = figures(["answer"], hall_of(cast), MONTHS[4:6], now=NOW)
    assert [one["answer"].denominator for one in shown] == [0, 1]


def test_a_pause_that_goes_on_is_not_counted(cast: Cast) -> None:
    accepted(cast, at("2026-08-10 09:00"))
    Deadline.objects.filter(kind="handle").update(due_on=None, due_at=None)  # as an open pause leaves it
    assert figure("answer", hall_of(cast), Period.year(NOW.date()), now=NOW).denominator == 0


def test_withdrawn_is_left_out_unless_it_was_late_already(cast: Cast) -> None:
    october = Period.month(dt.date(2026, 10, 1))
    cases = [accepted(cast, at("2026-08-03 09:00")) for _n in range(2)]
    for case, when in zip(cases, ("2026-09-01 09:00", "2026-11-02 09:00"), strict=True):
        actions.withdraw_case(actor=SYSTEM, case_id=case.pk, reason="本人自愿撤回。", now=at(when))
    one = figure("answer", hall_of(cast), october, now=NOW)
    assert (one.shown, one.denominator, one.excluded) == ("0.00%", 1, 1)
    (left_out,) = cases_behind("answer", hall_of(cast), october, "excluded", now=NOW).items
    assert left_out.case_id == cases[0].pk


def test_the_change_of_law(db: None) -> None:
    """Each period by the law of its case; the definition of the day; a span over the change names both."""
    cast = yunxi(at("2022-01-05 08:30"))
    ladder()
    now, scope = at("2022-07-01 09:00"), hall_of(cast)
    for day in ("2022-04-28", "2022-04-29", "2022-05-05", "2022-05-06"):
        case = accepted(cast, at(f"{day} 09:00"))
        assert case.law == ("r05" if day < "2022-05" else "r22")
    forwarded(cast, at("2022-04-30 09:00"))
    assert {row.law for row in Deadline.objects.filter(kind="notify")} == {"r05", "r22"}
    spring = [Period.month(dt.date(2022, n, 1)) for n in (4, 5, 6)] + [Period.year(now.date())]
    equal(scope, spring, now=now, lists=spring)
    assert [v.number for v in figure("notice", scope, spring[0], now=now).versions] == [1]
    assert [v.number for v in figure("notice", scope, spring[1], now=now).versions] == [2]
    assert [v.number for v in figure("notice", scope, spring[3], now=now).versions] == [1, 2]


def test_the_change_of_the_year(cast: Cast) -> None:
    cases = [accepted(cast, at(f"2026-{day} 09:00")) for day in ("10-31", "11-02", "12-31")]
    now, scope = at("2027-03-20 09:00"), hall_of(cast)
    years = [Period.year(dt.date(year, 1, 1)) for year in (2026, 2027)]
    over = [*years, Period.between(dt.date(2026, 12, 20), dt.date(2027, 1, 10))]
    equal(scope, over, now=now, lists=over)
    due = {row.due_on.year for row in Deadline.objects.filter(kind="handle", case__in=cases) if row.due_on}
    assert due == {2026, 2027}
    january = figure("registered", scope, Period.month(dt.date(2027, 1, 1)), now=now)
    assert january.previous and january.previous.denominator == 1  # December of the year before
    assert january.last_year and str(january.last_year.period) == "2026-01"


def test_a_version_holds_from_its_day() -> None:
    one = INDICATORS["notice"]
    day = dt.date(2022, 5, 1)
    assert one.version_on(day - dt.timedelta(days=1)).number == 1 and one.version_on(day).number == 2
    assert [v.number for v in one.versions_in(day, dt.date(2022, 6, 1))] == [2]
    assert isinstance(one, Indicator) and isinstance(one.versions[0], Version)


def test_solved_is_known_when_the_window_has_passed(cast: Cast) -> None:
    case = life_reviews.served(cast, at("2026-06-08 09:00"))
    ended = at("2026-07-20 10:00")
    actions.close_case(actor=SYSTEM, case_id=case.pk, now=ended)
    day = ended.date() + dt.timedelta(days=WINDOW_DAYS)
    period = Period.month(day)
    last = dt.datetime.combine(day, dt.time(12), TZ)
    assert figure("first_solved", hall_of(cast), period, now=last).shown == "–"
    assert figure("first_solved", hall_of(cast), period, now=last + dt.timedelta(days=1)).shown == "100.00%"


def test_the_list_goes_on_by_key(history: Cast) -> None:
    scope, year = hall_of(history), Period.year(dt.date(2026, 1, 1))
    whole = [one.ref for one in cases_behind("registered", scope, year, now=NOW, limit=1000).items]
    pages, after = [], ""
    while True:
        page = cases_behind("registered", scope, year, now=NOW, after=after, limit=3)
        pages += [one.ref for one in page.items]
        if not (after := page.after):
            break
    assert pages == whole and len(set(whole)) == len(whole) > 6
