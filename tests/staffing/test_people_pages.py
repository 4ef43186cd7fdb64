"""The pages on which managers and administrators look after people, and plan receptions."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall.access import SYSTEM
from hall.models import User
from staffing.actions import post_person, register_user
from staffing.models import Hall, LeaderReception
from tests.cast import Cast, reception


@pytest.fixture
def manager(client: Client, cast: Cast) -> Client:
    client.force_login(cast.manager)
    return client


def _nine(days: int) -> dt.datetime:
    day = timezone.localdate() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(9), timezone.get_current_timezone())


def test_registering_shows_the_password_once_and_it_works(manager: Client, cast: Cast) -> None:
    form = {"name": "田野", "name_en": "Tian Ye", "username": "tianye", "language": "zh-hans"}
    page = manager.post("/people/register/", form)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    password = re.findall(r'class="code">([^<]+)</dd>', page.text)[1].replace("&amp;", "&")
    user = User.objects.get(username="tianye")
    assert user.check_password(password)
    again = manager.post("/people/register/", form)
    assert again.status_code == 422
    assert "已有人使用" in again.text
    assert password not in manager.get(f"/people/{user.pk}/").text


def test_posting_and_ending_by_the_pages(manager: Client, cast: Cast) -> None:
    user = register_user(actor=SYSTEM, username="tianye", name="田野", now=timezone.now())
    today = timezone.localdate()
    form = {
        "role": "clerk",
        "hall": cast.hall.pk,
        "title": "登记员",
        "from_on": today,
        "window": cast.windows[4].pk,
    }
    assert manager.post(f"/people/{user.pk}/post/", form)["Location"] == f"/people/{user.pk}/"
    page = manager.get(f"/people/{user.pk}/").text
    assert "5号窗口" in page
    posting = user.postings.get()
    refused = manager.post(f"/postings/{posting.pk}/end/", {"on": today})
    assert refused.status_code == 422
    assert "派驻一般不少于一年" in refused.text
    assert manager.post(f"/postings/{posting.pk}/end/", {"on": today, "reason": "调岗"}).status_code == 302
    posting.refresh_from_db()
    assert posting.until_on == today


def test_a_form_offers_only_what_the_manager_may_give(manager: Client, cast: Cast) -> None:
    page = manager.get(f"/people/{cast.clerk.pk}/post/").text
    assert 'value="clerk"' in page
    assert 'value="administrator"' not in page
    manager.force_login(cast.administrator)
    assert 'value="administrator"' in manager.get(f"/people/{cast.clerk.pk}/post/").text


def test_people_of_another_hall_are_not_there(manager: Client, cast: Cast) -> None:

    other = Hall.objects.create(
        code="qinghe", organ="青信", name="青河区大厅", jurisdiction=cast.city, address="x", phone="1"
    )
    now = timezone.now()
    stranger = register_user(actor=SYSTEM, username="stranger", name="外人", now=now)
    post_person(
        actor=SYSTEM,
        user_id=stranger.pk,
        role="clerk",
        title="登记员",
        hall_id=other.pk,
        from_on=now.date(),
        now=now,
    )
    assert "外人" not in manager.get("/people/").text
    assert manager.get(f"/people/{stranger.pk}/").status_code == 404
    assert manager.post(f"/people/{stranger.pk}/password/", {"confirmed": 1}).status_code == 404
    manager.force_login(cast.administrator)
    assert "外人" in manager.get("/people/").text


@pytest.mark.parametrize("who", ["clerk", "guide", "liaison", "head", "leader", "supervisor"])
def test_others_stay_out(client: Client, cast: Cast, who: str) -> None:
    client.force_login(cast.people[who])
    for url in ("/people/", "/people/register/", "/reception-plan/", "/reception-plan/new/"):
        assert client.get(url).status_code == 403, url
    assert client.get(f"/people/{cast.clerk.pk}/").status_code == 404


def test_resetting_asks_first_without_javascript(manager: Client, cast: Cast) -> None:
    url = f"/people/{cast.clerk.pk}/password/"
    asked = manager.post(url)
    assert "只显示一次" in asked.text
    assert not User.objects.get(pk=cast.clerk.pk).has_usable_password()
    assert "临时密码" in manager.post(url, {"confirmed": 1}).text
    assert User.objects.get(pk=cast.clerk.pk).must_change_password


def test_disabling_needs_a_reason_and_is_undone_with_one_press(manager: Client, cast: Cast) -> None:
    url = f"/people/{cast.clerk.pk}/"
    assert manager.post(url + "disable/", {"reason": ""}).status_code == 422
    assert manager.post(url + "disable/", {"reason": "离职"}).status_code == 302
    page = manager.get(url).text
    assert "账户停用" in page
    assert "离职" in page
    assert manager.post(url + "enable/").status_code == 302


def test_the_list_filters_and_costs_the_same_for_many(manager: Client, cast: Cast) -> None:
    for query, found, missing in (
        ("q=林晓", "林晓雯", "陈志远"),
        ("q=Chen", "陈志远", "林晓雯"),
        ("role=liaison", "杨柳", "林晓雯"),
        (f"department={cast.units['labour'].pk}", "吴建平", "杨柳"),
    ):
        page = manager.get(f"/people/?{query}").text
        assert found in page, query
        assert f">{missing}<" not in page, query
    assert "没有符合条件的人员" in manager.get("/people/?state=disabled").text
    with CaptureQueriesContext(connection) as few:
        manager.get("/people/")
    for n in range(40):
        register_user(actor=SYSTEM, username=f"u{n}", name=f"某{n}", now=timezone.now())
    with CaptureQueriesContext(connection) as many:
        whole = manager.get("/people/")
    assert len(many) == len(few)
    after = re.search(r"after=(\d+)", whole.text)
    assert after
    assert "林晓雯" in manager.get(f"/people/?after={after[1]}").text


def test_a_reception_by_the_pages(manager: Client, cast: Cast) -> None:
    start = _nine(3)
    form = {
        "leader": cast.leader.pk, "day": start.date(), "starts": "09:00", "ends": "11:00", "form": "fixed",
        "room": cast.leader_room.pk,
    }  # fmt: skip
    assert manager.post("/reception-plan/new/", form).status_code == 302
    clash = manager.post("/reception-plan/new/", form | {"leader": cast.leader2.pk})
    assert clash.status_code == 422
    assert "已由赵明德使用" in clash.text
    one = LeaderReception.objects.get()
    plan = f"/reception-plan/?month={start:%Y-%m}"
    assert "未公布" in manager.get(plan).text
    assert manager.post(f"/reception-plan/publish/?month={start:%Y-%m}").status_code == 302
    change = f"/reception-plan/{one.pk}/change/"
    assert "变更原因" in manager.get(change).text
    assert manager.post(change, form | {"ends": "12:00", "reason": ""}).status_code == 422
    assert manager.post(change, form | {"ends": "12:00", "reason": "延长半天"}).status_code == 302
    assert "已公布，有变动" in manager.get(plan).text
    cancel = f"/reception-plan/{one.pk}/cancel/"
    assert manager.post(cancel, {"reason": ""}).status_code == 422
    assert manager.post(cancel, {"reason": "公务"}).status_code == 302
    assert manager.get(cancel).status_code == 409
    assert manager.post(f"/reception-plan/{one.pk}/publish/").status_code == 409


def test_the_month_costs_the_same_for_many(manager: Client, cast: Cast) -> None:
    month = f"/reception-plan/?month={_nine(2):%Y-%m}"
    reception(cast, _nine(2), published=False, now=_nine(-1))
    manager.get(month)
    with CaptureQueriesContext(connection) as few:
        manager.get(month)
    for n in range(5):
        reception(cast, _nine(2) + dt.timedelta(hours=2 + n), hours=1, now=_nine(-1))
    with CaptureQueriesContext(connection) as many:
        manager.get(month)
    assert len(few) == len(many)


def test_a_leader_confirms_from_the_docket(client: Client, cast: Cast) -> None:
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)  # a reception lies within one day
    begun = max(midnight, now - dt.timedelta(minutes=30))
    hours = min(1.0, (midnight + dt.timedelta(days=1) - begun).total_seconds() / 3600 - 0.01)
    one = reception(cast, begun, hours=hours, now=now - dt.timedelta(days=1))
    client.force_login(cast.leader)
    assert "确认已接访" in client.get("/docket/").text
    assert client.post(f"/reception-plan/{one.pk}/hold/")["Location"] == "/docket/"
    one.refresh_from_db()
    assert one.status == "held"
    client.force_login(cast.leader2)
    assert client.post(f"/reception-plan/{one.pk}/hold/").status_code == 404
