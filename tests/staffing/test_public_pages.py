"""What the public reads, without a login and without a cookie."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staffing.actions import cancel_reception, change_reception
from staffing.models import Hall
from staffing.rules import Slot
from tests.cast import Cast, reception

SCHEDULE, GUIDE, HALL = "/halls/yunxi/receptions/", "/halls/yunxi/guide/", "/halls/yunxi/"
PAGES = ["/", HALL, SCHEDULE, GUIDE]


def _day(days: int) -> dt.datetime:
    """Nine o'clock, so many days from today: the pages read the wall clock."""
    day = timezone.localdate() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(9), timezone.get_current_timezone())


def _month(at: dt.datetime) -> str:
    return f"{SCHEDULE}?month={timezone.localtime(at):%Y-%m}"


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_cookie_no_login_both_languages(client: Client, cast: Cast, url: str, language: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get(url)
    assert page.status_code == 200
    assert not page.cookies, "nothing is stored with the reader"
    assert "max-age=60" in page["Cache-Control"]
    assert "public" in page["Cache-Control"]
    assert {"Cookie", "Accept-Language"} <= {part.strip() for part in page["Vary"].split(",")}
    assert f'lang="{language}"' in page.text
    assert ("Yunxi County" if language == "en" else "云溪县联合接访大厅") in page.text


@pytest.mark.parametrize("url", PAGES)
def test_who_has_it_already_gets_304(client: Client, cast: Cast, url: str) -> None:
    reception(cast, _day(1), now=_day(-3))
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_change_makes_a_new_page(client: Client, cast: Cast) -> None:
    one = reception(cast, _day(2), now=_day(-3))
    first = client.get(_month(_day(2)))
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert client.get(_month(_day(2)), headers=since).status_code == 304
    now = timezone.now()
    cancel_reception(actor=cast.act(cast.manager, now), reception_id=one.pk, reason="公务冲突", now=now)
    after = client.get(_month(_day(2)), headers={"If-None-Match": first["ETag"]})
    assert after.status_code == 200
    assert "公务冲突" in after.text


def test_the_schedule_says_who_when_where(client: Client, cast: Cast) -> None:
    reception(cast, _day(1), now=_day(-3))
    page = client.get(_month(_day(1))).text
    for word in (
        "赵明德",
        "县委副书记、县长",
        "主持县政府全面工作",
        "09:00—11:00",
        "领导接访室",
        "下一次接访",
    ):
        assert word in page, word


def test_what_is_only_planned_is_not_public(client: Client, cast: Cast) -> None:
    reception(cast, _day(1), published=False, now=_day(-3))
    assert "赵明德" not in client.get(_month(_day(1))).text
    assert "赵明德" not in client.get("/").text


def test_a_change_is_marked_with_its_time_and_reason(client: Client, cast: Cast) -> None:
    one = reception(cast, _day(1), now=_day(-3))
    now = timezone.now()
    slot = Slot(one.leader_id, one.starts_at, one.ends_at, room_id=cast.room.pk)
    change_reception(
        actor=cast.act(cast.manager, now), reception_id=one.pk, slot=slot, reason="领导接访室检修", now=now
    )
    page = client.get(_month(_day(1))).text
    local = timezone.localtime(now)
    assert f"{local.year}年{local.month}月{local.day}日" in page
    for word in ("变更", "地点原为领导接访室", "原因：领导接访室检修", "有变动", "第一接谈室"):
        assert word in page, word


def test_months_are_linked_where_there_is_something(client: Client, cast: Cast) -> None:
    first = timezone.localdate().replace(day=1)
    assert 'rel="next"' not in client.get(SCHEDULE).text
    reception(cast, _day(40), now=_day(-3))
    assert 'rel="next"' in client.get(SCHEDULE).text
    later = client.get(_month(_day(40))).text
    assert 'rel="next"' not in later
    assert 'rel="prev"' not in later, "nothing was published before"
    for odd in ("?month=x", "?month=2026-13", "?month=0001-01", "?month=9999-12", "?month="):
        assert client.get(SCHEDULE + odd).status_code == 200, odd
    assert f"{first.year}年{first.month}月" in client.get(SCHEDULE + "?month=x").text


@pytest.mark.parametrize("url", PAGES)
def test_the_number_of_queries_does_not_grow(client: Client, cast: Cast, url: str) -> None:
    reception(cast, _day(1), now=_day(-3))
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for n in range(6):
        reception(cast, _day(1) + dt.timedelta(hours=3, minutes=20 * n), hours=0.3, now=_day(-3))
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(few) == len(many) <= 9


def test_several_halls_are_a_choice(client: Client, cast: Cast) -> None:
    Hall.objects.create(
        code="qinghe",
        organ="青信",
        name="青河区联合接访大厅",
        jurisdiction=cast.city,
        address="青河路1号",
        phone="1",
    )
    page = client.get("/").text
    assert "青河区联合接访大厅" in page
    assert "云溪县联合接访大厅" in page
    assert client.get("/halls/qinghe/").status_code == 200


def test_a_closed_hall_is_not_shown(client: Client, cast: Cast) -> None:
    Hall.objects.update(is_open=False)
    assert client.get(HALL).status_code == 404
    assert "还没有启用的接访大厅" in client.get("/").text
    assert client.get("/halls/nowhere/guide/").status_code == 404


def test_the_guide_says_what_the_law_says(client: Client, cast: Cast) -> None:
    page = client.get(GUIDE).text
    for word in (
        "代表人数不超过5人",
        "第二十条",
        "第二十六条",
        "60日",
        "不收取任何费用",
        "查询码",
        "文昌路18号",
    ):
        assert word in page, word


def test_a_signed_in_reader_gets_the_page_for_themselves(client: Client, cast: Cast) -> None:
    client.force_login(cast.clerk)
    assert "private" in client.get(SCHEDULE)["Cache-Control"]


# -- the home page and what stands around every page ---------------------------------------------------------------


def test_the_home_page_asks_what_one_would_like_to_do(client: Client, cast: Cast) -> None:
    page = client.get(HALL).text
    for url in (
        SCHEDULE,
        "/progress/",
        GUIDE,
        "/routes/",
        "/rate/",
        "/halls/yunxi/complaint/",
        "/halls/yunxi/figures/",
    ):
        assert f'href="{url}"' in page, url


def test_changes_ahead_stand_on_the_home_page(client: Client, cast: Cast) -> None:
    one = reception(cast, _day(2), now=_day(-3))
    assert "接访有变动" not in client.get(HALL).text
    now = timezone.now()
    cancel_reception(actor=cast.act(cast.manager, now), reception_id=one.pk, reason="公务冲突", now=now)
    page = client.get(HALL).text
    assert "接访有变动" in page
    assert "已取消" in page


@pytest.mark.parametrize("url", [HALL, SCHEDULE, GUIDE, "/routes/", "/privacy/", "/accessibility/"])
def test_what_stands_around_a_public_page(client: Client, cast: Cast, url: str) -> None:
    page = client.get(url).text
    for part in (
        "当前位置", 'data-read-aloud="#main"', 'name="size"', 'name="contrast"', 'name="theme"', "data-print",
        'class="qr"', "主办", "监督电话", "0999-8812348", "/accessibility/", "/privacy/",
        f"/halls/yunxi/complaint/?page={url.replace('/', '%2F')}",
    ):  # fmt: skip
        assert part in page, part


def test_record_numbers_are_shown_where_there_are_any(client: Client, cast: Cast) -> None:
    assert "网站标识码" not in client.get(HALL).text
    Hall.objects.update(site_code="5309990001", icp_record="云ICP备00000000号", police_record="公安备案 0")
    page = client.get(HALL).text
    for part in ("网站标识码", "5309990001", "云ICP备00000000号", "公安备案 0"):
        assert part in page, part


def test_the_schedule_says_when_it_was_published_and_by_whom(client: Client, cast: Cast) -> None:
    reception(cast, _day(1), now=_day(-3))
    page = client.get(_month(_day(1))).text
    assert "发布时间" in page
    assert "来源：云溪县信访局" in page
