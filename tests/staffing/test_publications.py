"""A hall's receptions as calendar, feed, data, press list, notice and slide: valid, cached, true after a change."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any
from xml.etree import ElementTree

import feedparser
import icalendar
import pytest
import vobject
from django.conf import settings
from django.test import Client
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from staffing.actions import cancel_reception, substitute_leader
from staffing.models import Hall, LeaderReception
from tests.cast import Cast, reception

BASE = "/halls/yunxi/receptions"
FILES = [
    f"{BASE}.ics", f"{BASE}.atom", f"{BASE}.json", f"{BASE}/print/", f"{BASE}/slide/", f"{BASE}/slide/live/",
    f"{BASE}/press.docx", f"{BASE}/press.xlsx",
]  # fmt: skip
ATOM = "{http://www.w3.org/2005/Atom}"


def _day(days: int) -> dt.datetime:
    """Nine o'clock, so many days from today: the doors read the wall clock."""
    day = timezone.localdate() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(9), timezone.get_current_timezone())


@pytest.fixture
def two(cast: Cast) -> tuple[LeaderReception, LeaderReception]:
    """One tomorrow and one the day after, published in time."""
    return tuple(reception(cast, _day(days), now=_day(-3)) for days in (1, 2))  # type: ignore[return-value]


def _events(client: Client) -> dict[str, Any]:
    page = client.get(f"{BASE}.ics")
    assert page["Content-Type"].startswith("text/calendar")
    return {str(event["uid"]): event for event in icalendar.Calendar.from_ical(page.content).walk("VEVENT")}


