"""A personnel list from Excel as people make them: merged cells, wrong dates, unknown units, doubles."""

from __future__ import annotations

import datetime as dt
import io
import re
import threading
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import WINDOWS_EPOCH

from hall.access import Refused
from hall.models import User
from staffing.actions import import_people, read_people_list
from staffing.forms import read_people_file, rejected_file
from staffing.forms.people_file import day_of
from staffing.models import PeopleImport, Posting
from tests.cast import NOW, Cast

HEAD = ["姓名", "用户名", "单位", "岗位", "职务", "窗口", "开始日期", "结束日期", "手机", "邮箱"]
LABOUR = "云溪县人力资源和社会保障局"


def day(*parts: int) -> dt.datetime:
    """A date as Excel keeps it: a time without a zone."""
    return dt.datetime(*parts)  # noqa: DTZ001


def line(name: str, **facts: Any) -> list[Any]:
    given = {
        "用户名": None, "单位": LABOUR, "岗位": "部门联络员", "职务": "科员", "窗口": None,
        "开始日期": day(2026, 12, 1), "结束日期": None, "手机": None, "邮箱": None,
    } | facts  # fmt: skip
    return [name, *(given[column] for column in HEAD[1:])]


def excel(
    *rows: Sequence[Any], head: Sequence[Any] = HEAD, shape: Callable[[Any], None] | None = None
) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in (head, *rows):
        sheet.append(list(row))
    if shape:
        shape(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(cast: Cast, data: bytes, now: dt.datetime = NOW) -> PeopleImport:
    found = read_people_file(data, cast.hall)
    return read_people_list(
        actor=cast.act(cast.manager, now),
        hall_id=cast.hall.pk,
        name="名单.xlsx",
        people=found.people,
        now=now,
    )


def bring_in(cast: Cast, data: bytes) -> PeopleImport:
    people = read(cast, data)
    return import_people(actor=cast.act(cast.manager), import_id=people.pk, now=NOW)


def results(people: PeopleImport) -> list[str]:
    return list(people.rows.order_by("line").values_list("result", flat=True))


def errors(cast: Cast, *rows: Sequence[Any], **options: Any) -> list[dict[str, str]]:
    """What is wrong with each line, as far as the file alone tells."""
    return [person.errors for person in read_people_file(excel(*rows, **options), cast.hall).people]


# -- from file to post -------------------------------------------------------------------------------------------


def test_nothing_is_written_before_it_is_confirmed(cast: Cast) -> None:
    before = (User.objects.count(), Posting.objects.count())
    people = read(cast, excel(line("方新"), line("石磊", 岗位="登记员", 单位=None, 窗口="5号窗口")))
    assert results(people) == ["ready", "ready"]
    assert (User.objects.count(), Posting.objects.count()) == before
    import_people(actor=cast.act(cast.manager), import_id=people.pk, now=NOW)
    assert results(people) == ["done", "done"]
    liaison, clerk = User.objects.get(username="fangxin"), User.objects.get(username="shilei")
    assert not liaison.has_usable_password()
    assert liaison.postings.get().department == cast.units["labour"]
    assert (clerk.postings.get().window, clerk.postings.get().from_on) == (
        cast.windows[4],
        dt.date(2026, 12, 1),
    )


def test_brought_in_again_nobody_is_there_twice(cast: Cast) -> None:
    data = excel(line("方新"), line("石磊", 手机="13900000001"))
    bring_in(cast, data)
    again = read(cast, data)
    assert results(again) == ["known", "known"]
    import_people(actor=cast.act(cast.manager), import_id=again.pk, now=NOW)
    assert User.objects.filter(name__in=["方新", "石磊"]).count() == 2


def test_stopped_half_way_it_goes_on(cast: Cast) -> None:
    people = read(cast, excel(line("方新"), line("石磊")))
    first = people.rows.first()
    people.rows.exclude(pk=first.pk).update(result="wrong")
    import_people(actor=cast.act(cast.manager), import_id=people.pk, now=NOW)
    people.rows.filter(result="wrong").update(result="ready")
    import_people(actor=cast.act(cast.manager), import_id=people.pk, now=NOW)
    assert results(people) == ["done", "done"]
    assert Posting.objects.filter(user__name__in=["方新", "石磊"]).count() == 2


def test_a_persons_own_unit_makes_a_secondment(cast: Cast) -> None:
    bring_in(cast, excel(line("方新", 岗位="登记员")))
    posting = Posting.objects.get(user__name="方新")
    assert (posting.kind, posting.home_department, posting.department) == (
        "seconded",
        cast.units["labour"],
        None,
    )


def test_a_name_alone_is_nobodys(cast: Cast) -> None:
    """林晓雯 is there already: which one is meant, the list must say."""
    people = read(cast, excel(line("林晓雯"), line("林 晓雯", 用户名="clerk", 岗位="引导员", 单位=None)))
    first, second = people.rows.all()
    assert (first.result, second.result) == ("wrong", "ready")
    assert "已有同名账户（clerk）" in first.facts
    import_people(actor=cast.act(cast.manager), import_id=people.pk, now=NOW)
    assert cast.clerk.postings.filter(role="guide").exists()


def test_what_the_rules_refuse_is_known_before(cast: Cast) -> None:
    people = read(
        cast,
        excel(
            line("方新", 结束日期=day(2027, 1, 31)), line("石磊", 岗位="督查员", 单位=None),
            line("葛方", 岗位="接访领导", 单位=None), line("何欣", 用户名="clerk"),
        ),
    )  # fmt: skip
    assert results(people) == ["wrong"] * 4
    told = [row.facts for row in people.rows.all()]
    for reason, facts in zip(("不满一年", "只能由系统管理员", "分管工作", "属于另一个人"), told, strict=True):
        assert reason in facts


def test_the_short_term_has_a_column_for_its_reason(cast: Cast) -> None:
    row = [*line("方新", 结束日期=day(2027, 1, 31)), "专项清理"]
    bring_in(cast, excel(row, head=[*HEAD, "不满一年的原因"]))
    assert Posting.objects.get(user__name="方新").short_reason == "专项清理"


# -- hard files --------------------------------------------------------------------------------------------------


def test_a_merged_unit_counts_for_all_its_lines(cast: Cast) -> None:
    def shape(sheet: Any) -> None:
        sheet.insert_rows(1)
        sheet["A1"] = "云溪县联合接访大厅窗口工作人员名单"
        sheet.merge_cells("A1:J1")
        sheet.merge_cells("C3:C5")
        sheet.merge_cells("G3:G5")
        sheet.append(["填表人：王守信", *[None] * 9])
        sheet.merge_cells("A6:J6")

    rows = [line("方新"), line("石磊", 单位=None, 开始日期=None), line("葛方", 单位=None, 开始日期=None)]
    file = read_people_file(excel(*rows, shape=shape), cast.hall)
    assert [person.values["unit"] for person in file.people] == [cast.units["labour"].pk] * 3
    assert {person.values["from_on"] for person in file.people} == {dt.date(2026, 12, 1)}
    assert file.skipped == [6]


def test_merged_cells_that_say_nothing_certain_are_errors(cast: Cast) -> None:
    def shape(sheet: Any) -> None:
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("I2:I3")
        sheet.merge_cells("E4:F4")

    first, second, third = errors(
        cast, line("方新", 手机="13900000001"), line("", 邮箱="a@example.org"), line("石磊"), shape=shape
    )
    assert set(first) == set(second) == {"name", "phone"}
    assert set(third) == {"title", "window"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (day(2026, 3, 1), dt.date(2026, 3, 1)),
        (46082, dt.date(2026, 3, 1)),
        (46082.0, dt.date(2026, 3, 1)),
        ("46082", dt.date(2026, 3, 1)),
        ("2026年3月1日", dt.date(2026, 3, 1)),
        ("2026/3/1", dt.date(2026, 3, 1)),
        ("2026.03.01", dt.date(2026, 3, 1)),
        ("2026-03-01", dt.date(2026, 3, 1)),
        (20260301, dt.date(2026, 3, 1)),
        ("2026/2/30", "没有这一天"),
        ("20261301", "没有这一天"),
        ("2026年3月", "完整的日期"),
        (2026.3, "完整的日期"),
        ("26.3.1", "完整的日期"),
        ("三月一日", "完整的日期"),
        ("0000-00-00", "没有这一天"),
    ],
)
def test_every_spelling_of_a_date(value: Any, expected: Any) -> None:
    if isinstance(expected, dt.date):
        assert day_of(value, WINDOWS_EPOCH) == expected
    else:
        with pytest.raises(ValueError, match=expected):
            day_of(value, WINDOWS_EPOCH)


