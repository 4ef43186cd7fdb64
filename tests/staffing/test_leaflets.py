"""Leaflets: load_leaflets, save_leaflet, publish_leaflet, withdraw_leaflet; what the public reads, how it is cached."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from hall.access import SYSTEM, Refused
from staffing.actions import load_leaflets, publish_leaflet, save_leaflet, withdraw_leaflet
from staffing.management.commands.load_leaflets import OURS, read_leaflets
from staffing.models import Leaflet
from staffing.queries import Block, blocks
from staffing.rules import LeafletFacts
from tests.cast import NOW, Cast

HAN = re.compile("[\u4e00-\u9fff]")


def facts(**changed: Any) -> LeafletFacts:
    stated: dict[str, Any] = {
        "slug": "bring",
        "topic": "怎样信访",
        "title": "带什么来",
        "body": "## 证件\n带身份证。",
    }
    return LeafletFacts(**{**stated, **changed})


def test_the_plain_text_becomes_blocks() -> None:
    text = "第一行\r\n第二行\r\n\r\n## 小标题\n- 一\n- 二\n尾"
    assert blocks(text) == [
        Block("text", text="第一行\n第二行"),
        Block("heading", text="小标题"),
        Block("list", items=("一", "二")),
        Block("text", text="尾"),
    ]


def test_seven_leaflets_whole_in_both_languages() -> None:
    rows = read_leaflets(OURS)
    assert [row.slug for row in rows] == [
        "petition-by-law", "other-routes", "hall-rules", "six-prohibited-acts", "representatives",
        "your-clock", "review-and-reexamination",
    ]  # fmt: skip
    for row in rows:
        assert not HAN.search(row.title_en + row.topic_en + row.body_en)
        assert len(blocks(row.body)) == len(blocks(row.body_en)), row.slug
        cited = set(re.findall(r"第([一二三四五六七八九十百零]+)条", row.body))
        assert len(cited) == len(set(re.findall(r"(?:Arts?\. |and )(\d+)", row.body_en))), row.slug


@pytest.mark.django_db
def test_loaded_once_and_what_was_mended_stays(cast: Cast) -> None:
    rows = read_leaflets(OURS)
    assert load_leaflets(actor=SYSTEM, rows=rows, now=NOW) == (7, 0)
    one = Leaflet.objects.get(slug="your-clock")
    mended = facts(slug="your-clock", order=5)
    save_leaflet(actor=cast.act(cast.administrator), facts=mended, leaflet_id=one.pk, now=NOW)
    assert load_leaflets(actor=SYSTEM, rows=rows, now=NOW + dt.timedelta(days=1)) == (0, 0)
    one.refresh_from_db()
    assert one.title == "带什么来"
    assert load_leaflets(actor=SYSTEM, rows=rows, replace=True, now=NOW + dt.timedelta(days=2)) == (0, 1)
    with pytest.raises(Refused):
        load_leaflets(actor=cast.act(cast.manager), rows=rows, now=NOW)


def test_a_file_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    file = tmp_path / "one.toml"
    file.write_text('[[leaflets]]\nslug = "a"\ncolour = "red"\n', encoding="utf-8")
    with pytest.raises(CommandError, match="colour"):
        read_leaflets(file)
    file.write_text('[[leaflets]]\nslug = "a"\n', encoding="utf-8")
    with pytest.raises(CommandError, match="缺少"):
        read_leaflets(file)


@pytest.mark.django_db
def test_published_read_withdrawn_gone(cast: Cast, client: Client) -> None:
    manager = cast.act(cast.manager)
    with pytest.raises(Refused):
        save_leaflet(actor=manager, facts=facts(), now=NOW)
    one = save_leaflet(actor=manager, facts=facts(), hall_id=cast.hall.pk, now=NOW)
    address = f"/halls/{cast.hall.code}/leaflets/bring/"
    assert client.get(address).status_code == 404
    publish_leaflet(actor=manager, leaflet_id=one.pk, now=NOW)
    page = client.get(address)
    assert "<h2>证件</h2>" in page.text
    assert page["Cache-Control"] == "max-age=60, public" and not page.cookies
    assert client.get(address, headers={"if-none-match": page["ETag"]}).status_code == 304
    assert "带什么来" in client.get(f"/halls/{cast.hall.code}/leaflets/").text
    assert client.get(f"{address}print/").text.count("a5.css") == 0
    assert client.get(f"{address}print/?size=a5").text.count("a5.css") == 1
    with pytest.raises(Refused, match="已经公布"):
        publish_leaflet(actor=manager, leaflet_id=one.pk, now=NOW)
    with pytest.raises(Refused, match="网址"):
        save_leaflet(actor=manager, facts=facts(slug="other"), leaflet_id=one.pk, now=NOW)
    withdraw_leaflet(actor=manager, leaflet_id=one.pk, now=NOW)
    assert client.get(address).status_code == 404
    assert client.get("/halls/nowhere/leaflets/").status_code == 404


@pytest.mark.django_db
def test_the_house_brings_them_in_by_a_command(cast: Cast, client: Client) -> None:
    call_command("load_leaflets")
    page = client.get(f"/halls/{cast.hall.code}/leaflets/six-prohibited-acts/").text
    assert "第二十六条" in page and "照常登记" in page
    client.cookies["django_language"] = "en"
    page = client.get(f"/halls/{cast.hall.code}/leaflets/six-prohibited-acts/").text
    assert "Six acts that are prohibited" in page