@pytest.mark.parametrize("url", FILES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_open_to_all_without_a_cookie_and_kept_by_caches(
    client: Client, cast: Cast, two: Any, url: str, language: str
) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get(url)
    assert page.status_code == 200
    assert not page.cookies
    assert {"public", "max-age=60"} <= {part.strip() for part in page["Cache-Control"].split(",")}
    again = client.get(url, headers={"If-None-Match": page["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", page["ETag"])
    assert client.get(url.replace("yunxi", "nowhere")).status_code == 404


@pytest.mark.parametrize("url", FILES)
def test_a_hall_without_receptions_has_them_too(client: Client, cast: Cast, url: str) -> None:
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("url", FILES)
def test_what_is_only_planned_is_nowhere(client: Client, cast: Cast, url: str) -> None:
    before = client.get(url)
    reception(cast, _day(1), published=False, now=_day(-3))
    assert client.get(url)["ETag"] == before["ETag"]


@pytest.mark.parametrize("url", FILES)
def test_a_cancellation_is_news_everywhere(client: Client, cast: Cast, two: Any, url: str) -> None:
    month = f"?month={timezone.localtime(two[0].starts_at):%Y-%m}"
    before, now = client.get(url + month), timezone.now()
    cancel_reception(actor=cast.act(cast.manager, now), reception_id=two[0].pk, reason="防汛会议", now=now)
    after = client.get(url + month, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]


# -- iCalendar -----------------------------------------------------------------------------------------------------


def test_the_calendar_opens_in_a_client(client: Client, cast: Cast, two: Any) -> None:
    page = client.get(f"{BASE}.ics")
    calendar = icalendar.Calendar.from_ical(page.content)
    assert (str(calendar["version"]), bool(calendar["prodid"])) == ("2.0", True)
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert page.content.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in page.content.split(b"\r\n")), "folded by octets"
    events = calendar.walk("VEVENT")
    assert [event["dtstart"].dt for event in events] == [one.starts_at for one in two]
    first = events[0]
    assert first["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert first["dtend"].dt == two[0].ends_at
    assert str(first["summary"]) == "领导接访：赵明德（县委副书记、县长）"
    assert "主持县政府全面工作" in str(first["description"])
    assert str(first["location"]).startswith("领导接访室")
    assert (str(first["status"]), first["sequence"]) == ("CONFIRMED", 0)
    assert first["dtstamp"].dt == first["last-modified"].dt == two[0].published_at.replace(microsecond=0)
    assert not calendar.errors
    assert not [error for event in events for error in event.errors]


def test_a_change_raises_the_sequence_and_keeps_the_event(client: Client, cast: Cast, two: Any) -> None:
    before, now = _events(client), timezone.now()
    manager = cast.act(cast.manager, now)
    substitute_leader(
        actor=manager, reception_id=two[0].pk, leader_id=cast.leader2.pk, reason="县长开会", now=now
    )
    later = now + dt.timedelta(minutes=1)
    cancel_reception(actor=manager, reception_id=two[1].pk, reason="防汛", now=later)
    after = _events(client)
    assert before.keys() == after.keys()
    changed, gone = sorted(after.values(), key=lambda event: event["dtstart"].dt)
    assert (changed["sequence"], gone["sequence"]) == (1, 1)
    assert "孙丽华" in str(changed["summary"])
    assert "接访领导原为赵明德；原因：县长开会" in str(changed["description"])
    assert (str(changed["status"]), str(gone["status"])) == ("CONFIRMED", "CANCELLED")
    assert gone["last-modified"].dt == later.replace(microsecond=0)


# -- Atom ----------------------------------------------------------------------------------------------------------


def _strictly(content: bytes) -> ElementTree.Element:
    """RFC 4287 §4.1: what a feed and its entries must hold, once each, and in which form."""
    root = ElementTree.fromstring(content)
    assert root.tag == f"{ATOM}feed"
    one_each = {"id", "title", "updated"}
    for node in [root, *root.iter(f"{ATOM}entry")]:
        for name in one_each:
            found = node.findall(f"{ATOM}{name}")
            assert len(found) == 1, (name, len(found))
            assert (found[0].text or "").strip()
        assert node.find(f"{ATOM}id").text.startswith("tag:")  # type: ignore[union-attr]
        for stamp in [*node.findall(f"{ATOM}updated"), *node.findall(f"{ATOM}published")]:
            assert dt.datetime.fromisoformat(str(stamp.text)).tzinfo is not None
        for link in node.findall(f"{ATOM}link"):
            assert link.get("href", "").startswith("http")
        alternates = [
            one for one in node.findall(f"{ATOM}link") if one.get("rel", "alternate") == "alternate"
        ]
        assert len(alternates) == 1
        assert (
            node.find(f"{ATOM}author/{ATOM}name") is not None
            or root.find(f"{ATOM}author/{ATOM}name") is not None
        )
        allowed = {
            "id",
            "title",
            "updated",
            "published",
            "link",
            "author",
            "summary",
            "subtitle",
            "entry",
            "rights",
        }
        assert {child.tag.removeprefix(ATOM) for child in node} <= allowed
    assert [one.get("href") for one in root.findall(f"{ATOM}link") if one.get("rel") == "self"], (
        "knows itself"
    )
    ids = [node.find(f"{ATOM}id").text for node in root.iter(f"{ATOM}entry")]  # type: ignore[union-attr]
    assert len(ids) == len(set(ids))
    updated = [str(node.find(f"{ATOM}updated").text) for node in root.iter(f"{ATOM}entry")]  # type: ignore[union-attr]
    assert updated == sorted(updated, reverse=True)
    if updated:
        assert root.find(f"{ATOM}updated").text == updated[0]  # type: ignore[union-attr]
    return root


def test_the_feed_is_valid_and_its_ids_stay(client: Client, cast: Cast, two: Any) -> None:
    page = client.get(f"{BASE}.atom")
    assert page["Content-Type"].startswith("application/atom+xml")
    before = _strictly(page.content)
    now = timezone.now()
    cancel_reception(actor=cast.act(cast.manager, now), reception_id=two[1].pk, reason="<防汛>", now=now)
    after = _strictly(client.get(f"{BASE}.atom").content)
    ids = [{node.find(f"{ATOM}id").text for node in root.iter(f"{ATOM}entry")} for root in (before, after)]
    assert ids[0] == ids[1]
    first = next(after.iter(f"{ATOM}entry"))
    assert "已取消" in first.find(f"{ATOM}title").text
    assert "&lt;防汛&gt;" in first.find(f"{ATOM}summary").text, "a reason is text, not markup"


def test_an_empty_feed_is_valid_too(client: Client, cast: Cast) -> None:
    assert not list(_strictly(client.get(f"{BASE}.atom").content).iter(f"{ATOM}entry"))


# -- JSON, Word, Excel, paper, wall --------------------------------------------------------------------------------


def test_the_data_says_what_the_page_says(client: Client, cast: Cast, two: Any) -> None:
    told = json.loads(client.get(f"{BASE}.json").content)
    assert told["hall"]["name"] == "云溪县联合接访大厅"
    one = told["receptions"][0]
    assert (one["leader"], one["place"], one["status"], one["changes"]) == (
        "赵明德",
        "领导接访室",
        "published",
        [],
    )
    assert dt.datetime.fromisoformat(one["starts_at"]) == two[0].starts_at
    none = json.loads(client.get(f"{BASE}.json?month=2020-01").content)
    assert none["receptions"] == []


def _month(two: Any) -> str:
    return f"?month={timezone.localtime(two[0].starts_at):%Y-%m}"


def test_the_press_list_opens_in_word(client: Client, cast: Cast, two: Any) -> None:
    page = client.get(f"{BASE}/press.docx{_month(two)}")
    assert "attachment" in page["Content-Disposition"]
    (table,) = Document(io.BytesIO(page.content)).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0][:5] == ["日期", "时间", "姓名", "职务", "分管工作"]
    assert rows[1][1:6] == ["09:00—11:00", "赵明德", "县委副书记、县长", "主持县政府全面工作", "领导接访室"]


def test_the_press_list_opens_in_excel(client: Client, cast: Cast, two: Any) -> None:
    Hall.objects.update(address="=1+1")
    page = client.get(f"{BASE}/press.xlsx{_month(two)}")
    sheet = load_workbook(io.BytesIO(page.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][2:4] == ("姓名", "职务")
    assert rows[1][1:3] == ("09:00—11:00", "赵明德")
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"], (
        "nothing is a formula"
    )


def test_the_notice_has_all_fields(client: Client, cast: Cast, two: Any) -> None:
    page = client.get(f"{BASE}/print/{_month(two)}").text
    for word in ("领导接访公示", "赵明德", "县委副书记、县长", "主持县政府全面工作", "09:00—11:00", "领导接访室",
                 "定点接访", "0999-8812345"):  # fmt: skip
        assert word in page


def test_the_slide_shows_today_and_the_next_days(client: Client, cast: Cast) -> None:
    today = _day(0).replace(hour=23)
    reception(cast, today, hours=0.5, now=_day(-3))
    reception(cast, _day(2), leader=cast.leader2, now=_day(-3))
    page = client.get(f"{BASE}/slide/").text
    assert f'data-live-url="{BASE}/slide/live/"' in page
    here, there = page.split("以后几天")
    assert "赵明德" in here
    assert "孙丽华" in there


def test_the_page_leads_to_all_of_them(client: Client, cast: Cast, two: Any) -> None:
    page = client.get(f"{BASE}/").text
    for ending in (
        ".ics",
        ".atom",
        ".json?month=",
        "/print/?month=",
        "/press.docx?month=",
        "/press.xlsx?month=",
    ):
        assert f'href="{BASE}{ending}' in page


def test_the_calendar_opens_with_another_clients_library(client: Client, cast: Cast, two: Any) -> None:
    """Written with one library, read with another: every event has its time in the hall's zone, its place and state."""
    first, second = two
    cancel_reception(
        actor=cast.act(cast.manager, _day(0)), reception_id=second.pk, reason="防汛", now=timezone.now()
    )
    book = vobject.readOne(client.get(f"{BASE}.ics").content.decode())
    assert book.name == "VCALENDAR" and book.vtimezone.tzid.value == "Asia/Shanghai"
    events = {event.dtstart.value: event for event in book.vevent_list}
    assert set(events) == {timezone.localtime(one.starts_at) for one in two}
    event = events[first.starts_at]
    assert event.dtend.value == first.ends_at
    assert "领导接访室" in event.location.value
    assert events[second.starts_at].status.value == "CANCELLED"
    assert all(one.uid.value and one.dtstamp.value for one in events.values())


def test_the_feed_opens_in_a_feed_reader(client: Client, cast: Cast, two: Any) -> None:
    feed = feedparser.parse(client.get(f"{BASE}.atom").content)
    assert (feed.bozo, feed.version, len(feed.entries)) == (False, "atom10", len(two))
    assert all(one.id and one.link and one.updated_parsed for one in feed.entries)
