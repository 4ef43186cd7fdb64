"""The registration page where no JavaScript runs: every fault is told at its field, and nothing typed is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from cases.models import Case
from tests.cast import Cast
from tests.journeys.hands import Door, heading

HTML = b"<!doctype html><html><script>alert(1)</script></html>"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def hall(yunxi: Cast) -> Cast:
    call_command("load_categories", verbosity=0)
    return yunxi


def fault(page: Page, field: str) -> Locator:
    """What stands at a field that is to be corrected."""
    return page.locator(f"#{field}_error")


def save(page: Page) -> None:
    page.get_by_role("button", name="登记并出具凭证").click()


def test_errors_stand_at_their_fields_and_nothing_is_lost(door: Door, hall: Cast, tmp_path: Path) -> None:
    """A wrong check digit, no category, an HTML file named .pdf, six representatives; then it is saved."""
    page = door(hall.clerk, java_script_enabled=False)
    page.goto("/register/")
    page.get_by_label("证件号码").first.fill("530901196805120040")
    page.get_by_label("姓名", exact=True).first.fill("张秀英")
    page.get_by_label("求决").check()
    page.get_by_label("标题").fill("请求协调支付拖欠的工资")
    page.get_by_label("反映内容").fill("在某工地做工三个月，工资至今未付。")
    forged, real = tmp_path / "欠条.pdf", tmp_path / "合同.pdf"
    forged.write_bytes(HTML)
    real.write_bytes(PDF)
    page.get_by_label("添加材料").set_input_files([forged, real])
    save(page)

    expect(page.get_by_role("alert")).to_contain_text("有3处需要更正")
    expect(fault(page, "id_who-id_number")).to_contain_text("校验位")
    expect(fault(page, "id_category_text")).to_contain_text("请选择内容分类")
    expect(fault(page, "id_materials")).to_contain_text("欠条.pdf")
    expect(page.get_by_label("标题")).to_have_value("请求协调支付拖欠的工资")
    expect(page.get_by_role("list", name="已收下的材料")).to_contain_text("合同.pdf")

    page.get_by_label("证件号码").first.fill("53090119680512004X")
    page.get_by_label("内容分类").fill("农民工权益")
    for number in range(6):
        page.get_by_role("button", name="加一位").click()
        page.locator(f"#id_with-{number}-role").select_option("代表")
        page.locator(f"#id_with-{number}-name").fill(f"代表{number + 1}")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("代表最多5人")
    expect(fault(page, "id_with-5-role")).to_contain_text("改登记为随访人")
    expect(page.get_by_label("反映内容")).to_have_value("在某工地做工三个月，工资至今未付。")

    page.locator("#id_with-5-role").select_option("随访人")
    save(page)
    heading(page, "来访登记凭证")
    case = Case.objects.get()
    assert case.parties.filter(role="representative").count() == 5
    assert (case.head_count, case.is_group) == (7, True)
    assert [material.name for material in case.materials.all()] == ["合同.pdf"]
