"""An earlier matter is proposed with its reasons, across halls; what may not be seen is not shown."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from cases.actions import NewRespondent, Person, register_case
from cases.models import Case, ContentCategory
from cases.queries.duplicates import Candidate, Matter, find_duplicates, reason_words
from staffing.actions import post_person
from staffing.models import Hall
from tests.cast import NOW, Cast, save
from tests.matters import ZHANG, matter, registered

TODAY = NOW.date()
ROOF = (
    "本人住在城关镇文昌小区三号楼顶层，去年雨季以来屋面多处渗漏，墙面发霉，多次向物业公司反映，至今无人维修，"
    "请求责成物业公司限期修复屋面防水，并赔偿室内装修损失。"
)
OTHER = (
    "今年九月以来，村口道路路灯全部熄灭，老人夜间出行摔倒两次，请求交通部门尽快修复路灯，保障村民出行安全。"
)


def found(cast: Cast, matter: Matter, who: str = "clerk") -> list[Candidate]:
    return find_duplicates(cast.act(getattr(cast, who)), matter, today=TODAY)


def elsewhere(cast: Cast, **facts: object) -> Case:
    """A case of another hall, entered by a clerk of that hall."""
    hall = Hall.objects.filter(code="lake").first()
    if hall is None:
        hall = save(Hall(code="lake", jurisdiction=cast.city, name="湖滨大厅", name_en="Lakeside", organ="湖信",
                         organ_name="湖滨信访局", address="湖滨路1号", phone="0999-1"), NOW)  # fmt: skip
        post_person(
            actor=cast.act(cast.administrator), user_id=cast.guide.pk, role="clerk", title="登记员", hall_id=hall.pk,
            from_on=TODAY, now=NOW,
        )  # fmt: skip
    return register_case(actor=cast.act(cast.guide), hall_id=hall.pk, new=matter(**facts), now=NOW)


def test_the_same_id_number_is_sure_and_says_why(cast: Cast) -> None:
    case = registered(cast)
    (one,) = found(cast, Matter(name=ZHANG.name, id_kind="resident", id_number=ZHANG.id_number))
    assert (one.case_id, one.score, one.strength, one.reasons) == (case.pk, 90, "sure", ("id_number",))
    assert [str(words) for words in one.words] == ["证件号码相同"]
    assert (one.title, one.is_visible, one.state) == (case.title, True, "已登记，待甄别")
    (same,) = found(
        cast,
        Matter(id_kind="resident", id_number=ZHANG.id_number.lower(), title=case.title, content=case.content),
    )
    assert same.score == 100 and "text:100" in same.reasons


def test_name_and_phone_count_more_than_phone_alone(cast: Cast) -> None:
    registered(cast)
    (both,) = found(cast, Matter(name=ZHANG.name, phone="138 0001 0001"))
    (phone,) = found(cast, Matter(name="李四", phone=ZHANG.phone))
    assert (both.score, both.reasons) == (70, ("name_phone",))
    assert (phone.score, phone.reasons, phone.strength) == (45, ("phone",), "weak")
    assert found(cast, Matter(name=ZHANG.name)) == []


def test_a_reworded_text_is_found_and_another_one_is_not(cast: Cast) -> None:
    leak = registered(cast, title="请求修复屋面渗漏", content=ROOF)
    registered(cast, title="反映村口路灯不亮", content=OTHER)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_case")
    again = (
        ROOF.replace("本人住在", "我家在").replace("请求责成物业公司限期修复", "希望尽快修好")
        + "已等了一年。"
    )
    (one,) = found(cast, Matter(title="屋顶漏水无人维修", content=again))
    assert one.case_id == leak.pk and one.score >= 60 and one.reasons[0].startswith("text:")
    assert "相同" in str(reason_words(one.reasons[0]))
    assert (
        found(cast, Matter(title="咨询公租房申请", content="请问公租房申请需要哪些材料，到哪里办理？")) == []
    )


def test_place_and_category_alone_are_weak(cast: Cast, categories: None) -> None:
    water = ContentCategory.objects.get(name="自来水供应")
    registered(
        cast,
        category_id=water.pk,
        place="城关镇建设路12号院",
        title="反映停水",
        content="停水三天。",
        people=(),
    )
    (one,) = found(
        cast, Matter(category_id=water.pk, place="建设路12号院", title="水压太低", content="没有水压。")
    )
    assert (one.score, one.reasons) == (30, ("place_category",))
    assert found(cast, Matter(category_id=water.pk, place="人民路3号")) == []


def test_old_texts_are_left_alone_but_old_papers_are_not(cast: Cast) -> None:
    long_ago = TODAY - dt.timedelta(days=4 * 365)
    registered(cast, title="请求修复屋面渗漏", content=ROOF, received_on=long_ago)
    assert found(cast, Matter(title="请求修复屋面渗漏", content=ROOF)) == []
    assert found(cast, Matter(id_kind="resident", id_number=ZHANG.id_number))[0].score == 90


def test_another_halls_case_tells_number_hall_date_and_state_only(cast: Cast) -> None:
    case = elsewhere(cast, title="请求修复屋面渗漏", content=ROOF)
    (one,) = found(cast, Matter(title="请求修复屋面渗漏", content=ROOF))
    assert (one.number, one.hall, one.received_on, one.is_visible) == (case.number, "湖滨大厅", TODAY, False)
    assert one.title == "" and one.excerpt == "" and "渗漏" not in repr(one)


def test_another_halls_confidential_case_is_not_named_for_its_text(cast: Cast) -> None:
    elsewhere(cast, title="请求修复屋面渗漏", content=ROOF, is_confidential=True)
    assert found(cast, Matter(title="请求修复屋面渗漏", content=ROOF)) == []
    assert found(cast, Matter(id_kind="resident", id_number=ZHANG.id_number))[0].title == ""


def test_who_is_accused_does_not_learn_of_the_case(cast: Cast) -> None:
    registered(cast, respondents=(NewRespondent(name="林晓雯", user_id=cast.clerk.pk),))
    asked = Matter(id_kind="resident", id_number=ZHANG.id_number)
    assert found(cast, asked) == []
    assert len(found(cast, asked, "clerk2")) == 1


def test_the_look_up_reads_a_bounded_number_of_rows(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    for n in range(12):
        registered(cast, title=f"请求修复屋面渗漏{n}", content=ROOF, people=(Person(name=f"住户{n}"),))
    asked = Matter(
        name="张秀英",
        id_kind="resident",
        id_number=ZHANG.id_number,
        phone=ZHANG.phone,
        title="屋面渗漏",
        content=ROOF,
    )
    with django_assert_max_num_queries(7):  # type: ignore[operator]
        assert len(found(cast, asked)) == 8
