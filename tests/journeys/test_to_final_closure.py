"""A matter from its first note to final closure, through review and re-examination, and what comes after."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.actions import DuplicateChoice
from cases.models import Case, Rating, ServiceRecord
from tests.architecture.world import PIXEL
from tests.cast import Cast
from tests.journeys.hands import Door, press, said
from tests.life_opinions import WORDS
from tests.life_reviews import FINDINGS, upper_units
from tests.matters import accepted, ladder, registered

PHONE = {"viewport": {"width": 390, "height": 844}}
REQUEST = "处理意见没有写明哪一天付清，请求撤销，责令写明期限。"


@pytest.fixture
def hall(yunxi: Cast) -> Cast:
    """With the bodies above the county's, and their people."""
    ladder()
    upper_units(yunxi)
    return yunxi


def take(page: Page, case: Case, step: str) -> None:
    """From the case page into the step that the law wants, or one that can be taken at any time."""
    page.goto(f"/cases/{case.pk}/")
    page.get_by_role("complementary", name="法律还要求什么").get_by_role(
        "link", name=step, exact=True
    ).click()
    expect(page.locator("form[method=post]").last).to_be_visible()


def done(page: Page, case: Case, status: str) -> None:
    """Sent with the keys, and the case has come to that state."""
    press(page, "Control+Enter")
    expect(page).to_have_url(re.compile(rf"/cases/{case.pk}/$"))
    assert Case.objects.get(pk=case.pk).status == status


def fill(page: Page, **words: str) -> None:
    for name, text in words.items():
        page.locator(f"[name={name}]").fill(text)


def letter(page: Page, case: Case) -> Page:
    """What the petitioner reads with the code and four digits of the telephone."""
    page.goto("/progress/")
    page.get_by_label("查询码").fill(case.query_code)
    page.get_by_label("手机号后四位").fill("0001")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_be_visible()
    return page


def window(page: Page, case: Case, kind: str, article: str) -> None:
    """The petitioner's own period stands in the letter, with its last day and its article."""
    until = case.deadlines.get(kind=kind).due_on
    row = (
        page.get_by_role("article")
        .get_by_role("listitem")
        .filter(has=page.locator(f"time[datetime='{until}']"))
    )
    expect(row.filter(has_text=article).first).to_be_visible()


def hand_over(page: Page, case: Case, status: str, proof: Path | None = None) -> None:
    take(page, case, "记录送达")
    page.get_by_label("直接送达").check()
    page.get_by_label("已送达").check()
    expect(page.get_by_label("手机号或者邮箱")).to_be_hidden()  # only what this way asks for
    page.get_by_label("签收人", exact=True).fill("张秀英")
    if proof:
        page.get_by_label("证明材料").set_input_files(proof)
    done(page, case, status)


def decide(page: Page, case: Case, step: str, status: str) -> None:
    take(page, case, step)
    page.get_by_label("维持").check()
    fill(page, **FINDINGS)
    done(page, case, status)


def ask(page: Page, case: Case, step: str, body: str, status: str) -> None:
    take(page, case, step)
    page.get_by_label(body).check()
    fill(page, request=REQUEST)
    done(page, case, status)


def test_from_the_first_note_to_the_end_and_back_at_the_gate(door: Door, hall: Cast, tmp_path: Path) -> None:
    case = accepted(hall, timezone.now())
    proof = tmp_path / "签收.png"
    proof.write_bytes(PIXEL)
    desk, head, clerk, phone = door(hall.liaison), door(hall.head), door(hall.clerk), door(**PHONE)

    take(desk, case, "记录办理工作")
    fill(desk, text="到工地核对考勤表和工资表，欠付三个月工资属实。")
    done(desk, case, "accepted")
    write_opinion(desk, case)
    take(desk, case, "送会签")
    done(desk, case, "accepted")
    take(head, case, "会签")
    expect(head.get_by_text(WORDS["answer"]).first).to_be_visible()
    done(head, case, "accepted")
    take(desk, case, "出具处理意见书")
    done(desk, case, "answered")
    hand_over(desk, case, "served", proof)
    assert ServiceRecord.objects.get(case=case).proof is not None
    expect(desk.get_by_text("送达结果：已送达")).to_be_visible()

    letter(phone, case)
    window(phone, case, "apply_review", "《信访工作条例》第三十五条")
    expect(phone.get_by_role("article")).to_contain_text("信访事项处理意见书")
    ask(clerk, case, "登记复查申请", "云溪县信访局", "in_review")
    reviewer = door(hall.petition)
    decide(reviewer, case, "出具复查意见书", "reviewed")
    hand_over(clerk, case, "reviewed")
    letter(phone, case)
    window(phone, case, "apply_reexamination", "《信访工作条例》第三十六条第一款")
    expect(phone.get_by_role("article")).to_contain_text("信访事项复查意见书")
    ask(clerk, case, "登记复核申请", "滇南市信访局", "in_reexamination")
    decide(door(hall.city_petition), case, "出具复核意见书", "finally_closed")

    rate(letter(phone, case))
    assert set(Rating.objects.filter(case=case).values_list("target", "grade")) == {("hall", 0), ("unit", 1)}
    ends(clerk, case)
    comes_back(clerk, hall, case)


def write_opinion(page: Page, case: Case) -> None:
    take(page, case, "起草处理意见")
    for claim in case.claims.all():
        page.locator(f"#id_conclusion_{claim.pk}_0").check()
        for part in ("facts", "basis", "answer"):
            page.locator(f"#id_{part}_{claim.pk}").fill(WORDS[part])
    done(page, case, "accepted")


def rate(page: Page) -> None:
    """Given from the letter: content with the hall, nearly content with the unit."""
    expect(page.get_by_role("article")).to_contain_text("终结意见")
    expect(page.get_by_role("article")).to_contain_text("信访事项复核意见书")
    page.get_by_role("button", name="评价").click()
    page.get_by_role("region", name="信访部门").get_by_label("满意", exact=True).check()
    page.get_by_role("region", name="责任单位").get_by_label("基本满意").check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_role("heading", name="谢谢您的评价")).to_be_visible()


def ends(page: Page, case: Case) -> None:
    """What is still due is that the last opinion is handed over; then only papers of the way are left, and the word of
    the petitioner on whether the result may be published.
    """
    page.goto(f"/cases/{case.pk}/")
    law = page.get_by_role("complementary", name="法律还要求什么")
    expect(law.get_by_role("link")).to_have_text(["记录送达", "记录公开意见", "填写国家系统编号"])
    hand_over(page, case, "finally_closed")
    assert not case.deadlines.open().exists()
    page.goto(f"/cases/{case.pk}/")
    expect(law.get_by_role("link")).to_have_text(["送达文书", "记录公开意见", "填写国家系统编号"])
    expect(law.get_by_role("button")).to_have_count(0)
    expect(law.get_by_role("listitem").filter(has_text="出具复核意见书，终结")).to_be_visible()


def comes_back(page: Page, hall: Cast, case: Case) -> None:
    """The same facts and reasons once more: not taken up again (第三十六条第三款)."""
    same = DuplicateChoice(candidate_id=case.pk, score=95, reasons=("id_number",), decision="repeat")
    second = registered(hall, timezone.now(), duplicates=(same,))
    take(page, second, "甄别")
    finding = page.get_by_role("listitem").filter(has_text="此前已经终结")
    expect(finding).to_contain_text(case.number)
    finding.get_by_role("link", name="不再受理").click()
    expect(page.locator("[name=related_case]")).to_have_value(case.number)
    done(page, second, "declined_closed")
    said(page, "不再受理")
