"""Files as people make them: each gives the right value, or a refusal that says the way out (`read_national_file`)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cases.forms.exchange_cells import RowReader, is_not_kept, recognised
from cases.forms.exchange_file import MOST_ROWS, read_table
from tests.cases.exchange import HEADS, ROW, handed_in, repacked, results, row, text, xlsx
from tests.cast import NOW, Cast

WRONG = [
    (b"", "空的"),
    (b"\r\n,,,\r\n", "空的"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "旧版的.xls"),
    (b"PK\x03\x04 broken", "已损坏"),
    (repacked(xlsx(ROW), **{"xl/vbaProject.bin": b"macro"}), "宏"),
    (repacked(xlsx(ROW), **{"xl/media/image1.png": b"\0" * (81 << 20)}), "80MB"),
    (repacked(xlsx(ROW), **{"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"}), "已损坏"),
    (xlsx(), "没有内容"),
    (xlsx(["a", "b"], heads=["甲", "乙"]), "没有找到表头"),
    (xlsx(ROW, ROW, merge="D2:D3"), "D2:D3"),
    (text(ROW)[:-20] + b"\xff\xfe\xff\x81\x30", "编码"),
    (text(ROW).decode("utf-8-sig").encode("utf-16-le"), "编码"),
    (b"%PDF-1.7 \x00\x01", "编码"),
    ('标题,投诉内容\n"没有收尾'.encode() + b"x" * 200_000, "引号"),
]


@pytest.mark.parametrize(("data", "said"), WRONG, ids=[said for _data, said in WRONG])
def test_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_table(data)
    assert said in refused.value.messages[0]


def test_sixty_thousand_rows_are_refused_before_they_are_read() -> None:
    lines = [ROW] * 60_000
    with pytest.raises(ValidationError) as refused:
        read_table(text(*lines))
    assert f"{MOST_ROWS:,}" in refused.value.messages[0]


@pytest.mark.parametrize(
    "data",
    [
        xlsx(ROW),
        xlsx(ROW, above=["云岭省信访事项登记表", "2026年11月"], merge="A1:J1"),
        text(ROW),
        text(ROW, encoding="utf-8"),
        text(ROW, encoding="gb18030"),
        text(ROW, encoding="utf-16"),
        text(ROW, delimiter="\t"),
        text(ROW, delimiter=";"),
        b"\r\n\r\n" + text(ROW, encoding="utf-8"),
        xlsx(ROW, heads=[f" *{head}（必填） " for head in HEADS]),
    ],
)
def test_read_whatever_way_it_was_saved(data: bytes) -> None:
    table = read_table(data)
    assert list(recognised(table.headings).values()) == [
        "xfjbh", "xfrq", "xfxs", "bt", "tsnr", "xfmddm", "xm", "zjlx", "zjhm", "sjh",
    ]  # fmt: skip
    assert [cells for _line, cells in table.rows] == [ROW]


def test_an_empty_line_is_no_row_and_lines_are_those_of_the_sheet() -> None:
    assert [line for line, _cells in read_table(xlsx(ROW, [], row(标题="另一件"))).rows] == [2, 4]


def test_other_national_fields_are_named_as_not_kept() -> None:
    assert is_not_kept("热点问题") and is_not_kept("rdwt") and is_not_kept("登记时间")
    assert not is_not_kept("标题") and not is_not_kept("随便什么")


def read(**changed: Any) -> tuple[dict[str, Any], dict[str, str]]:
    columns = recognised(HEADS + list(changed))
    cells = [*row(**changed), *changed.values()]
    found = RowReader(columns, now=NOW).read(2, cells)
    return dict(found.facts), dict(found.errors)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written",
    ["2026-11-16", "2026/11/16", "2026年11月16日", "20261116", "2026.11.16", 46342, "46342", "2026-11-16 09:30",
     "2026-11-16 09:30:00"],
)  # fmt: skip
def test_a_day_however_it_is_written(written: Any) -> None:
    facts, errors = read(信访日期=written)
    assert (facts["xfrq"], errors) == ("2026-11-16", {})


@pytest.mark.django_db
def test_a_day_as_excel_keeps_it() -> None:
    days = NOW.replace(tzinfo=None, hour=0, minute=0), NOW.replace(tzinfo=None)
    table = read_table(xlsx(*(row(信访日期=day) for day in days)))
    assert [cells[1] for _line, cells in table.rows] == ["2026-11-18", "2026-11-18 09:30"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"信访日期": "2026-02-30"}, "xfrq", "没有这一天"),
        ({"信访日期": "16/11/2026"}, "xfrq", "不是完整的日期"),
        ({"信访日期": "2026-12-01"}, "xfrq", "晚于今天"),
        ({"信访日期": ""}, "xfrq", "请填写信访日期"),
        ({"信访形式": "走坊"}, "xfxs", "走访"),
        ({"信访目的": "申请"}, "xfmddm", "申诉"),
        ({"信访目的": "qqq"}, "xfmddm", "可填"),
        ({"标题": "很长" * 61}, "bt", "最多120个字"),
        ({"证件号码": 530999196805120043}, "zjhm", "已经丢失"),
        ({"证件号码": 12345678901234567000}, "zjhm", "已经丢失"),
        ({"证件号码": "5.30999E+17"}, "zjhm", "已经丢失"),
        ({"证件号码": "530999196805120044"}, "zjhm", "校验位"),
        ({"证件号码": "530***********0043"}, "zjhm", "遮盖"),
        ({"手机": "138****0001"}, "sjh", "遮盖"),
        ({"手机": "1380001"}, "sjh", "11位"),
        ({"证件类型": "工作证"}, "zjlx", "证"),
        ({"姓名": ""}, "xm", "匿名"),
        ({"出生日期": "1968-05-13"}, "csrq", "不符"),
        ({"出生日期": "1968-02-30"}, "csrq", "请按"),
        ({"性别": "男"}, "xb", "不符"),
        ({"信访人数": "许多"}, "xfrs", "1至9999"),
        ({"信访人数": "0"}, "xfrs", "1至9999"),
        ({"保密": "也许"}, "isbm", "1（是）"),
        ({"内容分类": "999999"}, "nrfldm", "没有“999999”"),
        ({"问题属地": "火星县"}, "wtsddm", "没有这个区划"),
        ({"信访件编号": "GJ 2026"}, "xfjbh", "空格"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_cell(changed: dict[str, Any], code: str, said: str) -> None:
    _facts, errors = read(**changed)
    assert said in errors[code]


@pytest.mark.django_db
def test_the_right_value_of_what_only_looks_odd(cast: Cast) -> None:
    facts, errors = read(
        信访人数="12人", 保密="是", 是否依法逐级走访="否", 手机=13800010001, 证件类型="111", 信访目的="99",
        其他代表="李强、王芳", 随访人="赵六，钱七", 诉求="支付工资\n补缴社保", 问题属地="云溪县",
    )  # fmt: skip
    assert errors == {}
    assert (facts["xfrs"], facts["isbm"], facts["sfyfzjzf"]) == (12, True, False)
    assert (facts["sjh"], facts["zjlx"], facts["xfmddm"]) == ("13800010001", "resident", "other")
    assert (facts["x_db"], facts["x_sfr"]) == (["李强", "王芳"], ["赵六", "钱七"])
    assert (facts["x_sq"], facts["wtsddm"]) == (["支付工资", "补缴社保"], cast.county.pk)


@pytest.mark.django_db
def test_a_file_that_brings_formulas_is_text(cast: Cast) -> None:
    file = handed_in(cast, text(row(标题='\'=HYPERLINK("x")'), row(标题="'+1", 信访件编号="GJ2")))
    assert results(file) == ["ready", "ready"]
    assert '"bt": "=HYPERLINK(' in file.rows.first().facts  # type: ignore[union-attr]
