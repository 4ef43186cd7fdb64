"""The search page: cases and people that the reader may see, by words, pinyin and numbers, page by page."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from cases.actions import Person
from tests.cast import Cast
from tests.matters import ZHANG, accepted

pytestmark = pytest.mark.django_db


def test_words_pinyin_and_numbers_lead_to_the_case(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.clerk)
    for text in ("拖欠的工资", "zhangxiuying", "zxy", ZHANG.phone, ZHANG.id_number, "人民路"):
        page = client.get("/search/", {"q": text}).content.decode()
        assert (f"/cases/{case.pk}/" in page) == (text != "人民路"), text
    page = client.get("/search/", {"q": "张秀英"}).content.decode()
    assert "138********" in page
    assert ZHANG.phone not in page
    assert "/petitioners/" in page


def test_its_very_number_opens_the_case_at_once(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.clerk)
    for text in (case.number, case.query_code.lower()):
        assert client.get("/search/", {"q": text})["Location"] == f"/cases/{case.pk}/"


def test_pages_follow_by_key(cast: Cast, client: Client) -> None:
    for n in range(21):
        accepted(cast, timezone.now(), title=f"欠薪第{n}件", people=(Person(name=f"钱{chr(0x4E00 + n)}"),))
    client.force_login(cast.clerk)
    first = client.get("/search/?q=欠薪").content.decode()
    assert first.count("<small") == 20
    after = re.search(r"after=(\d+)", first)
    assert after is not None
    second = client.get(f"/search/?q=欠薪&after={after[1]}").content.decode()
    assert second.count("<small") == 1
    people = client.get("/search/?q=钱&in=people").content.decode()
    assert people.count('scope="row"') == 20


def test_nothing_found_says_what_to_do(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)
    assert "没有找到事项" in client.get("/search/?q=没有这件").content.decode()
    assert "没有找到信访人" in client.get("/search/?q=没有&in=people").content.decode()
    for text in ("", "'", "&|!()", "%", "\x00", "长" * 999):
        assert client.get("/search/", {"q": text}).status_code in (200, 400), text
