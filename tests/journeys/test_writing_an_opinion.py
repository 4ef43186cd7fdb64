"""An opinion is written, kept through a closed page, signed, issued and handed over, in a real browser."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Case, ServiceRecord
from tests.cast import Cast
from tests.journeys.hands import Door
from tests.life_opinions import WORDS, opinion_of
from tests.matters import accepted

pytestmark = pytest.mark.django_db(transaction=True)


def faults(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"]]


def test_from_the_first_word_to_the_served_paper(yunxi: Cast, door: Door) -> None:
    cast = yunxi
    case = accepted(cast, timezone.now())
    first, second = case.claims.all()
    desk = door(cast.liaison)
    address = f"/cases/{case.pk}/draft-opinion/"
    desk.goto(address)
    desk.locator(f"#id_facts_{first.pk}").fill(WORDS["facts"])
    expect(desk.locator("[data-autosave-status]")).to_contain_text("已暂存在本机")
    assert not case.opinions.exists()
    desk.goto(address)
    expect(desk.locator(f"#id_facts_{first.pk}")).to_have_value(WORDS["facts"])
    for claim in (first, second):
        desk.locator(f"#id_conclusion_{claim.pk}_0").check()
        for part in ("facts", "basis", "answer"):
            desk.locator(f"#id_{part}_{claim.pk}").fill(WORDS[part])
    assert faults(desk) == []
    with desk.expect_navigation(url=lambda url: not url.endswith("draft-opinion/")):
        desk.get_by_role("button", name="保存草稿").click()
    assert set(opinion_of(case).rows.values_list("answer", flat=True)) == {WORDS["answer"]}
    desk.goto(address)
    expect(desk.get_by_text("本机有一份未提交的草稿")).to_have_count(0)
    expect(desk.get_by_text("每一项诉求都有结论")).to_be_visible()
    desk.get_by_role("link", name="送会签").click()
    _press(desk, "送会签")
    head = door(cast.head)
    head.goto(f"/cases/{case.pk}/countersign-opinion/")
    assert faults(head) == []
    _press(head, "会签")
    desk.goto(f"/cases/{case.pk}/issue-opinion/")
    desk.get_by_role("button", name="看文书草稿").click()
    expect(desk.get_by_text("关于张秀英信访事项的处理意见")).to_be_visible()
    _press(desk, "出具处理意见书")
    assert Case.objects.get(pk=case.pk).status == "answered"
    desk.goto(f"/cases/{case.pk}/serve-opinion/")
    desk.get_by_label("直接送达").check()
    desk.get_by_label("已送达").check()
    desk.get_by_role("button", name="记录送达").click()
    expect(desk.get_by_text("请填写签收人").first).to_be_visible()
    assert faults(desk) == []
    desk.get_by_label("签收人", exact=True).fill("张秀英")
    _press(desk, "记录送达")
    assert Case.objects.get(pk=case.pk).status == "served"
    assert ServiceRecord.objects.get(case=case).receiver == "张秀英"


def _press(page: Page, name: str) -> None:
    """Press it and wait until the answer has come."""
    with page.expect_response(lambda response: response.request.method == "POST" and response.status == 302):
        page.get_by_role("button", name=name, exact=True).click()
