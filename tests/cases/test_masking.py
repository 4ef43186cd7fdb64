"""What looks like personal data is found however it is written, and nothing of it is left after masking."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.queries.masking import Known, findings, is_unit_name, masked, masked_name, masked_unit
from tests.depth import examples

KNOWN = Known(
    persons=("张秀英", "欧阳震", "高峰", "阿依古丽·买买提"),
    units=("云溪路桥公司", "云溪县住房和城乡建设局", "住房和城乡建设局"),
    addresses=("云溪县城关镇人民路1号",),
)

FOUND = [
    # what is written, what of it is found
    ("张秀英反映工资没有发", "张秀英"),
    ("张 秀 英同志", "张 秀 英"),
    ("张\u3000秀英", "张\u3000秀英"),
    ("张\u200b秀\u200d英", "张\u200b秀\u200d英"),
    ("张·秀英", "张·秀英"),
    ("秀英的丈夫", "秀英"),
    ("欧阳震代表工人", "欧阳震"),
    ("阿依古丽买买提", "阿依古丽买买提"),
    ("到了高峰期", "高峰"),  # a name inside a word: better reworded than published
    ("Ms Zhang Xiuying said", "Zhang Xiuying"),
    ("XIU-YING ZHANG", "XIU-YING ZHANG"),
    ("ｚｈａｎｇｘｉｕｙｉｎｇ", "ｚｈａｎｇｘｉｕｙｉｎｇ"),
    ("云溪路桥公司拖欠", "云溪路桥公司"),
    ("县住房和城乡建设局答复", "住房和城乡建设局"),
    ("电话13800010001", "13800010001"),
    ("138 0001 0001", "138 0001 0001"),
    ("138-0001-0001", "138-0001-0001"),
    ("138\u200b00010001", "138\u200b00010001"),
    ("138,0001,0001", "138,0001,0001"),
    ("(0999) 881-2345", "0999) 881-2345"),
    ("１３８０００１０００１", "１３８０００１０００１"),
    ("１３8-０００１-0001", "１３8-０００１-0001"),
    ("١٣٨٠٠٠١٠٠٠١", "١٣٨٠٠٠١٠٠٠١"),
    ("一三八〇〇〇一〇〇〇一", "一三八〇〇〇一〇〇〇一"),
    ("幺三八 零零零幺 零零零幺", "幺三八 零零零幺 零零零幺"),
    ("8812345", "8812345"),
    ("530999196805120043", "530999196805120043"),
    ("53099919680512004X，", "53099919680512004X"),
    ("530999 19680512 004ｘ", "530999 19680512 004ｘ"),
    ("护照E12345678", "12345678"),
    ("卡号6222 0212 3456 7890 123", "6222 0212 3456 7890 123"),
    ("住人民路1号", "1号"),
    ("人民路１８号院", "１８号"),
    ("人民路十八号", "十八号"),
    ("白塔村3组12号", "12号"),
    ("3栋2单元501室", "3栋"),
    ("住云溪县城关镇人民路1号", "云溪县城关镇人民路1号"),
    ("住云溪县 城关镇 人民路 1 号", "云溪县 城关镇 人民路 1 号"),
    ("zhang@example.cn", "zhang@example.cn"),
    ("云A·12345", "云A·12345"),
    ("云AD12345", "云AD12345"),
    ("微信号：abc_123", "微信号：abc_123"),
    ("QQ 123456", "QQ 123456"),
    ("411522 1990-01-01 1234", "411522 1990-01-01 1234"),
    ("四一一五二二 1990-01-01 一二三四", "四一一五二二 1990-01-01 一二三四"),
    ("身份证411522，1990-01-01 12:34", "411522，1990-01-01 12:34"),
    ("138:0013:8000", "138:0013:8000"),
    ("138：0013：8000", "138：0013：8000"),
    ("138、0013、8000", "138、0013、8000"),
    ("一三八、零零一三、八零零零", "一三八、零零一三、八零零零"),
    ("138|0013|8000", "138|0013|8000"),
    ("138+0013+8000", "138+0013+8000"),
    ("138;0013；8000", "138;0013；8000"),
    ("1,380,013 8000", "1,380,013 8000"),
    ("13,800、138,000", "13,800、138,000"),
    ("138 00138000元", "138 00138000"),
    ("1:30 01:35 00:01", "1:30 01:35 00:01"),
]
HARMLESS = [
    "张某某反映工资没有发",
    "2026-11-18到现场",
    "2026.11.18、2026/1/5两次到现场",
    "2026年11月18日上午9:30",
    "二〇二六年十一月十八日",
    "依照国信发〔2015〕12号文件",
    "补偿12,345,678.90元",
    "共1234567元，一次付清",
    "涉及二百三十一户、三百二十人",
    "第3窗口，12号票",
    "一、二、三、四、五、六、七、八项",
    "总包单位垫付工资，工人已经全部领到。",
    "人民路改造工程，三组村民",
    "小高的峰会",
    "2026-11-18 09:30到现场",
    "2026-11-18 9:00—11:30，各方到场",
    "2026-11-18、2026-11-19、2026-11-20连续三天",
    "上午9:00—12:00，下午14:00-17:30",
    "第1、2、3、4、5、6、7、8项",
    "补偿12,345,678.90元；另付1,200,000元",
    "一、2026-11-18到现场；二、付清1,234,567元",
]


@pytest.mark.parametrize(("text", "it"), FOUND)
def test_it_is_found_and_then_gone(text: str, it: str) -> None:
    found = [one.excerpt(text) for one in findings(text, KNOWN)]
    assert it in found
    after = masked(text, KNOWN)
    assert findings(after, KNOWN) == []
    assert it not in after


@pytest.mark.parametrize("text", HARMLESS)
def test_it_is_left_alone(text: str) -> None:
    assert findings(text, KNOWN) == []
    assert masked(text, KNOWN) == text


def test_a_name_keeps_its_family_and_a_unit_its_kind() -> None:
    names = {
        "张秀英": "张某某",
        "王平": "王某",
        "欧阳震": "欧阳某",
        "阿依古丽·买买提": "阿某某",
        "John": "某某",
    }
    assert {name: masked_name(name) for name in names} == names
    units = {
        "云溪路桥有限公司": "某有限公司",
        "县住建局": "某局",
        "白塔村村委会": "某村委会",
        "甲乙丙丁": "某单位",
    }
    assert {name: masked_unit(name) for name in units} == units
    assert [name for name in ("张秀英", "局长", "县住建局", "云溪路桥公司") if is_unit_name(name)] == [
        "县住建局", "云溪路桥公司",
    ]  # fmt: skip


DIGITS = {str(n): (str(n), chr(0xFF10 + n), "零一二三四五六七八九"[n]) for n in range(10)}
GAPS = ("", " ", "-", "\u3000", "\u200b", " - ", "·", "–", ".", "  ")
AROUND = st.text(alphabet="的事已经办好了，。电话是\n请（）", max_size=12)


@st.composite
def written(draw: st.DrawFn, digits: str) -> str:
    """The number in some way of writing it: each digit in one of three scripts, with something between or not."""
    parts = [draw(st.sampled_from(DIGITS[digit])) for digit in digits]
    gaps = [draw(st.sampled_from(GAPS)) for _ in parts[1:]]
    return parts[0] + "".join(gap + part for gap, part in zip(gaps, parts[1:], strict=True))


@settings(max_examples=examples(300, 2000), deadline=None)
@given(AROUND, st.sampled_from(["13800010001", "530999196805120043", "8812345"]), AROUND, st.data())
def test_a_number_is_found_in_every_way_of_writing_it(
    before: str, number: str, after: str, data: st.DataObject
) -> None:
    said = data.draw(written(number))
    text = before + said + after
    assert any(
        one.start <= len(before) and one.end >= len(before) + len(said) for one in findings(text, KNOWN)
    )
    assert findings(masked(text, KNOWN), KNOWN) == []


@settings(max_examples=examples(300, 2000), deadline=None)
@given(
    st.text(
        alphabet="张秀英欧阳震高峰某云溪路桥公司1380三八号室栋-  ·\u200bzhangxiuyYING１８，。人民",
        max_size=40,
    )
)
def test_nothing_is_left_of_whatever_was_written(text: str) -> None:
    assert findings(masked(text, KNOWN), KNOWN) == []


@settings(max_examples=examples(200, 2000), deadline=None)
@given(st.lists(st.sampled_from(["张", " ", "\u3000", "\u200b", "·", "-"]), min_size=0, max_size=3), AROUND)
def test_a_name_is_found_through_what_is_put_between(gaps: list[str], around: str) -> None:
    between = "".join(one for one in gaps if one != "张")
    text = f"{around}张{between}秀{between}英{around}"
    kinds = {one.kind for one in findings(text, KNOWN)}
    assert "name" in kinds
