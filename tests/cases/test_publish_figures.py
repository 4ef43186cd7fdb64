"""The quarter's figures: counted at night, published by the manager, told without giving a few people away."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from cases.actions import compute_figures, publish_figures
from cases.models import Case, Deadline, PublicFigure, Rating
from cases.queries.figures import closed_quarters, folded, hidden, masked, page_of, quarter_named, quarter_of
from cases.tasks import compute_figures as task
from hall import fresh
from hall.access import Refused
from hall.models import JournalEntry
from tests.cast import NOW, Cast, at
from tests.matters import accepted

AUGUST = at("2026-08-10 10:00")
Q3 = dt.date(2026, 7, 1)
URL = "/halls/yunxi/figures/"
CELLS = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 12), max_size=7)


def quarter(cast: Cast, matters: int = 6) -> PublicFigure:
    """So many matters in the third quarter of 2026, counted."""
    for n in range(matters):
        accepted(cast, AUGUST + dt.timedelta(hours=n), title=f"第{n}件")
    compute_figures(now=NOW)
    return PublicFigure.objects.get(hall=cast.hall, quarter=Q3)


def published(cast: Cast, matters: int = 6) -> PublicFigure:
    figure = quarter(cast, matters)
    return publish_figures(
        actor=cast.act(cast.manager), figure_id=figure.pk, seen=figure.computed_at, now=NOW
    )


# -- quarters and what may be told: pure -----------------------------------------------------------------------------


def test_quarters() -> None:
    assert quarter_of(dt.date(2026, 11, 18)) == dt.date(2026, 10, 1)
    assert closed_quarters(dt.date(2026, 2, 3), 3) == [
        dt.date(2025, 10, 1),
        dt.date(2025, 7, 1),
        dt.date(2025, 4, 1),
    ]
    assert quarter_named("2026q3") == Q3
    for odd in ("", "2026", "2026Q5", "Q3", "99999Q1", "abcdQ1", "2026Q", "0000Q1"):
        assert quarter_named(odd) is None, odd


@given(CELLS)
def test_no_small_number_is_told_nor_left_over_by_subtraction(cells: dict[str, int]) -> None:
    told = hidden(cells)
    assert all(n is None or n == 0 or n >= 5 for n in told.values())
    gone = [name for name, n in told.items() if n is None]
    if gone and any(n for n in told.values()):
        assert len(gone) > 1, "one hidden number beside a total is no secret"


@given(CELLS)
def test_categories_add_up_and_none_is_small(cells: dict[str, int]) -> None:
    told = folded(cells)
    assert sum(told.values()) == sum(cells.values())
    assert all(n >= 5 for n in told.values()) or sum(cells.values()) < 5


def test_an_empty_denominator_is_a_dash_and_a_small_one_is_not_told() -> None:
    data = {
        "formula": 1, "received": 9, "purposes": {"request": 9}, "categories": {"": 9},
        "measures": {
            "notified": [9, 10], "answered": [0, 0], "satisfied_hall": [3, 4], "satisfied_unit": [0, 5],
        },
    }  # fmt: skip
    told = masked(data)
    assert told["measures"]["satisfied_hall"] == [None, None]
    told["categories"] = {}
    rates = {one.name: one.percent for one in page_of(told).measures}
    assert list(rates.values()) == ["90.0%", "–", "–", "0.0%"]


# -- counting --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_counts_what_the_definitions_say(cast: Cast) -> None:
    figure = quarter(cast)
    assert figure.data["received"] == 6
    assert figure.data["purposes"] == {"request": 6}
    due = Deadline.objects.filter(
        hall=cast.hall, due_on__gte=Q3, due_on__lt=dt.date(2026, 10, 1), void_at=None
    )
    kinds = due.filter(kind__in=("sort", "notify"))
    assert figure.data["measures"]["notified"] == [kinds.exclude(met_at=None).count(), kinds.count()]
    assert figure.data["measures"]["notified"][1] > 0
    handled = PublicFigure.objects.get(quarter=Q3).data["measures"]["answered"]
    assert handled == [0, due.filter(kind="handle").count()]
    assert figure.data["measures"]["satisfied_hall"] == [0, 0]


@pytest.mark.django_db
def test_ratings_count_in_the_quarter_they_were_given_in(cast: Cast) -> None:
    figure = quarter(cast)
    case = Case.objects.first()
    assert case is not None
    for n, grade in enumerate((0, 1, 3)):
        Rating.objects.create(
            case=Case.objects.order_by("pk")[n], target="hall", opened_at=AUGUST, closes_at=NOW, status="rated",
            grade=grade, reason="慢" if grade == 3 else "", rated_at=AUGUST,
        )  # fmt: skip
    assert compute_figures(now=NOW) == 1
    figure.refresh_from_db()
    assert figure.data["measures"]["satisfied_hall"] == [2, 3]


@pytest.mark.django_db
def test_counting_again_changes_nothing(cast: Cast) -> None:
    quarter(cast)
    assert compute_figures(now=NOW + dt.timedelta(days=1)) == 0
    assert PublicFigure.objects.count() == 4
    assert task() >= 0


@pytest.mark.django_db
def test_counting_costs_the_same_whatever_the_size(cast: Cast) -> None:
    quarter(cast, 1)
    with CaptureQueriesContext(connection) as few:
        compute_figures(now=NOW)
    for n in range(6):
        accepted(cast, AUGUST + dt.timedelta(days=n), title=f"又{n}件")
    compute_figures(now=NOW)
    with CaptureQueriesContext(connection) as many:
        compute_figures(now=NOW)
    assert len(few) == len(many)


# -- publishing ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_is_public_before_the_manager_says_so(cast: Cast, client: Client) -> None:
    figure = quarter(cast)
    assert "还没有公布" in client.get(URL).text
    publish_figures(actor=cast.act(cast.manager), figure_id=figure.pk, seen=figure.computed_at, now=NOW)
    page = client.get(URL).text
    for words in ("2026年第3季度办理情况", "按期告知率", "÷", "的数目不公布", "云溪县信访局"):
        assert words in page, words
    assert JournalEntry.objects.get(verb="publish_figures").after["quarter"] == "2026-07-01"


@pytest.mark.django_db
def test_only_the_halls_manager_publishes_what_was_seen_once(cast: Cast) -> None:
    figure = quarter(cast)
    seen = figure.computed_at
    for name, kind in (("supervisor", "role"), ("administrator", "role"), ("clerk", "role")):
        with pytest.raises(Refused) as refused:
            publish_figures(actor=cast.act(cast.people[name]), figure_id=figure.pk, seen=seen, now=NOW)
        assert refused.value.kind == kind, name
    manager = cast.act(cast.manager)
    with pytest.raises(Refused, match="重新统计过"):
        publish_figures(actor=manager, figure_id=figure.pk, seen=seen - dt.timedelta(days=1), now=NOW)
    with pytest.raises(Refused, match="还没有结束"):
        publish_figures(actor=manager, figure_id=figure.pk, seen=seen, now=AUGUST)
    publish_figures(actor=manager, figure_id=figure.pk, seen=seen, now=NOW)
    with pytest.raises(Refused, match="已经公布"):
        publish_figures(actor=manager, figure_id=figure.pk, seen=seen, now=NOW)


@pytest.mark.django_db
def test_a_later_count_changes_nothing_public_until_it_is_published_anew(cast: Cast, client: Client) -> None:
    published(cast)
    for n in range(3):
        accepted(cast, AUGUST, title=f"补录{n}")
    compute_figures(now=NOW + dt.timedelta(days=1))
    first = client.get(URL)
    assert ">6<" in first.text.replace("<small>件</small>", "<")
    client.force_login(cast.manager)
    desk = client.get("/figures/").text
    assert "数字有变化" in desk
    figure = PublicFigure.objects.get(quarter=Q3)
    answer = client.post(f"/figures/{figure.pk}/publish/", {"seen": figure.computed_at.isoformat()})
    assert answer.status_code == 302
    figure.refresh_from_db()
    assert figure.published is not None and figure.published["received"] == 9


@pytest.mark.django_db
def test_a_quarter_of_few_matters_gives_nobody_away(cast: Cast, client: Client) -> None:
    published(cast, 3)
    page = client.get(URL).text
    assert "少于5" in page
    rows = client.get("/halls/yunxi/figures.csv").content.decode("utf-8-sig").splitlines()
    assert rows[1].startswith("2026Q3,收到信访事项,<5")


@pytest.mark.django_db
def test_readers_of_figures_get_304_and_no_cookie(cast: Cast, client: Client) -> None:
    published(cast)
    for url in (URL, "/halls/yunxi/figures.csv", f"{URL}?quarter=2026Q3", f"{URL}?quarter=x"):
        first = client.get(url)
        assert (first.status_code, bool(first.cookies)) == (200, False), url
        again = client.get(url, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db
def test_the_page_is_kept_until_something_is_published(
    cast: Cast, client: Client, settings: LazySettings
) -> None:
    settings.HALL_PAGE_SHELF, settings.HALL_PAGE_CHECK_SECONDS = True, 0
    fresh.shelf.clear()
    try:
        assert "还没有公布" in client.get(URL).text
        with CaptureQueriesContext(connection) as kept:
            client.get(URL)
        assert len(kept) <= 2
        published(cast)
        assert "2026年第3季度" in client.get(URL).text
    finally:
        fresh.shelf.clear()


@pytest.mark.django_db
def test_others_are_kept_out_of_the_desk(cast: Cast, client: Client) -> None:
    figure = quarter(cast)
    client.force_login(cast.clerk)
    assert client.get("/figures/").status_code == 403
    assert client.post(f"/figures/{figure.pk}/publish/", {"seen": "x"}).status_code == 404
    client.force_login(cast.supervisor)
    assert client.get("/figures/").status_code == 200
    assert client.post(f"/figures/{figure.pk}/publish/", {"seen": "x"}).status_code == 400
    seen = {"seen": figure.computed_at.isoformat()}
    assert client.post(f"/figures/{figure.pk}/publish/", seen).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once(cast: Cast) -> None:
    figure = quarter(cast)
    start, results = threading.Barrier(2), []

    def publish() -> None:
        try:
            start.wait(timeout=20)
            publish_figures(
                actor=cast.act(cast.manager), figure_id=figure.pk, seen=figure.computed_at, now=NOW
            )
            results.append("done")
        except Refused as refused:
            results.append(refused.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results) == ["done", "state"]
    assert JournalEntry.objects.filter(verb="publish_figures").count() == 1
