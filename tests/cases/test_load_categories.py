"""The tree of content categories is data: loaded whole or not at all, found by anything one may type."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from cases.actions import CategoryRow, load_categories
from cases.models import ContentCategory
from cases.queries.categories import find_categories, path_label, suggest_categories
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry
from tests.cast import NOW, Cast


def paths(text: str) -> list[str]:
    return [category.path for category in find_categories(text)]


def test_the_tree_has_three_levels_and_names_in_two_languages(categories: None) -> None:
    rows = ContentCategory.objects.all()
    assert [rows.filter(level=n).count() for n in (1, 2, 3)] == [16, 118, 517]
    assert rows.filter(name_en="").count() == 0
    leaf = rows.get(path="城乡建设 / 住房保障与房地产 / 物业服务")
    assert (leaf.code[:2], leaf.parent.code, leaf.parent.parent.code) == (
        "03",
        leaf.code[:4] + "00",
        "030000",
    )  # type: ignore[union-attr]
    assert rows.get(code="990000").name == "其它"
    with translation.override("en"):
        assert path_label(leaf).endswith("/ Housing support and real estate / Property management services")


def test_loading_again_changes_nothing_and_is_not_journalled_twice(categories: None) -> None:
    out = io.StringIO()
    call_command("load_categories", stdout=out)
    assert "新增0，更新0，停用0" in out.getvalue()
    assert JournalEntry.objects.filter(verb="load_categories").count() == 1


def test_a_category_that_is_no_longer_listed_is_retired_and_comes_back(db: None) -> None:
    rows = [
        CategoryRow("010000", "农村农业"),
        CategoryRow("010100", "村务管理"),
        CategoryRow("010200", "林业管理"),
    ]
    assert load_categories(actor=SYSTEM, rows=rows, now=NOW).created == 3
    fewer = [rows[0], CategoryRow("010100", "村务管理", "Village matters")]
    loaded = load_categories(actor=SYSTEM, rows=fewer, now=NOW)
    assert (loaded.created, loaded.changed, loaded.retired) == (0, 1, 1)
    assert find_categories("lygl") == [] and ContentCategory.objects.count() == 3
    load_categories(actor=SYSTEM, rows=rows, now=NOW)
    assert [category.name for category in find_categories("lygl")] == ["林业管理"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "没有任何分类"),
        ([CategoryRow("01", "短", line=2)], "第2行.*六位"),
        ([CategoryRow("010001", "跳级", line=3)], "六位"),
        ([CategoryRow("010100", "无上级", line=4)], "缺少上级"),
        ([CategoryRow("010000", "甲"), CategoryRow("010000", "乙", line=5)], "代码重复"),
        ([CategoryRow("010000", "", line=6)], "名称为空"),
    ],
)
def test_a_list_with_a_hole_is_refused_whole(db: None, rows: list[CategoryRow], words: str) -> None:
    with pytest.raises(Refused, match=words):
        load_categories(actor=SYSTEM, rows=rows, now=NOW)
    assert not ContentCategory.objects.exists()


def test_it_is_the_administrators(cast: Cast) -> None:
    rows = [CategoryRow("010000", "农村农业")]
    with pytest.raises(Refused, match="系统管理员"):
        load_categories(actor=cast.act(cast.clerk), rows=rows, now=NOW)
    assert load_categories(actor=cast.act(cast.administrator), rows=rows, now=NOW).created == 1


def test_a_file_of_ones_own_in_an_office_encoding(db: None, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes("code,name\n010000,农村农业\n".encode("gb18030"))
    call_command("load_categories", str(path), verbosity=0)
    assert ContentCategory.objects.get().name == "农村农业"
    path.write_text("kode,name\n", encoding="utf-8")
    with pytest.raises(CommandError, match="缺少列：code"):
        call_command("load_categories", str(path))


TYPED = [
    ("wyf", "城乡建设 / 住房保障与房地产 / 物业服务"),
    ("wuye", "城乡建设 / 住房保障与房地产 / 物业服务"),
    ("物业", "城乡建设 / 住房保障与房地产 / 物业服务"),
    ("nmg", "劳动和社会保障 / 劳动关系 / 农民工权益"),
    ("拖欠", "城乡建设 / 建筑市场 / 拖欠工程款"),
    ("tqgck", "城乡建设 / 建筑市场 / 拖欠工程款"),
    ("heating", "城乡建设 / 城市建设和市政管理 / 冬季采暖"),
    ("990000", "其它"),
    ("其它", "其它"),
    ("教育 收费标准", "教育文体 / 教育收费 / 收费标准"),
    ("政法", "政法"),
]


def test_anything_typed_leads_to_the_category(categories: None) -> None:
    assert [(typed, paths(typed)[0]) for typed, _first in TYPED] == TYPED


def test_what_fits_nothing_finds_nothing(categories: None) -> None:
    assert paths("") == paths("，") == paths("zzzz") == []
    assert len(paths("a")) <= 12


def test_the_text_proposes_categories(categories: None) -> None:
    proposed = [
        category.name for category in suggest_categories("小区物业服务差", "物业公司乱收费，冬季采暖不热。")
    ]
    assert proposed[0] == "物业服务" and "冬季采暖" in proposed
    assert suggest_categories("", "") == []