def test_each_error_stands_at_its_cell(cast: Cast) -> None:
    found = errors(
        cast,
        line("", 手机="13900000001"),
        line("方新", 单位="云溪县人社局", 窗口=9, 开始日期="2026/2/30"),
        line("石磊", 岗位="科长", 手机="一三九", 邮箱="shi.example.org", 用户名="石磊"),
        line("葛方", 单位="云溪县住房与城乡建设局", 开始日期="1899-01-01"),
        line("何欣", 单位=None, 职务="很长" * 50),
        line("陶然", 单位="人力资源和社会保障局", 结束日期="长期", 窗口="3号窗口"),
    )
    assert [set(one) for one in found] == [
        {"name"}, {"unit", "window", "from_on"}, {"role", "phone", "email", "username"}, {"unit", "from_on"},
        {"unit", "title"}, set(),
    ]  # fmt: skip
    assert "是不是“云溪县住房和城乡建设局”" in found[3]["unit"]
    assert "1、2、3、4、5、6" in found[1]["window"]


def test_doubles_within_the_list(cast: Cast) -> None:
    found = errors(
        cast, line("方新", 手机="13900000001"), line("方新", 手机="13900000001"), line("石磊"),
        line("石磊", 岗位="登记员", 单位=None), line("方新", 手机="13900000002"),
    )  # fmt: skip
    assert [set(one) for one in found] == [set(), {"name"}, set(), {"username"}, set()]
    assert found[1]["name"] == "与第2行重复。"


