"""The administrator's pages about who is told: entered, tried, turned over, and each message with its fate."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from staffing.actions import forget_deliveries, save_webhook
from staffing.models import Delivery, Webhook
from staffing.tasks import send_deliveries
from tests.cast import Cast
from tests.receiver import receiver

SECRET = re.compile(r"whsec_[\w+/=]{40,}")


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    client.force_login(cast.administrator)
    return client


def entered(cast: Cast, **facts: Any) -> Webhook:
    now = timezone.now()
    given = {"name": "市民热线", "url": "https://hotline.example.cn/hall", "events": ("close_case",), **facts}
    actor = cast.act(cast.administrator, now)
    return save_webhook(actor=actor, hall_id=cast.hall.pk, now=now, **given)[0]


def told(webhook: Webhook, state: str = "sent", event: str = "close_case", **facts: Any) -> Delivery:
    now = timezone.now()
    return Delivery.objects.create(
        webhook=webhook, event=event, state=state, created_at=now, body="{}", subject="云信202600001", attempts=1,
        next_attempt_at=now if state == "pending" else None, **facts,
    )  # fmt: skip


def test_entered_tried_failed_and_replayed_in_a_browser(
    cast: Cast, admin: Client, settings: LazySettings
) -> None:
    settings.HALL_WEBHOOK_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    settings.HALL_WEBHOOK_SECONDS = 1
    assert "还没有接收系统" in admin.get("/webhooks/").content.decode()
    with receiver("503") as city:
        typed = {
            "hall": cast.hall.pk, "name": "城市平台", "url": city.url, "is_active": "on", "events": ["close_case"]
        }  # fmt: skip
        answer = admin.post("/webhooks/new/", typed)
        assert SECRET.search(answer.content.decode()) and "no-store" in answer["Cache-Control"]
        one = Webhook.objects.get()
        page = f"/webhooks/{one.pk}/"
        assert SECRET.search(admin.get(page).content.decode()) is None
        answer = admin.post(f"{page}test/")
        delivery = Delivery.objects.get()
        assert answer["Location"] == f"/webhooks/deliveries/{delivery.pk}/"
        send_deliveries()
        shown = admin.get(answer["Location"]).content.decode()
        assert "等待重试" in shown and "对方没有接受" in shown and "HTTP 503" in shown
        assert "secret" not in re.sub(r"class=\"[^\"]*\"", "", shown)  # what the other side answered with
        assert admin.post(f"{answer['Location']}replay/").status_code == 409
        Delivery.objects.update(state="dead", next_attempt_at=None)
        assert "有发送失败" in admin.get("/webhooks/").content.decode()
        city.mode = "take"
        assert admin.post(f"{answer['Location']}replay/").status_code == 302
        send_deliveries()
        assert "对方已收到" in admin.get(answer["Location"]).content.decode()
        assert len(set(city.ids)) == 1


def test_a_secret_is_turned_over_after_a_question(cast: Cast, admin: Client) -> None:
    one = entered(cast)
    before = one.secret
    page = f"/webhooks/{one.pk}/"
    assert "更换“市民热线”的签名密钥吗" in admin.post(f"{page}rotate/").content.decode()
    found = SECRET.search(admin.post(f"{page}rotate/", {"confirmed": "1"}).content.decode())
    one.refresh_from_db()
    assert found is not None and found[0] == one.secret != before == one.former_secret
    assert admin.post(f"{page}rotate/", {"confirmed": "1"}).status_code == 409
    assert "同时签名至" in admin.get(page).content.decode()


def test_a_change_is_saved_and_what_is_wrong_is_said_at_its_field(cast: Cast, admin: Client) -> None:
    one = entered(cast)
    page = f"/webhooks/{one.pk}/change/"
    typed = {"name": "市民热线", "url": "http://hotline.example.cn/", "events": ["close_case"]}
    answer = admin.post(page, typed)
    assert answer.status_code == 422
    assert 'id="id_url_error"' in answer.content.decode()
    assert "http://hotline.example.cn/" in answer.content.decode()
    assert admin.post(page, {**typed, "url": "https://hotline.example.cn/2"}).status_code == 302
    one.refresh_from_db()
    assert (one.url, one.is_active) == ("https://hotline.example.cn/2", False)
    assert admin.post(f"/webhooks/{one.pk}/test/").status_code == 409


def test_deliveries_are_filtered_paged_and_cost_the_same(
    cast: Cast, admin: Client, django_assert_max_num_queries: Any
) -> None:
    one = entered(cast)
    told(one, "dead", last_error="NotTaken: timeout")
    told(one, "pending", "register_case")
    for _n in range(32):
        told(one, answered=204)
    page = f"/webhooks/{one.pk}/"
    with django_assert_max_num_queries(14):
        first = admin.get(page).content.decode()
    assert first.count("对方已收到") == 30
    after = re.search(r"after=(\d+)", first)
    assert after is not None
    assert admin.get(f"{page}?after={after[1]}").content.decode().count("对方已收到") == 2
    dead = admin.get(f"{page}?state=dead").content.decode()
    assert "对方没有及时回答" in dead and "对方已收到" not in dead
    assert "登记" in admin.get(f"{page}?event=register_case").content.decode()
    assert "没有符合条件的推送" in admin.get(f"{page}?event=merge_case").content.decode()
    assert admin.get(f"{page}?state=nonsense&after=-1").status_code == 200


def test_the_beat_takes_old_ones_away(cast: Cast) -> None:
    one = entered(cast)
    told(one)
    Delivery.objects.update(created_at=timezone.now() - dt.timedelta(days=91))
    assert forget_deliveries(now=timezone.now()) == 1
