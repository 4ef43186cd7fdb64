"""The list of statutory routes: loaded whole or not at all, and found in the words of a petitioner."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from cases.actions import RouteRow, load_routes
from cases.models import StatutoryRoute
from cases.queries.routes import find_routes
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db
ROW = RouteRow(
    code="one", clause=2, name="仲裁", organ="仲裁委", basis="《仲裁法》", guidance="去申请。", line=2
)


def test_load_routes_brings_in_the_list_of_the_house_and_again_changes_nothing() -> None:
    call_command("load_routes", verbosity=0)
    routes = StatutoryRoute.objects.all()
    assert len(routes) >= 40
    assert {route.clause for route in routes} == {1, 2, 3, 4, 5}
    for route in routes:
        assert "《" in route.basis
        assert all((route.name_en, route.organ_en, route.basis_en, route.guidance_en, route.keywords)), (
            route.code
        )
    call_command("load_routes", verbosity=0)
    assert JournalEntry.objects.filter(verb="load_routes").count() == 1


def test_a_route_no_longer_listed_is_retired_not_deleted(cast: Cast) -> None:
    other = RouteRow(code="two", clause=5, name="b", organ="b", basis="b", guidance="b")
    load_routes(actor=SYSTEM, rows=[ROW, other], now=NOW)
    loaded = load_routes(actor=SYSTEM, rows=[ROW], now=NOW)
    assert (loaded.created, loaded.changed, loaded.retired) == (0, 0, 1)
    assert not StatutoryRoute.objects.get(code="two").is_active


@pytest.mark.parametrize(
    "wrong", [{"clause": 6}, {"code": "A b"}, {"organ": ""}, {"department": "nowhere"}], ids=str
)
def test_a_wrong_line_refuses_the_whole_list_and_is_named(wrong: dict[str, object]) -> None:
    facts = {name: getattr(ROW, name) for name in ("clause", "name", "organ", "basis", "guidance")}
    bad = RouteRow(**{"code": "bad", "line": 3, **facts, **wrong})  # type: ignore[arg-type]
    with pytest.raises(Refused, match="第3行"):
        load_routes(actor=SYSTEM, rows=[ROW, bad], now=NOW)
    assert not StatutoryRoute.objects.exists()


def test_only_an_administrator_loads(cast: Cast) -> None:
    with pytest.raises(Refused):
        load_routes(actor=cast.act(cast.clerk), rows=[ROW], now=NOW)


def test_a_file_that_is_no_such_list_is_told_plainly(tmp_path: Path) -> None:
    gbk = tmp_path / "gbk.csv"
    gbk.write_bytes("code,clause,name,organ,basis,guidance\n甲,1,乙,丙,丁,戊\n".encode("gbk"))
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("load_routes", str(gbk))
    short = tmp_path / "short.csv"
    short.write_text("code,name\na,b\n")
    with pytest.raises(CommandError, match="缺少列"):
        call_command("load_routes", str(short))
    with pytest.raises(CommandError, match="没有文件"):
        call_command("load_routes", str(tmp_path / "none.csv"))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("老板不给工资", "wage_arrears"),
        ("包工头跑了，工地不发工资", "wage_arrears"),
        ("单位把我辞退了", "labour_arbitration"),
        ("上班路上摔伤算不算工伤", "work_injury"),
        ("邻居占了我的地", "land_ownership"),
        ("拆迁款太低", "state_housing_compensation"),
        ("赢了官司拿不到钱", "civil_enforcement"),
        ("法院判决不公要再审", "civil_retrial"),
        ("被电信诈骗了", "crime_report"),
        ("老公打人 家暴", "protection_order"),
        ("化工厂偷排污水", "pollution"),
        ("工地夜间施工太吵睡不着", "noise"),
        ("想申请低保", "minimum_allowance"),
        ("罚款不服", "reconsideration"),
        ("健身房跑路不退款", "consumer_complaint"),
        ("村里账目不公开", "village_affairs"),
        ("物业费太贵不干活", "property_service"),
        ("单位不给交保险", "unpaid_insurance"),
        ("孩子没学上", "school_rights"),
        ("unpaid wages", "wage_arrears"),
    ],
)
def test_plain_words_find_the_route(said: str, code: str) -> None:
    call_command("load_routes", verbosity=0)
    assert code in [one.route.code for one in find_routes(said)[:3]], [
        one.route.code for one in find_routes(said)[:5]
    ]


def test_the_public_page_answers_in_plain_words_or_shows_the_whole_list(client: Client) -> None:
    call_command("load_routes", verbosity=0)
    page = client.get("/routes/?q=老板不给工资").content.decode()
    for words in ("农民工工资", "劳动保障监察", "《保障农民工工资支付条例》第十条", "12333"):
        assert words in page, words
    assert "交通事故认定复核" not in page
    whole = client.get("/routes/").content.decode()
    assert whole.count("<details") >= 40
    assert "没有找到" in client.get("/routes/?q=zzzz").content.decode()
    assert client.get("/routes/", {"q": "'\"<script>" * 30}).status_code == 200


@pytest.mark.parametrize(
    ("typed", "code"), [("tuoqian", "wage_arrears"), ("tqgz", "wage_arrears"), ("gsrd", "work_injury")]
)
def test_pinyin_finds_a_route(typed: str, code: str) -> None:
    call_command("load_routes", verbosity=0)
    assert code in [one.route.code for one in find_routes(typed)]


def test_the_list_stands_by_department_and_by_kind(client: Client, cast: Cast) -> None:
    call_command("load_routes", verbosity=0)
    whole = client.get("/routes/").text
    assert whole.count('<section class="stack-s" id="g') == 14
    assert "人力资源和社会保障" in whole
    by_kind = client.get("/routes/?by=clause").text
    assert by_kind.count('<section class="stack-s" id="g') == 5
    assert not client.get("/routes/").cookies