def test_headings_as_people_write_them(cast: Cast) -> None:
    head = [
        "姓  名*",
        "用户名",
        "工作单位",
        "岗位：",
        "职务\n（级别）",
        "窗口号",
        "进驻日期",
        "截止日期",
        "联系电话",
        "电子邮箱",
    ]
    assert errors(cast, line("方新"), head=head) == [{}]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "不是XLSX"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "不是XLSX"),
        (b"PK\x03\x04 broken", "不是XLSX"),
        (excel(["方新"], head=["甲", "乙"]), "没有找到表头"),
        (excel(), "没有人员"),
        (excel(*[line(f"人{n}") for n in range(301)]), "最多300人"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(cast: Cast, data: bytes, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        read_people_file(data, cast.hall)


def test_a_file_that_unpacks_without_end_is_not_opened(cast: Cast) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 40_000_000)
    with pytest.raises(ValidationError, match="展开后"):
        read_people_file(out.getvalue(), cast.hall)


def test_what_was_rejected_comes_back_with_reasons_and_can_be_mended(cast: Cast) -> None:
    found = read_people_file(excel(line("方新", 开始日期="2026/2/30"), line("石磊")), cast.hall)
    found.people[0].cells["title"] = "=1+1"
    sheet = load_workbook(io.BytesIO(rejected_file([p for p in found.people if p.errors]))).active
    assert [cell.value for cell in sheet[1]][-2:] == ["未导入的原因", "原行号"]
    assert (sheet["A2"].value, sheet["E2"].value) == ("方新", "=1+1")
    assert sheet["E2"].data_type == "s", "a text that begins with = is no formula"
    assert "开始日期：没有这一天" in sheet["L2"].value
    assert read_people_file(rejected_file(found.people), cast.hall).people


# -- pages -------------------------------------------------------------------------------------------------------


@pytest.fixture
def manager(client: Client, cast: Cast) -> Client:
    client.force_login(cast.manager)
    return client


def _hand_in(client: Client, data: bytes, name: str = "名单.xlsx") -> Any:
    return client.post("/people/import/", {"file": SimpleUploadedFile(name, data)})


def test_by_the_pages(manager: Client, cast: Cast) -> None:
    start = timezone.localdate() + dt.timedelta(days=3)
    sent = _hand_in(
        manager,
        excel(
            line("方新", 开始日期=start.isoformat()), line("石磊", 开始日期="2026/2/30", 手机="13900000001")
        ),
    )
    assert sent.status_code == 302
    page = manager.get(sent["Location"])
    assert "没有这一天：2026年2月30日" in page.text
    assert "no-store" in page["Cache-Control"]
    assert not User.objects.filter(name="方新").exists()
    assert "导入1人" in page.text
    assert manager.post(f"{sent['Location']}confirm/").status_code == 302
    assert User.objects.get(name="方新").postings.get().from_on == start
    rejected = manager.get(f"{sent['Location']}rejected.xlsx")
    assert load_workbook(io.BytesIO(rejected.content)).active["A2"].value == "石磊"
    assert (
        load_workbook(io.BytesIO(manager.get("/people/import/template.xlsx").content)).active["A1"].value
        == "姓名"
    )
    manager.force_login(cast.administrator)
    assert manager.get(sent["Location"]).status_code == 404, "another's list"


def test_too_large_and_too_wrong_are_said_at_the_field(manager: Client) -> None:
    large = _hand_in(manager, b"PK" + b"0" * 3_000_000)
    assert large.status_code == 422
    assert "超过2MB" in large.text
    assert _hand_in(manager, b"hello").status_code == 422
    nothing = manager.post("/people/import/", {})
    assert nothing.status_code == 422
    assert "请选择文件" in nothing.text


def test_a_list_is_kept_for_a_day_and_encrypted(cast: Cast) -> None:
    people = read(cast, excel(line("方新", 手机="13900000001")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM staffing_peopleimportrow")
        assert b"13900000001" not in bytes(cursor.fetchone()[0])
    later = NOW + dt.timedelta(hours=25)
    with pytest.raises(Refused, match="重新上传"):
        import_people(actor=cast.act(cast.manager, later), import_id=people.pk, now=later)
    read(cast, excel(line("石磊")), later)
    assert not PeopleImport.objects.filter(pk=people.pk).exists()


def test_who_may(cast: Cast) -> None:
    people = read(cast, excel(line("方新")))
    for name in ("clerk", "head", "administrator"):
        with pytest.raises(Refused) as refused:
            import_people(actor=cast.act(cast.people[name]), import_id=people.pk, now=NOW)
        assert refused.value.kind == "role"


@pytest.mark.django_db(transaction=True)
def test_confirmed_twice_at_once_nobody_is_doubled(cast: Cast) -> None:
    people, start = (
        read(cast, excel(*[line(f"人{n}", 用户名=f"ren{n}") for n in range(6)])),
        threading.Barrier(2),
    )
    faults: list[str] = []

    def confirm() -> None:
        try:
            start.wait(timeout=20)
            import_people(actor=cast.act(cast.manager), import_id=people.pk, now=NOW)
        except Exception as error:  # noqa: BLE001
            faults.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    assert results(people) == ["done"] * 6
    assert sorted(User.objects.filter(name__startswith="人").values_list("username", flat=True)) == [
        f"ren{n}" for n in range(6)
    ]
    assert not [
        name for name in User.objects.values_list("username", flat=True) if re.search(r"ren\d\d", name)
    ]


def test_a_small_file_with_a_boundless_merge_is_not_opened(cast: Cast) -> None:
    """A few bytes that would become an object for each of a million cells."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "xl/worksheets/sheet1.xml", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        )
    with pytest.raises(ValidationError, match="太大"):
        read_people_file(out.getvalue(), cast.hall)
