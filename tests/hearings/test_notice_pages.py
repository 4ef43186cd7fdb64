"""The staff's pages of notices: the table, the doors of each verb, and how much they ask of the database."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hearings.models import Hearing, Notice
from tests.architecture.world import PIXEL
from tests.cast import Cast
from tests.hearings.notice_steps import ATTEND, TITLE, notice_of, notified, scheduled, seat

pytestmark = pytest.mark.django_db


def soon(cast: Cast, days: int = 40) -> Hearing:
    now = timezone.now()
    return scheduled(cast, starts_at=now + dt.timedelta(days=days), now=now - dt.timedelta(days=1))


def test_the_table_says_whom_how_and_until_when(cast: Cast, client: Client) -> None:
    hearing = soon(cast)
    client.force_login(cast.liaison)
    page = client.get(f"/hearings/{hearing.pk}/notices/").text
    assert "就通知来说，听证还不能开始：8项" in page
    assert "为何是这一天" in page
    answer = client.post(f"/hearings/{hearing.pk}/notify-parties/", follow=True)
    assert "已发出8份听证通知书" in answer.text
    assert "云信听通字〔" in answer.text
    assert "都已经通知过" in client.post(f"/hearings/{hearing.pk}/notify-parties/", follow=True).text


def test_too_late_asks_for_a_tick(cast: Cast, client: Client) -> None:
    hearing = soon(cast, days=3)
    client.force_login(cast.liaison)
    door = f"/hearings/{hearing.pk}/notify-parties/"
    answer = client.post(door)
    assert (answer.status_code, "最迟送达日" in answer.text) == (422, True)
    assert not Notice.objects.exists()
    assert client.post(door, {"late_ok": "on"}).status_code == 302


def test_service_with_a_picture_and_what_was_typed_is_kept(cast: Cast, client: Client) -> None:
    hearing = soon(cast)
    notified(cast, hearing, timezone.now())
    client.force_login(cast.liaison)
    door = f"/hearing-notices/{notice_of(hearing, 'petitioner').pk}/record-notice-service/"
    typed = {"method": "direct", "served_on": timezone.localdate().isoformat(), "proof": "当"}
    wrong = client.post(door, typed)
    assert (wrong.status_code, 'value="当"' in wrong.text) == (422, True)
    picture = SimpleUploadedFile("签收页.png", PIXEL, "image/png")
    assert client.post(door, {**typed, "proof": "本人当面签收。", "file": picture}).status_code == 302
    notice = notice_of(hearing, "petitioner")
    assert notice.material is not None
    assert "本人当面签收" in client.get(f"/hearings/{hearing.pk}/notices/").text


def test_a_waiver_by_its_door(cast: Cast, client: Client) -> None:
    hearing = soon(cast)
    notified(cast, hearing, timezone.now())
    client.force_login(cast.liaison)
    door = f"/hearing-notices/{notice_of(hearing, 'petitioner').pk}/waive-notice-period/"
    said = {"waived_on": timezone.localdate().isoformat(), "waiver": "本人签名的声明。"}
    assert client.post(door, said).status_code == 302
    assert client.post(door, said).status_code == 409
    client.force_login(cast.clerk)
    assert client.post(door, said).status_code == 403
    client.force_login(cast.liaison2)
    assert client.post(door, said).status_code == 404


def test_the_words_are_refused_at_their_field(cast: Cast, client: Client) -> None:
    hearing = soon(cast)
    client.force_login(cast.liaison)
    door = f"/hearings/{hearing.pk}/announce-hearing/"
    assert "提前二十分钟" in client.get(door).text
    said = {"title": "张秀英的听证", "attend": ATTEND, "contact": "云溪县联合接访大厅", "seats": "5"}
    answer = client.post(door, said)
    assert (answer.status_code, "姓名或者单位名称：“张秀英”" in answer.text) == (422, True)
    assert client.post(door, {**said, "title": TITLE}).status_code == 302


def test_the_table_asks_the_same_of_few_and_of_many(cast: Cast, client: Client) -> None:
    hearing = soon(cast)
    notified(cast, hearing, timezone.now())
    client.force_login(cast.liaison)
    client.get(f"/hearings/{hearing.pk}/notices/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/hearings/{hearing.pk}/notices/")
    for n in range(4):
        seat(cast, hearing, "expert", f"专家{n}", "13900020002", now=timezone.now())
    notified(cast, hearing, timezone.now())
    with CaptureQueriesContext(connection) as many:
        client.get(f"/hearings/{hearing.pk}/notices/")
    assert len(many) == len(few)


def test_the_panel_reads_it_and_does_nothing(cast: Cast, client: Client) -> None:
    hearing = soon(cast)
    notified(cast, hearing, timezone.now())
    client.force_login(cast.head2)
    page = client.get(f"/hearings/{hearing.pk}/notices/")
    assert page.status_code == 200
    assert "记录送达" not in page.text
