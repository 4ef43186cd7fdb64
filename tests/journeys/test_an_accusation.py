"""An accusation, and the accused person looking for it: signed in, at every door that the house has."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.actions import NewRespondent, Person, add_material
from cases.models import Case
from cases.views.all_doors import DOORS
from hall.models import IssuedDocument, Message, stream_of
from staffing.models import Window
from tests.architecture.world import PIXEL, stored
from tests.cast import Cast, queues
from tests.journeys.hands import Door, give_password, heading, press, said, sign_in
from tests.matters import registered

TITLE = "检举住建局负责人收受装修公司财物"
INFORMANT = Person(
    name="褚良知",
    id_kind="resident",
    id_number="530999197001010013",
    phone="13700137000",
    address="云溪县白塔镇",
)
BODY = "中共云溪县纪律检查委员会、云溪县监察委员会"


@pytest.fixture
def hall(yunxi: Cast) -> Cast:
    queues(yunxi)
    call_command("load_categories", verbosity=0)
    give_password(yunxi.head2, yunxi.liaison2)
    return yunxi


@pytest.fixture
def case(hall: Cast) -> Case:
    """Against the head of the housing bureau by name, with a picture that proves it."""
    now = timezone.now()
    accused = (NewRespondent(name=hall.head2.name, position="局长", department_id=hall.units["housing"].pk),)
    case = registered(
        hall, now, purpose="accusation", title=TITLE, content="装修公司送了两箱酒和一张购物卡。", people=(INFORMANT,),
        respondents=accused, claims=("查处",),
    )  # fmt: skip
    picture = stored("转账截图.png", PIXEL + b"\0", "image/png")
    add_material(actor=hall.act(hall.clerk, now), case_id=case.pk, file=picture, now=now)
    return case


def test_its_target_finds_it_nowhere_before_or_after_it_is_handed_over(
    door: Door, hall: Cast, case: Case
) -> None:
    clerk = door(hall.clerk)
    clerk.goto("/work/")
    look_up(clerk, TITLE)
    expect(clerk.get_by_role("main")).to_contain_text(TITLE)  # it is there to be found

    accused, colleague = door(), door()
    for page, user in ((accused, hall.head2), (colleague, hall.liaison2)):
        sign_in(page, user)
        expect(page.get_by_role("banner")).to_contain_text(user.name)
    finds_nothing(accused, case)
    clerk.goto(f"/cases/{case.pk}/")
    law = clerk.get_by_role("complementary", name="法律还要求什么")
    law.get_by_role("link", name="移送", exact=True).click()
    clerk.get_by_label("接收材料的有权机关").fill(hall.units["housing"].name)
    clerk.get_by_role("button", name="移送有权机关").click()
    expect(clerk.get_by_text("不得把检举控告材料转给被反映的人员或者单位").first).to_be_visible()
    clerk.get_by_label("接收材料的有权机关").fill(BODY)
    clerk.get_by_role("button", name="移送有权机关").click()
    expect(clerk).to_have_url(re.compile(rf"/cases/{case.pk}/$"))
    said(clerk, "已移送")
    assert Case.objects.get(pk=case.pk).status == "handed_over"
    for page in (accused, colleague):
        finds_nothing(page, case)
    assert not Message.objects.filter(user__in=[hall.head2, hall.liaison2]).exists()


def look_up(page: Page, words: str) -> None:
    """With the search box that is on every page."""
    press(page, "/")
    page.keyboard.type(words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def finds_nothing(page: Page, case: Case) -> None:
    """By address, list, search, export or API; what is there is answered like what is not."""
    person, papers = case.parties.get().petitioner_id, IssuedDocument.objects.filter(stream=stream_of(case))
    of_the_case = [
        "", "triage/", "receive/", "withdraw/", "materials/add/", f"materials/{case.materials.get().pk}/",
        f"people/{person}/reveal/",
        *(f"documents/{paper.pk}/{end}" for paper in papers for end in ("", "file/")),
        *(f"{verb.replace('_', '-')}/" for verb in DOORS),
    ]  # fmt: skip
    for part in of_the_case:
        answer = page.request.get(f"/cases/{case.pk}/{part}")
        assert answer.status == 404, part
        keeps_still(answer.text(), case)
    for address in (f"/cases/{case.pk}/", f"/petitioners/{person}/", "/cases/99999999/"):
        page.goto(address)
        heading(page, "没有找到")
        keeps_still(page.content(), case)

    page.goto("/work/")
    for words in (
        TITLE,
        case.number,
        case.query_code,
        INFORMANT.name,
        "chuliangzhi",
        INFORMANT.phone,
        *papers.values_list("number", flat=True),
    ):
        look_up(page, words)
        # The words that were looked for stand in the box, and nowhere else.
        expect(page.get_by_role("link", name=re.compile(f"{TITLE}|{case.number}"))).to_have_count(0)
        assert f"/cases/{case.pk}/" not in page.content()
        assert f"/petitioners/{person}/" not in page.content()
    lists = [
        "/work/",
        "/work/?scope=unit",
        "/work/?scope=hall",
        "/messages/",
        "/follow-ups/",
        "/search/",
        "/console/",
    ]
    feeds = [
        "/work/export.csv",
        "/work/export.csv?scope=hall",
        reverse("intake:display-feed", args=["yunxi"]),
        *(reverse("intake:console-feed", args=[window]) for window in window_ids()),
        "/api/",
        "/api/cases/",
        f"/api/cases/{case.pk}",
        reverse("intake:receipt", args=[case.pk]),
        "/admin/",
    ]
    for address in (*lists, *feeds):
        keeps_still(page.request.get(address).text(), case)


def keeps_still(text: str, case: Case) -> None:
    for word in (TITLE, case.number, case.query_code, INFORMANT.name):
        assert word not in text


def window_ids() -> list[int]:
    return list(Window.objects.values_list("pk", flat=True))
