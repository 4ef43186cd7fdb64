"""A public page is drawn once for many readers, never for one of them alone, and never older than it may be."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall import fresh
from hall.fresh import MAX_AGE, Drawn, Shelf
from staffing.actions import cancel_reception
from tests.cast import Cast, reception

SCHEDULE = "/halls/yunxi/receptions/"
EVERY = ["/", "/halls/yunxi/", SCHEDULE, "/halls/yunxi/guide/", "/halls/yunxi/figures/", "/routes/", "/privacy/",
         "/accessibility/"]  # fmt: skip


def _day(days: int) -> dt.datetime:
    """Nine o'clock, so many days from today: the pages read the wall clock."""
    day = timezone.localdate() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(9), timezone.get_current_timezone())


@pytest.fixture
def shelf(settings: LazySettings) -> Iterator[Shelf]:
    settings.HALL_PAGE_SHELF, settings.HALL_PAGE_CHECK_SECONDS = True, 0
    fresh.shelf.clear()
    yield fresh.shelf
    fresh.shelf.clear()


def _page(**facts: Any) -> Drawn:
    return Drawn(**{
        "content": b"", "media_type": "", "etag": "", "modified": None, "version": None, "made_at": time.monotonic(),
        **facts,
    })  # fmt: skip


def test_the_shelf_is_bounded_and_the_one_asked_for_longest_ago_goes() -> None:
    small = Shelf(2)
    small.put("a", _page())
    small.put("b", _page())
    small.get("a")
    small.put("c", _page())
    assert (len(small), small.get("b")) == (2, None)
    assert small.get("a") and small.get("c")


@pytest.mark.django_db
@pytest.mark.parametrize("url", EVERY)
def test_kept_pages_are_whole_and_have_no_cookie(cast: Cast, client: Client, shelf: Shelf, url: str) -> None:
    first = client.get(url)
    with CaptureQueriesContext(connection) as asked:
        again = client.get(url)
    assert first.content == again.content
    assert first["ETag"] == again["ETag"]
    assert len(asked) <= 2, "the version alone"
    for page in (first, again):
        assert not page.cookies
        assert "csrfmiddlewaretoken" not in page.text
        assert "public" in page["Cache-Control"]
    told = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (told.status_code, told.content) == (304, b"")
    assert client.head(url).status_code == 200


@pytest.mark.django_db
def test_a_change_is_seen_at_the_next_look_at_the_version(cast: Cast, client: Client, shelf: Shelf) -> None:
    one = reception(cast, _day(2), now=_day(-3))
    url = f"{SCHEDULE}?month={timezone.localtime(_day(2)):%Y-%m}"
    assert "公务冲突" not in client.get(url).text
    now = timezone.now()
    cancel_reception(actor=cast.act(cast.manager, now), reception_id=one.pk, reason="公务冲突", now=now)
    assert "公务冲突" in client.get(url).text


@pytest.mark.django_db
def test_nothing_is_asked_between_two_looks(
    cast: Cast, client: Client, shelf: Shelf, settings: LazySettings
) -> None:
    settings.HALL_PAGE_CHECK_SECONDS = 60
    client.get(SCHEDULE)
    with CaptureQueriesContext(connection) as asked:
        client.get(SCHEDULE)
    assert len(asked) == 0


@pytest.mark.django_db
def test_what_no_version_covers_is_a_minute_old_at_most(cast: Cast, client: Client, shelf: Shelf) -> None:
    first = client.get("/privacy/")
    assert first["Cache-Control"] == f"max-age={MAX_AGE}, public"
    key, page = next(iter(shelf._pages.items()))
    # Half its time has passed on the shelf: on its way to the reader the other half is left.
    shelf.put(
        key, _page(**{**{name: getattr(page, name) for name in page.__slots__}, "made_at": page.made_at - 30})
    )
    assert client.get("/privacy/")["Cache-Control"] == f"max-age={MAX_AGE - 30}, public"
    type(cast.hall).objects.filter(pk=cast.hall.pk).update(phone="0999-7654321")
    assert "0999-7654321" not in client.get("/privacy/").text
    shelf.put(
        key, _page(**{**{name: getattr(page, name) for name in page.__slots__}, "made_at": page.made_at - 61})
    )
    assert "0999-7654321" in client.get("/privacy/").text


@pytest.mark.django_db
def test_languages_and_looks_do_not_mix(cast: Cast, client: Client, shelf: Shelf) -> None:
    assert 'lang="zh-hans"' in client.get(SCHEDULE).text
    english = Client(headers={"Accept-Language": "en"})
    assert 'lang="en"' in english.get(SCHEDULE).text
    client.cookies["size"] = "large"
    assert 'data-size="large"' in client.get(SCHEDULE).text
    client.cookies["size"] = "nonsense"
    before = len(shelf)
    assert "data-size" not in client.get(SCHEDULE).text
    assert len(shelf) == before, "an unknown look is no look of its own"
    assert 'data-contrast="high"' in Client().get(f"{SCHEDULE}?contrast=high").text
    assert "data-contrast" not in Client().get(SCHEDULE).text


@pytest.mark.django_db
def test_what_a_messenger_adds_to_an_address_is_the_same_page(
    cast: Cast, client: Client, shelf: Shelf
) -> None:
    first, size = client.get(SCHEDULE), len(shelf)
    other = client.get(f"{SCHEDULE}?from=singlemessage&isappinstalled=0")
    assert other.content == first.content
    assert len(shelf) == size
    assert "singlemessage" not in other.text
    endless = client.get(f"{SCHEDULE}?theme={'x' * 5000}")
    assert endless.content == first.content, "no look of ours, and no QR code would hold it"
    assert len(shelf) == size


@pytest.mark.django_db
def test_whoever_is_signed_in_shares_nothing(cast: Cast, client: Client, shelf: Shelf) -> None:
    client.force_login(cast.clerk)
    page = client.get(SCHEDULE)
    assert "private" in page["Cache-Control"]
    assert len(shelf) == 0
    assert settings.SESSION_COOKIE_NAME in client.cookies


@pytest.mark.django_db
def test_what_is_not_there_is_not_kept(cast: Cast, client: Client, shelf: Shelf) -> None:
    assert client.get("/halls/nowhere/receptions/").status_code == 404
    assert len(shelf) == 0
    type(cast.hall).objects.update(is_open=False)
    assert client.get(SCHEDULE).status_code == 404


@pytest.mark.django_db
def test_a_page_with_a_form_of_its_own_is_not_kept(cast: Cast, client: Client, shelf: Shelf) -> None:
    assert "no-store" in client.get("/halls/yunxi/complaint/")["Cache-Control"]
    assert len(shelf) == 0
