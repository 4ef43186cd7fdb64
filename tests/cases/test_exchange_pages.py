"""The pages of the exchange: the list, the panel to copy from, a file out, a file in."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from cases.actions import forget_exchange, forget_exports, import_national_rows
from cases.lifecycle.national import NATIONAL_FIELDS
from cases.models import Case, ExchangeMapping, NationalExport, NationalImport
from cases.tasks import import_national_rows as task
from cases.tasks import make_national_exports
from hall.models import JournalEntry, User
from tests.cases.exchange import HEADS, row, text, xlsx
from tests.cast import Cast
from tests.matters import ZHANG, registered

pytestmark = pytest.mark.django_db
DAY = "2026-01-06"


def at(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def upload(client: Client, data: bytes, name: str = "国家.xlsx", **more: Any) -> Any:
    return client.post("/exchange/import/", {"file": SimpleUploadedFile(name, data), **more})


def html(response: Any) -> str:
    return str(response.content.decode())


def test_the_list_says_what_is_still_to_be_entered(cast: Cast) -> None:
    now = timezone.now()
    registered(cast, now, title="录了的", national_number="GJ1")
    registered(cast, now, title="没录的")
    client = at(cast.clerk)
    page = html(client.get("/exchange/", {"entered": "no"}))
    assert "没录的" in page and "录了的</a>" not in page.replace("没录的</a>", "")
    assert "没有符合条件的事项" in html(client.get("/exchange/", {"first": "2030-01-01"}))
    assert html(
        client.get("/exchange/", {"first": "nonsense", "after": "x", "hall": "999", "entered": "maybe"})
    )


def test_as_many_statements_for_many_as_for_few(cast: Cast) -> None:
    client = at(cast.clerk)

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get("/exchange/")
        return len(seen)

    registered(cast, timezone.now())
    statements()
    few = statements()
    for n in range(6):
        registered(cast, timezone.now(), title=f"第{n}件")
    assert statements() == few


def test_the_panel_is_in_the_national_order_and_masked(cast: Cast) -> None:
    case = registered(cast, timezone.now())
    page = html(at(cast.clerk).get(f"/cases/{case.pk}/national/"))
    shown = re.findall(r'id="copy-(\w+)"', page)
    order = [one.code for one in NATIONAL_FIELDS]
    assert [code for code in shown if code != "status"] == [code for code in order if code in shown]
    assert ZHANG.id_number not in page and ZHANG.phone not in page and ZHANG.address not in page
    assert 'data-copy="copy-bt"' in page and 'data-copy="copy-zjhm"' not in page
    assert "标题\t" in page
    assert f'href="/cases/{case.pk}/note-national-number/"' in html(at(cast.clerk).get(f"/cases/{case.pk}/"))


def test_opened_for_a_reason_once(cast: Cast) -> None:
    case = registered(cast, timezone.now())
    client, where = at(cast.clerk), f"/cases/{case.pk}/national/"
    assert client.post(where, {"reason": "看"}).status_code == 422
    response = client.post(where, {"reason": "录入国家信访信息系统"})
    assert ZHANG.id_number in html(response) and 'data-copy="copy-zjhm"' in html(response)
    assert "no-store" in response["Cache-Control"]
    assert JournalEntry.objects.filter(stream=f"case:{case.pk}", verb="reveal_person").count() == 1
    assert ZHANG.id_number not in html(client.get(where))


def test_of_an_anonymous_matter_nothing_is_hidden(cast: Cast) -> None:
    case = registered(cast, timezone.now(), people=())
    client, where = at(cast.clerk), f"/cases/{case.pk}/national/"
    assert "显示完整内容" not in html(client.get(where))
    assert client.post(where, {"reason": "录入国家系统"}).status_code == 409


def test_the_number_is_noted_from_the_panel(cast: Cast) -> None:
    case = registered(cast, timezone.now())
    client, where = at(cast.clerk), f"/cases/{case.pk}/note-national-number/"
    assert client.post(where, {"number": "GJ 1"}).status_code == 422
    assert "GJ 1" in html(client.post(where, {"number": "GJ 1"}))
    assert client.post(where, {"number": "GJ1"}).status_code == 302
    assert "GJ1" in html(client.get("/exchange/", {"entered": "yes"}))


def test_a_file_out(cast: Cast) -> None:
    registered(cast, timezone.now())
    client = at(cast.clerk)
    facts = {"hall": cast.hall.pk, "format": "csv"}
    assert client.post("/exchange/export/", {**facts, "is_opened": "on", "reason": ""}).status_code == 422
    assert client.post("/exchange/export/", {**facts, "first": "2030-01-01"}).status_code == 422
    where = client.post("/exchange/export/", facts)["Location"]
    assert "下载" in html(client.get(where))
    file = client.get(f"{where}file/")
    assert file.content.startswith(b"\xef\xbb\xbf") and "no-store" in file["Cache-Control"]
    assert at(cast.manager).get(f"{where}file/").status_code == 404
    NationalExport.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert client.get(f"{where}file/").status_code == 409
    assert "已经删除" in html(client.get(where))
    now = timezone.now()
    assert (make_national_exports(), forget_exchange(now=now) + forget_exports(now=now)) == (0, 1)


def test_a_file_in_from_the_upload_to_the_rejected_rows(cast: Cast) -> None:
    client = at(cast.clerk)
    data = xlsx(row(信访日期=DAY), row(信访件编号="GJ2", 信访日期=DAY, 信访目的="申请"))
    where = upload(client, data)["Location"]
    page = html(client.get(where))
    assert "登记1件" in page and "是不是“申诉”" in page and "国家.xlsx" in page
    assert page.count("登记1件") == 1 and re.findall(r'for="id_column_\d+">([^<]+)<', page) == HEADS
    assert Case.objects.count() == 0
    assert client.post(f"{where}confirm/").status_code == 302
    assert "正在逐行登记" in html(client.get(where))
    assert task() == 1
    page = html(client.get(where))
    case = Case.objects.get()
    assert f'href="/cases/{case.pk}/"' in page and "导入结果" in page
    book = load_workbook(io.BytesIO(client.get(f"{where}rejected.xlsx").content))
    heads, line = book.active.iter_rows(values_only=True)
    assert (heads[:-1], heads[-1]) == (tuple(HEADS), "未登记的原因")
    assert line[5] == "申请" and "信访目的：" in line[-1]
    assert at(cast.clerk2).get(where).status_code == 404


def test_another_order_of_columns_is_saved_and_offered(cast: Cast) -> None:
    client = at(cast.clerk)
    data = text(row(信访日期=DAY), heads=["A", "B", *HEADS[2:]])
    where = upload(client, data, "a.csv")["Location"]
    columns = dict(enumerate(["xfjbh", "xfrq", "xfxs", "bt", "tsnr", "xfmddm", "xm", "zjlx", "zjhm", "sjh"]))
    facts = {f"column_{place}": code for place, code in columns.items()}
    twice = client.post(f"{where}columns/", {**facts, "column_0": "bt"})
    assert twice.status_code == 422 and "重复" in html(twice)
    lacking = client.post(f"{where}columns/", {**facts, "column_1": ""})
    assert lacking.status_code == 422 and "缺少必须的列：信访日期" in html(lacking)
    assert client.post(f"{where}columns/", {**facts, "save_as": "省里的表"}).status_code == 302
    assert "登记1件" in html(client.get(where))
    saved = ExchangeMapping.objects.get()
    assert "省里的表" in html(client.get("/exchange/import/"))
    again = upload(client, data, "a.csv", mapping=saved.pk)["Location"]
    assert "登记1件" in html(client.get(again))


def test_a_file_that_is_none_is_refused_at_its_field(cast: Cast) -> None:
    client = at(cast.clerk)
    for data, said in ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x", "旧版的.xls"), (b"  ", "空的")):
        response = upload(client, data)
        assert response.status_code == 422 and said in html(response)
    assert client.post("/exchange/import/").status_code == 422
    assert client.get("/exchange/template.xlsx").status_code == 200
    assert NationalImport.objects.count() == 0
    assert import_national_rows(now=timezone.now()) == 0


def test_what_is_wrong_is_said_in_the_language_of_whoever_reads(cast: Cast) -> None:
    """Kept in Chinese by whoever handed it in, read in English by whoever looks; the form's own words stay Chinese."""
    client = at(cast.clerk)
    upload(client, xlsx(row(信访目的="不知道")))
    path = f"/exchange/imports/{NationalImport.objects.get().token}/"
    assert "代码表里没有“不知道”" in html(client.get(path))
    client.cookies["django_language"] = "en"
    page = html(client.get(path))
    assert "代码表里没有" not in page
    assert (
        '“<span lang="zh-hans">不知道</span>” is not in the code list. Allowed: <span lang="zh-hans">' in page
    )
